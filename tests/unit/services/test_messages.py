"""Messages go both ways, are read by those two alone, and by day."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import update

from archive.access import OPERATOR, PUBLIC, Actor, contributor
from archive.models import Action, ItemState, Message, new_id, today
from archive.models.errors import BadInputError, NotFoundError
from archive.services import audit, drafts, lifecycle, messages, review, sending
from archive.services.desk_queue import ALL, Asked, queue
from archive.services.opening import Archive
from archive.services.record import records
from tests.fixtures.at_once import at_once
from tests.fixtures.drafts import READY, add, begin
from tests.fixtures.items import actor, give, item_of


def sent(archive: Archive) -> tuple[str, object]:
    submission_id, who = begin(archive)
    add(archive, submission_id, b"A letter.", "letter.txt")
    drafts.save(archive, who, submission_id, READY)
    sending.send(archive, who, submission_id, "en")
    return submission_id, who


def test_both_sides_write_and_read_and_see_what_is_new(archive: Archive) -> None:
    submission_id, who = sent(archive)
    curator = actor("curator", "march-25")
    before = messages.waiting(archive, curator)
    messages.write(archive, who, submission_id, " Is it safe? ")  # type: ignore[arg-type]
    assert len(messages.waiting(archive, curator)) == len(before) + 1
    assert queue(archive, curator, Asked()).has_messages
    # Somebody who looks after another collection is told nothing of it.
    elsewhere = actor("curator", "convenings")
    assert queue(archive, elsewhere, Asked()).has_messages == bool(messages.waiting(archive, elsewhere))
    messages.write(archive, curator, submission_id, "It is.\nWho is the woman on the left?")
    thread = messages.thread(archive, curator, submission_id)
    assert [(one.written_by, one.text, one.written_on) for one in thread] == [
        ("contributor", "Is it safe?", today()),
        ("curators", "It is.\nWho is the woman on the left?", today()),
    ]
    assert messages.waiting(archive, curator) == before
    assert queue(archive, curator, Asked()).has_messages == bool(before)
    assert [one.seen for one in messages.thread(archive, who, submission_id)] == [True, False]  # type: ignore[arg-type]
    assert [one.seen for one in messages.thread(archive, curator, submission_id)] == [True, True]


def test_nobody_else_reads_or_writes(archive: Archive) -> None:
    submission_id, _ = sent(archive)
    for somebody in (
        PUBLIC,
        contributor([new_id()]),
        actor("member"),
        actor("archivist"),
        actor("curator", "convenings"),
    ):
        with pytest.raises(NotFoundError):
            messages.thread(archive, somebody, submission_id)
        with pytest.raises(NotFoundError):
            messages.write(archive, somebody, submission_id, "Let me in.")


def test_a_draft_has_no_thread_for_the_desk(archive: Archive) -> None:
    submission_id, who = begin(archive)
    with pytest.raises(NotFoundError):
        messages.thread(archive, OPERATOR, submission_id)
    assert messages.thread(archive, who, submission_id) == ()


@pytest.mark.parametrize("text", ["", "  \n", "x" * 10_001])
def test_a_message_says_something_and_not_too_much(archive: Archive, text: str) -> None:
    submission_id, who = sent(archive)
    with pytest.raises(BadInputError):
        messages.write(archive, who, submission_id, text)  # type: ignore[arg-type]


def test_the_desk_is_led_to_what_waits_one_line_a_thread(archive: Archive) -> None:
    submission_id, who = sent(archive)
    curator = actor("curator", "march-25")
    for text in ("Is it safe?", "Are you there?"):
        messages.write(archive, who, submission_id, text)  # type: ignore[arg-type]
    lines = {one.item_id: one for one in messages.waiting(archive, curator)}
    (mine,) = (
        one for one in lines.values() if messages.about_item(archive, curator, one.item_id) == submission_id
    )
    assert (mine.title, mine.count, mine.since) == ("Grandmother’s letter", 2, today())
    for somebody in (PUBLIC, who, actor("archivist"), actor("curator", "convenings")):
        assert messages.waiting(archive, somebody) == ()  # type: ignore[arg-type]
        with pytest.raises(NotFoundError):
            messages.about_item(archive, somebody, mine.item_id)  # type: ignore[arg-type]
    # Whoever only looks answers nothing, and whoever does not even look has seen nothing.
    for looks, unseen in ((False, 2), (True, 0)):
        *_, last = messages.thread(archive, curator, submission_id, looks=looks)
        assert lines_of(archive, curator)[mine.item_id] == (2, unseen)
        assert queue(archive, curator, Asked(ALL, flag="unanswered")).total
    # What comes while somebody types waits still.
    messages.write(archive, who, submission_id, "Hello?")  # type: ignore[arg-type]
    answer = {"at": mine.item_id, "read_to": last.id}
    messages.write(archive, curator, submission_id, "Yes, both.", **answer)  # type: ignore[arg-type]
    assert lines_of(archive, curator)[mine.item_id] == (1, 1)
    for somebody in (who, actor("archivist"), actor("curator", "convenings")):
        with pytest.raises(NotFoundError):
            messages.needs_no_answer(archive, somebody, mine.item_id, last.id + 2)  # type: ignore[arg-type]
    for read_to in (last.id, last.id + 1, last.id + 1):
        messages.needs_no_answer(archive, curator, mine.item_id, read_to)
    assert mine.item_id not in lines_of(archive, curator)
    # Who wrote, and who said so, stands in the audit with the item, without a word of it: not in its bag, nor for its giver.
    acts = audit.events(archive, OPERATOR, audit.Asked(subject=mine.item_id))[0]
    told = [(one.kind, one.agent, one.detail) for one in acts if one.agent == curator.id]
    assert told == [("no-answer-needed", curator.id, {}), ("message", curator.id, {})]
    assert all(one.about.title == "Grandmother’s letter" for one in acts)
    assert [one.agent for one in messages.thread(archive, who, submission_id)] == [""] * 4  # type: ignore[arg-type]
    shown = [one.agent for one in messages.thread(archive, curator, submission_id)]
    assert shown == ["", "", "", curator.id]
    with archive.db.read() as session:
        assert curator.id not in str(records(session, [mine.item_id]))


def lines_of(archive: Archive, who: Actor) -> dict[str, tuple[int, int]]:
    """What waits, by item: how many messages, and how many of them nobody has opened."""
    return {one.item_id: (one.count, one.unseen) for one in messages.waiting(archive, who)}


def test_the_same_form_sent_twice_at_once_is_one_message_and_a_later_one_is_another(archive: Archive) -> None:
    submission_id, _ = sent(archive)
    curator = actor("curator", "march-25")
    write = partial(messages.write, archive, curator, submission_id, " Who is it? ")
    assert at_once([write] * 4) == [None] * 4
    write()

    def texts() -> list[str]:
        return [one.text for one in messages.thread(archive, curator, submission_id)]

    assert texts() == ["Who is it?"]
    messages.write(archive, curator, submission_id, "And where?")
    write()
    assert texts() == ["Who is it?", "And where?", "Who is it?"]
    with archive.db.write() as session:
        session.execute(update(Message).values(seen=True))
    # Asked again of somebody who has read it, it is another question.
    write()
    assert len(texts()) == 4


def asked_and_answered(archive: Archive, item_id: str, who: Actor, submission_id: str, question: str) -> str:
    """Somebody returns it with a question, which its giver answers with yes; where the item stands then."""
    review.decide(archive, OPERATOR, item_id, Action.RETURN, version=None, words=question)
    messages.write(archive, who, submission_id, "Yes")
    return item_of(archive, item_id).state


def test_the_same_answer_to_a_second_question_is_an_answer_that_sends_it_back(archive: Archive) -> None:
    item_id = give(archive, state=ItemState.IN_REVIEW)
    submission_id = item_of(archive, item_id).submission_id
    who = contributor([submission_id])
    for question in ("Is it yours?", "May others see it?"):
        assert asked_and_answered(archive, item_id, who, submission_id, question) == ItemState.IN_REVIEW
    said = [one.text for one in messages.thread(archive, who, submission_id)]
    assert said == ["Is it yours?", "Yes", "May others see it?", "Yes"]


def test_what_is_said_a_second_time_answers_what_was_returned_without_a_word(archive: Archive) -> None:
    item_id = give(archive, state=ItemState.IN_REVIEW)
    submission_id = item_of(archive, item_id).submission_id
    who = contributor([submission_id])
    asked_and_answered(archive, item_id, who, submission_id, "Is it yours?")
    lifecycle.change_state(archive, OPERATOR, item_id, Action.RETURN)
    messages.write(archive, who, submission_id, "Yes")
    assert item_of(archive, item_id).state == ItemState.IN_REVIEW
    assert [one.text for one in messages.thread(archive, who, submission_id)] == ["Is it yours?", "Yes"]
