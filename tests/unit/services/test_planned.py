"""What is to be published on a day is published then, in the name of who asked; or the desk hears why not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from archive.access import OPERATOR, PUBLIC, Actor
from archive.models import Action, Event, ItemState, PlannedPublication, Request, Role, User, days_now, today
from archive.models.errors import BadInputError, ConflictError, ForbiddenError, NotFoundError
from archive.services import asking, consents, desk_queue, embargo, lifecycle, planned, requests, withdrawing
from archive.services.asking import Asking
from archive.services.desk_queue import ALL, Asked
from archive.services.opening import Archive
from archive.services.upkeep import TurnOfDay
from archive.web import desk_words
from tests.fixtures.curators import curator
from tests.fixtures.items import give, item_of

TOMORROW = today() + timedelta(days=1)


def the_day_comes(archive: Archive, item_id: str) -> None:
    with archive.db.write() as session:
        plan = update(PlannedPublication).where(PlannedPublication.item_id == item_id)
        session.execute(plan.values(publish_on=days_now().first))
    TurnOfDay(archive)()


def plan_of(archive: Archive, item_id: str) -> PlannedPublication | None:
    with archive.db.read() as session:
        return session.get(PlannedPublication, item_id)


def test_it_is_accepted_now_and_published_on_its_day_in_the_name_of_who_asked(archive: Archive) -> None:
    somebody, item_id = curator(archive), give(archive, state=ItemState.IN_REVIEW)
    planned.publish_later(archive, somebody, item_id, TOMORROW, item_of(archive, item_id).version)
    assert item_of(archive, item_id).state == ItemState.ACCEPTED
    TurnOfDay(archive)()
    assert item_of(archive, item_id).state == ItemState.ACCEPTED
    the_day_comes(archive, item_id)
    assert item_of(archive, item_id).state == ItemState.PUBLISHED
    assert plan_of(archive, item_id) is None
    with archive.db.read() as session:
        last = session.scalars(
            select(Event).where(Event.subject_id == item_id).order_by(Event.sequence)
        ).all()[-1]
    assert (last.kind, last.agent) == ("publish", somebody.id)


def declined(archive: Archive, _somebody: Actor, item_id: str) -> None:
    lifecycle.change_state(archive, OPERATOR, item_id, Action.DECLINE)


def taken_back(archive: Archive, _somebody: Actor, item_id: str) -> None:
    withdrawing.withdraw_item(archive, OPERATOR, item_id)


def no_curator_any_more(archive: Archive, somebody: Actor, _item_id: str) -> None:
    with archive.db.write() as session:
        session.execute(update(Role).where(Role.user_id == somebody.id).values(name="member"))


def account_closed(archive: Archive, somebody: Actor, _item_id: str) -> None:
    with archive.db.write() as session:
        session.get_one(User, somebody.id).active = False


@pytest.mark.parametrize(
    ("meanwhile", "trouble"),
    [
        (declined, lifecycle.NOT_ACCEPTED),
        (taken_back, lifecycle.NOT_ACCEPTED),
        (no_curator_any_more, planned.NOT_ALLOWED),
        (account_closed, planned.NOT_ALLOWED),
    ],
)
def test_what_cannot_be_published_on_its_day_waits_at_the_desk_with_the_reason(
    archive: Archive, meanwhile: Callable[[Archive, Actor, str], None], trouble: str
) -> None:
    somebody, item_id = curator(archive), give(archive, state=ItemState.ACCEPTED)
    planned.publish_later(archive, somebody, item_id, TOMORROW)
    meanwhile(archive, somebody, item_id)
    the_day_comes(archive, item_id)
    assert item_of(archive, item_id).state != ItemState.PUBLISHED
    plan = plan_of(archive, item_id)
    assert plan is not None and plan.trouble == trouble
    told = desk_queue.queue(archive, curator(archive), Asked(state=ALL, flag="not-published"))
    assert item_id in {one.card.id for one in told.items}
    # It is not tried again by itself.
    assert planned.publish_due(archive) == 0


def returned(archive: Archive, item_id: str) -> None:
    lifecycle.change_state(archive, OPERATOR, item_id, Action.REOPEN)
    lifecycle.change_state(archive, OPERATOR, item_id, Action.RETURN)


def back_and_accepted(archive: Archive, item_id: str) -> None:
    withdrawing.withdraw_item(archive, OPERATOR, item_id)
    withdrawing.reinstate(archive, OPERATOR, item_id)
    lifecycle.change_state(archive, OPERATOR, item_id, Action.ACCEPT)


def declined_and_accepted_after_all(archive: Archive, item_id: str) -> None:
    for action in (Action.DECLINE, Action.REOPEN, Action.ACCEPT):
        lifecycle.change_state(archive, OPERATOR, item_id, action)


@pytest.mark.parametrize("meanwhile", [returned, back_and_accepted, declined_and_accepted_after_all])
def test_a_day_that_was_chosen_before_something_else_was_decided_publishes_nothing(
    archive: Archive, meanwhile: Callable[[Archive, str], None]
) -> None:
    somebody, item_id = curator(archive), give(archive, state=ItemState.ACCEPTED)
    planned.publish_later(archive, somebody, item_id, TOMORROW)
    meanwhile(archive, item_id)
    the_day_comes(archive, item_id)
    assert item_of(archive, item_id).state != ItemState.PUBLISHED
    told = desk_queue.queue(archive, curator(archive), Asked(state=ALL, flag="not-published"))
    assert item_id in {one.card.id for one in told.items}


def test_what_was_published_by_hand_or_cancelled_is_left_alone(archive: Archive) -> None:
    somebody = curator(archive)
    by_hand, cancelled = give(archive, state=ItemState.ACCEPTED), give(archive, state=ItemState.ACCEPTED)
    for item_id in (by_hand, cancelled):
        planned.publish_later(archive, somebody, item_id, TOMORROW + timedelta(days=9))
        planned.publish_later(archive, somebody, item_id, TOMORROW)
    lifecycle.publish(archive, somebody, by_hand)
    planned.cancel(archive, somebody, cancelled)
    for item_id in (by_hand, cancelled):
        the_day_comes(archive, item_id)
        assert plan_of(archive, item_id) is None
    assert item_of(archive, cancelled).state == ItemState.ACCEPTED


def test_what_was_published_before_its_day_and_taken_off_again_stays_off(archive: Archive) -> None:
    somebody, item_id = curator(archive), give(archive, state=ItemState.ACCEPTED)
    planned.publish_later(archive, somebody, item_id, TOMORROW)
    lifecycle.publish(archive, somebody, item_id)
    lifecycle.change_state(archive, somebody, item_id, Action.UNPUBLISH)
    the_day_comes(archive, item_id)
    assert item_of(archive, item_id).state == ItemState.ACCEPTED


def test_a_day_that_is_not_to_come_or_a_thing_that_changed_is_refused_and_nothing_happens(
    archive: Archive,
) -> None:
    somebody, item_id = curator(archive), give(archive, state=ItemState.IN_REVIEW)
    for day in (None, days_now().first, today() - timedelta(days=1)):
        with pytest.raises(BadInputError):
            planned.publish_later(archive, somebody, item_id, day)
    with pytest.raises(ConflictError):
        planned.publish_later(archive, somebody, item_id, TOMORROW, version=99)
    with pytest.raises(ForbiddenError):
        planned.publish_later(archive, curator(archive, role="archivist"), item_id, TOMORROW)
    with pytest.raises(NotFoundError):
        planned.publish_later(archive, curator(archive, "convenings"), item_id, TOMORROW)
    assert item_of(archive, item_id).state == ItemState.IN_REVIEW
    with pytest.raises(ConflictError):
        planned.publish_later(archive, somebody, give(archive, state=ItemState.RETURNED), TOMORROW)


def asked_about(archive: Archive, item_id: str) -> str:
    """Somebody asks that an item that is shown be taken down; the request's id."""
    asking.ask(archive, PUBLIC, item_id, Asking("take-down", words="It shows my grandmother."), "en")
    with archive.db.read() as session:
        return session.scalars(select(Request.id).where(Request.item_id == item_id)).one()


def shown_once(archive: Archive, somebody: Actor) -> tuple[str, str]:
    """An item that was shown, was asked about, and waits for a day on which it is shown again; and the request."""
    item_id = give(archive, state=ItemState.PUBLISHED)
    request_id = asked_about(archive, item_id)
    lifecycle.change_state(archive, somebody, item_id, Action.UNPUBLISH)
    planned.publish_later(archive, somebody, item_id, TOMORROW)
    return item_id, request_id


def taken_off_by_hand(archive: Archive, somebody: Actor) -> str:
    return shown_once(archive, somebody)[0]


def hidden_now(archive: Archive, somebody: Actor) -> str:
    item_id, request_id = shown_once(archive, somebody)
    requests.hide(archive, somebody, request_id)
    return item_id


def hidden_before_the_day_was_chosen(archive: Archive, somebody: Actor) -> str:
    item_id = give(archive, state=ItemState.PUBLISHED)
    requests.hide(archive, somebody, asked_about(archive, item_id))
    planned.publish_later(archive, somebody, item_id, TOMORROW)
    return item_id


def taken_down(archive: Archive, somebody: Actor) -> str:
    item_id, request_id = shown_once(archive, somebody)
    requests.decide(archive, somebody, request_id, "taken-down", "Of course.")
    return item_id


def kept_back(archive: Archive, somebody: Actor) -> str:
    item_id = give(archive, state=ItemState.ACCEPTED)
    planned.publish_later(archive, somebody, item_id, TOMORROW)
    embargo.keep_back(archive, somebody, item_id, TOMORROW + timedelta(days=30))
    return item_id


def closed_by_its_giver(archive: Archive, somebody: Actor) -> str:
    item_id = give(archive, state=ItemState.ACCEPTED)
    planned.publish_later(archive, somebody, item_id, TOMORROW)
    consents.revise(archive, OPERATOR, item_of(archive, item_id).submission_id, {"audience": "staff"})
    return item_id


def over_by_then(archive: Archive, somebody: Actor) -> str:
    item_id = give(archive, state=ItemState.ACCEPTED)
    planned.publish_later(archive, somebody, item_id, TOMORROW)
    last = {"not_after": days_now().last - timedelta(days=1)}
    consents.revise(archive, OPERATOR, item_of(archive, item_id).submission_id, last)
    return item_id


def somebody_in_it_refused(archive: Archive, somebody: Actor) -> str:
    item_id = give(archive, state=ItemState.ACCEPTED)
    planned.publish_later(archive, somebody, item_id, TOMORROW)
    consents.revise(archive, OPERATOR, item_of(archive, item_id).submission_id, {"people": "refused"})
    return item_id


@pytest.mark.parametrize(
    ("meanwhile", "trouble"),
    [
        (taken_off_by_hand, "request-waits"),
        (hidden_now, "request-waits"),
        (hidden_before_the_day_was_chosen, "request-waits"),
        (taken_down, "taken-down"),
        (kept_back, planned.KEPT_BACK),
        (closed_by_its_giver, planned.STAFF_ONLY),
        (over_by_then, planned.AFTER_LAST),
        (somebody_in_it_refused, planned.PEOPLE_NOT_ASKED),
    ],
)
def test_what_was_hidden_stays_so_on_the_day_that_was_chosen_and_the_desk_reads_why(
    archive: Archive, meanwhile: Callable[[Archive, Actor], str], trouble: str
) -> None:
    somebody = curator(archive)
    item_id = meanwhile(archive, somebody)
    the_day_comes(archive, item_id)
    assert item_of(archive, item_id).state == ItemState.ACCEPTED
    plan = plan_of(archive, item_id)
    assert plan is not None and plan.trouble == trouble
    assert str(desk_words.NOT_PUBLISHED[trouble])
    told = desk_queue.queue(archive, curator(archive), Asked(state=ALL, flag="not-published"))
    assert item_id in {one.card.id for one in told.items}
    assert planned.publish_due(archive) == 0


def test_what_is_answered_or_let_go_before_its_day_is_published_on_it(archive: Archive) -> None:
    somebody = curator(archive)
    answered = give(archive, state=ItemState.PUBLISHED)
    request_id = asked_about(archive, answered)
    requests.hide(archive, somebody, request_id)
    planned.publish_later(archive, somebody, answered, TOMORROW)
    requests.decide(archive, somebody, request_id, "kept", "It shows somebody else.")
    let_go = kept_back(archive, somebody)
    embargo.keep_back(archive, somebody, let_go, None)
    for item_id in (answered, let_go):
        the_day_comes(archive, item_id)
        assert item_of(archive, item_id).state == ItemState.PUBLISHED
