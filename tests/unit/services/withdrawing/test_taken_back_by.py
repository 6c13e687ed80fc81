"""What its giver took back is shown again only as they ask, also where their account took it back, or staff did as well."""

from __future__ import annotations

from itertools import pairwise, product

import pytest
from sqlalchemy import select

from archive.access import OPERATOR, Actor, contributor
from archive.models import Event, Holder, ItemState
from archive.models.errors import ConflictError
from archive.services import accounts, messages, withdrawing
from archive.services.opening import Archive
from archive.services.taken_back_by import AtTheirWish
from archive.services.withdrawal_ledger import Act, Entry
from tests.fixtures.items import give, item_of

ASKED = AtTheirWish("They wrote.", lambda language: f"Told in {language or 'any'}.")


def holder(archive: Archive, submission_id: str) -> Actor:
    """Whoever gave it, signed in with an account of their own."""
    user_id = accounts.create_user(archive, "rosa", "a long enough password", {"contributor": ""})
    with archive.db.write() as session:
        session.add(Holder(submission_id=submission_id, user_id=user_id))
    return Actor(user_id, {"contributor": frozenset()}, frozenset([submission_id]))


@pytest.mark.parametrize("way", ["by code", "by account", "by both"])
def test_what_its_giver_took_back_is_not_shown_again_unasked(archive: Archive, way: str) -> None:
    item_id = give(archive, state=ItemState.PUBLISHED)
    submission_id = item_of(archive, item_id).submission_id
    giver = holder(archive, submission_id) if way == "by account" else contributor([submission_id])
    withdrawing.withdraw_item(archive, giver, item_id)
    if way == "by both":
        withdrawing.withdraw_item(archive, OPERATOR, item_id)
    for asked in (None, AtTheirWish(" ", lambda language: "Told.")):
        with pytest.raises(ConflictError) as refused:
            withdrawing.reinstate(archive, OPERATOR, item_id, asked=asked)
        assert refused.value.code == "not-asked-for"
    assert item_of(archive, item_id).state == ItemState.WITHDRAWN
    assert archive.withdrawals.is_withdrawn(item_id)
    withdrawing.reinstate(archive, OPERATOR, item_id, asked=ASKED)
    (told,) = messages.thread(archive, giver, submission_id)
    assert told.text.startswith("Told in ") and told.written_by == messages.CURATORS


def test_what_the_archive_took_back_it_shows_again_by_itself(archive: Archive) -> None:
    item_id = give(archive, state=ItemState.PUBLISHED)
    submission_id = item_of(archive, item_id).submission_id
    withdrawing.withdraw_item(archive, OPERATOR, item_id)
    withdrawing.reinstate(archive, OPERATOR, item_id)
    assert item_of(archive, item_id).state == ItemState.IN_REVIEW
    assert messages.thread(archive, contributor([submission_id]), submission_id) == ()


STAFF, GIVER, DESTROY, AGAIN = "staff hides", "giver hides", "giver destroys", "shown again as asked"
ORDERS = [
    order
    for length in (1, 2, 3, 4)
    for order in product((STAFF, GIVER, DESTROY, AGAIN), repeat=length)
    # Only what is hidden is shown again, and what is to be destroyed is not.
    if order[0] != AGAIN and (AGAIN, AGAIN) not in pairwise(order)
    if DESTROY not in order[:-1]
]


@pytest.mark.parametrize("order", ORDERS, ids=" - ".join)
def test_in_whatever_order_it_was_hidden_its_giver_is_asked_if_they_are_among_those_who_did(
    archive: Archive, order: tuple[str, ...]
) -> None:
    item_id = give(archive, state=ItemState.PUBLISHED)
    giver = contributor([item_of(archive, item_id).submission_id])
    steps = {
        STAFF: lambda: withdrawing.withdraw_item(archive, OPERATOR, item_id),
        GIVER: lambda: withdrawing.withdraw_item(archive, giver, item_id),
        DESTROY: lambda: withdrawing.withdraw_item(archive, giver, item_id, destroy=True),
        AGAIN: lambda: withdrawing.reinstate(archive, OPERATOR, item_id, asked=ASKED),
    }
    for step in order:
        steps[step]()
        assert (item_of(archive, item_id).state == ItemState.WITHDRAWN) == (step != AGAIN)
        assert archive.withdrawals.is_withdrawn(item_id) == (step != AGAIN)
    since = order[len(order) - order[::-1].index(AGAIN) :] if AGAIN in order else order
    if not since:
        return
    if DESTROY in since:
        assert refusal(archive, item_id) == "destroyed"
        assert told_by(archive, item_id)[-1] == giver.id
    elif GIVER in since:
        # The history says that the giver did, once, wherever in the order it was.
        assert told_by(archive, item_id).count(giver.id) == 1
        assert refusal(archive, item_id) == "not-asked-for"
        steps[AGAIN]()
    else:
        assert giver.id not in told_by(archive, item_id)
        withdrawing.reinstate(archive, OPERATOR, item_id)
        assert item_of(archive, item_id).state == ItemState.IN_REVIEW


def test_of_what_only_the_ledger_knows_to_be_hidden_its_giver_is_asked(archive: Archive) -> None:
    item_id = give(archive, state=ItemState.PUBLISHED)
    # As when a backup of before was restored.
    archive.withdrawals.append([Entry(Act.HIDE, item_id, item_of(archive, item_id).submission_id)])
    assert withdrawing.reapply(archive) >= 1
    assert refusal(archive, item_id) == "not-asked-for"
    withdrawing.reinstate(archive, OPERATOR, item_id, asked=ASKED)
    assert item_of(archive, item_id).state == ItemState.IN_REVIEW


def refusal(archive: Archive, item_id: str) -> str:
    """Why staff cannot have it shown again by themselves."""
    with pytest.raises(ConflictError) as refused:
        withdrawing.reinstate(archive, OPERATOR, item_id)
    return refused.value.code


def told_by(archive: Archive, item_id: str) -> list[str]:
    """Who the history says took it back, since it was last shown again."""
    with archive.db.read() as session:
        done = select(Event.kind, Event.agent).where(Event.subject_id == item_id).order_by(Event.sequence)
        agents: list[str] = []
        for kind, agent in session.execute(done):
            agents = [] if kind == "reinstate" else agents
            if kind in ("withdraw", "ask-to-destroy"):
                agents.append(agent)
    return agents
