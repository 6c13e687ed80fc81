"""What those who harvest the archive are told: public records, and that some are not public any more.

The decision is made at each look: a row that says public is believed only where everybody may see the item now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, Select, and_, false, func, or_, select
from sqlalchemy.orm.attributes import set_committed_value

from archive.access import PUBLIC, visible
from archive.exchange.described import Described
from archive.models import DESCRIBED, Item, PublicRecord, today
from archive.profiles import say
from archive.services import exchanging
from archive.services.opening import Archive
from archive.services.show import item_view

Place = tuple[date, str]


@dataclass(frozen=True)
class Known:
    """A record that is or was public: which item, the day of its last change, its collection."""

    item_id: str
    changed_on: date
    collection: str
    deleted: bool


@dataclass(frozen=True)
class Wanted:
    """Which records: changed within these days, of one collection; `after` is the last one that was told before."""

    first: date | None = None
    last: date | None = None
    collection: str = ""
    after: Place | None = None


def listed(archive: Archive, wanted: Wanted, most: int) -> list[Known]:
    """Up to `most` records by the day of their last change, then by id.

    What changes while somebody goes from page to page moves to the end: it is told again, and nothing is left out.
    """
    query = _records().order_by(PublicRecord.changed_on, PublicRecord.item_id).limit(most)
    if wanted.first is not None:
        query = query.where(PublicRecord.changed_on >= wanted.first)
    if wanted.last is not None:
        query = query.where(PublicRecord.changed_on <= wanted.last)
    if wanted.collection:
        query = query.where(PublicRecord.collection == wanted.collection)
    if wanted.after is not None:
        on, item_id = wanted.after
        later = and_(PublicRecord.changed_on == on, PublicRecord.item_id > item_id)
        # Said twice, so that a database goes straight to the day.
        query = query.where(PublicRecord.changed_on >= on, or_(PublicRecord.changed_on > on, later))
    with archive.db.read() as session:
        return [_known(row) for row in session.execute(query)]


def one(archive: Archive, item_id: str) -> Known | None:
    """The record of one item; None where it never was public, as where there is none."""
    with archive.db.read() as session:
        row = session.execute(_records().where(PublicRecord.item_id == item_id)).first()
    return _known(row) if row else None


def earliest(archive: Archive) -> date:
    """The day before which no record changed."""
    with archive.db.read() as session:
        return session.scalar(select(func.min(PublicRecord.changed_on))) or today()


def collections(archive: Archive) -> list[tuple[str, str, str]]:
    """Every collection: its slug, its title, what it is about."""
    return [
        (slug, say(one.title, "en"), say(one.description, "en")) for slug, one in archive.profiles.items()
    ]


def described(
    archive: Archive, records: Sequence[Known], address: Callable[[str], str]
) -> Mapping[str, Described]:
    """What everybody may read of those records that are public still, by item; `address` is that of an item's page."""
    ids = [one.item_id for one in records if not one.deleted]
    query = select(Item).options(*DESCRIBED).where(Item.id.in_(ids), visible(PUBLIC))
    with archive.db.read() as session:
        rows = session.scalars(query).all()
        for row in rows:
            # A description needs none of the files, and of a hundred items they may be thousands.
            set_committed_value(row, "files", [])
        views = [item_view(archive, row, (), (), staff=False, language="en", untold=()) for row in rows]
    return {
        view.id: exchanging.described(archive, view, address(view.id), lambda _copy: "") for view in views
    }


def _records() -> Select[PublicRecord, bool]:
    # Nobody can see what there is no item of.
    shown = and_(Item.id.is_not(None), visible(PUBLIC))
    return select(PublicRecord, func.coalesce(shown, false())).outerjoin(
        Item, Item.id == PublicRecord.item_id
    )


def _known(row: Row[PublicRecord, bool]) -> Known:
    record, is_visible = row
    return Known(record.item_id, record.changed_on, record.collection, record.deleted or not is_visible)
