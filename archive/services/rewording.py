"""Tells the items that use a name or a word that it was changed: a few at a time, so that nobody waits for the database."""

from __future__ import annotations

import time
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import DESCRIBED, Item, ItemState, Rewording, record_event
from archive.services.authority_changes import MERGE, TOUCH
from archive.services.kept import asked_of
from archive.services.lifecycle import touch
from archive.services.opening import Archive
from archive.services.revisions import note_rewording
from archive.services.rooms import ROOMS

AT_ONCE = 25
# Who waits for a lock of SQLite looks again a few times a second: between two batches it must be free for a while.
PAUSE_S = 0.1


def carry_on(archive: Archive, rewording_id: str) -> int:
    """Tell every item that has not heard of a change yet; returns how many. One that was told is not told again.

    Each gets its history, its record and its place in the indexes revised by those who do that for every change.
    """
    told = 0
    while True:
        with archive.db.write_again() as session:
            work = session.get(Rewording, rewording_id, with_for_update=True)
            if work is None:
                return told
            items = _next(session, work)
            for item in items:
                _tell(archive, session, work, item)
            told += len(items)
            if len(items) < AT_ONCE:
                session.delete(work)
                return told
            work.reached = items[-1].id
        time.sleep(PAUSE_S)


def waiting(archive: Archive) -> list[str]:
    """The changes that some item has not heard of yet."""
    with archive.db.read() as session:
        return list(session.scalars(select(Rewording.id).order_by(Rewording.id)))


def _next(session: Session, work: Rewording) -> Sequence[Item]:
    room = ROOMS[work.room]
    linked = select(room.item).where(room.key == work.authority_id)
    query = select(Item).where(Item.id.in_(linked), Item.id > work.reached, Item.state != ItemState.DRAFT)
    query = query.options(*DESCRIBED).order_by(Item.id).limit(AT_ONCE).with_for_update(of=Item)
    return session.scalars(query.execution_options(populate_existing=True)).all()


def _tell(archive: Archive, session: Session, work: Rewording, item: Item) -> None:
    touch(item)
    if work.kind == TOUCH or (work.kind == MERGE and item.id not in work.moved):
        return
    profile = archive.profiles.get(item.collection)
    if profile is not None:
        fields = asked_of(archive.profiles, item).fields
        note_rewording(session, item, fields, work.agent)
    detail = {"word": work.authority_id} | ({"from": work.from_id} if work.from_id else {})
    record_event(session, item.id, "reword", work.agent, detail)
