"""Who did what, when, to what: the events of the whole archive, newest first, for those who answer for it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, select, tuple_
from sqlalchemy.orm import Session

from archive.access import PUBLIC, ROLES, Actor
from archive.models import Event, Right, User, is_id, new_id, record_event
from archive.models.errors import ForbiddenError
from archive.models.event import FAILED
from archive.services.accounts import is_told, names_of
from archive.services.audit_subjects import ITEM, UNKNOWN, Subject, about, inside, subjects
from archive.services.lifecycle import agent_of
from archive.services.messages import THREAD
from archive.services.opening import Archive
from archive.services.tables import line_of

PER_PAGE = 100
EXPORT_BATCH = 1000
COLUMNS = (
    "number",
    "day",
    "who",
    "agent",
    "what",
    "outcome",
    "collection",
    "subject",
    "about",
    "title",
    "detail",
)


@dataclass(frozen=True)
class Asked:
    """What is looked for, each "" or None for anything: `who` is a user's name or an agent's word, `outcome` success or failure.

    `subject` is the id of an item or of anything else that events are about; `since` and `until` are days, both included.
    """

    who: str = ""
    kind: str = ""
    collection: str = ""
    subject: str = ""
    outcome: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Happening:
    """One event: `who` is a user's name where the agent is one, as is the title of what it is `about`."""

    id: int
    on: date
    agent: str
    who: str
    kind: str
    outcome: str
    subject: str
    about: Subject
    detail: dict[str, Any]


def events(
    archive: Archive, actor: Actor, asked: Asked, before: int | None = None
) -> tuple[tuple[Happening, ...], int | None]:
    """The newest 100 events that are asked for, those before event `before`; and before which the next ones are.

    ForbiddenError without the right. Whoever has it in some collections sees what happened in those.
    """
    where = _allowed(actor)
    with archive.db.read() as session:
        query = _query(session, asked, where)
        rows = session.scalars(_before(session, query, before).limit(PER_PAGE + 1)).all()
        found = _told(archive, session, actor, rows[:PER_PAGE])
    return found, rows[PER_PAGE - 1].id if len(rows) > PER_PAGE else None


def export(archive: Archive, actor: Actor, asked: Asked) -> Iterator[bytes]:
    """Everything that is asked for as CSV (RFC 4180, UTF-8), made while it is read; that it was taken out is an event.

    No cell begins so that a program for tables would take it for a formula.
    """
    where = _allowed(actor)
    with archive.db.write() as session:
        detail = _unsaid(archive, session, asked)
        taken = record_event(session, new_id(), "audit-export", agent_of(actor), detail, first=True)
        session.flush()
        newest = taken.id
    return _lines(archive, actor, asked, where, newest)


def _lines(
    archive: Archive, actor: Actor, asked: Asked, where: frozenset[str] | None, newest: int
) -> Iterator[bytes]:
    yield line_of(COLUMNS).encode()
    before: int | None = None
    while True:
        with archive.db.read() as session:
            query = _query(session, asked, where).where(Event.id <= newest)
            rows = session.scalars(_before(session, query, before).limit(EXPORT_BATCH)).all()
            found = _told(archive, session, actor, rows)
        if not found:
            return
        yield "".join(line_of(_row(one)) for one in found).encode()
        before = found[-1].id


def _allowed(actor: Actor) -> frozenset[str] | None:
    """The collections whose events `actor` may see; None means all there are."""
    if not actor.has(Right.AUDIT):
        raise ForbiddenError("Your role does not allow looking through what was done.")
    return actor.collections_with(Right.AUDIT)


def _query(session: Session, asked: Asked, where: frozenset[str] | None) -> Select[Event]:
    query = select(Event)
    if asked.who:
        # Whoever is called as a role is, from before nobody could be, hides nothing that others did in it.
        meant = {_id_of(session, asked.who) or asked.who, asked.who}
        query = query.where(Event.agent.in_(meant))
    if asked.kind:
        query = query.where(Event.kind == asked.kind)
    if asked.subject:
        query = query.where(Event.subject_id.in_((asked.subject, THREAD + asked.subject)))
    if asked.outcome:
        query = query.where(FAILED if asked.outcome != "success" else Event.outcome == "success")
    if asked.since:
        query = query.where(Event.at >= _moment(asked.since))
    if asked.until:
        query = query.where(Event.at < _moment(asked.until + timedelta(days=1)))
    if asked.collection:
        query = query.where(inside(session, [asked.collection]))
    return query if where is None else query.where(inside(session, where))


def _unsaid(archive: Archive, session: Session, asked: Asked) -> dict[str, str]:
    """What was asked for as an event may hold it, which can never be taken back: ids, and words that are ours."""
    is_agent = is_id(asked.who) or asked.who in {*ROLES, PUBLIC.id}
    known = {
        "who": _id_of(session, asked.who) or (asked.who if is_agent else UNKNOWN),
        "kind": asked.kind if _is_there(session, Event.kind == asked.kind) else UNKNOWN,
        "collection": asked.collection if asked.collection in archive.profiles else UNKNOWN,
        "subject": asked.subject if is_id(asked.subject) else UNKNOWN,
        "outcome": "success" if asked.outcome == "success" else "failure",
    }
    return {name: known.get(name, str(value)) for name, value in asdict(asked).items() if value}


def _id_of(session: Session, username: str) -> str | None:
    return session.scalar(select(User.id).where(User.username == username, is_told()))


def _is_there(session: Session, which: ColumnElement[bool]) -> bool:
    return session.scalar(select(Event.id).where(which).limit(1)) is not None


def _before(session: Session, query: Select[Event], before: int | None) -> Select[Event]:
    """The same, newest first, from where the last page ended: by day, for that is how the indexes lie."""
    if before is not None:
        at = session.scalar(select(Event.at).where(Event.id == before))
        query = query.where(tuple_(Event.at, Event.id) < tuple_(at, before)) if at else query
    return query.order_by(Event.at.desc(), Event.id.desc())


def _told(archive: Archive, session: Session, actor: Actor, rows: Sequence[Event]) -> tuple[Happening, ...]:
    names = names_of(archive, {row.agent for row in rows} | {about(row) for row in rows})
    known = subjects(session, actor, rows)
    return tuple(
        Happening(
            id=row.id,
            on=row.at.date(),
            agent=row.agent,
            who=names.get(row.agent, ""),
            kind=row.kind,
            outcome=row.outcome,
            subject=about(row),
            about=known.get(about(row)) or Subject(title=names.get(about(row), "")),
            detail=row.detail,
        )
        for row in rows
    )


def _row(one: Happening) -> tuple[str, ...]:
    detail = json.dumps(one.detail, ensure_ascii=False, sort_keys=True) if one.detail else ""
    who = one.who or one.agent
    return (
        str(one.id),
        one.on.isoformat(),
        who,
        one.agent,
        one.kind,
        one.outcome,
        one.about.collection,
        one.subject,
        one.about.kind,
        # A table leaves the house: of what was given it says no word.
        "" if one.about.kind == ITEM else one.about.title,
        detail,
    )


def _moment(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), UTC)
