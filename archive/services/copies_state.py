"""How it stands with the copies: each store, what is in it, what waits for it and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from archive.access import Actor, looked_after
from archive.models import BagCopy, CopyStore, Item, Right, today
from archive.models.errors import ForbiddenError
from archive.services import copies_rows as rows
from archive.services import copies_shared
from archive.services.copies_stores import Place, places
from archive.services.opening import Archive
from archive.services.sealed import title_listed

MOST_TROUBLES = 50


@dataclass(frozen=True)
class InTrouble:
    """A bag that could not be copied, with the code of the reason."""

    id: str
    title: str
    trouble: str


@dataclass(frozen=True)
class StoreState:
    """One store: `kept` bags are there in their newest revision, `unsound` ones would be but are in trouble, the rest waits.

    `read_since` is the oldest day of a full reading, `trouble` the code of what was in the way when it was last looked at;
    `reached_on` None means never, `leaving_since` that nothing destroyed has still to be removed there.
    """

    name: str
    is_bucket: bool
    trouble: str
    reached_on: date | None
    kept: int
    unsound: int
    waiting: int
    waiting_since: date | None
    read_since: date | None
    to_remove: int
    leaving_since: date | None
    in_trouble: tuple[InTrouble, ...]
    troubled: int


def states(archive: Archive, actor: Actor) -> tuple[StoreState, ...]:
    """Every store with what `actor` looks after; ForbiddenError without the right to audit."""
    if not actor.has(Right.AUDIT):
        raise ForbiddenError("Your role does not allow that.")
    with archive.db.one_view():
        return tuple(_state(archive, actor, place) for place in places(archive.settings))


def _state(archive: Archive, actor: Actor, place: Place) -> StoreState:
    mine = looked_after(actor, Right.AUDIT)
    with archive.db.read() as session:
        row = session.scalar(select(CopyStore).where(CopyStore.url == place.url))
        store_id = row.id if row else ""
        waiting, since = rows.count_waiting(session, store_id, mine)
        there = (BagCopy.store_id == store_id, rows.KEPT, mine)
        is_bad = BagCopy.trouble != ""
        figures = (func.count().filter(~is_bad), func.count().filter(is_bad), func.min(BagCopy.read_on))
        current = select(*figures).select_from(BagCopy).join(Item, Item.id == BagCopy.item_id)
        kept, unsound, read_since = session.execute(
            current.where(*there, BagCopy.revision == Item.bag_revision)
        ).one()
        gone = select(func.count()).select_from(BagCopy).join(Item, Item.id == BagCopy.item_id)
        to_remove = session.scalar(gone.where(BagCopy.store_id == store_id, Item.erasure != "", mine)) or 0
        leaving_since = rows.leaving_since(session, store_id, mine) if to_remove else None
        bad = select(Item.id, title_listed(actor), BagCopy.trouble).join(BagCopy, BagCopy.item_id == Item.id)
        bad = bad.where(*there, is_bad)
        troubled = session.scalar(select(func.count()).select_from(bad.subquery())) or 0
        worst = bad.order_by(Item.id).limit(MOST_TROUBLES)
        in_trouble = tuple(InTrouble(*one) for one in session.execute(worst))
        if actor.collections_with(Right.AUDIT) is None:
            # Names and words are of no collection, so whoever answers for all of them answers for these too.
            shared = copies_shared.count_there(session, store_id)
            kept, unsound = kept + shared[0], unsound + shared[1]
            read_since = min(filter(None, (read_since, shared[2])), default=None)
            late = copies_shared.count_waiting(session, store_id)
            waiting, since = waiting + late, since or (today() if late else None)
            others = copies_shared.in_trouble(session, store_id)
            in_trouble += tuple(InTrouble(one[0], *one) for one in others[:MOST_TROUBLES])
            troubled += len(others)
    trouble = place.fault.code if place.fault else (row.trouble if row else "")
    reached_on = row.reached_on if row else None
    return StoreState(
        place.name, place.is_bucket, trouble, reached_on, kept, unsound, waiting, since, read_since, to_remove, leaving_since,
        in_trouble, troubled
    )  # fmt: skip
