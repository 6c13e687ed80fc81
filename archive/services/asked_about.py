"""What people asked about one item, as far as it bears on what is decided about it: what waits, and what was promised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Label, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from archive.access import Actor
from archive.models import Action, Answer, Asked, Event, Item, Replacement, Request, Right

ANSWER = "answer-request"
# Why what somebody asked stands against showing an item.
TAKEN_DOWN = "taken-down"
REQUEST_WAITS = "request-waits"
_LAST = (
    select(Event.kind, Event.detail)
    .where(Event.subject_id == bindparam("item_id"), Event.kind.in_((ANSWER, Action.PUBLISH)))
    .order_by(Event.sequence.desc())
)


@dataclass(frozen=True)
class AskedAbout:
    """How many requests about an item wait for an answer, and by when the first was promised one."""

    waiting: int = 0
    due_on: date | None = None


def waiting(*conditions: ColumnElement[bool]) -> tuple[Label[int], Label[date]]:
    """How many requests wait and when the first is due: `asked` and `asked_due`, columns of a larger query."""
    still = (Request.decision == "", *conditions)
    count = select(func.count(Request.id)).join(Item, Item.id == Request.item_id).where(*still)
    due = select(func.min(Request.due_on)).join(Item, Item.id == Request.item_id).where(*still)
    return (
        count.correlate(None).scalar_subquery().label("asked"),
        due.correlate(None).scalar_subquery().label("asked_due"),
    )


def against_publishing(session: Session, item_id: str) -> str:
    """Why what somebody asked stands against publishing an item with others, or by a command; nothing when it does not.

    `taken-down` when they were told that it is gone, `request-waits` when it is hidden until they are answered.
    """
    if is_taken_down(session, item_id):
        return TAKEN_DOWN
    asked = session.get(Request, _hidden_for(session, item_id))
    return REQUEST_WAITS if asked is not None and not asked.decision else ""


def against_showing_again(session: Session, item_id: str, answering: str) -> str:
    """The same of an item that is to be shown again by the answer to one request; what others ask may wait too.

    A note that waits asks for nothing to be hidden, unless it was hidden for it.
    """
    if is_taken_down(session, item_id):
        return TAKEN_DOWN
    hides = or_(Request.kind != Asked.NOTE, Request.id == _hidden_for(session, item_id))
    others = select(Request.id).where(
        Request.item_id == item_id, Request.id != answering, Request.decision == "", hides
    )
    return REQUEST_WAITS if session.scalars(others.limit(1)).first() is not None else ""


def _hidden_for(session: Session, item_id: str) -> str:
    """The request for whose sake the item was taken off the pages last, and not published since; or nothing."""
    kinds = (Action.PUBLISH, Action.UNPUBLISH)
    query = select(Event.kind, Event.detail).where(Event.subject_id == item_id, Event.kind.in_(kinds))
    last = session.execute(query.order_by(Event.sequence.desc()).limit(1)).first()
    return last.detail.get("request", "") if last is not None and last.kind == Action.UNPUBLISH else ""


def is_taken_down(session: Session, item_id: str) -> bool:
    """Whether the item was taken down because somebody asked, and nobody has published it since."""
    events = session.execute(_LAST, {"item_id": item_id})
    before = session.scalar(select(taken_down_before(Replacement.new_id == item_id)))
    return was_taken_down(((row.kind, row.detail) for row in events), before=bool(before))


def taken_down_before(condition: ColumnElement[bool]) -> Label[int]:
    """How many items that it took the place of were taken down last: `taken_down`, a column of a larger query."""
    answer, later = aliased(Event), aliased(Event)
    shown_again = select(later.id).where(
        later.subject_id == answer.subject_id, later.kind == Action.PUBLISH, later.sequence > answer.sequence
    )
    count = select(func.count(answer.id)).join(Replacement, Replacement.old_id == answer.subject_id)
    count = count.where(condition, answer.kind == ANSWER, ~shown_again.exists())
    count = count.where(answer.detail["decision"].as_string() == Answer.TAKEN_DOWN.value)
    return count.correlate(None).scalar_subquery().label("taken_down")


def was_taken_down(newest_first: Iterable[tuple[str, Mapping[str, Any]]], *, before: bool) -> bool:
    """The same of an item's events, each its kind and detail; `before` when what it took the place of was."""
    for kind, detail in newest_first:
        if kind == Action.PUBLISH:
            return False
        if kind == ANSWER and detail.get("decision") == Answer.TAKEN_DOWN:
            return True
    return before


def answered_by(actor: Actor) -> ColumnElement[bool]:
    """The WHERE clause that leaves what `actor` may decide about: nobody hears of a request about their own gift."""
    where = actor.collections_with(Right.REVIEW)
    clause: ColumnElement[bool] = Item.submission_id.not_in(actor.submissions)
    return clause if where is None else clause & Item.collection.in_(where)
