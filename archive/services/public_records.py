"""Keeps what harvesters are told true to what everybody may see: what is public, since when, and what is no more."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from archive.access import PUBLIC, can_see, may_know_of, was_public
from archive.models import Item, ItemState, PublicRecord, today
from archive.services.opening import Archive
from archive.services.upsert import put_row

BATCH = 500


def keep_up(session: Session, item_ids: Sequence[str]) -> None:
    """Write down what became of these items for everybody, in the caller's transaction, who holds the indexes' lock."""
    known = {
        one.item_id: one
        for one in session.scalars(select(PublicRecord).where(PublicRecord.item_id.in_(item_ids)))
    }
    for item in session.scalars(select(Item).where(Item.id.in_(item_ids))):
        if (values := _news(item, known.get(item.id))) is not None:
            put_row(session, PublicRecord, ["item_id"], values)


def keep_up_with_all(archive: Archive) -> None:
    """The same for every item that is or was public."""
    query = select(Item.id).where(or_(Item.state == ItemState.PUBLISHED, Item.published_on.is_not(None)))
    with archive.db.read() as session:
        ids = session.scalars(query.order_by(Item.id)).all()
    for start in range(0, len(ids), BATCH):
        with archive.db.write_again() as session:
            keep_up(session, ids[start : start + BATCH])
    with archive.db.write_again() as session:
        _keep_destroyed(archive, session)


def _keep_destroyed(archive: Archive, session: Session) -> None:
    """Tell as gone what was destroyed and everybody had seen, where the database was made again and has no item of it."""
    gone = {item_id for item_id in archive.withdrawals.standing() if archive.withdrawals.tombstone(item_id)}
    for of in (Item.id, PublicRecord.item_id):
        gone -= set(session.scalars(select(of).where(of.in_(gone))))
    # The ledger knows no collection: it names as little as it can.
    session.add_all(
        PublicRecord(item_id=item_id, collection="", changed_on=today(), deleted=True, revision=0)
        for item_id in sorted(gone)
    )


def _news(item: Item, known: PublicRecord | None) -> dict[str, object] | None:
    """What is to be written of an item; None where nothing changed for those outside."""
    public = can_see(PUBLIC, item)
    # Also where nobody had written it down, which no database has that was made again from bags.
    if known is None and not (public or may_know_of(PUBLIC, item) or was_public(item)):
        return None
    told = (known.deleted, known.collection, known.revision) if known else None
    now = (False, item.collection, item.record_revision)
    if not public:
        # Of what is gone no further change is told: nobody may know of it.
        now = (True, *told[1:]) if told else (True, *now[1:])
    if now == told:
        return None
    names = ("item_id", "changed_on", "deleted", "collection", "revision")
    return dict(zip(names, (item.id, today(), *now), strict=True))
