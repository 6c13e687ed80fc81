"""A name, a caption or one line of a letter is read as it was written, though too short for any guess at its encoding."""

from __future__ import annotations

import pytest

from ingest.readers.plain_text import decode

WESTERN = {
    "Spanish": (
        "José",
        "Señor Muñoz",
        "nombre;año\nPeña;1873",
        "¿Dónde está?",
        "Año 1873",
        "un ñáñigo",
        "Declaración Universal de Derechos Humanos",
        "José García;1873\nInés Núñez;1844\nÍñigo López;1811\nÁngela Rodríguez;1850\nAndrés Pérez;1822",
    ),
    "French": (
        "Élise",
        "Été à Évry",
        "À l'été",
        "créée",
        "Île de Gorée",
        "Déclaration universelle des droits de l’homme",
        "« Où êtes-vous ? »",
        "La maternité et l’enfance ont droit à une aide",
        "Hélène;née à Gorée\nAmédée;pêcheur\nIrénée;Trois-Îlets\nZoé Désiré;créole\nThérèse Lefèvre;mère",
    ),
    "Portuguese": (
        "Coração",
        "não",
        "São João",
        "Ações e reações",
        "Ângela é mãe",
        "DECLARAÇÃO DOS DIREITOS HUMANOS E ABOLIÇÃO DA ESCRAVIDÃO",
    ),
    "German": ("Straße", "größer", "Müller, „schön“", "Ärzte; Öl", "Grüße aus Köln"),
    "English": (
        "café",
        "“Dear John”",
        "naïve – £5",
        "© 1999 Smith",
        "3½ lb at 25 °C",
        "10 m² of a café’s yard",
    ),
}
OTHERS = (
    ("Все люди рождаются свободными", "cp1251"),
    ("Все люди рождаются свободными и равными в своем достоинстве и правах.", "koi8-r"),
    ("Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι", "cp1253"),
    ("Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw.", "cp1250"),
    ("يولد جميع الناس أحرارا متساوين في الكرامة والحقوق", "cp1256"),
    ("すべての人間は", "shift_jis"),
    ("人人生而自由", "gb18030"),
    ("中山", "big5"),
    ("Мы знали Анну", "cp1251"),
    ("모든 인간은 태어날 때부터 자유로우며", "euc_kr"),
    ("Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar.", "cp1254"),
    ("El niño José Muñoz está aquí, en la acción común, según la declaración de María.", "cp850"),
    ("Avó e avô vieram à missão; a proteção da mãe não foi em vão, e a canção é também uma oração.", "cp850"),
)


@pytest.mark.parametrize("words", [line for lines in WESTERN.values() for line in lines])
def test_a_short_western_text_is_read_as_such(words: str) -> None:
    for ended in (words, f"{words}\n"):
        assert decode(ended.encode("cp1252")) == (ended, "cp1252")


@pytest.mark.parametrize(("words", "encoding"), OTHERS)
def test_a_short_text_in_another_encoding_is_not_taken_for_western(words: str, encoding: str) -> None:
    assert decode(words.encode(encoding))[0] == words
