"""What may happen to an item, by whom, and that two changes at once never cross."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from archive.access import OPERATOR, PIPELINE, PUBLIC, Actor, contributor
from archive.models import (
    TRANSITIONS,
    Action,
    Audience,
    Event,
    ItemState,
    Right,
    first_broken_link,
    new_id,
)
from archive.models.errors import ConflictError, ForbiddenError, NotFoundError
from archive.services import lifecycle, withdrawing
from archive.services.opening import Archive
from tests.fixtures.items import actor, give, item_of, put


def events(archive: Archive, item_id: str) -> list[Event]:
    with archive.db.read() as session:
        query = select(Event).where(Event.subject_id == item_id).order_by(Event.sequence)
        return list(session.scalars(query))


def test_every_action_in_every_state_does_what_the_table_says_and_nothing_else(archive: Archive) -> None:
    for state in ItemState:
        # Each time another one: what once stepped back for others is not shown again.
        item_id = give(archive)
        giver = contributor([item_of(archive, item_id).submission_id])
        # A draft is nobody's but its contributor's.
        who = giver if state == ItemState.DRAFT else OPERATOR
        for action in Action:
            put(archive, item_id, state)
            before, told = item_of(archive, item_id), len(events(archive, item_id))
            allowed = TRANSITIONS.get((state, action))
            if allowed is None:
                with pytest.raises(ConflictError):
                    lifecycle.change_state(archive, who, item_id, action)
                after = item_of(archive, item_id)
                assert (after.state, after.version) == (state, before.version)
                assert len(events(archive, item_id)) == told
            else:
                lifecycle.change_state(archive, who, item_id, action)
                after = item_of(archive, item_id)
                assert after.state == allowed[0]
                assert after.version == before.version + 1
                assert after.record_revision == before.record_revision + 1
                assert after.index_pending
                assert [one.kind for one in events(archive, item_id)[told:]] == [action]
        assert first_broken_link(events(archive, item_id)) is None


def test_an_action_needs_the_right_that_the_table_names(archive: Archive) -> None:
    everybody = [actor(role) for role in ("contributor", "member", "curator", "archivist", "administrator")]
    for (state, action), (after, right) in TRANSITIONS.items():
        item_id = give(archive)
        for somebody in (*everybody, PUBLIC, PIPELINE):
            put(archive, item_id, state)
            hidden = state == ItemState.DRAFT or not somebody.has(Right.SEE_ALL)
            if hidden and state != ItemState.PUBLISHED:
                expected: type[Exception] = NotFoundError
            elif not somebody.has(right):
                expected = ForbiddenError
            else:
                lifecycle.change_state(archive, somebody, item_id, action)
                assert item_of(archive, item_id).state == after
                continue
            with pytest.raises(expected):
                lifecycle.change_state(archive, somebody, item_id, action)
            assert item_of(archive, item_id).state == state


def test_contributors_may_send_and_withdraw_what_they_gave_and_nothing_else(archive: Archive) -> None:
    item_id = give(archive)
    giver, stranger = contributor([item_of(archive, item_id).submission_id]), contributor([new_id()])
    for (state, action), (after, right) in TRANSITIONS.items():
        put(archive, item_id, state)
        if state != ItemState.PUBLISHED:
            with pytest.raises(NotFoundError):
                lifecycle.change_state(archive, stranger, item_id, action)
        if right in (Right.SEND, Right.WITHDRAW):
            lifecycle.change_state(archive, giver, item_id, action)
            assert item_of(archive, item_id).state == after
        else:
            with pytest.raises(ForbiddenError):
                lifecycle.change_state(archive, giver, item_id, action)


def test_what_one_may_not_see_answers_like_what_never_was(archive: Archive) -> None:
    hidden = give(archive, state=ItemState.PUBLISHED, audience=Audience.STAFF)
    answers = []
    for item_id in (hidden, new_id()):
        for act in every_use_case(item_id):
            with pytest.raises(NotFoundError) as caught:
                act(archive, actor("contributor"))
            answers.append((caught.value.code, str(caught.value), caught.value.remedy))
    assert len(set(answers)) == 1


def every_use_case(item_id: str) -> list[Callable[[Archive, Actor], None]]:
    return [
        lambda archive, who: lifecycle.publish(archive, who, item_id),
        lambda archive, who: withdrawing.withdraw_item(archive, who, item_id),
        lambda archive, who: lifecycle.change_state(archive, who, item_id, Action.UNPUBLISH),
    ]


@pytest.mark.parametrize("state", [ItemState.PUBLISHED, ItemState.WITHDRAWN])
def test_done_already_is_no_success_for_those_who_may_not_do_it(archive: Archive, state: ItemState) -> None:
    item_id = give(archive, state=state)
    act = lifecycle.publish if state == ItemState.PUBLISHED else withdrawing.withdraw_item
    # Both may see the item; neither may decide.
    somebody = actor("member") if state == ItemState.PUBLISHED else PIPELINE
    with pytest.raises(ConflictError):
        act(archive, somebody, item_id)
    act(archive, actor("curator"), item_id)
    assert [one.kind for one in events(archive, item_id)] == ["receive"]


def test_a_stale_version_is_refused_and_changes_nothing(archive: Archive) -> None:
    item_id = give(archive, state=ItemState.IN_REVIEW)
    seen = item_of(archive, item_id).version
    lifecycle.change_state(archive, OPERATOR, item_id, Action.ACCEPT, version=seen)
    for act in (
        lambda: lifecycle.change_state(archive, OPERATOR, item_id, Action.DECLINE, version=seen),
        lambda: lifecycle.publish(archive, OPERATOR, item_id, version=seen),
    ):
        with pytest.raises(ConflictError) as caught:
            act()
        assert caught.value.code == "stale-version"
        assert item_of(archive, item_id).state == ItemState.ACCEPTED
    lifecycle.publish(archive, OPERATOR, item_id, version=item_of(archive, item_id).version)
    assert item_of(archive, item_id).state == ItemState.PUBLISHED
