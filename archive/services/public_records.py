"""Keeps what harvesters are told true to what everybody may see: what is public, since when, and what is no more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from archive.access import PUBLIC, can_see, may_know_of, was_public
from archive.models import Days, Event, Item, ItemState, PublicRecord, today
from archive.services.fixity_state import CHECK
from archive.services.opening import Archive
from archive.services.upsert import put_row

BATCH = 500


def keep_up(
    session: Session, item_ids: Sequence[str], *, as_of_then: bool = False, on: Days | None = None
) -> None:
    """Write down what became of these items for everybody, in the caller's transaction, who holds the indexes' lock.

    What nobody had written down is of today, or `as_of_then` of the day on which it came to be so. `on` are the days for
    which the index was told, today's by themselves.
    """
    known = {
        one.item_id: one
        for one in session.scalars(select(PublicRecord).where(PublicRecord.item_id.in_(item_ids)))
    }
    for item in session.scalars(select(Item).where(Item.id.in_(item_ids))):
        if (values := _news(item, known.get(item.id), on)) is not None:
            if as_of_then and item.id not in known:
                values["changed_on"] = _since(session, item)
            put_row(session, PublicRecord, ["item_id"], values)


def keep_up_with_all(archive: Archive, on: Days | None = None) -> None:
    """The same for every item that is or was public."""
    query = select(Item.id).where(or_(Item.state == ItemState.PUBLISHED, Item.published_on.is_not(None)))
    with archive.db.read() as session:
        ids = session.scalars(query.order_by(Item.id)).all()
        # A database that was made again from bags: harvesters were told already, on the days on which it happened.
        made_again = session.scalar(select(PublicRecord.item_id).limit(1)) is None
    for start in range(0, len(ids), BATCH):
        with archive.db.write_again() as session:
            keep_up(session, ids[start : start + BATCH], as_of_then=made_again, on=on)
    with archive.db.write_again() as session:
        _keep_destroyed(archive, session)


def _keep_destroyed(archive: Archive, session: Session) -> None:
    """Tell as gone what was destroyed and everybody had seen, where the database was made again and has no item of it."""
    standing = archive.withdrawals.standing()
    gone = {item_id for item_id in standing if archive.withdrawals.tombstone(item_id)}
    for of in (Item.id, PublicRecord.item_id):
        gone -= set(session.scalars(select(of).where(of.in_(gone))))
    # The ledger knows no collection: it names as little as it can.
    session.add_all(
        PublicRecord(item_id=one, collection="", changed_on=standing[one].day, deleted=True, revision=0)
        for one in sorted(gone)
    )


def _since(session: Session, item: Item) -> date:
    """The day of the newest of what told harvesters something: an event of the item or its submission, a day of its consent.

    Days to come do not count: a clock that was ahead once would hide it from harvesters until then.
    """
    of = Event.subject_id.in_([item.id, item.submission_id])
    # Both are of the bag; neither makes a revision.
    told = select(func.max(Event.at)).where(of, Event.kind.not_in([CHECK, "remove-copy"]))
    newest, consent = session.scalar(told), item.consent
    closed = consent.not_after + timedelta(days=1) if consent.not_after else None
    days = [newest.date() if newest else None, item.published_on, consent.not_before, closed]
    past = [day for day in days if day is not None and day <= today()]
    return max(past, default=today())


def _news(item: Item, known: PublicRecord | None, on: Days | None) -> dict[str, object] | None:
    """What is to be written of an item; None where nothing changed for those outside."""
    public = can_see(PUBLIC, item, on)
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
