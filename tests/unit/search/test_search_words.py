"""Words are folded, cut and stemmed the same way in documents and in queries."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from archive.search.words import LONGEST_WORD, fold, stem, words


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
