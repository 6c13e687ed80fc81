"""Lets a bag leave the house: whole, as a ZIP that is made while it is read."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Actor, can, can_see
from archive.bags import patience, read_bag, unpack, verify_with_stock, zip_stream
from archive.models import Event, Item, Right, record_event
from archive.models.errors import BadInputError, ConflictError, ForbiddenError, IntegrityError, NotFoundError
from archive.services.fixity_state import refuse_damaged
from archive.services.lifecycle import NO_SUCH_ITEM, agent_of, load_for_change
from archive.services.opening import Archive
from archive.services.records import touch_history
from archive.services.views import Stream

LONGEST_NAME = 200
# What the history calls a bag that left whole.
WHOLE_BAG = "preservation bag"
# What else that left holds more than everybody may see.
WITH_THEM = frozenset({WHOLE_BAG, "csv-staff", "json-staff"})


@dataclass(frozen=True)
class Departure:
    """A bag that left the house: the day, who took it out (an id), and for whom, where that was said."""

    on: date
    by: str
    for_whom: str


def bag_zip(archive: Archive, actor: Actor, item_id: str, for_whom: str = "") -> Stream:
    """The preservation bag of an item as a ZIP stream; that it was exported, and `for_whom`, is an event of the item.

    NotFoundError when the actor may not see the item, ForbiddenError when they may not export,
    ConflictError while it is still being kept (`not-in-a-bag`), when it was destroyed (`destroyed`)
    or is known to be damaged (`bag-damaged`).
    """
    if len(for_whom) > LONGEST_NAME:
        raise BadInputError(f"For whom it is takes {LONGEST_NAME} characters at most.", code="words-too-long")
    with archive.db.write() as session:
        item = load_for_change(session, item_id)
        root = _may_leave(archive, actor, item, session)
        detail = {"form": WHOLE_BAG} | ({"for": for_whom} if for_whom else {})
        record_event(session, item.id, "export", agent_of(actor), detail)
        touch_history(session, item)
    return _stream(root, item_id)


def look_at_zip(archive: Archive, actor: Actor, item_id: str) -> Stream:
    """What `bag_zip` would give, for whoever only asks how large it is: nothing leaves, so nothing is written down."""
    with archive.db.read() as session:
        item = session.get(Item, item_id)
        if item is None:
            raise NotFoundError(NO_SUCH_ITEM)
        root = _may_leave(archive, actor, item, session)
    return _stream(root, item_id)


def bags_that_left(archive: Archive, actor: Actor, item_id: str) -> tuple[Departure, ...]:
    """The bags and whole records of an item that left the house, oldest first, so that whoever holds them can be written to.

    What left with nothing in it but what everybody could see is in nobody's hands alone, and not told here.

    NotFoundError unless `actor` sees everything of its collection; who took it out and for whom is nobody else's.
    """
    exports = select(Event).where(Event.subject_id == item_id, Event.kind == "export")
    with archive.db.read() as session:
        item = session.get(Item, item_id)
        if item is None or not can_see(actor, item) or not actor.has(Right.SEE_ALL, item.collection):
            raise NotFoundError(NO_SUCH_ITEM)
        return tuple(
            Departure(event.at.date(), event.agent, str(event.detail.get("for", "")))
            for event in session.scalars(exports.order_by(Event.sequence))
            if event.detail.get("form", WHOLE_BAG) in WITH_THEM
        )


def _may_leave(archive: Archive, actor: Actor, item: Item, session: Session) -> Path:
    """Where the bag is, if `actor` may take it out."""
    if not can_see(actor, item):
        raise NotFoundError(NO_SUCH_ITEM)
    if not can(actor, Right.EXPORT, item):
        raise ForbiddenError("Your role does not allow taking out bags.")
    if item.erasure:
        raise ConflictError(
            "It was destroyed at its giver’s wish; there is no bag of it any more.", code="destroyed"
        )
    if not item.bag_key:
        raise ConflictError("This item is not in a bag yet.", code="not-in-a-bag")
    refuse_damaged(session, item.id)
    return archive.bag_folder(item.bag_key)


def _stream(root: Path, item_id: str) -> Stream:
    chunks, size = zip_stream(root)
    return Stream(chunks, size, "application/zip", f"{item_id}.zip")


def check_zip(path: Path, item_id: str) -> int:
    """Unpack an exported ZIP and have the stock library read it as its receiver will; return how many originals it holds.

    IntegrityError when it is not valid.
    """
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".checking-") as folder:
        unpacked = unpack(path, Path(folder))
        bag = read_bag(unpacked)
        size = sum(entry.size for entry in bag.payload)
        report = verify_with_stock(unpacked, patience(size))
        if not report.valid or bag.id != item_id:
            raise IntegrityError(f"The export is not a valid bag: {report.message}", code="export-not-valid")
        return len(bag.payload)
