"""Words are folded, cut and stemmed the same way in documents and in queries."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from archive.search import IndexDocument
from archive.search.kept import kept, length
from archive.search.words import LONGEST_WORD, all_joined, fold, held_together, joined_from, stem, words


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Escravidão", "escravidao"),
        ("ŁÓDŹ Ærø", "lodz aero"),
        ("Ọjọ́ ìrántí", "ojo iranti"),
        ("e\u0301cole", "ecole"),
        ("Straße", "strasse"),
        ("كُتِبَتْ", "كتبت"),
        ("إلى الحُرّيّة", "الي الحريه"),
        ("١٨٦٣", "1863"),
        ("soft\u00adhyphen", "softhyphen"),
        ("हिन्दी", "हिन्दी"),
        ("ﬁne", "fine"),
        ("Usman Ɗan Fodio, Ɔkɔmfo Anɔkye, Ŋutsi", "usman dan fodio, okomfo anokye, ngutsi"),
        ("שָׁלוֹם יִשְׂרָאֵל", "שלום ישראל"),
        ("می\u200cخواهم", "ميخواهم"),
        ("\U0001e906\U0001e944", "\U0001e928"),
        ("O`Brien and L´Ouverture", "o'brien and l'ouverture"),
        ("O`Brien", "o'brien"),
    ],
)
def test_text_is_folded(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("Don't stop", [("dont",), ("stop",)]),
        ("freedman’s", [("freedman",)]),
        ("O'Brien", [("obrien", "brien")]),
        ("l’esclavage", [("esclavage", "lesclavage")]),
        ("qu'elle", [("elle", "quelle")]),
        ("'quoted'", [("quoted",)]),
        ("anti-slavery", [("anti",), ("slavery",)]),
        ("snake_case", [("snake",), ("case",)]),
        ("manumission², trade¹²", [("manumission",), ("trade",)]),
        ("25 m² of H₂O", [("25",), ("m2",), ("of",), ("h2o",)]),
        ("奴隶ab", [("奴",), ("隶",), ("ab",)]),
        ("हिन्दी भाषा", [("हिन्दी",), ("भाषा",)]),
        ("สวัสดี", [(sign,) for sign in "สวัสดี"]),
        ("a" * 100, [("a" * LONGEST_WORD,)]),
        ("", []),
        ("— … !", []),
    ],
)
def test_text_is_cut_into_words(text: str, cut: list[tuple[str, ...]]) -> None:
    assert list(words(text)) == cut


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("whip", "whipped"),
        ("whipping", "whips"),
        ("slavery", "slaveries"),
        ("emancipation", "emancipated"),
        ("escravo", "escravos"),
        ("الحريه", "حريه"),
        ("والحريه", "حريات"),
        ("свобода", "свободы"),
    ],
)
def test_words_of_one_stem_meet(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_numbers_and_short_words_are_their_own_stem() -> None:
    assert [stem(word) for word in ("1860s", "is", "奴", "abc123s")] == ["1860s", "is", "奴", "abc123s"]


def test_threads_may_stem_at_once() -> None:
    many = [f"walking{letter}ing" for letter in "abcdefghij"] * 200
    stem.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(stem, many)) == [stem(word) for word in many]


def test_an_apostrophe_between_two_signs_is_no_word() -> None:
    assert list(words("龟'龜 龟`龜")) == [("龟",), ("龜",)] * 2


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("the anti-slavery cause", ["the", "antislavery", "cause"]),
        ("Anti‑Slavery, co‐operative", ["antislavery", "cooperative"]),
        ("the eman-\n   cipation", ["the", "emancipation"]),  # parted at the end of a line
        ("eman-\r\ncipation", ["emancipation"]),
        ("freedmen’s-bureau", ["freedmensbureau"]),
        ("a slave-trader’s house", ["a", "slavetrader", "house"]),
        ("l’anti-esclavagisme", ["antiesclavagisme"]),
        ("mother-in-law", ["motherinlaw"]),
        ("1861-64, 62-12, no-5", ["1861", "64", "62", "12", "no", "5"]),  # nobody writes these as one
        ("slavery -- or - none–such", ["slavery", "or", "none", "such"]),
        ("ab-" * 40 + "ab", ["ab"] * 41),  # longer than any word
        ("анти-рабство", ["антирабство"]),
        ("奴-隶 ab-奴", ["奴", "隶", "ab", "奴"]),
    ],
)
def test_what_a_hyphen_holds_together_can_be_written_as_one(text: str, joined: list[str]) -> None:
    assert list(all_joined(text)) == joined


def test_of_several_hyphens_any_two_words_are_written_as_one_and_all_of_them() -> None:
    (held,) = held_together("mother-in-law")
    assert [joined_from(held, at) for at in range(3)] == [("motherin", "motherinlaw"), ("inlaw",), ()]
    assert [joined_from(("slavery",), 0), joined_from(("anti", "slavery"), 0)] == [(), ("antislavery",)]


def test_what_is_kept_beside_the_words_of_a_text_makes_it_no_longer() -> None:
    title = kept(IndexDocument("a", "Anti-Slavery Society", names=["Smith-Jones"], languages=["fr"])).title
    assert {word: title[word] for word in ("anti", "slaveri", "societi")} == {
        "anti": [0],
        "slaveri": [1],
        "societi": [2],
    }
    assert title["-/antislaveri"] == [0]
    assert length(title) == 3
