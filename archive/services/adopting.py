"""Brings one bag of this archive's own back under its own id: its item or its bag was lost, and nothing else was.

What comes back is staged and flushed first, then all rows are written in one transaction together with the job that does the
rest; whoever is killed in between leaves something that is swept, or a job that a worker goes on with.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError as RowConflict

from archive.access import OPERATOR
from archive.bags import bag_key, read_bag, verify
from archive.durable import cut_times, flush_tree, fsync_path
from archive.jobs import JobState
from archive.models import Event, File, Item, record_event
from archive.models.errors import ArchiveError, ConflictError, NotFoundError, StorageFullError
from archive.services import quarantine
from archive.services.adopting_proof import prove, refuse_older, refuse_older_than_lost
from archive.services.copies_carrying import carry_over, past_of
from archive.services.importing import refuse_item_that_is_here, refuse_withdrawn_item
from archive.services.lifecycle import agent_of, touch
from archive.services.opening import Archive, exclusively, exclusively_or_not
from archive.services.rebuild import LOCK
from archive.services.rebuild_links import date_collections, follow_consents, link
from archive.services.rebuild_record import MISSHAPEN, Kept, newest_record, not_understood, read_kept
from archive.services.rebuild_rows import write_kept
from archive.services.sweep import arriving

ADOPT_JOB = "adopt"
EVENT = "adopt"
SCRATCH = "adopting-"


@dataclass(frozen=True)
class Found:
    """A bag to be brought back: a copy of its own in a scratch `folder`, None where it lies in the archive's store already.

    `store` is the name of the store of copies that it was fetched from, "" for any other place; with `older` it may be of
    an older revision than others at hand. `is_shared` says that it is of what belongs to no item (`adopting_shared`).
    """

    id: str
    folder: Path | None = None
    store: str = ""
    older: bool = False
    is_shared: bool = False


@dataclass(frozen=True)
class Begun:
    """What was written down: the `job` that does the rest, and where a bag that lay in the way is kept now."""

    job: str
    quarantined: str = ""


@contextmanager
def alone(archive: Archive) -> Iterator[None]:
    """Be the only one who makes rows of bags, with nothing swept meanwhile; ConflictError (`rebuild-under-way`)."""
    with exclusively_or_not(archive.settings.run / LOCK) as mine, arriving(archive):
        if not mine:
            raise ConflictError(
                "Another process makes this database again, or brings a bag back.", code="rebuild-under-way"
            )
        yield


def lacks_bag(archive: Archive, found: Found) -> bool:
    """Whether an item stands here whose bag is gone or damaged; False where no item stands, or one that waits for its copies.

    ConflictError (`bag-withdrawn`) when it was taken back, (`already-here`, `bag-item-here`) when it is here and whole.
    """
    refuse_withdrawn_item(archive, found.id)
    with archive.db.read() as session:
        item = session.get(Item, found.id)
        known = session.scalars(select(File.sha512).where(File.item_id == found.id)).all()
    if item is None or _is_unfinished(item):
        return False
    if item.bag_key and not verify(archive.bag_folder(item.bag_key), from_disk=True).ok:
        return True
    brought = [one.sha512 for one in read_bag(found.folder).payload] if found.folder else known
    refuse_item_that_is_here(archive, found.id, brought)
    return False


def check_in_place_of_lost(archive: Archive, found: Found) -> None:
    """Refuse what is to take the place of the bag of an item that stands, as `begin` does where none stands."""
    if found.folder is None:
        raise NotFoundError(
            f"The bag of {found.id} is damaged or gone, and no other was given.",
            remedy=f"Give one: remembrance bags adopt {found.id} --from STORE, or the path of the bag.",
        )
    kept = read_kept(found.folder)
    prove(archive, kept, is_ours_by_place=True)
    if not found.older:
        refuse_older_than_lost(archive, kept)


def begin(archive: Archive, found: Found) -> Begun:
    """Prove a bag whose item is gone, and write its item down; whoever holds `alone` calls.

    Raises what `adopting_proof` and `rebuild_record.read_kept` do; NotFoundError where there is no bag of that id;
    ConflictError (`adopt-parted`) where another history of it lies in the store, StorageFullError.
    """
    if (job := _unfinished_job(archive, found.id)) is not None:
        return Begun(job)
    place = archive.bag_folder(bag_key(found.id))
    if found.folder is None and not place.is_dir():
        raise NotFoundError(f"No bag of {found.id} lies in the store of this archive.")
    # No revision is written into a bag while it is looked at.
    with exclusively(archive.settings.run / "records.lock"):
        is_lying, folder = place.is_dir(), found.folder or place
        kept = read_kept(folder)
        is_same = is_lying and folder != place and _is_same(folder, place)
        if is_same:
            kept = read_kept(place)
        elif is_lying and folder != place:
            kept = _with_what_is_whole(place, kept)
        prove(archive, kept, is_ours_by_place=kept.folder == place or bool(found.store))
        if not found.older:
            refuse_older(archive, kept)
        quarantined = ""
        if kept.folder != place:
            _stage(archive, kept)
            quarantined = _set_aside(archive, found.id, place)
        return Begun(_write(archive, kept, found.store), quarantined)


def put_in_store(archive: Archive, item_id: str) -> None:
    """Put what was staged in the place of bags; done again, it changes nothing."""
    archive.store.publish_folder(archive.settings.staging / "bags" / item_id, bag_key(item_id))


def _is_unfinished(item: Item) -> bool:
    """Whether its rows were made of a bag and its copies were not yet."""
    return not item.bag_key and item.bag_revision > 0 and not item.erasure


def _unfinished_job(archive: Archive, item_id: str) -> str | None:
    """The job that goes on with what was begun, asked for again where it came to no end; None where nothing was begun."""
    with archive.db.write() as session:
        item = session.get(Item, item_id)
        if item is None or not _is_unfinished(item):
            return None
        told = select(Event.sequence).where(Event.subject_id == item_id, Event.kind == EVENT)
        sequence = session.scalars(told.order_by(Event.sequence.desc())).first() or 0
        job = archive.jobs.enqueue(session, ADOPT_JOB, item_id, key=f"{item_id}-{sequence}")
    if archive.jobs.status(job).state in (JobState.FAILED, JobState.CANCELLED):
        archive.jobs.retry(job)
    return job


def _is_same(folder: Path, place: Path) -> bool:
    """Whether the very bag lies in the store already, whole."""
    return verify(place, from_disk=True).ok and read_bag(place).tag_manifest == read_bag(folder).tag_manifest


def _with_what_is_whole(place: Path, kept: Kept) -> Kept:
    """The bag with each further revision that is whole in what lies in the store; ConflictError where the two have parted."""
    past = past_of(place)
    if past.parts_from(read_bag(kept.folder).tags) is not None and verify(place, from_disk=True).ok:
        raise ConflictError(
            f"A whole bag of {kept.id} lies in the store already, and its history is another.",
            code="adopt-parted",
            remedy=f"Look at both. `remembrance bags adopt {kept.id}` takes the one in the store; move that away to take this one.",
        )
    carry_over(past, place, kept.folder)
    return read_kept(kept.folder)


def _stage(archive: Archive, kept: Kept) -> None:
    """Move a proved bag to where bags are built, flushed before any row speaks of it."""
    staged = archive.settings.staging / "bags" / kept.id
    staged.parent.mkdir(exist_ok=True)
    shutil.rmtree(staged, ignore_errors=True)
    shutil.move(kept.folder, staged)
    cut_times(staged)
    flush_tree(staged)
    fsync_path(staged.parent)


def _set_aside(archive: Archive, item_id: str, place: Path) -> str:
    """Keep apart what lies in the place of the bag and no item has; where it is now, "" where nothing lay there."""
    if not place.exists():
        return ""
    kept = quarantine.place_for(archive, item_id)
    place.rename(kept)
    fsync_path(kept.parent)
    fsync_path(place.parent)
    return str(kept)


def _write(archive: Archive, kept: Kept, store: str) -> str:
    """Write everything down, and have a worker do the rest; the id of that job."""
    try:
        with archive.db.write() as session:
            write_kept(session, kept, is_destroyed=False, awaits_copies=True)
            link(session, _replaced(archive, kept))
            follow_consents(archive, session)
            date_collections(session)
            item = session.get_one(Item, kept.id)
            detail = {"store": store, "revision": kept.record["revision"]}
            event = record_event(session, kept.id, EVENT, agent_of(OPERATOR), detail)
            touch(item)
            return archive.jobs.enqueue(session, ADOPT_JOB, kept.id, key=f"{kept.id}-{event.sequence}")
    except MISSHAPEN as error:
        raise not_understood() from error
    except RowConflict as error:
        raise ConflictError(
            "What the bag says cannot stand beside what the database holds.",
            code="record-conflict",
            remedy="Run remembrance doctor; restore the database from its backup where it is damaged.",
        ) from error


def _replaced(archive: Archive, kept: Kept) -> dict[tuple[str, str], Any]:
    """Which items took its place, and the place of which it took: the one stands in its own record, the other in theirs."""
    told = {(kept.id, one["item"]): one for one in kept.record.get("replaced_by", ())}
    came = next((one for one in kept.events if one.kind == "receive"), None)
    for old in came.detail.get("from", ()) if came is not None else ():
        try:
            record = newest_record(read_bag(archive.bag_folder(bag_key(old))))
        except ArchiveError:
            continue
        told |= {(old, one["item"]): one for one in record.get("replaced_by", ()) if one["item"] == kept.id}
    return told


def check_room(archive: Archive, size: int) -> None:
    """StorageFullError where a copy of so many bytes would leave less free than is to stay free."""
    if shutil.disk_usage(archive.settings.staging).free - size < archive.settings.free_space_floor:
        raise StorageFullError("There is no room left for this bag.")
