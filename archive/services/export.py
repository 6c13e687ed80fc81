"""What is known of bags that left the house, and whether one that is about to is what its receiver will find."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select

from archive.access import Actor, can_see
from archive.bags import patience, read_bag, unpack, verify_with_stock
from archive.models import Event, Item, Right
from archive.models.errors import IntegrityError, NotFoundError
from archive.services.lifecycle import NO_SUCH_ITEM
from archive.services.opening import Archive

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
