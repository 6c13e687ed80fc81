"""Writes what belongs to no item into its bags, a revision each time it changed, and removes the bags that have to go."""

from __future__ import annotations

import hashlib
import logging
import shutil
from collections.abc import Collection

from sqlalchemy import and_, delete, func, select, update

from archive.access import Actor
from archive.bags import SHARED_PROFILE_ID, PayloadFile, add_revision, shared_key, write_bag
from archive.models import Right, SharedBag, SharedBagCopy, record_event, today
from archive.models.errors import ArchiveError, ForbiddenError, NotFoundError
from archive.services import quarantine, shared_bags
from archive.services.lifecycle import agent_of
from archive.services.opening import Archive, exclusively_or_not
from archive.services.records import REFUSED_NAMED, Refusal, why_of
from archive.services.shared_record import Said, as_files, record_of
from archive.services.sweep import arriving

BATCH = 50
ABOUT = "about.txt"
RENEWED = "renew-bag"
ABOUT_TEXT = (
    b"Nobody gave what is in this bag: the people who look after the archive wrote it.\n"
    b"It is in the folder metadata/, beside this one; README.txt there tells what is where.\n"
)

log = logging.getLogger(__name__)


def write_waiting(archive: Archive) -> frozenset[str] | None:
    """Write every bag that is behind, then remove those that have to go; return the ids of those that take no revision now.

    None when another process is at it. Repeating is harmless: the same record adds no revision.
    """
    if not is_any_waiting(archive):
        return frozenset()
    with exclusively_or_not(archive.settings.run / "shared.lock") as mine:
        if not mine:
            return None
        stuck: set[str] = set()
        while found := waiting(archive, stuck):
            stuck |= {bag_id for bag_id in found if not _written(archive, bag_id)}
        remove_leaving(archive)
        return frozenset(stuck)


def waiting(archive: Archive, without: Collection[str] = ()) -> list[str]:
    """Ids of bags whose record is ahead of them, at most a batch, those of `without` left out."""
    behind = select(SharedBag.id).where(*BEHIND, SharedBag.id.not_in(without))
    with archive.db.read() as session:
        return list(session.scalars(behind.order_by(SharedBag.id).limit(BATCH)))


def counts(archive: Archive) -> tuple[int, int]:
    """How many bags wait for their newest record, and how many of these were tried and took it not."""
    with archive.db.read() as session:
        figures = func.count(), func.count().filter(IS_REFUSED)
        found = session.execute(select(*figures).select_from(SharedBag).where(*BEHIND)).one()
    return found[0], found[1]


def refusals(archive: Archive) -> list[Refusal]:
    """The first of those that take no revision, those that take none for longest first."""
    columns = (SharedBag.id, SharedBag.refused_on, SharedBag.refused_why)
    query = select(*columns).where(IS_REFUSED).order_by(SharedBag.refused_on, SharedBag.id)
    with archive.db.read() as session:
        rows = session.execute(query.limit(REFUSED_NAMED)).all()
        return [Refusal(bag_id, since, why) for bag_id, since, why in rows if since is not None]


def leaving(archive: Archive) -> list[str]:
    """Ids of bags that have to go and of which there may still be something here."""
    with archive.db.read() as session:
        return list(session.scalars(select(SharedBag.id).where(*HERE_STILL)))


def is_any_waiting(archive: Archive) -> bool:
    """Whether there is a bag to be written or removed."""
    with archive.db.read() as session:
        if session.scalar(select(SharedBag.id).where(*BEHIND).limit(1)) is not None:
            return True
        return session.scalar(select(SharedBag.id).where(*HERE_STILL).limit(1)) is not None


def renew(archive: Archive, actor: Actor, bag_id: str) -> str:
    """Make a bag that is damaged or gone anew from what the database has, with all that was said before; the id of the new one.

    NotFoundError when there is no such bag; ForbiddenError without the right. What is there of the old one goes.
    """
    if not actor.has(Right.AUDIT) or actor.collections_with(Right.AUDIT) is not None:
        raise ForbiddenError("Your role does not allow that.")
    with archive.db.write() as session:
        row = session.get(SharedBag, bag_id)
        if row is None or row.subject is None:
            raise NotFoundError(f"There is no bag {bag_id}.")
        subject = row.subject
        shared_bags.begin_anew(session, [subject])
        now = session.scalars(select(SharedBag.id).where(SharedBag.subject == subject)).one()
        # Where a copy of the old one holds more than this archive knows, it is kept with the new one.
        record_event(session, bag_id, RENEWED, agent_of(actor), {"subject": subject, "now": now})
    write_waiting(archive)
    return now


BEHIND = (SharedBag.subject.is_not(None), SharedBag.bag_revision < SharedBag.record_revision)
# Tried since it fell behind, and not taken.
IS_REFUSED = and_(SharedBag.refused_on.is_not(None), *BEHIND)
# Of what went here already, the row stays until it went from every further store.
GONE = -1
HERE_STILL = (SharedBag.subject.is_(None), SharedBag.bag_revision != GONE)


def remove_leaving(archive: Archive) -> None:
    """Remove bags that have to go, once what takes their place is written: bytes first, then what speaks of them."""
    with archive.db.read() as session:
        unmade = select(SharedBag.id).where(SharedBag.subject.is_not(None), SharedBag.bag_revision == 0)
        if session.scalar(unmade.limit(1)) is not None:
            return
    if going := leaving(archive):
        # What a process that was killed while it removed the same bag had of it still.
        archive.store.sweep_orphans()
    gone = []
    for bag_id in going:
        try:
            archive.store.delete_prefix(shared_key(bag_id))
            quarantine.remove(archive, bag_id)
            shutil.rmtree(archive.settings.staging / "bags" / bag_id, ignore_errors=True)
        except (ArchiveError, OSError) as error:
            log.warning("the bag %s cannot be removed yet: %s", bag_id, type(error).__name__)
            continue
        gone.append(bag_id)
    if gone:
        # What was taken out of the database stands in its log still; while somebody reads it cannot be emptied.
        archive.db.empty_log()
        with archive.db.write_again() as session:
            session.execute(update(SharedBag).where(SharedBag.id.in_(gone)).values(bag_revision=GONE))
    forget_gone(archive)


def forget_gone(archive: Archive) -> None:
    """Forget the bags that are nowhere any more."""
    copied = select(SharedBagCopy.bag_id).where(SharedBagCopy.bag_id == SharedBag.id)
    gone = (SharedBag.subject.is_(None), SharedBag.bag_revision == GONE, ~copied.exists())
    with archive.db.write_again() as session:
        session.execute(delete(SharedBag).where(*gone).execution_options(synchronize_session=False))


def _written(archive: Archive, bag_id: str) -> bool:
    """Write one bag; False when it takes no revision: one that is gone or damaged must not keep the others waiting."""
    with archive.db.read() as session:
        row = session.get(SharedBag, bag_id)
        record = record_of(session, row) if row else None
        was = row.bag_revision if row else 0
    if record is None:
        with archive.db.write_again() as session:
            session.execute(update(SharedBag).where(SharedBag.id == bag_id).values(subject=None))
        return True
    try:
        _write(archive, record, is_new=was == 0)
    except (ArchiveError, OSError) as error:
        log.warning("the bag %s takes no revision: %s", bag_id, type(error).__name__)
        _note_refused(archive, bag_id, why_of(error))
        return False
    with archive.db.write_again() as session:
        holds = update(SharedBag).where(SharedBag.id == bag_id, SharedBag.bag_revision != GONE)
        taken = {"bag_revision": record["revision"], "refused_on": None, "refused_why": ""}
        session.execute(holds.values(**taken))
    return True


def _note_refused(archive: Archive, bag_id: str, why: str) -> None:
    """Write down since when a bag takes no revision, and why; it is tried again every moment, so only what is new."""
    new = (SharedBag.id == bag_id, SharedBag.refused_why != why)
    with archive.db.write_again() as session:
        since = func.coalesce(SharedBag.refused_on, today())
        session.execute(update(SharedBag).where(*new).values(refused_on=since, refused_why=why))


def _write(archive: Archive, record: Said, *, is_new: bool) -> None:
    key = shared_key(record["id"])
    place, files = archive.bag_folder(key), as_files(record)
    if not is_new or place.exists():
        add_revision(place, files)
        return
    staged = archive.settings.staging / "bags" / record["id"]
    with arriving(archive):
        shutil.rmtree(staged, ignore_errors=True)
        (staged / "data").mkdir(parents=True)
        note = staged / "data" / ABOUT
        note.write_bytes(ABOUT_TEXT)
        sha512 = hashlib.sha512(ABOUT_TEXT).hexdigest()
        write_bag(
            staged,
            item_id=record["id"],
            payload=[PayloadFile(note, ABOUT, sha512, len(ABOUT_TEXT))],
            info={
                "Source-Organization": archive.settings.organisation or archive.settings.site_name,
                shared_bags.SUBJECT_LABEL: record["subject"],
                "Bagging-Date": today().isoformat(),
            },
            revision=files,
            profile_id=SHARED_PROFILE_ID,
        )
        archive.store.publish_folder(staged, key)
