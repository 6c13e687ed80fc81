"""What happened: append only, each subject's events hash chained (PREMIS event)."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import Index, Row, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from archive.models.base import Base, now

GENESIS = "0" * 64
# Written out, so that the database sees that the index holds what is asked for.
FAILED = text("outcome != 'success'")


class Event(Base):
    """One event of one subject (an item's or a submission's id).

    `hash` is the SHA-256 of the previous event's hash and this event's canonical JSON, so that none can
    be changed, removed or reordered without every later hash telling. `agent` is a role or a user's id,
    never a name. The database itself refuses to change or remove one.
    """

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("subject_id", "sequence"),
        # For whoever looks through all of them, newest first, or at those of one kind or of one person.
        Index(None, "at", "id"),
        Index(None, "kind", "at", "id"),
        Index(None, "agent", "at", "id"),
        Index("ix_event_failed", "at", "id", sqlite_where=FAILED, postgresql_where=FAILED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[str]
    sequence: Mapped[int]
    kind: Mapped[str]
    outcome: Mapped[str] = mapped_column(default="success")
    agent: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]
    previous_hash: Mapped[str]
    hash: Mapped[str]

    def canonical(self) -> str:
        """The event as the JSON that is hashed: sorted keys, no spaces, UTF-8."""
        return canonical_json(body_of(self))

    def chained_hash(self) -> str:
        """What `hash` must be, given `previous_hash` (hex SHA-256)."""
        return chained(self.previous_hash, body_of(self))


def body_of(event: Event | Row[Any]) -> dict[str, Any]:
    """What of an event, or of its row, is hashed."""
    return {
        "subject": event.subject_id,
        "sequence": event.sequence,
        "kind": event.kind,
        "outcome": event.outcome,
        "agent": event.agent,
        "detail": event.detail,
        "at": event.at.isoformat(),
    }


def canonical_json(body: dict[str, Any]) -> str:
    """What is hashed of an event as JSON: sorted keys, no spaces, UTF-8."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def chained(previous_hash: str, body: dict[str, Any]) -> str:
    """The hash of an event that follows the one of `previous_hash` (hex SHA-256)."""
    return hashlib.sha256((previous_hash + canonical_json(body)).encode()).hexdigest()


def record_event(
    session: Session,
    subject_id: str,
    kind: str,
    agent: str,
    detail: dict[str, Any] | None = None,
    *,
    outcome: str = "success",
    first: bool = False,
) -> Event:
    """Append an event to a subject's chain in the caller's transaction; `first` when there can be none before it.

    Times are cut to the day: whose act it was may be a contributor's. Two writers of one subject meet at
    the unique (subject, sequence); the second fails and is retried by its caller.
    """
    sequence, previous_hash = (0, GENESIS) if first else _last(session, subject_id)
    event = Event(
        subject_id=subject_id,
        sequence=sequence + 1,
        kind=kind,
        outcome=outcome,
        agent=agent,
        detail=detail or {},
        at=now().replace(hour=0, minute=0, second=0, microsecond=0),
        previous_hash=previous_hash,
    )
    event.hash = event.chained_hash()
    session.add(event)
    return event


def _last(session: Session, subject_id: str) -> tuple[int, str]:
    """Sequence and hash of a subject's last event, also when this transaction has yet to write it."""
    unwritten = [one for one in session.new if isinstance(one, Event) and one.subject_id == subject_id]
    if unwritten:
        newest = max(unwritten, key=lambda one: one.sequence)
        return newest.sequence, newest.hash
    last = select(Event.sequence, Event.hash).where(Event.subject_id == subject_id)
    # What else has changed is written once, at the end, rather than before each look.
    with session.no_autoflush:
        row = session.execute(last.order_by(Event.sequence.desc()).limit(1)).first()
    return (0, GENESIS) if row is None else (row.sequence, row.hash)


def first_broken_link(events: list[Event]) -> Event | None:
    """The first event whose place, predecessor or hash is not what the chain says, or None."""
    previous, sequence = GENESIS, 1
    for event in events:
        if (event.sequence, event.previous_hash) != (
            sequence,
            previous,
        ) or event.hash != event.chained_hash():
            return event
        previous, sequence = event.hash, sequence + 1
    return None
