"""What is returned with a question comes back when it is answered, and the desk can decide where nobody answers."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import event, select

from archive.access import Actor, contributor
from archive.models import TRANSITIONS, Action, BatchItem, Event, ItemState, Message
from archive.models.errors import NotFoundError
from archive.services import batches, desk_queue, messages, review
from archive.services.desk_queue import Asked
from archive.services.opening import Archive
from archive.services.weighing import Wish
from tests.fixtures.curators import curator
from tests.fixtures.items import give, item_of, put


def returned(archive: Archive) -> tuple[str, str, Actor]:
    """An item that a curator asked something about, its submission, and who gave it."""
    item_id = give(archive, state=ItemState.IN_REVIEW)
    submission_id = item_of(archive, item_id).submission_id
    review.decide(archive, curator(archive), item_id, Action.RETURN, version=None, words="Who is it?")
    return item_id, submission_id, contributor([submission_id])


def waits(archive: Archive, somebody: Actor, item_id: str) -> bool:
    pages = range(1, 10)
    found = (desk_queue.queue(archive, somebody, Asked(page=page)).items for page in pages)
    return item_id in {one.card.id for items in found for one in items}


def kinds(archive: Archive, item_id: str) -> list[str]:
    with archive.db.read() as session:
        query = select(Event.kind).where(Event.subject_id == item_id)
        return list(session.scalars(query.order_by(Event.sequence)))


def test_an_answer_stays_with_all_curators_until_one_of_them_decides(archive: Archive) -> None:
    one, another = curator(archive), curator(archive)
    item_id, submission_id, giver = returned(archive)
    assert not waits(archive, another, item_id)
    messages.write(archive, giver, submission_id, "It is Rosa.")
    assert item_of(archive, item_id).state == ItemState.IN_REVIEW
    messages.thread(archive, one, submission_id)
    assert waits(archive, one, item_id) and waits(archive, another, item_id)
    assert item_id in {line.item_id for line in messages.waiting(archive, another)}
    # Said in the history once, however much is written.
    messages.write(archive, giver, submission_id, "Rosa Parks.")
    assert kinds(archive, item_id)[-2:] == ["return", "resend"]


def test_an_answer_sends_back_what_was_asked_about_and_nothing_else(archive: Archive) -> None:
    for state in set(ItemState) - {ItemState.RETURNED, ItemState.DRAFT}:
        item_id = give(archive, state=state)
        submission_id = item_of(archive, item_id).submission_id
        messages.write(archive, contributor([submission_id]), submission_id, "One more word.")
        assert item_of(archive, item_id).state == state
    item_id, submission_id, _ = returned(archive)
    messages.write(archive, curator(archive), submission_id, "And when was it?")
    with pytest.raises(NotFoundError):
        messages.write(archive, contributor([]), submission_id, "It is Rosa.")
    assert item_of(archive, item_id).state == ItemState.RETURNED


@pytest.mark.parametrize(
    ("action", "words", "after"),
    [
        (Action.ACCEPT, "", ItemState.ACCEPTED),
        (Action.DECLINE, "We heard nothing.", ItemState.DECLINED),
        (Action.REOPEN, "", ItemState.IN_REVIEW),
    ],
)
def test_what_nobody_answers_can_be_decided_on(
    archive: Archive, action: Action, words: str, after: ItemState
) -> None:
    item_id, _, _ = returned(archive)
    review.decide(archive, curator(archive), item_id, action, version=None, words=words)
    assert item_of(archive, item_id).state == after
    assert kinds(archive, item_id)[-1] == action


def test_no_batch_decides_over_a_question(archive: Archive) -> None:
    item_id, _, _ = returned(archive)
    for act in ("accept", "publish"):
        made = batches.plan(archive, curator(archive), act, {item_id: Wish(act)})
        with archive.db.read() as session:
            rows = select(BatchItem.outcome).where(BatchItem.batch_id == made)
            assert session.scalars(rows).all() == ["wrong-state"]


def test_no_state_that_the_desk_sees_is_without_a_decision() -> None:
    for state in {ItemState.IN_REVIEW, ItemState.RETURNED, ItemState.ACCEPTED, ItemState.DECLINED}:
        assert any((state, action) in TRANSITIONS for action in set(review.DECISIONS) - {Action.UNPUBLISH})


def test_what_is_written_while_the_thread_is_opened_is_still_new(archive: Archive) -> None:
    item_id = give(archive)
    put(archive, item_id, ItemState.IN_REVIEW)
    submission_id = item_of(archive, item_id).submission_id
    giver = contributor([submission_id])
    messages.write(archive, giver, submission_id, "One")
    written: list[threading.Thread] = []

    def write_between(*given: Any) -> None:
        if given[2].startswith("UPDATE message") and not written:
            written.append(
                threading.Thread(target=messages.write, args=(archive, giver, submission_id, "Two"))
            )
            written[0].start()
            # On SQLite whoever writes waits for the other; on PostgreSQL nobody does.
            written[0].join(5 if not archive.db.is_sqlite else 0.05)

    event.listen(archive.db.engine, "before_cursor_execute", write_between)
    try:
        shown = messages.thread(archive, curator(archive), submission_id)
    finally:
        event.remove(archive.db.engine, "before_cursor_execute", write_between)
    written[0].join()
    assert [one.text for one in shown] == ["One"]
    with archive.db.read() as session:
        query = select(Message.text, Message.seen).where(Message.submission_id == submission_id)
        assert session.execute(query.order_by(Message.id)).all() == [("One", True), ("Two", False)]
