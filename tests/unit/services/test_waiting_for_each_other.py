"""Two who change the same things in another order never get stuck: a withdrawal is done, and everybody else is told."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from archive.access import OPERATOR
from archive.models import Action, Audience, Consent, ItemState
from archive.models.errors import ConflictError
from archive.services import consents, lifecycle, messages, regrouping, review, revisions, withdrawing
from archive.services.contribute import ConsentDraft, ItemDraft, SubmissionDraft, receive
from archive.services.describe import Description
from archive.services.opening import Archive
from ingest.item_parcel import Tools
from ingest.pipeline import accession_item
from tests.fixtures.at_once import at_once
from tests.fixtures.curators import curator
from tests.fixtures.items import give, item_of, staged

RACES = pytest.mark.parametrize("races", [6, pytest.param(40, marks=pytest.mark.slow)])
FIELDS = ("subjects", "creators", "place")
NARROWER = {"audience": "staff"}


def two_kept(archive: Archive) -> list[str]:
    """Two items of one submission, in their bags, by id."""
    given = [
        ItemDraft(Description(title=name), [staged(archive, name.encode(), "page.txt")])
        for name in ("front", "back")
    ]
    received = receive(archive, OPERATOR, SubmissionDraft("march-25", given, ConsentDraft(Audience.PUBLIC)))
    tools = Tools(archive, 1)
    try:
        for item_id in received.item_ids:
            accession_item(tools, item_id)
    finally:
        tools.close()
    return sorted(received.item_ids)


def merging(archive: Archive, one: str, other: str) -> Callable[[], object]:
    return partial(regrouping.merge, archive, OPERATOR, one, other, item_of(archive, one).version)


@RACES
def test_of_two_who_merge_the_same_things_one_wins_and_the_other_is_told(
    archive: Archive, races: int
) -> None:
    for _ in range(races):
        one, other = two_kept(archive)
        outcomes = at_once([merging(archive, one, other), merging(archive, other, one)])
        (lost,) = (found for found in outcomes if found is not None)
        assert isinstance(lost, ConflictError)
        # They waited in line, which is no accident that was made good.
        assert lost.__cause__ is None


@RACES
def test_a_withdrawal_is_done_whatever_is_merged_split_or_allowed_meanwhile(
    archive: Archive, races: int
) -> None:
    for turn in range(races):
        one, other = two_kept(archive)
        submission_id = item_of(archive, one).submission_id
        changes = {"audience": "staff" if turn % 2 else "community"}
        merged, taken_back, narrowed = at_once(
            [
                merging(archive, other, one),
                partial(withdrawing.withdraw_submission, archive, OPERATOR, submission_id),
                partial(consents.revise, archive, OPERATOR, submission_id, changes),
            ]
        )
        assert taken_back is None and narrowed is None
        assert merged is None or isinstance(merged, ConflictError)
        assert {item_of(archive, one).state, item_of(archive, other).state} == {ItemState.WITHDRAWN}


@RACES
def test_the_same_new_words_in_another_order_are_both_kept(archive: Archive, races: int) -> None:
    def say(item_id: str, said: dict[str, str]) -> None:
        seen = revisions.spoken(archive, OPERATOR, item_id)
        assert not revisions.change(archive, OPERATOR, item_id, {**seen.said, **said}, {}, "en", seen.mark)

    for turn in range(races):
        ids = [give(archive, state=ItemState.IN_REVIEW) for _ in range(2)]
        words = [f"{races} {turn} {place}" for place in range(20)]
        orders = (words, words[::-1])
        said: list[dict[str, str]] = [{name: "\n".join(order) for name in FIELDS} for order in orders]
        acts = [partial(say, one, what) for one, what in zip(ids, said, strict=True)]
        assert at_once(acts) == [None, None]
        for item_id, order in zip(ids, orders, strict=True):
            now = revisions.spoken(archive, OPERATOR, item_id).said
            assert {now[name] for name in FIELDS} == {"\n".join(order)}


class Stuck(Exception):
    """What PostgreSQL's driver raises, as far as it matters."""

    sqlstate = "40P01"


def stuck_for(times: int, monkeypatch: pytest.MonkeyPatch, room: Any, name: str) -> list[int]:
    """Have a function end its transaction as one of two that wait for each other, the first times."""
    real, calls = getattr(room, name), [0]

    def sometimes(*given: Any, **more: Any) -> Any:
        calls[0] += 1
        if calls[0] <= times:
            raise OperationalError("", {}, Stuck())
        return real(*given, **more)

    monkeypatch.setattr(room, name, sometimes)
    return calls


def test_what_somebody_takes_back_or_narrows_is_done_anew_when_the_database_ended_it(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    item_id = give(archive, state=ItemState.PUBLISHED)
    submission_id = item_of(archive, item_id).submission_id
    acts: list[tuple[Any, str, Callable[[], object]]] = [
        (consents, "load_for_change", lambda: consents.revise(archive, OPERATOR, submission_id, NARROWER)),
        (withdrawing, "load_for_change", lambda: withdrawing.withdraw_item(archive, OPERATOR, item_id)),
        (
            withdrawing,
            "load_for_change",
            lambda: withdrawing.withdraw_submission(archive, OPERATOR, submission_id, destroy=True),
        ),
    ]
    for room, name, act in acts:
        with monkeypatch.context() as patched:
            calls = stuck_for(3, patched, room, name)
            act()
            assert calls == [4]
    now = item_of(archive, item_id)
    assert (now.state, now.erasure) == (ItemState.WITHDRAWN, "asked")
    with archive.db.read() as session:
        query = select(Consent.audience).where(Consent.submission_id == submission_id)
        assert session.scalars(query.order_by(Consent.version)).all()[-1] == "staff"


def test_what_is_decided_with_words_is_done_anew_when_the_database_ended_it(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    item_id = give(archive, state=ItemState.IN_REVIEW)
    version, somebody = item_of(archive, item_id).version, curator(archive)
    with monkeypatch.context() as patched:
        calls = stuck_for(3, patched, messages, "add_once")
        review.decide(archive, somebody, item_id, Action.RETURN, version=version, words="Which year?")
        assert calls == [4]
    assert item_of(archive, item_id).state == ItemState.RETURNED
    thread = messages.thread(archive, OPERATOR, item_of(archive, item_id).submission_id)
    assert [one.text for one in thread] == ["Which year?"]
    # Of two who decide, the second is told still.
    with pytest.raises(ConflictError):
        review.decide(archive, somebody, item_id, Action.DECLINE, version=version, words="No.")


@RACES
def test_words_with_a_decision_and_a_withdrawal_of_all_end_in_one_of_two_ways(
    archive: Archive, races: int
) -> None:
    somebody = curator(archive)
    for _ in range(races):
        item_id = give(archive, state=ItemState.IN_REVIEW)
        row = item_of(archive, item_id)
        decide = partial(
            review.decide, archive, somebody, item_id, Action.RETURN, version=row.version, words="Which?"
        )
        take_back = partial(withdrawing.withdraw_submission, archive, OPERATOR, row.submission_id)
        decided, taken_back = at_once([decide, take_back])
        assert taken_back is None and item_of(archive, item_id).state == ItemState.WITHDRAWN
        assert decided is None or isinstance(decided, ConflictError)
        # Nobody is told to look again because the database ended what was decided.
        assert decided is None or decided.__cause__ is None


def test_what_goes_wrong_again_and_again_or_otherwise_is_not_tried_for_ever(archive: Archive) -> None:
    tried: list[Session] = []

    def never(session: Session) -> None:
        tried.append(session)
        raise OperationalError("", {}, Stuck() if len(tried) < 6 else Exception())

    for expected in (5, 6):
        with pytest.raises(OperationalError):
            archive.db.write_until_done(never)
        assert len(tried) == expected


def test_who_waited_for_each_other_is_told_that_somebody_else_was_first(archive: Archive) -> None:
    item_id = give(archive, state=ItemState.IN_REVIEW)

    def crossed(session: Session, *_: object) -> None:
        raise OperationalError("", {}, Stuck())

    with pytest.raises(ConflictError) as told:
        change_with(archive, item_id, crossed)
    assert told.value.code == "stale-version"
    with pytest.raises(DBAPIError):
        change_with(archive, item_id, lambda session: session.execute(text("nonsense")))


def change_with(archive: Archive, item_id: str, act: Callable[[Session], object]) -> None:
    with lifecycle.changing(archive, item_id) as (session, _):
        act(session)
