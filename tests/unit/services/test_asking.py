"""Requests about what is shown, on either database: little is kept, one decides, and what is destroyed takes them along."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from archive.access import PUBLIC, ROLES, Actor, contributor
from archive.models import (
    Action,
    Event,
    ItemState,
    PlannedPublication,
    PublicNote,
    Request,
    Right,
    new_id,
    today,
)
from archive.models.errors import BadInputError, ConflictError, NotFoundError
from archive.services import (
    asking,
    batch_views,
    batches,
    lifecycle,
    planned,
    public_notes,
    records,
    requests,
    show,
    withdrawing,
)
from archive.services.asking import Asking
from archive.services.opening import Archive
from archive.services.weighing import Wish
from tests.fixtures.curators import curator
from tests.fixtures.items import actor, give, item_of
from tests.fixtures.withdrawn import settle

CURATOR = actor("curator")
PLEASE = Asking("take-down", words="It shows my grandmother.", why="family")
KNOWN = Asking("note", words="The woman on the left is Rosa.", name="Ada")


@pytest.fixture
def item_id(archive: Archive) -> str:
    return give(archive, state=ItemState.PUBLISHED)


def ask(archive: Archive, item_id: str, what: Asking = PLEASE) -> tuple[str, str]:
    """Ask; the request's id and the code of its answer."""
    code = asking.ask(archive, PUBLIC, item_id, what, "en")
    return kept(archive, item_id)[-1].id, code


def kept(archive: Archive, item_id: str) -> list[Request]:
    with archive.db.read() as session:
        return list(session.scalars(select(Request).where(Request.item_id == item_id)))


def kinds(archive: Archive, item_id: str) -> list[str]:
    with archive.db.read() as session:
        query = select(Event.kind).where(Event.subject_id == item_id).order_by(Event.sequence)
        return list(session.scalars(query))


def test_what_is_kept_of_who_asks_is_what_they_said_and_the_day(archive: Archive, item_id: str) -> None:
    before = kinds(archive, item_id)
    request_id, code = ask(archive, item_id, replace(PLEASE, reach="by the choir", name="Not for a note"))
    (row,) = kept(archive, item_id)
    assert (row.words, row.why, row.asked_on, row.name) == (PLEASE.words, "family", today(), "")
    assert (row.due_on - row.asked_on).days == archive.settings.answer_requests_days
    assert row.sealed is not None and b"choir" not in row.sealed
    assert code not in (row.hash, row.lookup)
    # Nobody can make an item's history, or its bag, longer from outside.
    assert kinds(archive, item_id) == before
    assert requests.one(archive, CURATOR, request_id).has_contact


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (Asking(""), "kind"),
        (Asking("note"), "words"),
        (Asking("take-down", words=" "), "words"),
        (replace(PLEASE, words="w" * 5001), "words"),
        (replace(PLEASE, reach="r" * 501), "reach"),
        (replace(KNOWN, name="n" * 201), "name"),
    ],
)
def test_what_cannot_be_used_is_told_by_field(
    archive: Archive, item_id: str, wrong: Asking, field: str
) -> None:
    assert field in asking.troubles(wrong)
    with pytest.raises(BadInputError) as caught:
        asking.ask(archive, PUBLIC, item_id, wrong, "en")
    assert caught.value.code == "bad-request" and kept(archive, item_id) == []


def test_whoever_is_shown_owes_nobody_an_explanation() -> None:
    assert asking.troubles(Asking("take-down", why="shown")) == {}


def test_of_what_is_not_shown_nothing_can_be_asked(archive: Archive) -> None:
    for hidden in (new_id(), give(archive, state=ItemState.ACCEPTED)):
        with pytest.raises(NotFoundError):
            asking.ask(archive, PUBLIC, hidden, PLEASE, "en")


def test_a_form_that_is_sent_twice_is_one_request_and_its_last_code_counts(
    archive: Archive, item_id: str
) -> None:
    once = replace(PLEASE, once=new_id())
    first, second = (asking.ask(archive, PUBLIC, item_id, once, "en") for _ in range(2))
    assert len(kept(archive, item_id)) == 1
    assert asking.answer(archive, first) is None and asking.answer(archive, second) is not None
    # Other words are another request, whatever the form: none of them is lost.
    asking.ask(archive, PUBLIC, item_id, replace(once, words="And my mother."), "en")
    assert len(kept(archive, item_id)) == 2


def test_the_answer_is_read_with_the_code_and_with_no_other(archive: Archive, item_id: str) -> None:
    request_id, code = ask(archive, item_id)
    found = asking.answer(archive, code)
    assert found is not None and (found.decision, found.decided_on) == ("", None)
    requests.decide(archive, CURATOR, request_id, "kept", "Her name is no longer there.")
    found = asking.answer(archive, code.upper())
    assert found is not None and (found.decision, found.reason) == ("kept", "Her name is no longer there.")
    assert asking.answer(archive, "abandon " * 9) is None
    assert asking.answer(archive, "") is None


def test_hiding_takes_it_off_every_public_page_and_deciding_can_bring_it_back(
    archive: Archive, item_id: str
) -> None:
    request_id, _ = ask(archive, item_id)
    for _ in range(2):
        requests.hide(archive, CURATOR, request_id)
    with pytest.raises(NotFoundError):
        show.item(archive, PUBLIC, item_id)
    requests.decide(archive, CURATOR, request_id, "kept", "They agreed.", show_again=True)
    assert show.item(archive, PUBLIC, item_id).state == "published"


def test_what_is_taken_down_is_not_shown_whatever_else_is_ticked(archive: Archive, item_id: str) -> None:
    request_id, _ = ask(archive, item_id)
    requests.decide(archive, CURATOR, request_id, "taken-down", "Of course.", show_again=True)
    assert item_of(archive, item_id).state == ItemState.ACCEPTED
    with archive.db.read() as session:
        last = session.scalars(
            select(Event).where(Event.subject_id == item_id).order_by(Event.sequence.desc())
        ).first()
    assert last is not None and (last.kind, last.agent) == ("answer-request", CURATOR.id)
    # Which decision, and no word of it: an event can never be taken back.
    assert last.detail == {"request": request_id, "asked": "take-down", "decision": "taken-down"}


def test_what_is_taken_down_is_published_by_no_plan_and_with_no_others_until_somebody_does_so_by_itself(
    archive: Archive, item_id: str
) -> None:
    somebody = curator(archive)
    request_id, _ = ask(archive, item_id)
    requests.hide(archive, somebody, request_id)
    planned.publish_later(archive, somebody, item_id, today() + timedelta(days=1))
    requests.decide(archive, somebody, request_id, "taken-down", "Of course.")
    with archive.db.write() as session:
        session.execute(update(PlannedPublication).values(publish_on=today() - timedelta(days=1)))
    planned.publish_due(archive)  # also what other tests planned here
    assert item_of(archive, item_id).state == ItemState.ACCEPTED
    both = dict.fromkeys((item_id, give(archive, state=ItemState.ACCEPTED)), Wish(Action.PUBLISH))
    batch_id = batches.plan(archive, somebody, "publish", both)
    assert {row.item_id: row.trouble for row in batch_views.batch(archive, somebody, batch_id).rows} == dict(
        zip(both, ("taken-down", ""), strict=True)
    )
    lifecycle.publish(archive, somebody, item_id)
    lifecycle.change_state(archive, somebody, item_id, Action.UNPUBLISH)
    again = batches.plan(archive, somebody, "publish", {item_id: Wish(Action.PUBLISH)})
    assert [row.trouble for row in batch_views.batch(archive, somebody, again).rows] == [""]


def test_of_many_who_decide_at_once_one_does(archive: Archive, item_id: str) -> None:
    request_id, _ = ask(archive, item_id)
    won: list[str] = []
    lost: list[str] = []

    def decide(decision: str) -> None:
        try:
            requests.decide(archive, CURATOR, request_id, decision, decision)
            won.append(decision)
        except ConflictError as error:
            lost.append(error.code)

    threads = [threading.Thread(target=decide, args=(one,)) for one in ("kept", "corrected") * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1 and lost == ["already-decided"] * 5
    assert requests.one(archive, CURATOR, request_id).reason == won[0]
    assert kinds(archive, item_id).count("answer-request") == 1


def test_a_decision_needs_a_word_and_must_fit_what_was_asked(archive: Archive, item_id: str) -> None:
    request_id, _ = ask(archive, item_id)
    for decision, reason, code in (
        ("kept", " ", "reason-needed"),
        ("kept", "w" * 5001, "reason-needed"),
        ("shown", "Yes.", "no-such-decision"),
        ("gone", "Yes.", "no-such-decision"),
    ):
        with pytest.raises(BadInputError) as caught:
            requests.decide(archive, CURATOR, request_id, decision, reason)
        assert caught.value.code == code


def test_nobody_hears_of_a_request_about_their_own_gift_or_of_another_collections(
    archive: Archive, item_id: str
) -> None:
    request_id, _ = ask(archive, item_id)
    giver = Actor("giver", {"curator": frozenset()}, frozenset({item_of(archive, item_id).submission_id}))
    without = [actor(role) for role, rights in ROLES.items() if Right.REVIEW not in rights]
    for other in (giver, actor("curator", "convenings"), contributor(), PUBLIC, *without):
        for way in (
            lambda who: requests.one(archive, who, request_id),
            lambda who: requests.hide(archive, who, request_id),
            lambda who: requests.decide(archive, who, request_id, "kept", "No."),
            lambda who: requests.contact(archive, who, request_id),
            lambda who: requests.about(archive, who, item_id),
        ):
            with pytest.raises(NotFoundError):
                way(other)
        assert request_id not in {one.id for one in everything(archive, other)}
    assert request_id in {one.id for one in everything(archive, actor("curator", "march-25"))}


def everything(archive: Archive, who: Actor) -> list[requests.RequestView]:
    total, found = requests.listed(archive, who)
    pages = range(2, total // requests.PER_PAGE + 2)
    return [*found, *(one for page in pages for one in requests.listed(archive, who, page=page)[1])]


def test_how_they_can_be_reached_is_opened_by_a_right_of_its_own_and_each_look_is_an_event(
    archive: Archive, item_id: str
) -> None:
    request_id, _ = ask(archive, item_id, replace(PLEASE, reach="by the choir"))
    with pytest.raises(NotFoundError):
        requests.contact(archive, CURATOR, request_id)
    both = Actor("both", {"curator": frozenset(), "correspondent": frozenset()})
    found = requests.contact(archive, both, request_id)
    assert found is not None and found.other == "by the choir"
    requests.contact(archive, both, request_id)
    assert kinds(archive, item_id).count("contact-read") == 2
    silent, _ = ask(archive, give(archive, state=ItemState.PUBLISHED))
    assert requests.contact(archive, both, silent) is None


def test_an_accepted_note_stands_beside_the_item_and_in_its_record_until_it_is_taken_off(
    archive: Archive, item_id: str
) -> None:
    request_id, _ = ask(archive, item_id, KNOWN)
    assert show.item(archive, PUBLIC, item_id).notes == ()
    requests.decide(archive, CURATOR, request_id, "shown", "")
    (note,) = show.item(archive, PUBLIC, item_id).notes
    assert (note.words, note.name) == (KNOWN.words, "Ada")
    assert [one["words"] for one in record(archive, item_id)["notes"]] == [KNOWN.words]
    with pytest.raises(NotFoundError):
        public_notes.remove(archive, actor("archivist"), item_id, note.id)
    with pytest.raises(NotFoundError):
        public_notes.remove(archive, CURATOR, give(archive), note.id)
    public_notes.remove(archive, CURATOR, item_id, note.id)
    assert show.item(archive, PUBLIC, item_id).notes == () and record(archive, item_id)["notes"] == []
    assert requests.one(archive, CURATOR, request_id).decision == "shown"
    with pytest.raises(NotFoundError):
        public_notes.remove(archive, CURATOR, item_id, note.id)


def record(archive: Archive, item_id: str) -> dict[str, list[dict[str, str]]]:
    with archive.db.read() as session:
        return records.records(session, [item_id])[item_id]


def test_what_is_destroyed_leaves_of_requests_what_was_asked_for_decided_and_the_days(
    archive: Archive, item_id: str
) -> None:
    shown, _ = ask(archive, item_id, KNOWN)
    requests.decide(archive, CURATOR, shown, "shown", "Thank you, Ada.")
    _, code = ask(archive, item_id, replace(PLEASE, reach="by the choir"))
    withdrawing.withdraw_item(archive, CURATOR, item_id, destroy=True)
    settle(archive)
    for row in kept(archive, item_id):
        assert (row.words, row.why, row.name, row.reason, row.sealed) == ("", "", "", "", None)
        assert row.decision == ("shown" if row.id == shown else "gone") and row.asked_on == today()
    with archive.db.read() as session:
        assert session.scalars(select(PublicNote).where(PublicNote.item_id == item_id)).all() == []
    found = asking.answer(archive, code)
    assert found is not None and (found.decision, found.reason) == ("gone", "")
