"""Staff keep something back for longer than its giver asked, never for less."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from archive.access import PUBLIC, can_see, contributor
from archive.models import Consent, Event, Item, ItemState, today
from archive.models.errors import BadInputError, ConflictError, ForbiddenError, NotFoundError
from archive.services import consents, embargo, indexing
from archive.services.first_days import FirstDays
from archive.services.opening import Archive
from archive.services.record import records
from archive.services.upkeep import AnotherDay
from tests.fixtures.curators import curator
from tests.fixtures.items import give, item_of

SOON, LATER, LAST = (today() + timedelta(days=days) for days in (10, 20, 30))


def first_day(archive: Archive, item_id: str) -> date | None:
    return item_of(archive, item_id).consent.not_before


def seen(archive: Archive, item_id: str) -> bool:
    with archive.db.read() as session:
        return can_see(PUBLIC, session.get_one(Item, item_id))


def test_what_is_kept_back_is_seen_by_nobody_and_it_is_in_the_history_and_the_record(
    archive: Archive,
) -> None:
    somebody, item_id = curator(archive), give(archive, state=ItemState.PUBLISHED)
    assert seen(archive, item_id)
    before = item_of(archive, item_id)
    embargo.keep_back(archive, somebody, item_id, SOON, version=1)
    assert not seen(archive, item_id)
    row = item_of(archive, item_id)
    assert row.index_pending and row.record_revision > before.record_revision
    with archive.db.read() as session:
        last = session.scalars(
            select(Event).where(Event.subject_id == item_id).order_by(Event.sequence)
        ).all()[-1]
        consent = records(session, [item_id])[item_id]["consent"]
    assert (last.kind, last.agent, last.detail) == (
        "consent",
        somebody.id,
        {
            "changed": ["not_before"],
            "version": 2,
            "not_before": {"before": "", "after": SOON.isoformat()},
        },
    )
    assert [one["not_before"] for one in consent] == [None, SOON.isoformat()]
    # What staff have narrowed they may open again, as far as the giver allowed.
    embargo.keep_back(archive, somebody, item_id, None)
    assert seen(archive, item_id)


def test_it_is_never_shown_before_the_day_that_its_giver_allows(archive: Archive) -> None:
    somebody = curator(archive)
    item_id = give(archive, state=ItemState.PUBLISHED, not_before=SOON, not_after=LAST)
    embargo.keep_back(archive, somebody, item_id, LATER)
    for day in (SOON - timedelta(days=1), today()):
        with pytest.raises(BadInputError) as caught:
            embargo.keep_back(archive, somebody, item_id, day)
        assert caught.value.code == "wider-than-allowed"
    with pytest.raises(BadInputError) as caught:
        embargo.keep_back(archive, somebody, item_id, LAST + timedelta(days=1))
    assert caught.value.code == "after-the-last-day"
    assert first_day(archive, item_id) == LATER
    embargo.keep_back(archive, somebody, item_id, None)
    assert first_day(archive, item_id) == SOON
    # To say the same again is no new version.
    versions = item_of(archive, item_id).consent.version
    embargo.keep_back(archive, somebody, item_id, SOON)
    assert item_of(archive, item_id).consent.version == versions


def test_what_the_giver_says_afterwards_counts_afresh(archive: Archive) -> None:
    somebody, item_id = curator(archive), give(archive, state=ItemState.PUBLISHED)
    submission_id = item_of(archive, item_id).submission_id
    embargo.keep_back(archive, somebody, item_id, SOON)
    consents.revise(archive, contributor([submission_id]), submission_id, {"not_before": LATER})
    with pytest.raises(BadInputError):
        embargo.keep_back(archive, somebody, item_id, SOON)
    embargo.keep_back(archive, somebody, item_id, LAST)
    embargo.keep_back(archive, somebody, item_id, None)
    assert first_day(archive, item_id) == LATER


def test_a_giver_who_changes_something_else_has_not_asked_for_the_day_that_staff_chose(
    archive: Archive,
) -> None:
    somebody, item_id = curator(archive), give(archive, state=ItemState.PUBLISHED, not_before=SOON)
    submission_id = item_of(archive, item_id).submission_id
    embargo.keep_back(archive, somebody, item_id, LATER)
    changes = {"naming": "other-name", "name_shown": "A friend"}
    consents.revise(archive, contributor([submission_id]), submission_id, changes)
    assert first_day(archive, item_id) == LATER
    embargo.keep_back(archive, somebody, item_id, None)
    assert first_day(archive, item_id) == SOON
    # Of a day that they chose themselves nothing is remembered as the staff's.
    embargo.keep_back(archive, somebody, item_id, LATER)
    consents.revise(archive, contributor([submission_id]), submission_id, {"not_before": LAST})
    consents.revise(archive, contributor([submission_id]), submission_id, {"name_shown": "Another"})
    with pytest.raises(BadInputError):
        embargo.keep_back(archive, somebody, item_id, LATER)


def test_a_day_of_staff_is_lifted_by_no_day_of_the_giver_which_counts_beside_it(archive: Archive) -> None:
    somebody, item_id = curator(archive), give(archive, state=ItemState.PUBLISHED, not_before=SOON)
    submission_id = item_of(archive, item_id).submission_id

    def says(day: date | None, **more: date | None) -> tuple[date | None, int]:
        giver = contributor([submission_id])
        consents.revise(archive, giver, submission_id, {"not_before": day, **more})
        consent = item_of(archive, item_id).consent
        return consent.not_before, consent.version

    embargo.keep_back(archive, somebody, item_id, LATER)
    # Left as it stands, nothing is changed.
    assert says(SOON) == (LATER, 2)
    assert says(None) == (LATER, 3) and says(None) == (LATER, 3)
    # A later day of their own, or the same, covers that of staff, and no more.
    assert says(LAST) == (LAST, 4)

    def is_lifted_by_no_last_day() -> None:
        for day in (None, SOON):
            with pytest.raises(BadInputError) as caught:
                says(day, not_after=LATER - timedelta(days=1))
            assert caught.value.code == "after-the-last-day" and not seen(archive, item_id)

    is_lifted_by_no_last_day()
    assert says(LATER) == (LATER, 5)
    is_lifted_by_no_last_day()
    assert says(SOON) == (LATER, 6)
    is_lifted_by_no_last_day()
    # Once it has come it keeps nothing back.
    assert FirstDays(None, today() - timedelta(days=3)).together(None, today() - timedelta(days=4)) is None
    # What staff let go, also while it was covered, does not come again.
    says(LAST)
    embargo.keep_back(archive, somebody, item_id, None)
    with archive.db.read() as session:
        last = session.scalars(
            select(Event).where(Event.subject_id == item_id).order_by(Event.sequence)
        ).all()[-1]
    assert (last.kind, last.agent, last.detail["version"]) == ("consent", somebody.id, 7)
    assert says(SOON) == (SOON, 8)
    embargo.keep_back(archive, somebody, item_id, LATER)
    says(None)
    embargo.keep_back(archive, somebody, item_id, None)
    assert first_day(archive, item_id) is None


def test_only_who_may_decide_about_it_keeps_it_back_and_not_over_a_change_they_have_not_seen(
    archive: Archive,
) -> None:
    item_id = give(archive, state=ItemState.IN_REVIEW)
    with pytest.raises(ForbiddenError):
        embargo.keep_back(archive, curator(archive, role="archivist"), item_id, SOON)
    with pytest.raises(NotFoundError):
        embargo.keep_back(archive, curator(archive, "convenings"), item_id, SOON)
    with pytest.raises(ConflictError):
        embargo.keep_back(archive, curator(archive), item_id, SOON, version=7)
    with archive.db.read() as session:
        submission_id = item_of(archive, item_id).submission_id
        assert len(session.scalars(select(Consent).where(Consent.submission_id == submission_id)).all()) == 1


def test_nobody_opens_by_it_what_lies_in_a_collection_that_others_look_after(archive: Archive) -> None:
    item_id = give(archive, state=ItemState.PUBLISHED)
    moved = give(archive, state=ItemState.PUBLISHED, collection="convenings")
    with archive.db.write() as session:
        first, second = (session.get_one(Item, one) for one in (item_id, moved))
        second.submission_id, second.consent_id, second.position = first.submission_id, first.consent_id, 9
    here, there = curator(archive, "march-25"), curator(archive, "convenings")
    # To keep it back is to be careful for all of it; to let it go is to decide for all of it.
    embargo.keep_back(archive, there, moved, LATER)
    for day in (None, SOON):
        with pytest.raises(ForbiddenError):
            embargo.keep_back(archive, here, item_id, day)
    assert not seen(archive, item_id) and not seen(archive, moved)
    embargo.keep_back(archive, curator(archive, "march-25", "convenings"), item_id, None)
    assert seen(archive, item_id) and seen(archive, moved)


def test_the_indexes_hear_of_another_day_at_once_and_only_once(archive: Archive) -> None:
    ends = give(archive, state=ItemState.PUBLISHED, not_after=LAST)
    indexing.drain(archive)
    assert not item_of(archive, ends).index_pending
    look = AnotherDay(archive)
    look()
    assert item_of(archive, ends).index_pending
    indexing.drain(archive)
    look()
    assert not item_of(archive, ends).index_pending
