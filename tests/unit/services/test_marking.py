"""What people type to say which part of a file goes is read as they mean it, or not at all."""

from __future__ import annotations

import pytest

from archive.models.errors import BadInputError
from archive.services.marking import PERCENT, PIXELS, SIDES, moment_ms, passage, region, span


def typed(*numbers: str) -> dict[str, str]:
    return dict(zip(SIDES, numbers, strict=True))


@pytest.mark.parametrize(
    ("numbers", "unit", "shares"),
    [
        (("10", "20", "30", "40"), PERCENT, (0.1, 0.2, 0.3, 0.4)),
        (("10,5 %", " 20% ", "30.25", "40"), PERCENT, (0.105, 0.2, 0.3025, 0.4)),
        (("١٠", "20", "30", "40"), PERCENT, (0.1, 0.2, 0.3, 0.4)),
        (("0", "0", "100", "100"), PERCENT, (0, 0, 1, 1)),
        (("80", "60", "320", "240"), PIXELS, (0.1, 0.1, 0.4, 0.4)),
        # What goes beyond the edge ends there.
        (("90", "90", "50", "50"), PERCENT, (0.9, 0.9, 0.1, 0.1)),
    ],
)
def test_four_numbers_are_a_region(numbers: tuple[str, ...], unit: str, shares: tuple[float, ...]) -> None:
    found = region(typed(*numbers), unit, (800, 600), 2, " why ")
    assert found is not None and (found.page, found.reason) == (2, "why")
    assert [found.extent[side] for side in SIDES] == pytest.approx(shares)


@pytest.mark.parametrize(
    "numbers",
    [
        ("10", "20", "30", ""),
        ("10", "20", "0", "5"),
        ("100", "20", "5", "5"),
        ("-1", "20", "5", "5"),
        ("nan", "1", "1", "1"),
        ("inf", "1", "1", "1"),
        ("1e3", "1", "1", "1"),
    ],
)
def test_what_is_no_region_is_refused(numbers: tuple[str, ...]) -> None:
    with pytest.raises(BadInputError) as caught:
        region(typed(*numbers), PERCENT, None, None, "")
    assert caught.value.code == "mark-numbers"


def test_pixels_of_a_picture_whose_size_is_not_known_are_refused_and_an_empty_row_is_none() -> None:
    with pytest.raises(BadInputError):
        region(typed("1", "1", "1", "1"), PIXELS, None, None, "")
    assert region(typed(" ", "", "", ""), PERCENT, None, None, "") is None


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("83", 83_000),
        ("83.5", 83_500),
        ("1:23", 83_000),
        ("1:23,25", 83_250),
        (" 1:02:03.5 ", 3_723_500),
        ("0", 0),
        ("100:00", 6_000_000),
        ("soon", None),
        ("1:2:3:4", None),
        ("-1", None),
        ("", None),
    ],
)
def test_a_moment_is_read_as_a_clock_or_as_seconds(text: str, milliseconds: int | None) -> None:
    assert moment_ms(text) == milliseconds


def test_a_range_ends_after_it_begins() -> None:
    found = span("1:23", "84", untimed=False, reason="")
    assert found is not None
    assert found.extent == {"start_ms": 83_000, "end_ms": 84_000, "untimed": False}
    assert span(" ", "", untimed=True, reason="") is None
    for start, end in (("2", "2"), ("3", "2"), ("3", ""), ("", "2")):
        with pytest.raises(BadInputError) as caught:
            span(start, end, untimed=False, reason="")
        assert caught.value.code == "mark-range"


def test_words_are_kept_as_they_were_typed_but_for_spaces() -> None:
    found = passage("  Ann\r\n  Lee ", "", everywhere=True, reason="")
    assert found is not None
    assert found.extent == {"words": "Ann Lee", "occurrence": None, "everywhere": True}
    assert passage(" \n ", "", everywhere=True, reason="") is None
    for words, which, everywhere in (
        ("Ann", "0", False),
        ("Ann", "x", False),
        ("Ann", "2", True),
        ("...", "", False),
    ):
        with pytest.raises(BadInputError) as caught:
            passage(words, which, everywhere=everywhere, reason="")
        assert caught.value.code == "mark-words"
