"""A long text is cut where a reader would pause, and says the same in pieces as in one."""

from __future__ import annotations

import random

import pytest

from archive.services.text_parts import PART_CHARACTERS, PIECE_CHARACTERS, Piece, cut, parts, pieces
from archive.services.views import PassageView
from archive.web.pages_text import paragraphs

CHANCE = random.Random(25)
SENTENCE = "We came down to the river before it was light, and nobody spoke."
TEXTS = {
    "paragraphs": "\n\n".join([SENTENCE * 9] * 200),
    "lines": "\n".join([SENTENCE] * 2_000),
    "one line": " ".join([SENTENCE] * 2_000),
    "no space": "文" * 90_000,
    "accents behind their letters": "e\u0301" * 30_000,
    "blank lines": "\n" * 20_000 + SENTENCE + "\n" * 20_000,
    "anything": "".join(CHANCE.choices("ab \n", weights=(8, 8, 3, 1), k=90_000)),
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_nothing_is_lost_or_added(text: str) -> None:
    found = list(cut(text))
    assert "".join(found) == text
    assert len(found) > 1 and max(map(len, found)) <= PIECE_CHARACTERS + 1
    whole = paragraphs([Piece(text)])
    cut_up = paragraphs(pieces([PassageView(text)]))
    assert [one.text for one in cut_up] == [one.text for one in whole]


@pytest.mark.parametrize(
    ("name", "sign"), [("paragraphs", "\n\n"), ("lines", "\n"), ("one line", " ")], ids=lambda one: repr(one)
)
def test_it_is_cut_at_blank_lines_else_at_line_ends_else_at_spaces(name: str, sign: str) -> None:
    *before_the_last, _last = cut(TEXTS[name])
    assert all(one.endswith(sign) for one in before_the_last)


def test_no_accent_is_cut_from_its_letter() -> None:
    assert all(one.startswith("e") for one in cut(TEXTS["accents behind their letters"]))


def test_what_has_a_page_or_a_second_stays_whole() -> None:
    text = TEXTS["lines"]
    found = pieces([PassageView(text, page=2), PassageView(text, start_ms=4_000), PassageView("Short.")])
    assert [(one.text, one.page, one.start_ms) for one in found] == [
        (text, 2, None),
        (text, None, 4_000),
        ("Short.", None, None),
    ]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_every_piece_of_a_part_has_its_place_where_it_begins(text: str) -> None:
    those = pieces([PassageView("A letter."), PassageView(text)])
    number = 1
    for run in parts(those, PART_CHARACTERS):
        shown = paragraphs(run, number)
        runs = [one for paragraph in shown for one in paragraph.runs]
        assert "".join(words for _, words in runs) == "".join(one.text for one in shown)
        begun = {anchor: words for anchor, words in runs if anchor}
        for nth, one in enumerate(run):
            beginning = one.text.strip("\n").partition("\n\n")[0]
            if beginning.strip():
                assert begun[f"place-{number + nth}"].startswith(beginning[:30].rstrip())
        number += len(run)
