"""How the files of an item stand, and how they stood: every change is a revision that stays, and none overwrites another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from archive.access import Actor
from archive.models import Arrangement, Event, File, Item, today
from archive.models.errors import NotFoundError
from archive.services.lifecycle import NOT_KNOWN, agent_of
from archive.services.opening import Archive
from archive.services.revisions import for_describing, for_reading

ORIGINAL = "original"
ARRANGE = "arrange"


@dataclass(frozen=True)
class Place:
    """What one file is to be: its title, its role, the file that it accompanies, its language (ISO 639, or empty)."""

    file_id: str
    title: str = ""
    role: str = ORIGINAL
    accompanies: str = ""
    language: str = ""


Places = tuple[Place, ...]


@dataclass(frozen=True)
class Rearranged:
    """One revision: who made it ("" where nobody knows), on which day, and how the files stood before and after, in order."""

    number: int
    on: date
    agent: str
    before: Places
    after: Places


def arranged(archive: Archive, actor: Actor, item_id: str) -> Places:
    """The files of an item as they stand, in their order, for somebody who may arrange them."""
    with archive.db.read() as session:
        return places_of(for_describing(session, actor, item_id).files)


def history(archive: Archive, actor: Actor, item_id: str) -> tuple[Rearranged, ...]:
    """Every revision, the newest first."""
    with archive.db.read() as session:
        for_reading(session, actor, item_id)
        query = select(Arrangement).where(Arrangement.item_id == item_id).order_by(Arrangement.number)
        rows = session.scalars(query).all()
    befores = ((), *(kept_in(row) for row in rows))
    found = (
        Rearranged(row.number, row.made_on, row.agent, before, kept_in(row))
        for row, before in zip(rows, befores, strict=False)
    )
    return tuple(reversed(tuple(found)))


def as_it_was(archive: Archive, actor: Actor, item_id: str, number: int) -> Places:
    """How the files stood at a revision; NotFoundError when there is none of that number."""
    with archive.db.read() as session:
        for_describing(session, actor, item_id)
        query = select(Arrangement).where(Arrangement.item_id == item_id, Arrangement.number == number)
        row = session.scalars(query).first()
    if row is None:
        raise NotFoundError("There is no such revision.")
    return kept_in(row)


def keep(session: Session, item: Item, before: Places, after: Places, actor: Actor) -> None:
    """Keep how the files of an item stand now, in the caller's transaction, and how they stood where nothing holds that."""
    last = _last(session, item.id)
    if last is None:
        last = _keep(session, item, None, before, *_arranged_by(session, item))
    elif kept_in(last) != before:
        # By a way that keeps no revisions: the day is that on which it was found so.
        last = _keep(session, item, last, before, NOT_KNOWN, today())
    _keep(session, item, last, after, agent_of(actor), today())


def places_of(files: Sequence[File]) -> Places:
    """Files as they stand, in their order."""
    ordered = sorted(files, key=lambda file: file.position)
    return tuple(
        Place(one.id, one.title, one.role, one.accompanies_id or "", one.language) for one in ordered
    )


def mark_of(places: Sequence[Place]) -> str:
    """A mark that differs when files stand otherwise (SHA-256, hexadecimal)."""
    return hashlib.sha256(json.dumps([astuple(one) for one in places]).encode()).hexdigest()


def kept_in(row: Arrangement) -> Places:
    """How the files stand in a revision."""
    return tuple(_place(one) for one in row.files)


def _place(kept: Mapping[str, Any]) -> Place:
    words = kept["title"], kept["role"], kept["accompanies_id"] or "", kept["language"]
    return Place(kept["file_id"], *words)


def _keep(
    session: Session, item: Item, last: Arrangement | None, places: Places, agent: str, on: date
) -> Arrangement:
    files = [
        {
            "file_id": one.file_id,
            "title": one.title,
            "role": one.role,
            "accompanies_id": one.accompanies or None,
            "language": one.language,
        }
        for one in places
    ]
    number = last.number + 1 if last else 1
    row = Arrangement(item_id=item.id, number=number, made_on=on, agent=agent, files=files)
    session.add(row)
    session.flush()
    return row


def _last(session: Session, item_id: str) -> Arrangement | None:
    query = select(Arrangement).where(Arrangement.item_id == item_id).order_by(Arrangement.number.desc())
    return session.scalars(query.limit(1)).first()


def _arranged_by(session: Session, item: Item) -> tuple[str, date]:
    """Who put the files as they stood before any revision was kept, and when: whoever did it last, or gave them."""
    query = select(Event).where(Event.subject_id == item.id, or_(Event.kind == ARRANGE, Event.sequence == 1))
    event = session.scalars(query.order_by(Event.sequence.desc()).limit(1)).first()
    return (event.agent, event.at.date()) if event else (NOT_KNOWN, item.received_on or today())
