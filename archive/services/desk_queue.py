"""The desk's queue: what waits, oldest first, narrowed to what somebody looks for; how much there is in each state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, lazyload, selectinload

from archive.access import Actor, looked_after
from archive.models import Item, ItemState, NotToday, Right, Taking, today
from archive.models.errors import ForbiddenError
from archive.services.cards import cards
from archive.services.desk_flags import flag
from archive.services.opening import Archive
from archive.services.taking import Around, around
from archive.services.views import Card

PER_PAGE = 25
# What waits for a curator: what came, and what was returned and is answered.
WAITING, ALL = "waiting", "all"
# A list says neither what an item is about nor, to staff, less than is known.
LISTED = select(Item).options(selectinload(Item.agents), selectinload(Item.places), lazyload(Item.consent))
WAITING_STATES = (ItemState.RECEIVED, ItemState.IN_REVIEW)


@dataclass(frozen=True)
class Asked:
    """What of the queue is asked for: `state` is one of the states, `waiting` or `all`; empty words narrow nothing."""

    state: str = WAITING
    collection: str = ""
    kind: str = ""
    flag: str = ""
    mine: bool = False
    page: int = 1

    @property
    def is_narrowed(self) -> bool:
        """Whether more than a state is asked for."""
        return bool(self.collection or self.kind or self.flag or self.mine)


@dataclass(frozen=True)
class Queued:
    """One item of the queue, and since when it is here; `submission_id` tells whether it is this curator's own."""

    card: Card
    received_on: date
    submission_id: str


@dataclass(frozen=True)
class Queue:
    """A page of the queue, `total` in all; `counts` by state of all that this curator may see, `waiting` of what waits."""

    total: int
    items: tuple[Queued, ...]
    counts: dict[str, int]
    waiting: int
    around: Around


def queue(archive: Archive, actor: Actor, asked: Asked, language: str = "en") -> Queue:
    """A page of what staff may see and have asked for, oldest first; ForbiddenError for others."""
    if not actor.has(Right.SEE_ALL):
        raise ForbiddenError("The desk is for those who look after the archive.")
    seen = looked_after(actor)
    narrowed = and_(seen, *_conditions(actor, asked))
    with archive.db.read() as session:
        counts = _counts(session, seen)
        waiting = _count(session, and_(seen, _waits(actor)))
        known = {WAITING: waiting, ALL: sum(counts.values()), **counts}
        if asked.is_narrowed:
            ids, total = _page_and_total(session, narrowed, asked.page)
        else:
            ids, total = _page(session, narrowed, asked.page), known.get(asked.state, 0)
        rows = {item.id: item for item in session.scalars(LISTED.where(Item.id.in_(ids)))}
        items = [rows[one] for one in ids if one in rows]
        shown = zip(cards(archive, session, items, language, actor), items, strict=True)
        return Queue(
            total=total,
            items=tuple(Queued(card, item.received_on, item.submission_id) for card, item in shown),
            counts=counts,
            waiting=waiting,
            around=around(session, actor, ids),
        )


def _conditions(actor: Actor, asked: Asked) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.state == WAITING:
        found.append(_waits(actor))
    elif asked.state != ALL:
        found.append(Item.state == asked.state)
    if asked.collection:
        found.append(Item.collection == asked.collection)
    if asked.kind:
        found.append(Item.kind == asked.kind)
    if asked.flag:
        found.append(flag(asked.flag, actor))
    if asked.mine:
        found.append(Item.id.in_(select(Taking.item_id).where(Taking.user_id == actor.id)))
    return found


def _waits(actor: Actor) -> ColumnElement[bool]:
    answered = and_(Item.state == ItemState.RETURNED, flag("unread", actor))
    return and_(or_(Item.state.in_(WAITING_STATES), answered), _not_put_off(actor))


def _not_put_off(actor: Actor) -> ColumnElement[bool]:
    return Item.id.not_in(
        select(NotToday.item_id).where(NotToday.user_id == actor.id, NotToday.until > today())
    )


def _page(session: Session, narrowed: ColumnElement[bool], page: int) -> list[str]:
    return list(session.scalars(_of_page(select(Item.id).where(narrowed), page)))


def _page_and_total(session: Session, narrowed: ColumnElement[bool], page: int) -> tuple[list[str], int]:
    """The same with how many there are on all pages, counted in the same pass: a condition may be dear."""
    query = select(Item.id, func.count().over()).where(narrowed)
    rows = session.execute(_of_page(query, page)).all()
    if rows or page == 1:
        return [row[0] for row in rows], rows[0][1] if rows else 0
    return [], _count(session, narrowed)


def _of_page(query: Select[*tuple[Any, ...]], page: int) -> Select[*tuple[Any, ...]]:
    query = query.order_by(Item.received_on, Item.submission_id, Item.position, Item.id)
    return query.limit(PER_PAGE).offset(PER_PAGE * (page - 1))


def _count(session: Session, narrowed: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Item).where(narrowed)) or 0


def _counts(session: Session, seen: ColumnElement[bool]) -> dict[str, int]:
    query = select(Item.state, func.count()).where(seen).group_by(Item.state)
    return {state: count for state, count in session.execute(query)}  # noqa: C416 - a Row is no tuple to the type checker


def not_published(archive: Archive, actor: Actor) -> int:
    """How many items of this curator's desk were to be published on a day, and were not."""
    with archive.db.read() as session:
        return _count(session, and_(looked_after(actor), flag("not-published", actor)))
