"""The desk's queue: what waits, oldest first, narrowed to what somebody looks for; how much there is in each state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session

from archive.access import Actor, is_sealed_to, looked_after, unsealed
from archive.models import Agent, Item, ItemAgent, ItemPlace, ItemState, NotToday, Place, Right, Taking, today
from archive.models.errors import ForbiddenError
from archive.services import messages
from archive.services.asked_about import AskedAbout, answered_by, waiting
from archive.services.cards import card_of, faces, sealed_card
from archive.services.desk_flags import flag
from archive.services.opening import Archive
from archive.services.taking import Around, around
from archive.services.views import Card

PER_PAGE = 25
# What waits for a curator: what came, and what was returned while there was something that nobody had answered.
WAITING, ALL = "waiting", "all"
WAITING_STATES = (ItemState.RECEIVED, ItemState.IN_REVIEW)
_ITEM_IDS: BindParameter[str] = bindparam("item_ids", expanding=True)
_LISTED = select(
    Item.id,
    Item.submission_id,
    Item.collection,
    Item.state,
    Item.received_on,
    Item.title,
    Item.kind,
    Item.date_edtf,
    Item.content_note,
    Item.languages,
    Item.extra,
).where(Item.id.in_(_ITEM_IDS))
# A list says neither what an item is about nor, to staff, less than is known of its places.
_NAMED = (
    select(ItemAgent.item_id, literal(0).label("is_place"), ItemAgent.position, Agent.name)
    .join(Agent, Agent.id == ItemAgent.agent_id)
    .where(ItemAgent.item_id.in_(_ITEM_IDS))
    .union_all(
        select(ItemPlace.item_id, literal(1), ItemPlace.position, Place.name)
        .join(Place, Place.id == ItemPlace.place_id)
        .where(ItemPlace.item_id.in_(_ITEM_IDS))
    )
    .order_by("item_id", "is_place", "position")
)


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
    """A page of the queue, `total` in all; `counts` by state of all that this curator may see, `waiting` of what waits.

    Beside it: whether somebody wrote what nobody has answered, how many items were not published on their day,
    and what people ask and nobody has answered.
    """

    total: int
    items: tuple[Queued, ...]
    counts: dict[str, int]
    waiting: int
    around: Around
    has_messages: bool
    not_published: int
    asked: AskedAbout


def queue(archive: Archive, actor: Actor, asked: Asked, language: str = "en") -> Queue:
    """A page of what staff may see and have asked for, oldest first; ForbiddenError for others."""
    if not actor.has(Right.SEE_ALL):
        raise ForbiddenError("The desk is for those who look after the archive.")
    with archive.db.read() as session:
        beside = session.execute(_beside(actor, today())).one()
        counts = {state: count for state, count in session.execute(_counts(actor))}  # noqa: C416 - a Row is no tuple to the type checker
        waiting = sum(counts.get(state, 0) for state in WAITING_STATES) + beside.answered - beside.put_off
        known = {WAITING: waiting, ALL: sum(counts.values()), **counts}
        ids, total = _page(session, actor, asked)
        return Queue(
            total=known.get(asked.state, 0) if total is None else total,
            items=_lines(archive, session, actor, ids, language),
            counts=counts,
            waiting=waiting,
            around=around(session, actor, ids),
            has_messages=beside.has_messages,
            not_published=beside.not_published,
            asked=AskedAbout(beside.asked, beside.asked_due) if actor.has(Right.REVIEW) else AskedAbout(),
        )


@lru_cache(256)
def _beside(actor: Actor, _on: date) -> Select[*tuple[Any, ...]]:
    """What is counted beside the states: so few that their own indexes tell it."""
    seen = looked_after(actor)
    put_off = and_(seen, or_(Item.state.in_(WAITING_STATES), _answered(actor)), Item.id.in_(_put_off(actor)))
    return select(
        _count(and_(seen, _answered(actor))).label("answered"),
        _count(put_off).label("put_off"),
        messages.is_unanswered(actor).label("has_messages"),
        _count(and_(seen, flag("not-published", actor))).label("not_published"),
        *waiting(answered_by(actor)),
    )


@lru_cache(256)
def _counts(actor: Actor) -> Select[str, int]:
    return select(Item.state, func.count()).where(looked_after(actor)).group_by(Item.state)


def _count(condition: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(Item).where(condition).scalar_subquery()


def _page(session: Session, actor: Actor, asked: Asked) -> tuple[list[str], int | None]:
    """The ids of a page, and how many there are on all pages where something narrows it.

    They are counted in the same pass: a condition may be dear.
    """
    skipped = PER_PAGE * (asked.page - 1)
    every = replace(asked, page=1)
    rows = session.execute(_asked_for(actor, every, today()), {"skipped": skipped}).all()
    if not asked.is_narrowed:
        return [row.id for row in rows], None
    if rows or not skipped:
        return [row.id for row in rows], rows[0].total if rows else 0
    first = session.execute(_asked_for(actor, every, today()), {"skipped": 0}).first()
    return [], first.total if first else 0


@lru_cache(512)
def _asked_for(actor: Actor, asked: Asked, _on: date) -> Select[*tuple[Any, ...]]:
    columns: list[Any] = [Item.id, func.count().over().label("total")] if asked.is_narrowed else [Item.id]
    query = select(*columns).where(looked_after(actor), *_conditions(actor, asked))
    query = query.order_by(Item.received_on, Item.submission_id, Item.position, Item.id)
    return query.limit(PER_PAGE).offset(bindparam("skipped", type_=Integer))


def _lines(
    archive: Archive, session: Session, actor: Actor, ids: Sequence[str], language: str
) -> tuple[Queued, ...]:
    """Items as staff see them in a list, in this order."""
    given = {"item_ids": ids}
    rows = {row.id: row for row in session.execute(_LISTED, given)}
    names: dict[str, list[str]] = {}
    places: dict[str, list[str]] = {}
    for item_id, is_place, _, name in session.execute(_NAMED, given):
        (places if is_place else names).setdefault(item_id, []).append(name)
    pictures = faces(session, ids)
    shown = (rows[one] for one in ids if one in rows)
    return tuple(
        Queued(
            sealed_card(row)
            if is_sealed_to(actor, row)
            else card_of(
                archive,
                row,
                names.get(row.id, ()),
                places.get(row.id, ()),
                pictures.get(row.id),
                language,
            ),
            row.received_on,
            row.submission_id,
        )
        for row in shown
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
        found.append(and_(unsealed(actor), Item.kind == asked.kind))
    if asked.flag:
        found.append(flag(asked.flag, actor))
    if asked.mine:
        found.append(Item.id.in_(select(Taking.item_id).where(Taking.user_id == actor.id)))
    return found


def _waits(actor: Actor) -> ColumnElement[bool]:
    waits = or_(Item.state.in_(WAITING_STATES), _answered(actor))
    return and_(waits, Item.id.not_in(_put_off(actor)))


def _answered(actor: Actor) -> ColumnElement[bool]:
    return and_(Item.state == ItemState.RETURNED, flag("unanswered", actor))


def _put_off(actor: Actor) -> Select[str]:
    return select(NotToday.item_id).where(NotToday.user_id == actor.id, NotToday.until > today())
