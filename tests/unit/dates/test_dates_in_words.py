"""A date is said in words, in each language of the archive."""

from __future__ import annotations

import pytest

from archive.dates import in_words, read_edtf, understand
from archive.models.errors import BadInputError


@pytest.mark.parametrize(
    ("edtf", "english"),
    [
        ("1852", "1852"),
        ("1852-11", "November 1852"),
        ("1852-11-17", "November 17, 1852"),
        ("1879~", "about 1879"),
        ("1863?", "perhaps 1863"),
        ("1863%", "perhaps about 1863"),
        ("185X", "the 1850s"),
        ("185X~", "about the 1850s"),
        ("18XX", "the 19th century"),
        ("20XX", "the 21st century"),
        ("1950S2", "between 1900 and 1999"),
        ("1852-XX", "1852, month not known"),
        ("1852-XX-17", "1852, day 17, month not known"),
        ("1852-05-XX", "May 1852, day not known"),
        ("185X-11", "November, the 1850s"),
        ("XXXX-12-25", "December 25, year not known"),
        ("XXXX", "date not known"),
        ("1936/1938", "between 1936 and 1938"),
        ("1803~/1810~", "between about 1803 and 1810"),
        ("1803/1810~", "between 1803 and about 1810"),
        ("1863-09?/1863-12?", "perhaps between September 1863 and December 1863"),
        ("../1863", "1863 or earlier"),
        ("1863/..", "1863 or later"),
        ("[1852-11-17,1852-11-19]", "November 17, 1852 or November 19, 1852"),
        ("{1831,1834,1840~}", "1831, 1834 and about 1840"),
        ("[1852..1855]", "between 1852 and 1855"),
        ("1963-22", "summer 1963"),
        ("1963-30", "summer 1963 (southern half of the world)"),
        ("1963-37", "early 1963"),
        ("1963-34", "second quarter of 1963"),
    ],
)
def test_a_date_is_said_in_english(edtf: str, english: str) -> None:
    assert read_edtf(edtf).words() == english


@pytest.mark.parametrize(
    ("edtf", "spanish", "french", "portuguese"),
    [
        ("1852-11-17", "17 de noviembre de 1852", "17 novembre 1852", "17 de novembro de 1852"),
        ("1807-03-01", "1 de marzo de 1807", "1er mars 1807", "1º de março de 1807"),
        (
            "1852-XX-17",
            "1852, día 17, mes desconocido",
            "1852, le 17, mois inconnu",
            "1852, dia 17, mês desconhecido",
        ),
        ("1879~", "hacia 1879", "vers 1879", "aproximadamente 1879"),
        ("1863?", "quizá 1863", "peut-être 1863", "talvez 1863"),
        ("185X", "la década de 1850", "les années 1850", "a década de 1850"),
        ("18XX", "el siglo XIX", "le XIXe siècle", "o século XIX"),
        ("1936/1938", "entre 1936 y 1938", "entre 1936 et 1938", "entre 1936 e 1938"),
        (
            "1852-11-17/1852-11-19",
            "entre el 17 de noviembre de 1852 y el 19 de noviembre de 1852",
            "entre le 17 novembre 1852 et le 19 novembre 1852",
            "entre 17 de novembro de 1852 e 19 de novembro de 1852",
        ),
        (
            "[1807-03-01,1807-04]",
            "el 1 de marzo de 1807 o abril de 1807",
            "le 1er mars 1807 ou avril 1807",
            "1º de março de 1807 ou abril de 1807",
        ),
        (
            "1852-11-17~",
            "hacia el 17 de noviembre de 1852",
            "vers le 17 novembre 1852",
            "aproximadamente 17 de novembro de 1852",
        ),
        (
            "1852-11-17~/1852-11-19~",
            "entre el 17 de noviembre de 1852 y el 19 de noviembre de 1852 aproximadamente",
            "entre le 17 novembre 1852 et le 19 novembre 1852 environ",
            "entre 17 de novembro de 1852 e 19 de novembro de 1852 aproximadamente",
        ),
        (
            "../1863-01-02",
            "2 de enero de 1863 o antes",
            "2 janvier 1863 ou avant",
            "2 de janeiro de 1863 ou antes",
        ),
        ("../1863", "1863 o antes", "1863 ou avant", "1863 ou antes"),
        ("[1852,1853]", "1852 o 1853", "1852 ou 1853", "1852 ou 1853"),
        ("1963-22", "verano de 1963", "été 1963", "verão de 1963"),
        ("XXXX", "fecha desconocida", "date inconnue", "data desconhecida"),
    ],
)
def test_a_date_is_said_in_the_other_languages(edtf: str, spanish: str, french: str, portuguese: str) -> None:
    assert [in_words(edtf, language) for language in ("es", "fr", "pt")] == [spanish, french, portuguese]


@pytest.mark.parametrize("edtf", ["1852-11-17", "1852-11", "1879~", "1863?", "185X", "18XX", "1936/1938", "1803~/1810~",
                                  "../1863", "1863/..", "[1852,1853]", "1963-22", "XXXX", "1863-37", "{1831,1834}",
                                  "1852-11-17~", "1852-11-17/1852-11-19", "[1852-11-17,1852-11-19]"])  # fmt: skip
def test_what_is_said_in_any_language_is_understood_again(edtf: str) -> None:
    for language in ("en", "es", "fr", "pt"):
        assert understand(in_words(edtf, language), language=language) == read_edtf(edtf)


def test_a_language_without_words_of_its_own_is_answered_in_english() -> None:
    assert in_words("1879~", "sw") == "about 1879"


def test_what_is_no_edtf_is_refused() -> None:
    for text in ("about 1852", "185?", "1852-13", ""):
        with pytest.raises(BadInputError):
            read_edtf(text)
    with pytest.raises(BadInputError):
        in_words("about 1852")


def test_an_item_without_a_date_says_nothing_of_it() -> None:
    assert in_words("") == ""
