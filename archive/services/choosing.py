"""Which items are meant: those of a collection, in a state, with words, among those that somebody may change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, func, select, true

from archive.access import SEALED, Actor, visible
from archive.models import DESCRIBED, Item, ItemState, Right
from archive.search import Filters, parse_query
from archive.services.cards import cards
from archive.services.opening import Archive
from archive.services.readers import within
from archive.services.views import Card

T = TypeVar("T")
PER_PAGE = 50
# SQLite takes so many values in one statement, and some more (sqlite.org/limits.html, 9).
MOST_FOUND = 30_000
# What is sealed is opened one by one, and each look is written down.
NEVER = (ItemState.DRAFT, *SEALED)


@dataclass(frozen=True)
class Choice:
    """What was asked for; empty is any."""

    collection: str = ""
    state: str = ""
    words: str = ""


def chosen_ids(archive: Archive, actor: Actor, choice: Choice, limit: int | None = None) -> list[str]:
    """Ids of the items that match, the longest here first, `limit` at most, where there is one."""
    with archive.db.read() as session:
        return list(session.scalars(_ordered(_query(archive, actor, choice, select(Item.id))).limit(limit)))


def chosen_cards(
    archive: Archive, actor: Actor, choice: Choice, page: int, language: str
) -> tuple[int, tuple[Card, ...]]:
    """How many items match, and those of one page."""
    query = _query(archive, actor, choice, select(Item).options(*DESCRIBED))
    with archive.db.read() as session:
        total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
        rows = session.scalars(_ordered(query).limit(PER_PAGE).offset(PER_PAGE * (page - 1))).all()
        return total, tuple(cards(archive, session, rows, language, actor))


def cards_of(archive: Archive, actor: Actor, ids: list[str], language: str) -> tuple[Card, ...]:
    """Those of `ids` that `actor` may change, in the order in which they wait."""
    query = _query(archive, actor, Choice(), select(Item).options(*DESCRIBED)).where(Item.id.in_(ids))
    with archive.db.read() as session:
        return tuple(cards(archive, session, session.scalars(_ordered(query)).all(), language, actor))


def chosen_items(archive: Archive, actor: Actor, choice: Choice, at_once: int = 200) -> Iterator[Item]:
    """The items that match, read some at a time."""
    ids = chosen_ids(archive, actor, choice)
    for start in range(0, len(ids), at_once):
        with archive.db.read() as session:
            query = _query(archive, actor, Choice(), select(Item).options(*DESCRIBED))
            some = session.scalars(_ordered(query.where(Item.id.in_(ids[start : start + at_once])))).all()
        # Whoever takes them may be slow: no view of the database waits for them.
        yield from some


def reviewed(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """The WHERE clauses that leave what `actor` sees of the collections they review; for queries on Item."""
    bound = actor.collections_with(Right.REVIEW)
    return (visible(actor), true() if bound is None else Item.collection.in_(bound))


def changeable(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """Of these, the ones that leave what `actor` may change with others."""
    return (*reviewed(actor), Item.state.not_in(NEVER))


def _query(archive: Archive, actor: Actor, choice: Choice, query: Select[T]) -> Select[T]:
    query = query.where(*changeable(actor))
    if choice.collection:
        query = query.where(Item.collection == choice.collection)
    if choice.state:
        query = query.where(Item.state == choice.state)
    if choice.words.strip():
        # Only ids leave the index, and of those the query leaves what the actor may see.
        asked = parse_query(choice.words)
        mine = Filters(inside=within(actor, Right.REVIEW))
        found = archive.indexes.staff.search(asked, mine, "relevance", 0, MOST_FOUND)
        here = {"collection": choice.collection, "state": choice.state}
        narrowed = {facet: [value] for facet, value in here.items() if value}
        if found.total > len(found.ids) and narrowed:
            # What was changed a moment ago stands in the index as it was, so this is asked only where it has to be.
            found = archive.indexes.staff.search(
                asked, replace(mine, facets=narrowed), "relevance", 0, MOST_FOUND
            )
        query = query.where(Item.id.in_(found.ids))
    return query


def _ordered(query: Select[T]) -> Select[T]:
    return query.order_by(Item.received_on, Item.submission_id, Item.position)
