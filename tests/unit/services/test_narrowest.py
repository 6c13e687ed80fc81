"""Where several consents speak, none of them is overruled."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from archive.services.narrowest import narrowest

OPEN: dict[str, Any] = {
    "audience": "public",
    "naming": "own-name",
    "name_shown": "Ana",
    "place_precision": "exact",
    "places_shown": {},
    "people": "agreed",
    "people_words": "",
    "reuse": "by",
    "not_before": None,
    "not_after": None,
}
CLOSED: tuple[dict[str, Any], ...] = (
    {"audience": "staff"},
    {"audience": "community"},
    {"naming": "no-name", "name_shown": ""},
    {"place_precision": "town", "places_shown": {"The farm": "Norfolk"}},
    {"place_precision": "none"},
    {"people": "refused", "people_words": "Ask my aunt."},
    {"reuse": ""},
    {"not_before": date(2060, 1, 1), "not_after": date(2070, 1, 1)},
)


@pytest.mark.parametrize("closed", CLOSED, ids=lambda one: next(iter(one)))
def test_the_narrower_choice_counts_whichever_is_newer(closed: dict[str, Any]) -> None:
    assert narrowest([OPEN | closed, OPEN]) == OPEN | closed
    assert narrowest([OPEN, OPEN | closed]) == OPEN | closed


def test_one_consent_is_what_it_says() -> None:
    assert narrowest([OPEN]) == OPEN


def test_where_no_day_is_left_nobody_but_staff_sees_it() -> None:
    early, late = {"not_after": date(2030, 1, 1)}, {"not_before": date(2040, 1, 1)}
    found = narrowest([OPEN | early, OPEN | late])
    assert (found["audience"], found["not_before"], found["not_after"]) == ("staff", date(2040, 1, 1), None)
