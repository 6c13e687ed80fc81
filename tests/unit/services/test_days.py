"""Days of remembrance come from the collections, in the order in which they come next, with what belongs to them first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from archive.access import PUBLIC
from archive.models import ItemState, new_id
from archive.models.errors import NotFoundError
from archive.services import days
from archive.services.opening import Archive
from tests.fixtures.items import give
from tests.fixtures.searched import settle


def test_the_next_day_comes_first_and_a_day_is_next_until_it_is_over(archive: Archive) -> None:
    found = days.all_days(archive, date(2026, 3, 25), "fr")
    assert [(one.id, one.next_on) for one in found] == [
        ("day-of-remembrance", date(2026, 3, 25)),
        ("indigenous-peoples-day", date(2026, 10, 12)),
        ("human-rights-day", date(2026, 12, 10)),
    ]
    assert found[0].name.startswith("Journée internationale") and found[0].collections == ("march-25",)
    assert days.all_days(archive, date(2026, 3, 26))[-1].next_on == date(2027, 3, 25)


@pytest.mark.parametrize(
    ("hour", "is_kept"),
    [
        # At eight in the evening of the 24th in Washington, when it is the 25th in UTC.
        (datetime(2026, 3, 25, 0), False),
        (datetime(2026, 3, 25, 3, 59), False),
        (datetime(2026, 3, 25, 4), True),
        # At ten in the evening of the 25th in Washington, and at eleven in California.
        (datetime(2026, 3, 26, 2), True),
        (datetime(2026, 3, 26, 6), True),
        # Until midnight in Hawaii.
        (datetime(2026, 3, 26, 9, 59), True),
        (datetime(2026, 3, 26, 10), False),
    ],
)
def test_a_day_is_kept_until_its_evening_is_over_everywhere_in_the_united_states(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, hour: datetime, is_kept: bool
) -> None:
    monkeypatch.setattr(days, "now", lambda: hour.replace(tzinfo=UTC))
    on = days.today(archive)
    first = days.all_days(archive, on.first)[0]
    assert first.id == (
        "day-of-remembrance" if hour < datetime(2026, 3, 26, 10) else "indigenous-peoples-day"
    )
    assert on.holds(first) == is_kept


def test_an_archive_says_whose_days_these_are_and_without_a_zone_they_are_those_of_utc(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(days, "now", lambda: datetime(2026, 3, 26, 4, 30, tzinfo=UTC))
    for zones, first, last in (
        (("America/Chicago",), 25, 25),
        (("America/New_York",), 26, 26),
        (("Pacific/Kiritimati", "Pacific/Pago_Pago"), 25, 26),
        ((), 26, 26),
    ):
        settings = replace(archive.settings, timezones=zones)
        found = days.today(replace(archive, settings=settings))
        assert (found.first.day, found.last.day) == (first, last)


def test_a_leap_day_is_kept_when_there_is_one_and_two_collections_keep_one_day_together(
    archive: Archive,
) -> None:
    first, second = (archive.profiles[slug] for slug in ("march-25", "convenings"))
    leap = replace(first.observances[0], id="leap", month=2, day=29)
    profiles = {
        "march-25": replace(first, observances=(leap,)),
        "convenings": replace(second, observances=(leap,)),
    }
    (found,) = days.all_days(replace(archive, profiles=profiles), date(2097, 3, 1))
    assert found.next_on == date(2104, 2, 29)
    assert found.collections == ("march-25", "convenings")


def test_what_bears_a_day_is_kept_apart_from_what_its_collections_have_new(archive: Archive) -> None:
    day = days.one(archive, "human-rights-day", date(2026, 1, 1))
    extra = {"observances": "human-rights-day"}
    bears = give(archive, state=ItemState.PUBLISHED, title=f"It bears {new_id()}", extra=extra)
    hidden = give(archive, state=ItemState.IN_REVIEW, title="Not yet", extra=extra)
    new = give(archive, state=ItemState.PUBLISHED, title="Of the collection")
    elsewhere = give(archive, state=ItemState.PUBLISHED, collection="convenings")
    settle(archive)
    total, cards = days.items_of(archive, PUBLIC, day, 50)
    of_the_day = {card.id for card in cards}
    assert total == len(of_the_day) and bears in of_the_day and not {hidden, new} & of_the_day
    besides = [card.id for card in days.new_besides(archive, PUBLIC, day, cards, 500)]
    assert new in besides and not {hidden, elsewhere, *of_the_day} & set(besides)
    assert len(days.new_besides(archive, PUBLIC, day, cards[:1], 2)) == 1
    assert days.new_besides(archive, PUBLIC, day, cards, total) == ()


def test_a_day_that_nobody_keeps_is_not_found(archive: Archive) -> None:
    with pytest.raises(NotFoundError):
        days.one(archive, "never", date(2026, 1, 1))
