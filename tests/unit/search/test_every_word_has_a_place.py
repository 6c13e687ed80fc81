"""Whatever word of a text the index holds, a hit shows it at its place: in every script, however its letters are written."""

from __future__ import annotations

import unicodedata

import pytest

from archive.search import parse_query
from archive.search.find_words import Target, find, targets
from archive.search.folded import folded
from archive.search.query import Prefix, Query, Word
from archive.search.words import fold, words

LINES = (
    "No one shall be held in slavery: the dying man's ties, O'Brien`s sister-in-law, 1807.",
    "Ma sœur née à Dakar, l’œuvre d'un cœur; jusqu’à qu’elle chantât l’Élégie de l'Æthiopie.",
    "Ninguém será mantido em escravidão; a ﬁlha não é coisa, nº 5, ½ libra, São Tomé.",
    "Nadie estará sometido a esclavitud ni a servidumbre: ¿señor Ibáñez?",
    "A kò gbọdọ̀ mú ẹnikẹ́ni ní ẹrú ní Ọ̀yọ́; Àwọn ọmọ wa ń kọrin.",
    "Niemand darf in Sklaverei gehalten werden, Straße, ẞ, İstanbul, Łódź, þræll, smørrebrød.",
    "Никто не должен содержаться в рабстве; её ребёнок, Йошкар.",
    "Κανείς δεν επιτρέπεται να ζει υπό καθεστώς δουλείας, ᾳ.",
    "לֹא יִהְיֶה אָדָם עֶבֶד אוֹ מְשֻׁעְבָּד",
    "لا يجوز استرقاق أو استعباد أي شخص، والحُرِّيَّة ١٨٠٧، می\u200cخواهم",
    "我在1807年廢除奴隸貿易BBC在l'倫敦 ガーナで奴隷",
    "ไม่มีบุคคลใดจะต้องถูกบังคับ 1948",
    "어느 누구도 노예가 되어서는 아니 된다",
    "कोई भी ग़ुलामी की अवस्था में न रखा जाएगा",
    "hy\u00adphen, zero\u200bwidth, under_score, ｆｕｌｌ　ｗｉｄｔｈ, 𝔉raktur",
)
WRITTEN = [
    pytest.param(unicodedata.normalize(form, line), id=f"{number}-{form}")
    for number, line in enumerate((*LINES, " ".join(LINES)))
    for form in ("NFC", "NFD")
]


def target(word: str) -> Target:
    (only,) = targets(Query(Word(word)))
    return only


@pytest.mark.parametrize("line", WRITTEN)
def test_every_word_that_the_index_holds_is_found_at_its_place(line: str) -> None:
    held = list(words(line))
    for asked in {form for each in held for form in each}:
        places = list(find(line, target(asked)))
        assert len(places) == sum(target(asked).fits([each]) for each in held), asked
        for start, end in places:
            shown = line[start:end]
            assert any(target(asked).fits([each]) for each in words(shown)), (asked, shown)
            assert shown == shown.strip(" ,.;:"), asked


@pytest.mark.parametrize("line", WRITTEN)
def test_a_text_with_its_places_is_folded_as_the_index_folds_it(line: str) -> None:
    assert folded(line).plain == fold(line)


@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        (LINES[1], "sœur", ["sœur"]),
        (LINES[1], "soeur", ["sœur"]),
        (LINES[1], "coeu*", ["cœur"]),
        (unicodedata.normalize("NFD", LINES[1]), "élégie", ["E\u0301le\u0301gie"]),
        (LINES[1], "quelle", ["qu’elle"]),
        (unicodedata.normalize("NFD", LINES[4]), "oyo", [unicodedata.normalize("NFD", "Ọ̀yọ́")]),
        (LINES[4], "Ọ̀yọ́", ["Ọ̀yọ́"]),
        (LINES[10], "奴隸", ["奴隸"]),
        (LINES[10], "1807", ["1807"]),
        (LINES[10], "1807年廢除", ["1807年廢除"]),
        (LINES[10], "bbc", ["BBC"]),
        (LINES[0], "dying", ["dying"]),
        ("slavery's end", "s", []),
        ("½", "1", ["½"]),
    ],
)
def test_what_is_marked_is_the_word_as_it_was_written(text: str, query: str, shown: list[str]) -> None:
    (asked,) = targets(parse_query(query))
    assert [text[start:end] for start, end in find(text, asked)] == shown


def test_the_beginning_of_a_word_is_found_behind_letters_of_which_folding_makes_two_or_none() -> None:
    text = "œœœ e\u0301e\u0301 sœurs ﬁlles"
    (asked,) = targets(Query(Prefix("fil")))
    assert [text[start:end] for start, end in find(text, asked)] == ["ﬁlles"]
