"""What others know about an item: notes that a curator has accepted, shown beside it until one is taken off again."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from archive.access import Actor, can
from archive.models import Answer, Event, PublicNote, Request, Right, record_event, today
from archive.models.errors import NotFoundError
from archive.services.lifecycle import agent_of, changing, touch
from archive.services.opening import Archive
from archive.services.views import NoteView

# The event of an item from which a note is taken off.
TAKE_OFF = "remove-note"


def of_item(session: Session, item_id: str) -> tuple[NoteView, ...]:
    """The notes that stand beside an item, oldest first; whoever asks has decided that the item may be seen."""
    return of_items(session, [item_id]).get(item_id, ())


def of_items(session: Session, item_ids: Collection[str]) -> dict[str, tuple[NoteView, ...]]:
    """The same of several items, for those that have any."""
    query = select(PublicNote).where(PublicNote.item_id.in_(item_ids))
    found: dict[str, tuple[NoteView, ...]] = {}
    for one in session.scalars(query.order_by(PublicNote.accepted_on, PublicNote.id)):
        note = NoteView(one.id, one.words, one.name, one.accepted_on)
        found[one.item_id] = (*found.get(one.item_id, ()), note)
    return found


def taken_off(session: Session, item_ids: Collection[str]) -> frozenset[str]:
    """Those of some items that had a note which was taken off again."""
    query = select(Event.subject_id).where(Event.subject_id.in_(item_ids), Event.kind == TAKE_OFF)
    return frozenset(session.scalars(query))


def remove(archive: Archive, actor: Actor, item_id: str, note_id: str) -> None:
    """Take a note off its item; what was asked and decided stays written down. NotFoundError when there is none."""
    with changing(archive, item_id) as (session, item):
        note = session.get(PublicNote, note_id)
        if not can(actor, Right.REVIEW, item) or note is None or note.item_id != item_id:
            raise NotFoundError("There is no such note.")
        session.delete(note)
        record_event(session, item_id, TAKE_OFF, agent_of(actor), {"note": note_id})
        touch(item)


def erase(session: Session, item_id: str) -> None:
    """Leave of what was asked and told about an item what was asked for, what was decided, and the days."""
    session.execute(delete(PublicNote).where(PublicNote.item_id == item_id))
    # Whoever asked still reads by their code what became of it.
    session.execute(
        update(Request)
        .where(Request.item_id == item_id)
        .values(why="", words="", name="", reason="", sealed=None, once=Request.id)
    )
    session.execute(
        update(Request)
        .where(Request.item_id == item_id, Request.decision == "")
        .values(decision=Answer.GONE, decided_on=today())
    )
