"""The audit of the bags of what belongs to no item: read in full within the period, by the reader of all bags."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import SQLAlchemyError

from archive.access import PIPELINE, Actor
from archive.bags import read_bag, shared_key
from archive.models import Right, SharedBag, record_event, today
from archive.models.errors import ArchiveError, NotFoundError
from archive.services import fixity, fixity_audit, fixity_state
from archive.services.believed_days import believed
from archive.services.fixity import BagLine, Reading
from archive.services.fixity_state import CHECK, FAILURE, SUCCESS, Alarm
from archive.services.lifecycle import agent_of
from archive.services.opening import Archive
from archive.services.shared_record import FORMAT
from archive.services.shared_writing import IS_REFUSED

KEPT = (SharedBag.subject.is_not(None), SharedBag.bag_revision > 0)
last_read = believed(func.coalesce(SharedBag.read_on, SharedBag.made_on), lambda: today())
last_audit = believed(func.coalesce(SharedBag.audited_on, SharedBag.made_on), lambda: today())
Pace = Callable[[int], None]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Counts:
    """How many are damaged, were not read in full within the period, and have an audit that came to no end."""

    damaged: int
    late: int
    unread: int


@dataclass(frozen=True)
class DamagedShared:
    """A damaged one: what it is of, since when that is known, and in what way."""

    id: str
    subject: str
    since: date | None
    what: str


def lines(archive: Archive, ids: Sequence[str] = ()) -> list[BagLine]:
    """Every such bag, or those of `ids`; NotFoundError when there is none of one of these."""
    query = select(SharedBag).where(*KEPT)
    query = query.where(SharedBag.id.in_(ids)) if ids else query
    with archive.db.read() as session:
        rows = session.scalars(query.order_by(SharedBag.subject)).all()
    missing = set(ids) - {row.id for row in rows}
    if missing:
        raise NotFoundError(f"There is no bag {min(missing)}.")
    return [_line(archive, row) for row in rows]


def counts(archive: Archive) -> Counts:
    """What is wrong with them."""
    late = last_read < today() - timedelta(days=archive.settings.fixity_days)
    damaged, unread = SharedBag.outcome == FAILURE, SharedBag.unread_on.is_not(None)
    figures = [func.count().filter(one) for one in (damaged, late, unread)]
    with archive.db.read() as session:
        found = session.execute(select(*figures).select_from(SharedBag).where(*KEPT)).one()
    return Counts(found[0], found[1], found[2])


def damaged(archive: Archive) -> list[DamagedShared]:
    """Those that the last audit found damaged."""
    query = select(SharedBag).where(*KEPT, SharedBag.outcome == FAILURE).order_by(SharedBag.subject)
    with archive.db.read() as session:
        return [
            DamagedShared(
                row.id,
                row.subject or "",
                row.failed_on,
                ", ".join(f"{one['count']} {kind}" for kind, one in row.found.items()),
            )
            for row in session.scalars(query)
        ]


def alarm(archive: Archive, actor: Actor) -> Alarm:
    """What is wrong with bags of every kind that `actor` answers for; these are of no collection, and so of whoever has all."""
    found = fixity_state.alarm(archive, actor)
    if not answers_for(actor):
        return found
    shared = counts(archive)
    damaged, unread = found.damaged + shared.damaged, found.unread + shared.unread
    return replace(found, damaged=damaged, unread=unread, refused=found.refused + _refused(archive, today()))


def refused_count(archive: Archive, actor: Actor) -> int:
    """How many take no revision, for whoever answers for these bags."""
    return _refused(archive, today() + timedelta(days=1)) if answers_for(actor) else 0


def _refused(archive: Archive, before: date) -> int:
    """Those that began to before a day: a disk that is full for an hour is put right by who runs it."""
    with archive.db.read() as session:
        return session.scalar(select(func.count()).where(IS_REFUSED, SharedBag.refused_on < before)) or 0


def answers_for(actor: Actor) -> bool:
    """Whether somebody answers for these bags."""
    return actor.has(Right.AUDIT) and actor.collections_with(Right.AUDIT) is None


def check(archive: Archive, actor: Actor, bag_id: str, *, pace: Pace | None = None) -> Reading | None:
    """Read one in full, and write down what was found: one event, and the bag's state.

    None when it had to go meanwhile; NotFoundError when there is none. Whatever is raised, nothing was checked.
    """
    if not archive.bag_folder(shared_key(bag_id)).parent.is_dir():
        # A disk that is not there is no damage to a bag.
        fixity_audit.be_there(archive)
    reading = _read(archive, bag_id, pace)
    if not reading.is_sound:
        # Once more before anybody is alarmed: it may have been touched while it was read.
        reading = _read(archive, bag_id, pace)
    with archive.db.write() as session:
        row = session.get(SharedBag, bag_id, with_for_update=True)
        if row is None or row.subject is None:
            return None
        row.audited_on, row.unread_on = today(), None
        row.outcome = SUCCESS if reading.is_sound else FAILURE
        row.failed_on = None if reading.is_sound else (row.failed_on or today())
        row.found = {
            kind: {"count": len(paths), "paths": list(paths[: fixity_audit.PATHS_KEPT])}
            for kind, paths in reading.found.items()
        }
        if reading.is_complete:
            row.read_on = today()
        found = {kind: len(paths) for kind, paths in reading.found.items()}
        # Of the bag, not of what it is of: no audit makes a revision.
        detail = {"subject": row.subject, **({"found": found} if found else {})}
        record_event(session, bag_id, CHECK, agent_of(actor), detail, outcome=row.outcome)
    return reading


def note_unread(archive: Archive, bag_id: str) -> None:
    """Write down that an audit came to no end: it is told until one does."""
    with archive.db.write_again() as session:
        row = session.get(SharedBag, bag_id)
        if row is not None:
            row.unread_on = row.unread_on or today()


def next_due(archive: Archive, after: timedelta, without: set[str]) -> str | None:
    """The one that was not read for longest, if that is so long ago; None if there is none."""
    due: ColumnElement[bool] = last_audit <= today() - after
    query = select(SharedBag.id).where(*KEPT, due, SharedBag.id.not_in(without))
    with archive.db.read() as session:
        return session.scalar(query.order_by(last_audit, SharedBag.id).limit(1))


def read_due(archive: Archive, after: timedelta, failed: set[str], pace: Pace) -> None:
    """Read all that were not read for so long; those of which that came to no end are added to `failed`."""
    while (bag_id := next_due(archive, after, failed)) is not None:
        try:
            check(archive, PIPELINE, bag_id, pace=pace)
        except (ArchiveError, OSError, SQLAlchemyError) as error:
            # One that cannot be read to its end must not keep the others waiting; it is tried again tomorrow.
            log.warning("the bag %s could not be audited: %s", bag_id, type(error).__name__)
            failed.add(bag_id)
            note_unread(archive, bag_id)


def _read(archive: Archive, bag_id: str, pace: Pace | None) -> Reading:
    (line,) = lines(archive, [bag_id])
    try:
        # Nobody gave what is in it: what its own manifest says of the note in it is all that is known.
        known = {one.path: one.sha512 for one in read_bag(line.path).payload}
    except ArchiveError:
        known = None
    return fixity.read(line, known, pace=pace)


def _line(archive: Archive, row: SharedBag) -> BagLine:
    subject = row.subject or ""
    return BagLine(
        row.id, archive.bag_folder(shared_key(row.id)), "", subject, revision=row.bag_revision, form=FORMAT
    )
