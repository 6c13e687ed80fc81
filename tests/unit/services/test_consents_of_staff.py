"""Who looks after the archive may narrow what its giver allows, and widen nothing of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from archive.access import OPERATOR, contributor
from archive.models import ItemState, today
from archive.services import consents, embargo
from archive.services.opening import Archive
from tests.fixtures.items import actor, give, item_of

SOON, LATER = today() + timedelta(days=10), today() + timedelta(days=20)
LICENCE, FREER = (
    "https://creativecommons.org/licenses/by-nc/4.0/",
    "https://creativecommons.org/licenses/by/4.0/",
)
GIVEN: Mapping[str, Any] = {
    "audience": "community",
    "naming": "other-name",
    "name_shown": "A friend",
    "place_precision": "town",
    "places_shown": {"12 Rose lane": "Dorset"},
    "people": "refused",
    "reuse": LICENCE,
    "not_before": SOON,
    "not_after": LATER,
}
WIDER: tuple[Mapping[str, Any], ...] = (
    {"audience": "public"},
    {"naming": "own-name", "name_shown": "Rosa Quillfeather"},
    {"name_shown": "Rosa Quillfeather"},
    {"place_precision": "exact"},
    {"places_shown": {"12 Rose lane": "12 Rose lane"}},
    {"places_shown": {"12 Rose lane": "Dorset", "9 High street": "9 High street"}},
    {"people": "agreed"},
    {"people": ""},
    {"reuse": FREER},
    {"not_before": None},
    {"not_before": SOON - timedelta(days=1)},
    {"not_after": None},
    {"not_after": LATER + timedelta(days=1)},
)
NARROWER: tuple[Mapping[str, Any], ...] = (
    {"audience": "staff"},
    {"naming": "no-name", "name_shown": ""},
    {"place_precision": "none"},
    {"places_shown": {}},
    {"people": "not-asked"},
    {"reuse": ""},
    {"not_before": SOON + timedelta(days=1)},
    {"not_after": LATER - timedelta(days=1)},
)


def given(archive: Archive) -> str:
    """A submission whose giver closed something of each choice."""
    submission_id = item_of(archive, give(archive, state=ItemState.PUBLISHED)).submission_id
    consents.revise(archive, contributor([submission_id]), submission_id, GIVEN)
    return submission_id


def stands(archive: Archive, submission_id: str) -> dict[str, Any]:
    with archive.db.write() as session:
        newest = consents.newest(session, submission_id)
        return {name: getattr(newest, name) for name in GIVEN}


@pytest.mark.parametrize("changes", WIDER, ids=str)
def test_staff_widen_nothing_that_its_giver_closed(archive: Archive, changes: Mapping[str, Any]) -> None:
    submission_id = given(archive)
    for somebody in (actor("curator", "march-25"), OPERATOR):
        assert consents.revise(archive, somebody, submission_id, changes) == 2
        assert stands(archive, submission_id) == GIVEN
    # Whoever gave it may.
    assert consents.revise(archive, contributor([submission_id]), submission_id, changes) == 3
    assert stands(archive, submission_id) == {**GIVEN, **changes}


@pytest.mark.parametrize("changes", NARROWER, ids=str)
def test_staff_narrow_what_its_giver_allowed(archive: Archive, changes: Mapping[str, Any]) -> None:
    submission_id = given(archive)
    assert consents.revise(archive, actor("curator", "march-25"), submission_id, changes) == 3
    assert stands(archive, submission_id) == {**GIVEN, **changes}


def test_a_day_that_staff_chose_they_take_back_and_no_further(archive: Archive) -> None:
    curator, item_id = actor("curator", "march-25"), give(archive, state=ItemState.PUBLISHED, not_before=SOON)
    submission_id = item_of(archive, item_id).submission_id
    embargo.keep_back(archive, curator, item_id, LATER)
    # Another choice of theirs lifts nothing of it.
    consents.revise(archive, curator, submission_id, {"audience": "staff"})
    assert item_of(archive, item_id).consent.not_before == LATER
    consents.revise(archive, curator, submission_id, {"not_before": None})
    assert item_of(archive, item_id).consent.not_before == SOON


@pytest.mark.parametrize("changes", WIDER, ids=str)
def test_its_giver_too_may_ask_for_what_shows_less_alone(
    archive: Archive, changes: Mapping[str, Any]
) -> None:
    submission_id = given(archive)
    giver = contributor([submission_id])
    assert consents.revise(archive, giver, submission_id, changes, only_less=True) == 2
    # What is wider of it does not keep what is narrower waiting, but for the choice that is the wider one.
    both = {"audience": "staff", "place_precision": "none", **changes}
    assert consents.revise(archive, giver, submission_id, both, only_less=True) == 3
    less = {name: both[name] for name in ("audience", "place_precision") if name not in changes}
    assert stands(archive, submission_id) == {**GIVEN, **less}


def test_where_nobody_was_asked_only_the_town_tells_no_name_that_was_vouched_for(archive: Archive) -> None:
    submission_id = item_of(archive, give(archive, state=ItemState.PUBLISHED)).submission_id
    giver = contributor([submission_id])
    consents.revise(archive, giver, submission_id, {"place_precision": "exact"})
    consents.revise(archive, giver, submission_id, {"place_precision": "town"})
    assert stands(archive, submission_id)["place_precision"] == "none"
    town = {"place_precision": "town", "places_shown": {"12 Rose lane": "Dorset"}}
    consents.revise(archive, giver, submission_id, town)
    consents.revise(archive, giver, submission_id, {"places_shown": {}})
    assert stands(archive, submission_id)["place_precision"] == "none"
