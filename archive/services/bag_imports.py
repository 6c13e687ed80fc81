"""Bags that were packed elsewhere, brought to the desk in a package: uploaded, checked, taken in, looked at, removed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Actor
from archive.jobs import JobState, Progress
from archive.models import BagImport, BagVerdict, Item, Right, new_id, today
from archive.models.errors import BadInputError, ConflictError, NotFoundError
from archive.services.bag_import_standing import (
    ARRIVING,
    ASKED,
    BAG_IMPORT_JOB,
    BY_HAND,
    CHECK,
    CHECKED,
    FAILED,
    TAKE,
    delete_bytes,
    job_id,
    remove,
)
from archive.services.lifecycle import agent_of
from archive.services.opening import Archive
from archive.services.room import hold_reservations, look_for_package, take_for_package
from archive.services.uploads import name_as_given

NO_SUCH_IMPORT = "There is no such import."
UNEXPECTED = "unexpected"
GIVEN_UP = (JobState.FAILED, JobState.CANCELLED)


@dataclass(frozen=True)
class Package:
    """A package that arrives: nobody said how long it is."""

    id: str
    length: int | None = None


@dataclass(frozen=True)
class VerdictView:
    """What was found of one bag, as in `BagVerdict`; `item_state` is that of the item it is here as, now."""

    name: str
    verdict: str
    code: str
    sentence: str
    problems: tuple[str, ...]
    files: int
    size: int
    item_id: str
    item_state: str


@dataclass(frozen=True)
class ImportView:
    """A package as whoever brought it sees it: `state`, `wish` and `why` as in `BagImport`, `progress` of the worker in bytes."""

    id: str
    collection: str
    given_name: str
    wish: str
    state: str
    why: str
    size: int
    asked_on: date
    expires_on: date
    progress: Progress
    verdicts: tuple[VerdictView, ...] = ()


def check_actor(actor: Actor) -> None:
    """NotFoundError unless `actor` may bring bags in: nobody else is told that it can be done."""
    if not actor.has(Right.BRING_IN):
        raise NotFoundError("There is nothing here.")


def collections(archive: Archive, actor: Actor) -> tuple[str, ...]:
    """The collections into which `actor` may bring bags."""
    return tuple(slug for slug in archive.profiles if actor.has(Right.BRING_IN, slug))


def look_for_room(archive: Archive, size: int) -> None:
    """Refuse a package of so many bytes before any of them is read: TooLargeError, StorageFullError."""
    with archive.db.read() as session:
        look_for_package(archive, session, size)


def check_wish(archive: Archive, actor: Actor, collection: str, wish: str) -> None:
    """BadInputError (`no-such-collection`, `import-wish`) for what nobody can do, or `actor` may not."""
    if collection not in collections(archive, actor):
        raise BadInputError("There is no such collection.", code="no-such-collection")
    if wish not in (CHECK, TAKE):
        raise BadInputError("Say whether it is only to be checked.", code="import-wish")


def begin(archive: Archive, actor: Actor, collection: str, given_name: str, wish: str) -> Package:
    """Announce a package that is to arrive; room is reserved as bytes come. What `check_wish` and `look_for_room` raise."""
    check_actor(actor)
    check_wish(archive, actor, collection, wish)
    with archive.db.write_again() as session:
        hold_reservations(archive, session)
        row = BagImport(
            id=new_id(),
            agent=agent_of(actor),
            collection=collection,
            given_name=name_as_given(given_name),
            wish=wish,
            state=ARRIVING,
            reserved=0,
            expires_on=_until(archive),
        )
        look_for_package(archive, session, 1)
        session.add(row)
        return Package(row.id)


def grow(archive: Archive, import_id: str, needed: int, *, bound: int | None = None) -> int:
    """Reserve room for so many bytes of a package, of `bound` at most; returns what is reserved now."""
    with archive.db.write_again() as session:
        hold_reservations(archive, session)
        row = session.get(BagImport, import_id, with_for_update=True)
        if row is None or row.state != ARRIVING:
            raise NotFoundError(NO_SUCH_IMPORT)
        take_for_package(archive, session, row, needed, bound)
        return row.reserved


def finish(archive: Archive, import_id: str, size: int) -> None:
    """Have a worker look at a package whose bytes are all here and flushed; BadInputError (`import-empty`)."""
    if not size:
        raise BadInputError("The package is empty.", code="import-empty")
    with archive.db.write() as session:
        row = session.get(BagImport, import_id, with_for_update=True)
        if row is None or row.state != ARRIVING:
            raise NotFoundError(NO_SUCH_IMPORT)
        row.size, row.reserved = size, 0
        _ask(archive, session, row, row.wish)


def abandon(archive: Archive, import_id: str) -> None:
    """Remove a package that did not arrive whole."""
    with archive.db.write() as session:
        row = session.get(BagImport, import_id, with_for_update=True)
        if row is not None and row.state == ARRIVING:
            session.delete(row)
    delete_bytes(archive, [import_id])


def take_in(archive: Archive, actor: Actor, import_id: str) -> None:
    """Have what was checked be taken in, without uploading it again; also what a worker gave up.

    NotFoundError for everybody but who brought it, ConflictError (`import-not-waiting`) when it does not wait for that.
    """
    _decide(archive, actor, import_id, TAKE)


def take_off(archive: Archive, actor: Actor, import_id: str) -> None:
    """Remove a package before its days are over; refusals as `take_in`, while it is taken in too."""
    with archive.db.read() as session:
        row = _own(session, actor, import_id)
    if row.state not in (ASKED, CHECKED) or (
        row.wish == TAKE and row.state == ASKED and not _is_over(archive, row)
    ):
        raise _not_waiting()
    remove(archive, import_id, BY_HAND)


def listed(archive: Archive, actor: Actor) -> tuple[ImportView, ...]:
    """The packages that `actor` brought, the newest first, without their verdicts."""
    check_actor(actor)
    query = select(BagImport).where(BagImport.agent == agent_of(actor), BagImport.state != ARRIVING)
    with archive.db.read() as session:
        rows = session.scalars(query.order_by(BagImport.asked_on.desc(), BagImport.id.desc())).all()
    return tuple(_view(archive, row) for row in rows)


def one(archive: Archive, actor: Actor, import_id: str) -> ImportView:
    """One of them, with what was found of every bag; NotFoundError for everybody else."""
    query = (
        select(BagVerdict, Item.state)
        .outerjoin(Item, Item.id == BagVerdict.item_id)
        .where(BagVerdict.import_id == import_id)
        .order_by(BagVerdict.position)
    )
    with archive.db.read() as session:
        row = _own(session, actor, import_id)
        verdicts = tuple(_verdict(verdict, state) for verdict, state in session.execute(query))
    return _view(archive, row, verdicts)


def _decide(archive: Archive, actor: Actor, import_id: str, wish: str) -> None:
    with archive.db.write() as session:
        row = _own(session, actor, import_id, lock=True)
        if row.state != CHECKED and not (row.state == ASKED and _is_over(archive, row)):
            raise _not_waiting()
        row.expires_on = _until(archive)
        _ask(archive, session, row, wish)


def _ask(archive: Archive, session: Session, row: BagImport, wish: str) -> None:
    row.state, row.wish, row.why, row.round = ASKED, wish, "", row.round + 1
    archive.jobs.enqueue(session, BAG_IMPORT_JOB, row.id, key=f"{row.id}/{row.round}")


def _until(archive: Archive) -> date:
    return today() + timedelta(days=archive.settings.import_days)


def _not_waiting() -> ConflictError:
    return ConflictError(
        "This package does not wait for anybody any more.",
        code="import-not-waiting",
        remedy="Open its page again; it says how far it is.",
    )


def _own(session: Session, actor: Actor, import_id: str, *, lock: bool = False) -> BagImport:
    check_actor(actor)
    row = session.get(BagImport, import_id, with_for_update=lock, populate_existing=lock)
    if row is None or row.agent != agent_of(actor) or row.state == ARRIVING:
        raise NotFoundError(NO_SUCH_IMPORT)
    if not actor.has(Right.BRING_IN, row.collection):
        raise NotFoundError(NO_SUCH_IMPORT)
    return row


def _is_over(archive: Archive, row: BagImport) -> bool:
    """Whether the worker that was asked died of it too often to be asked again."""
    return archive.jobs.status(job_id(row)).state in GIVEN_UP


def _view(archive: Archive, row: BagImport, verdicts: tuple[VerdictView, ...] = ()) -> ImportView:
    state, why, progress = row.state, row.why, Progress()
    if state == ASKED:
        job = archive.jobs.status(job_id(row))
        progress = job.progress
        if job.state in GIVEN_UP:
            state, why = FAILED, UNEXPECTED
    return ImportView(
        id=row.id,
        collection=row.collection,
        given_name=row.given_name,
        wish=row.wish,
        state=state,
        why=why,
        size=row.size,
        asked_on=row.asked_on,
        expires_on=row.expires_on,
        progress=progress,
        verdicts=verdicts,
    )


def _verdict(row: BagVerdict, item_state: str | None) -> VerdictView:
    return VerdictView(
        name=row.name,
        verdict=row.verdict,
        code=row.code,
        sentence=row.sentence,
        problems=tuple(row.problems),
        files=row.files,
        size=row.size,
        item_id=row.item_id or "",
        item_state=item_state or "",
    )
