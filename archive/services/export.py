"""What is known of bags and whole records that left the house."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from archive.access import Actor, can_see
from archive.models import Event, Item, Right
from archive.models.errors import NotFoundError
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
