"""A look at what is sealed is written down: once a day for each item, or file with nothing taken out, and each person."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, case, select
from sqlalchemy.orm import Session

from archive.access import Actor, is_sealed_to, unsealed
from archive.models import Event, Item, record_event, today
from archive.services.lifecycle import agent_of, load_for_change
from archive.services.opening import Archive
from archive.services.records import touch_history

LOOK = "sealed-read"


def note_look(archive: Archive, actor: Actor, item_id: str, file_id: str = "") -> None:
    """Write down that `actor` looks at an item that is sealed to them, unless it stands there for today already.

    With `file_id` they look at that file of it with nothing taken out, which is a look of its own.
    """
    with archive.db.read() as session:
        if _is_noted(session, actor, item_id, file_id):
            return
    with archive.db.write() as session:
        item = load_for_change(session, item_id)
        # Several pictures of one page are asked for at once.
        if not _is_noted(session, actor, item_id, file_id):
            record_event(session, item_id, LOOK, agent_of(actor), {"file": file_id} if file_id else None)
            touch_history(session, item)


def listed_title(actor: Actor, item: Item) -> str:
    """The title by which a list tells `actor` of an item; of what is sealed its id: its own page writes the look down."""
    return item.id if is_sealed_to(actor, item) else item.title


def title_listed(actor: Actor, item: type[Item] = Item) -> ColumnElement[str]:
    """The same in SQL; for queries on `item`."""
    return case((unsealed(actor, item), item.title), else_=item.id).label("title")


def _is_noted(session: Session, actor: Actor, item_id: str, file_id: str) -> bool:
    day = datetime.combine(today(), datetime.min.time(), UTC)
    query = select(Event.detail).where(Event.subject_id == item_id, Event.kind == LOOK, Event.at >= day)
    details = session.scalars(query.where(Event.agent == agent_of(actor)))
    return any(one.get("file", "") == file_id for one in details)
