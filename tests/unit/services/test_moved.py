"""What was moved to another collection is looked after there, with all that belongs to it, and no longer where it was."""

from __future__ import annotations

from datetime import timedelta

import pytest

from archive.access import Actor
from archive.models import Item, ItemState, today
from archive.models.errors import NotFoundError
from archive.services import consents, contacts, drafts, messages, sending, withdrawing
from archive.services.contacts import Details
from archive.services.desk_queue import Asked, queue
from archive.services.opening import Archive
from tests.fixtures.drafts import READY, add, begin
from tests.fixtures.items import actor, give, item_of


@pytest.fixture
def moved(archive: Archive) -> tuple[str, Actor, str]:
    """A submission whose only item was moved from one collection to another: its id, who gave it, the item."""
    submission_id, who = begin(archive)
    add(archive, submission_id, b"A letter.", "letter.txt")
    drafts.save(archive, who, submission_id, READY)
    contacts.keep(archive, who, submission_id, Details("rosa@example.org"))
    sending.send(archive, who, submission_id, "en")
    give(archive, collection="convenings")
    with archive.db.write() as session:
        item = session.query(Item).filter_by(submission_id=submission_id).one()
        item.collection, item.state = "convenings", ItemState.IN_REVIEW
        return submission_id, who, item.id


def test_its_thread_is_read_and_waits_where_it_is_now_alone(
    archive: Archive, moved: tuple[str, Actor, str]
) -> None:
    submission_id, who, item_id = moved
    here, there = actor("curator", "march-25"), actor("curator", "convenings")
    messages.write(archive, who, submission_id, "Is it safe?")
    assert item_id not in {one.item_id for one in messages.waiting(archive, here)}
    assert item_id in {one.item_id for one in messages.waiting(archive, there)}
    assert queue(archive, there, Asked()).has_messages
    with pytest.raises(NotFoundError):
        messages.thread(archive, here, submission_id)
    assert [one.text for one in messages.thread(archive, there, submission_id)] == ["Is it safe?"]
    messages.write(archive, there, submission_id, "It is.")
    assert not queue(archive, there, Asked()).has_messages or messages.waiting(archive, there)


def test_whoever_looks_after_it_now_reaches_its_giver_keeps_it_back_and_takes_it_back(
    archive: Archive, moved: tuple[str, Actor, str]
) -> None:
    submission_id, _, item_id = moved
    with pytest.raises(NotFoundError):
        contacts.read(archive, actor("correspondent", "march-25"), submission_id)
    found = contacts.read(archive, actor("correspondent", "convenings"), submission_id)
    assert found is not None and found.email == "rosa@example.org"
    later = {"not_before": today() + timedelta(days=9)}
    with pytest.raises(NotFoundError):
        consents.revise(archive, actor("curator", "march-25"), submission_id, later)
    consents.revise(archive, actor("curator", "convenings"), submission_id, later)
    assert item_of(archive, item_id).consent.not_before == later["not_before"]
    withdrawing.withdraw_submission(archive, actor("archivist", "convenings"), submission_id)
    assert item_of(archive, item_id).state == ItemState.WITHDRAWN


def test_all_of_a_submission_is_taken_back_by_those_who_look_after_all_of_it(
    archive: Archive, moved: tuple[str, Actor, str]
) -> None:
    submission_id, _, item_id = moved
    stays = give(archive)
    with archive.db.write() as session:
        row = session.get_one(Item, stays)
        row.submission_id, row.consent_id = submission_id, session.get_one(Item, item_id).consent_id
    for where in ("march-25", "convenings"):
        with pytest.raises(NotFoundError):
            withdrawing.withdraw_submission(archive, actor("archivist", where), submission_id)
    both = actor("archivist", "march-25", "convenings")
    withdrawing.withdraw_submission(archive, both, submission_id)
    assert {item_of(archive, one).state for one in (item_id, stays)} == {ItemState.WITHDRAWN}
