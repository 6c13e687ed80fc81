"""Of two who decide at once one wins and the other is told, and what is taken back stays taken back."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import select

from archive.access import OPERATOR
from archive.models import Action, Event, ItemState, Message, first_broken_link
from archive.models.errors import ConflictError
from archive.services import lifecycle, review, withdrawing
from archive.services.opening import Archive
from tests.fixtures.at_once import at_once
from tests.fixtures.items import actor, give, item_of

RACES = pytest.mark.parametrize("races", [20, pytest.param(200, marks=pytest.mark.slow)])
WORDS = {Action.ACCEPT: "We are glad to have it.", Action.DECLINE: "We have it already."}
ENDS = {Action.ACCEPT: ItemState.ACCEPTED, Action.DECLINE: ItemState.DECLINED}


def events(archive: Archive, item_id: str) -> list[Event]:
    with archive.db.read() as session:
        query = select(Event).where(Event.subject_id == item_id).order_by(Event.sequence)
        return list(session.scalars(query))


def messages_to(archive: Archive, item_id: str) -> list[str]:
    with archive.db.read() as session:
        query = select(Message.text).where(Message.submission_id == item_of(archive, item_id).submission_id)
        return list(session.scalars(query))


@RACES
def test_of_two_who_accept_and_decline_at_once_one_wins_and_only_their_words_are_sent(
    archive: Archive, races: int
) -> None:
    curators = {action: actor("curator") for action in WORDS}
    for _ in range(races):
        item_id = give(archive, state=ItemState.IN_REVIEW)
        seen, told = item_of(archive, item_id).version, len(events(archive, item_id))

        acts = [
            partial(review.decide, archive, who, item_id, action, version=seen, words=WORDS[action])
            for action, who in curators.items()
        ]
        outcomes = dict(zip(curators, at_once(acts), strict=True))
        (winner,) = (action for action, outcome in outcomes.items() if outcome is None)
        (loser,) = (outcome for outcome in outcomes.values() if outcome is not None)
        assert isinstance(loser, ConflictError)
        assert item_of(archive, item_id).state == ENDS[winner]
        assert [one.kind for one in events(archive, item_id)[told:]] == [winner]
        assert messages_to(archive, item_id) == [WORDS[winner]]


@RACES
def test_publishing_that_races_withdrawing_always_ends_withdrawn(archive: Archive, races: int) -> None:
    for _ in range(races):
        item_id = give(archive, state=ItemState.IN_REVIEW)
        published, taken_back = at_once(
            [
                partial(lifecycle.publish, archive, OPERATOR, item_id),
                partial(withdrawing.withdraw_item, archive, OPERATOR, item_id),
            ]
        )
        assert taken_back is None
        assert published is None or isinstance(published, ConflictError)
        assert item_of(archive, item_id).state == ItemState.WITHDRAWN
        history = events(archive, item_id)
        assert history[-1].kind == "withdraw"
        assert first_broken_link(history) is None
