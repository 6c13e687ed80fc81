"""Other items that hold the same bytes as an item, or a picture that is nearly the same: what is done to one leaves them as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import CompoundSelect, Select, bindparam, literal, select, union, union_all
from sqlalchemy.orm import Session, aliased

from archive.access import Actor, visible
from archive.models import Days, File, Item, ItemState, Likeness, Right, days_now
from archive.services.opening import Archive
from archive.services.redacting import check
from archive.services.sealed import title_listed

MOST_ALIKE = 12


@dataclass(frozen=True)
class Likewise:
    """Another item that holds the same bytes, or a picture that is nearly the same, as the file `file_id`.

    `is_at_hand`: it is on the desk of who looks; else they see what everybody sees of it.
    """

    file_id: str
    item_id: str
    title: str
    state: str
    is_same: bool
    is_at_hand: bool = True


@dataclass(frozen=True)
class Doubles:
    """Those that an actor may see, and the files of which there are such that they may not, or more than are listed."""

    seen: tuple[Likewise, ...]
    hidden: frozenset[str]
    more: frozenset[str]

    def of(self, file_id: str) -> tuple[Likewise, ...]:
        """Those of one file."""
        return tuple(one for one in self.seen if one.file_id == file_id)


def doubles(archive: Archive, actor: Actor, item_id: str) -> Doubles:
    """Where else the files of an item are, for those who may take something out of it: errors as `redacting.check`."""
    with archive.db.read() as session:
        check(actor, session.get(Item, item_id))
        seen = likewise(session, actor, item_id)
        every = _pairs(session, item_id)
        known = _pairs(session, item_id, actor)
    listed = {(one.file_id, one.item_id) for one in seen}
    return Doubles(
        seen,
        hidden=frozenset(file_id for file_id, _ in every - known),
        more=frozenset(file_id for file_id, _ in known - listed),
    )


def likewise(session: Session, actor: Actor, item_id: str) -> tuple[Likewise, ...]:
    """The same bytes first, then near pictures, the nearest first; only of what `actor` may see."""
    found: dict[tuple[str, str], Likewise] = {}
    for row in session.execute(_likewise_of(actor, days_now()), {"item_id": item_id}):
        at_hand = actor.has(Right.SEE_ALL, row.collection)
        one = Likewise(row.file_id, row.item_id, row.title, row.state, row.rank < 0, at_hand)
        found.setdefault((row.file_id, row.item_id), one)
    return tuple(found.values())


@lru_cache(256)
def _likewise_of(actor: Actor, _on: Days) -> CompoundSelect[*tuple[Any, ...]]:
    """Other items with the same bytes, of rank -1, and with near pictures, by how far they are: a dozen of either."""
    other = Item.id.label("item_id"), title_listed(actor), Item.state, Item.collection, Item.received_on
    both = (
        query.add_columns(*other)
        .where(visible(actor))
        .order_by("rank", Item.received_on, Item.id)
        .limit(MOST_ALIKE)
        .subquery()
        for query in _same_and_near()
    )
    return union_all(*(select(one) for one in both)).order_by("rank", "received_on", "item_id")


def _pairs(session: Session, item_id: str, actor: Actor | None = None) -> set[tuple[str, str]]:
    """Each file of an item with each other item that holds it or what is near it, of those that `actor` may see."""
    kept = [Item.state != ItemState.DRAFT, Item.erasure == "", *([visible(actor)] if actor else ())]
    queries = (
        query.with_only_columns(*query.selected_columns[:1], Item.id).where(*kept)
        for query in _same_and_near()
    )
    values: Mapping[str, str] = {"item_id": item_id}
    return {(row[0], row[1]) for row in session.execute(union(*queries), values)}


def _same_and_near() -> tuple[Select[str, int], Select[str, int]]:
    """The file of the item asked for, and how far the other is, of every other item that holds it or what is near it."""
    mine = aliased(File)
    same = select(mine.id.label("file_id"), literal(-1).label("rank"))
    same = same.join_from(mine, File, File.sha512 == mine.sha512).where(mine.size > 0)
    near = select(mine.id.label("file_id"), Likeness.distance.label("rank"))
    near = near.join_from(mine, Likeness, Likeness.file_id == mine.id).join(
        File, File.id == Likeness.other_id
    )
    near = near.where(File.sha512 != mine.sha512)
    this = mine.item_id == bindparam("item_id"), Item.id != bindparam("item_id")
    return (
        same.join(Item, Item.id == File.item_id).where(*this),
        near.join(Item, Item.id == File.item_id).where(*this),
    )
