"""Copies the bags of what belongs to no item into a further store, by the same steps as those of items."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, delete, func, insert, literal, or_, select
from sqlalchemy.orm import Session

from archive.bags import BagRefusedError, shared_key
from archive.models import SharedBag, SharedBagCopy, today
from archive.models.errors import ArchiveError, BadInputError, ConflictError, IntegrityError
from archive.services import copies_rows as rows
from archive.services.copies_aside import keep_what_knows_more
from archive.services.copies_mend import SourceDamagedError, blame, copy_or_mend
from archive.services.copies_stores import place_of
from archive.services.opening import Archive
from archive.services.shared_writing import forget_gone
from archive.storage import ObjectStore

KEPT = (SharedBag.subject.is_not(None), SharedBag.bag_revision > 0)

log = logging.getLogger(__name__)


def bring_up(
    archive: Archive, store: ObjectStore, store_id: str, goes_on: Callable[[], None]
) -> tuple[int, int, dict[str, ArchiveError]]:
    """Copy what is behind or was not read for long, then remove what has to go, also where the store takes nothing more.

    So there is a copy of each at any time: of two the newer one is whole before the older one goes.
    Returns how many were copied, how many were removed, and by id why some could not be copied.
    """
    with archive.db.write() as session:
        _note_waiting(session, store_id)
    copied, removed = 0, 0
    failed: dict[str, ArchiveError] = {}
    with archive.db.read() as session:
        behind = list(session.scalars(_behind(archive, store_id)))
    try:
        for bag_id in behind:
            goes_on()
            error = _copy(archive, store, store_id, bag_id, goes_on)
            copied += error is None
            if error is not None:
                failed[bag_id] = error
    finally:
        removed = _remove_leaving(archive, store, store_id, goes_on)
    return copied, removed, failed


def _remove_leaving(archive: Archive, store: ObjectStore, store_id: str, goes_on: Callable[[], None]) -> int:
    leaving = select(SharedBagCopy.bag_id).join(SharedBag, SharedBag.id == SharedBagCopy.bag_id)
    leaving = leaving.where(SharedBagCopy.store_id == store_id, SharedBag.subject.is_(None))
    with archive.db.read() as session:
        to_remove = list(session.scalars(leaving))
    for bag_id in to_remove:
        goes_on()
        keep_what_knows_more(archive, store, store_id, bag_id, goes_on)
        store.delete_prefix(shared_key(bag_id))
        with archive.db.write() as session:
            mine = (SharedBagCopy.store_id == store_id, SharedBagCopy.bag_id == bag_id)
            session.execute(delete(SharedBagCopy).where(*mine))
    if to_remove:
        forget_gone(archive)
    return len(to_remove)


def any_work(archive: Archive, session: Session, store_id: str) -> bool:
    """Whether there is anything to do in a store: one that is behind, to be read again, or to be removed."""
    leaving = select(SharedBagCopy.bag_id).join(SharedBag, SharedBag.id == SharedBagCopy.bag_id)
    leaving = leaving.where(SharedBagCopy.store_id == store_id, SharedBag.subject.is_(None))
    if session.scalar(leaving.limit(1)) is not None:
        return True
    return count_waiting(session, store_id) > 0 or session.scalar(_behind(archive, store_id)) is not None


def count_waiting(session: Session, store_id: str) -> int:
    """How many of them are not in a store, or not in their newest revision."""
    late = or_(SharedBagCopy.bag_id.is_(None), SharedBagCopy.revision != SharedBag.bag_revision)
    query = select(func.count()).select_from(SharedBag).outerjoin(SharedBagCopy, _row_in(store_id))
    return session.scalar(query.where(*KEPT, late)) or 0


def count_there(session: Session, store_id: str) -> tuple[int, int, date | None]:
    """How many are in a store in their newest revision, how many of these would be but are in trouble; the oldest full reading."""
    is_bad = SharedBagCopy.trouble != ""
    figures = (func.count().filter(~is_bad), func.count().filter(is_bad), func.min(SharedBagCopy.read_on))
    query = select(*figures).select_from(SharedBag).join(SharedBagCopy, _row_in(store_id))
    found = session.execute(query.where(*KEPT, SharedBagCopy.revision == SharedBag.bag_revision)).one()
    return found[0], found[1], found[2]


def in_trouble(session: Session, store_id: str) -> list[tuple[str, str]]:
    """Of each that could not be copied what it is of, and the code of the reason."""
    query = select(SharedBag.subject, SharedBagCopy.trouble).join(SharedBagCopy, _row_in(store_id))
    rows = session.execute(query.where(*KEPT, SharedBagCopy.trouble != "").order_by(SharedBag.subject))
    return [(row.subject or "", row.trouble) for row in rows]


def ids(session: Session) -> list[str]:
    """The ids of those that are to be in every store."""
    return list(session.scalars(select(SharedBag.id).where(*KEPT).order_by(SharedBag.id)))


def _row_in(store_id: str) -> ColumnElement[bool]:
    return (SharedBagCopy.bag_id == SharedBag.id) & (SharedBagCopy.store_id == store_id)


def _note_waiting(session: Session, store_id: str) -> None:
    known = select(SharedBagCopy.bag_id).where(_row_in(store_id))
    new = select(literal(store_id), SharedBag.id, literal(0), literal(today()), literal(""))
    columns = ["store_id", "bag_id", "revision", "waits_since", "trouble"]
    session.execute(insert(SharedBagCopy).from_select(columns, new.where(*KEPT, ~known.exists())))


def _behind(archive: Archive, store_id: str) -> Select[str]:
    due: list[ColumnElement[bool]] = [SharedBagCopy.revision != SharedBag.bag_revision]
    if days := archive.settings.copies_read_days:
        # One that lies ahead was written by a clock that was wrong.
        due += [SharedBagCopy.read_on <= today() - timedelta(days=days), SharedBagCopy.read_on > today()]
    query = select(SharedBag.id).join(SharedBagCopy, _row_in(store_id)).where(*KEPT, or_(*due))
    return query.order_by(SharedBag.id)


def _copy(
    archive: Archive, store: ObjectStore, store_id: str, bag_id: str, goes_on: Callable[[], None]
) -> ArchiveError | None:
    with archive.db.read() as session:
        revision = session.scalar(select(SharedBag.bag_revision).where(SharedBag.id == bag_id)) or 0
        row = session.get_one(SharedBagCopy, (store_id, bag_id))
    days = archive.settings.copies_read_days
    overdue = rows.is_overdue(row.read_on, days)
    in_full = bool(row.trouble or overdue)
    folder, key = archive.bag_folder(shared_key(bag_id)), shared_key(bag_id)
    try:
        copy_or_mend(folder, store, key, goes_on, in_full=in_full)
    except (IntegrityError, ConflictError, BadInputError) as error:
        # One that cannot be copied must not keep the others waiting.
        code = SourceDamagedError.code if isinstance(error, BagRefusedError | BadInputError) else error.code
        log.warning("the bag %s has no copy in %s: %s", bag_id, store_id, code)
        _note(archive, store_id, bag_id, trouble=code)
        return error
    except OSError as failed:
        told = blame(archive, place_of(archive, store_id), key, failed)
        log.warning("the bag %s has no copy in %s: %s", bag_id, store_id, told.code)
        _note(archive, store_id, bag_id, trouble=told.code)
        return told
    _note(archive, store_id, bag_id, revision=revision, is_read=in_full)
    return None


def _note(
    archive: Archive,
    store_id: str,
    bag_id: str,
    *,
    revision: int | None = None,
    is_read: bool = False,
    trouble: str = "",
) -> None:
    with archive.db.write_again() as session:
        row = session.get(SharedBagCopy, (store_id, bag_id))
        if row is None:
            return
        row.trouble = trouble
        if revision is not None:
            row.revision, row.waits_since = revision, None
            row.read_on = today() if is_read else row.read_on
