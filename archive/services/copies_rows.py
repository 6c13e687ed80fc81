"""The rows of copies: which bags wait for which store, since when, and what has still to be removed there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from archive.models import BagCopy, CopyStore, Event, Item, SharedBagCopy, today

KEPT = and_(Item.bag_key != "", Item.erasure == "")
"""Items whose bag is to be in every store: also what is hidden, for that may be shown again."""
DESTROYED = "destroy"


def note_waiting(session: Session, store_id: str) -> None:
    """Have every kept bag have its row for a store, and every one that is behind the day since which it is."""
    of_store = select(BagCopy.item_id).where(BagCopy.store_id == store_id, BagCopy.item_id == Item.id)
    new = select(literal(store_id), Item.id, literal(0), literal(today()), literal(""))
    columns = ["store_id", "item_id", "revision", "waits_since", "trouble"]
    session.execute(insert(BagCopy).from_select(columns, new.where(KEPT, ~of_store.exists())))
    holds = select(Item.bag_revision).where(Item.id == BagCopy.item_id).scalar_subquery()
    mine = and_(BagCopy.store_id == store_id, BagCopy.waits_since.is_(None))
    session.execute(
        update(BagCopy)
        .where(mine, BagCopy.revision != holds)
        .values(waits_since=today())
        .execution_options(synchronize_session=False)
    )


def behind(session: Session, store_id: str, read_days: int, without: Collection[str], most: int) -> list[str]:
    """Ids of items whose bag is behind in a store, those that wait longest first, then those to be read there again."""
    query = select(BagCopy.item_id).join(Item, Item.id == BagCopy.item_id)
    query = query.where(BagCopy.store_id == store_id, KEPT, BagCopy.item_id.not_in(without))
    query = query.where(or_(*_due(read_days)))
    order = (BagCopy.waits_since.is_(None), BagCopy.waits_since, BagCopy.read_on, BagCopy.item_id)
    return list(session.scalars(query.order_by(*order).limit(most)))


def any_work(session: Session, store_id: str, read_days: int) -> bool:
    """Whether there is anything to do in a store: a bag behind, one to be read again, one to be removed."""
    unknown = select(BagCopy.item_id).where(BagCopy.store_id == store_id, BagCopy.item_id == Item.id)
    if session.scalar(select(Item.id).where(KEPT, ~unknown.exists()).limit(1)) is not None:
        return True
    query = select(BagCopy.item_id).join(Item, Item.id == BagCopy.item_id)
    query = query.where(BagCopy.store_id == store_id)
    due = or_(Item.erasure != "", and_(KEPT, or_(*_due(read_days))))
    return session.scalar(query.where(due).limit(1)) is not None


def to_remove(session: Session, store_id: str) -> list[str]:
    """Ids of destroyed items of which a store may hold a copy still."""
    query = select(BagCopy.item_id).join(Item, Item.id == BagCopy.item_id)
    return list(session.scalars(query.where(BagCopy.store_id == store_id, Item.erasure != "")))


def leaving_since(session: Session, store_id: str, seen: ColumnElement[bool]) -> date | None:
    """The first day on which something was destroyed of which a store may hold a copy still, None when nothing is to be removed."""
    happened = select(func.max(Event.at)).where(Event.subject_id == Item.id, Event.kind == DESTROYED)
    query = select(Item.withdrawn_on, happened.scalar_subquery()).join(BagCopy, BagCopy.item_id == Item.id)
    rows = session.execute(query.where(BagCopy.store_id == store_id, Item.erasure != "", seen)).all()
    # One that is still being destroyed is told by no event yet.
    return min((at.date() if at else asked or today() for asked, at in rows), default=None)


def count_waiting(session: Session, store_id: str, seen: ColumnElement[bool]) -> tuple[int, date | None]:
    """How many bags of those that are `seen` wait for a store, and since when; bags without a row wait from today."""
    row = and_(BagCopy.item_id == Item.id, BagCopy.store_id == store_id)
    late = or_(BagCopy.item_id.is_(None), BagCopy.revision != Item.bag_revision)
    query = select(func.count(), func.min(func.coalesce(BagCopy.waits_since, today())))
    found = session.execute(query.select_from(Item).outerjoin(BagCopy, row).where(KEPT, seen, late)).one()
    return found[0], found[1]


def is_overdue(read_on: date | None, read_days: int) -> bool:
    """Whether a copy is to be read in full: it never was, not for so many days, or by a clock that was ahead."""
    if read_on is None or read_on > today():
        return True
    return bool(read_days) and read_on <= today() - timedelta(days=read_days)


def distrust(session: Session, url: str, ids: Collection[str]) -> None:
    """Have copies of these bags, of items or of what belongs to none, be looked at in full and made good by the next run.

    They were found missing or changed in the store at that address: what was written down of them is not so.
    """
    store = select(CopyStore.id).where(CopyStore.url == url).scalar_subquery()
    found = {"revision": 0, "read_on": None, "waits_since": today()}
    for model, key in ((BagCopy, BagCopy.item_id), (SharedBagCopy, SharedBagCopy.bag_id)):
        which = model.store_id == store, key.in_(ids)
        session.execute(
            update(model).where(*which).values(found).execution_options(synchronize_session=False)
        )


def _due(read_days: int) -> list[ColumnElement[bool]]:
    due: list[ColumnElement[bool]] = [BagCopy.revision != Item.bag_revision]
    if read_days:
        # One that lies ahead was written by a clock that was wrong.
        due += [BagCopy.read_on <= today() - timedelta(days=read_days), BagCopy.read_on > today()]
    return due
