"""A look at what is sealed is written down: once a day for each item, or file with nothing taken out, and each person."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Actor
from archive.models import Event, record_event, today
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


def _is_noted(session: Session, actor: Actor, item_id: str, file_id: str) -> bool:
    day = datetime.combine(today(), datetime.min.time(), UTC)
    query = select(Event.detail).where(Event.subject_id == item_id, Event.kind == LOOK, Event.at >= day)
    details = session.scalars(query.where(Event.agent == agent_of(actor)))
    return any(one.get("file", "") == file_id for one in details)
