"""What its giver took back is shown again only as they ask, also where their account took it back, or staff did as well."""

from __future__ import annotations

from itertools import pairwise, product

import pytest
from sqlalchemy import select

from archive.access import OPERATOR, PUBLIC, Actor, contributor
from archive.models import Event, Holder, Item, ItemState
from archive.models.errors import ConflictError, GoneError
from archive.services import accounts, messages, show, withdrawing
from archive.services.opening import Archive
from archive.services.taken_back_by import AtTheirWish, whose_wish
from archive.services.withdrawal_ledger import Act, Entry
from tests.fixtures.items import actor, give, item_of
from tests.fixtures.withdrawn import history

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


def test_what_stands_in_its_place_only_its_giver_replaces_and_the_history_tells_who_wrote_it(
    archive: Archive,
) -> None:
    item_id = give(archive, state=ItemState.PUBLISHED)
    submission_id = item_of(archive, item_id).submission_id
    giver, curator = contributor([submission_id]), actor("curator")
    # The field is empty: staff may fill it, correct their own words, and replace nobody else's.
    for words in ("By the archvie.", "By the archive."):
        withdrawing.withdraw_item(archive, curator, item_id, words=words)
    assert stands(archive, item_id) == ("By the archive.", False)
    refused(archive, OPERATOR, item_id, destroy=False)
    withdrawing.withdraw_item(archive, giver, item_id, words="It is ours.")
    for who, destroy in ((curator, False), (curator, True), (OPERATOR, True)):
        refused(archive, who, item_id, destroy=destroy)
    withdrawing.withdraw_submission(archive, curator, submission_id, "A wish by letter.", words="Not these.")
    withdrawing.withdraw_submission(archive, curator, submission_id, "A wish by letter.", words="Not these.")
    assert stands(archive, item_id) == ("It is ours.", True)
    acts = [(one.kind, one.agent, one.detail) for one in history(archive, item_id) if one.kind == "withdraw"]
    assert acts == [
        ("withdraw", curator.id, {"words_by": "archive"}),
        ("withdraw", curator.id, {"words_by": "archive"}),
        ("withdraw", giver.id, {"words_by": "giver"}),
        # Once, though the form came twice.
        ("withdraw", curator.id, {"reason": "A wish by letter."}),
    ]
    # What was written before anybody wrote down by whom is its giver's, if they took it back.
    other = give(archive, state=ItemState.PUBLISHED)
    withdrawing.withdraw_item(archive, OPERATOR, other)
    with archive.db.write() as session:
        session.get_one(Item, other).withdrawal_words = "Of before."
    assert stands(archive, other) == ("Of before.", False)
    withdrawing.withdraw_item(archive, contributor([item_of(archive, other).submission_id]), other)
    assert stands(archive, other) == ("Of before.", True)


def refused(archive: Archive, who: Actor, item_id: str, *, destroy: bool) -> None:
    """Other words than stand there are refused, and nothing is done."""
    before = stands(archive, item_id), len(history(archive, item_id))
    with pytest.raises(ConflictError) as told:
        withdrawing.withdraw_item(archive, who, item_id, "Why", destroy=destroy, words="Other words.")
    assert told.value.code == "words-stand" and not item_of(archive, item_id).erasure
    assert (stands(archive, item_id), len(history(archive, item_id))) == before


def stands(archive: Archive, item_id: str) -> tuple[str, bool]:
    """What everybody reads in its place, and whether it is said to be its giver's."""
    with pytest.raises(GoneError) as gone:
        show.item(archive, PUBLIC, item_id)
    return gone.value.words, gone.value.by_giver


STAFF, GIVER, DESTROY, AGAIN = "staff hides", "giver hides", "giver destroys", "shown again as asked"
ORDERS = [
    order
    for length in (1, 2, 3, 4)
    for order in product((STAFF, GIVER, DESTROY, AGAIN), repeat=length)
    # Only what is hidden is shown again, and what is to be destroyed is not.
    if order[0] != AGAIN and (AGAIN, AGAIN) not in pairwise(order)
    if DESTROY not in order[:-1]
]


# The longest in the thorough run alone.
@pytest.mark.parametrize(
    "order",
    [pytest.param(one, id=" - ".join(one), marks=pytest.mark.slow if len(one) > 3 else ()) for one in ORDERS],
)
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
    assert wish(archive, item_id) == ("giver" if {GIVER, DESTROY} & {*since} else "archive")
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
    assert wish(archive, item_id) == "", "nobody wrote down whose it was"
    assert refusal(archive, item_id) == "not-asked-for"
    withdrawing.reinstate(archive, OPERATOR, item_id, asked=ASKED)
    assert item_of(archive, item_id).state == ItemState.IN_REVIEW


def test_what_its_giver_hid_and_the_archive_had_destroyed_was_not_destroyed_at_their_wish(
    archive: Archive,
) -> None:
    item_id = give(archive, state=ItemState.PUBLISHED)
    withdrawing.withdraw_item(archive, contributor([item_of(archive, item_id).submission_id]), item_id)
    assert wish(archive, item_id) == "giver"
    withdrawing.withdraw_item(archive, OPERATOR, item_id, destroy=True)
    assert wish(archive, item_id) == "archive"


def wish(archive: Archive, item_id: str) -> str:
    with archive.db.read() as session:
        return whose_wish(session, session.get_one(Item, item_id))


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
