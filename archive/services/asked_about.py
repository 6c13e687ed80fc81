"""What people asked about one item, as far as it bears on what is decided about it: what waits, and what was promised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Label, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from archive.access import Actor
from archive.models import Action, Answer, Asked, Event, Item, ItemState, Replacement, Request, Right

ANSWER = "answer-request"
# Why what somebody asked stands against showing an item.
TAKEN_DOWN = "taken-down"
REQUEST_WAITS = "request-waits"
# Where the event by which others take an item's place names the requests that follow to the first of them.
FOLLOWED = "requests"
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


def against_publishing(session: Session, item_id: str, answering: str = "") -> str:
    """Why what somebody asked stands against publishing an item with others, by itself on a day, or by a command.

    `taken-down` when they were told that it is gone, `request-waits` until they are answered, whoever took it off the
    pages; nothing when nothing does. With `answering`, the request whose answer is to show it again, only others count.
    """
    if is_taken_down(session, item_id):
        return TAKEN_DOWN
    others = (one for one in still_waiting(session, item_id) if one.id != answering)
    return REQUEST_WAITS if any(others) else ""


def still_waiting(session: Session, item_id: str) -> Sequence[Request]:
    """The requests that keep an item hidden: asked about it, or about what it took the place of before it did.

    A note asks for nothing to be hidden, unless it was hidden for it. What is split is hidden in every part, though
    the request stands beside the first of them.
    """
    olds = _in_whose_place(session, item_id)
    about = [item_id, *olds]
    hidden_for = [_hidden_for(session, one) for one in about]
    told = select(Event.detail).where(Event.subject_id.in_(olds), Event.kind == Action.REPLACE)
    followed = [one for detail in session.scalars(told) for one in detail.get(FOLLOWED, ())] if olds else []
    query = select(Request).where(
        Request.decision == "",
        or_(Request.item_id.in_(about), Request.id.in_(followed), Request.id.in_(hidden_for)),
        or_(Request.kind != Asked.NOTE, Request.id.in_(hidden_for)),
    )
    return session.scalars(query.order_by(Request.due_on, Request.id)).all()


def to_follow(session: Session, item_id: str) -> dict[str, list[str]]:
    """What the event says by which others take the place of an item: the requests about it that wait, if there are any."""
    query = select(Request.id).where(Request.item_id == item_id, Request.decision == "")
    found = session.scalars(query.order_by(Request.id)).all()
    return {FOLLOWED: list(found)} if found else {}


def other_parts(session: Session, item_id: str, request_id: str) -> list[str]:
    """What was made beside an item of that which a request was about, but what is published: that was decided by itself."""
    olds = _in_whose_place(session, item_id)
    kinds = (Action.REPLACE, Action.UNPUBLISH)
    query = select(Event.subject_id, Event.detail).where(Event.subject_id.in_(olds), Event.kind.in_(kinds))
    rows = session.execute(query).all() if olds else ()
    look_at = [
        one.subject_id
        for one in rows
        if request_id in (one.detail.get("request"), *one.detail.get(FOLLOWED, ()))
    ]
    found: set[str] = set()
    while look_at:
        news = session.scalars(select(Replacement.new_id).where(Replacement.old_id.in_(look_at)))
        look_at = [one for one in news if one not in found]
        found.update(look_at)
    not_shown = select(Item.id).where(Item.id.in_(found - {item_id}), Item.state != ItemState.PUBLISHED)
    return list(session.scalars(not_shown.where(Item.erasure == "")))


def _in_whose_place(session: Session, item_id: str) -> list[str]:
    """The items of which one was made, those of which they were made, and so on."""
    found: list[str] = []
    look_at = [item_id]
    while look_at:
        query = select(Replacement.old_id).where(Replacement.new_id.in_(look_at)).distinct()
        look_at = [one for one in session.scalars(query) if one not in found]
        found += look_at
    return found


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
    """How many items that it took the place of were taken down last: `taken_down`, a column of a larger query.

    Those before them count too, as long as nobody published what came of them.
    """
    answer, later = aliased(Event), aliased(Event)
    before = select(Replacement.old_id).where(condition).cte("before", recursive=True)
    published = select(later.id).where(later.subject_id == before.c.old_id, later.kind == Action.PUBLISH)
    olders = select(Replacement.old_id).join(before, Replacement.new_id == before.c.old_id)
    before = before.union(olders.where(~published.exists()))
    shown_again = select(later.id).where(
        later.subject_id == answer.subject_id, later.kind == Action.PUBLISH, later.sequence > answer.sequence
    )
    count = select(func.count(answer.id)).join(before, before.c.old_id == answer.subject_id)
    count = count.where(answer.kind == ANSWER, ~shown_again.exists())
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
    """The WHERE clause that leaves what `actor` may decide about: nobody hears of a request about their own gift, or of their own."""
    where = actor.collections_with(Right.REVIEW)
    clause: ColumnElement[bool] = Item.submission_id.not_in(actor.submissions | actor.given_here)
    clause &= Request.id.not_in(actor.asked_here)
    return clause if where is None else clause & Item.collection.in_(where)
