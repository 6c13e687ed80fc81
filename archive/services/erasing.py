"""Removes what is left of what was taken back: its access copies and texts, and where it is to be destroyed, everything.

Whatever is killed in between is done again from the start by the next run: bytes first, then rows, and only when
nothing of them can be read any more is it said to be done.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from archive.access import PIPELINE
from archive.bags import bag_key
from archive.durable import fsync_path
from archive.models import (
    AccessCopy,
    Arrangement,
    BatchItem,
    Consent,
    Contact,
    DeskDraft,
    Embargo,
    ExportItem,
    File,
    Fixity,
    Item,
    ItemPlace,
    ItemState,
    Looking,
    Message,
    NotToday,
    Passage,
    PictureHash,
    Place,
    PlannedPublication,
    Redaction,
    Revision,
    Submission,
    Taking,
    Transcript,
    UnsentWords,
    Upload,
    record_event,
    today,
)
from archive.models.errors import ArchiveError
from archive.services import (
    additions,
    checkpoints,
    indexing,
    public_notes,
    quarantine,
    sealed_folders,
    shared_writing,
)
from archive.services.bag_import_standing import forget_item
from archive.services.contribute import ACCESSION_JOB, EXAMINE_JOB
from archive.services.describe import Description, describe
from archive.services.export_standing import remove_holding
from archive.services.lifecycle import agent_of, load_for_change, touch
from archive.services.opening import Archive, exclusively_or_not
from archive.services.records import touch_submission
from archive.services.story_items import forget_in_stories
from archive.services.sweep import MAKING
from archive.services.taking_one_back import ASKED, DONE
from archive.services.unused_words import forget_unused
from archive.services.withdrawing import forget_copies

log = logging.getLogger(__name__)
LOCK = "erasing.lock"
# What is about one item alone, by its id.
OF_AN_ITEM = (
    Revision,
    Arrangement,
    ExportItem,
    BatchItem,
    DeskDraft,
    Fixity,
    Taking,
    Looking,
    NotToday,
    PlannedPublication,
    Message,
)


def clear(archive: Archive, *, all_days: bool = False) -> bool:
    """Remove what waits to be removed; return whether nothing waits any more.

    Of what was only hidden, that of the last days is looked at, or with `all_days` of all.
    """
    if not waiting(archive, all_days=all_days):
        return True
    with exclusively_or_not(archive.settings.run / LOCK) as mine:
        if not mine:
            return False
        found = waiting(archive, all_days=all_days)
        cleared = [item_id for item_id in found if _clear(archive, item_id)]
        return _say_done(archive, cleared) and cleared == found


def waiting(archive: Archive, *, all_days: bool = False) -> list[str]:
    """Ids of items that were taken back and of which there is still something to remove."""
    recent: ColumnElement[bool] = Item.withdrawn_on >= today() - timedelta(days=1)
    if all_days:
        recent = Item.id != ""
    copy = select(AccessCopy.id).join(File, File.id == AccessCopy.file_id).where(File.item_id == Item.id)
    text = select(Passage.id).join(File, File.id == Passage.file_id).where(File.item_id == Item.id)
    looks = select(PictureHash.file_id).join(File, File.id == PictureHash.file_id)
    looks = looks.where(File.item_id == Item.id)
    anything = or_(copy.exists(), text.exists(), looks.exists())
    left = and_(Item.state == ItemState.WITHDRAWN, recent, anything)
    with archive.db.read() as session:
        return list(session.scalars(select(Item.id).where(or_(Item.erasure == ASKED, left))))


def sweep_destroyed(archive: Archive) -> None:
    """Remove bags of destroyed items that an older copy of the store, or a job under way, has put there again."""
    with archive.db.read() as session:
        destroyed = session.scalars(select(Item.id).where(Item.erasure == DONE)).all()
    for item_id in destroyed:
        try:
            remove_originals(archive, item_id)
        except (ArchiveError, OSError) as error:
            # One that cannot be removed now must not keep everything else of the day waiting.
            log.warning("what lies again of %s could not be removed yet: %s", item_id, type(error).__name__)


def remove_originals(archive: Archive, item_id: str) -> None:
    """Remove the bag of an item that is to be destroyed, kept or being built; nothing there is success."""
    archive.store.delete_prefix(bag_key(item_id))
    quarantine.remove(archive, item_id)
    shutil.rmtree(archive.settings.staging / "bags" / item_id, ignore_errors=True)


def _clear(archive: Archive, item_id: str) -> bool:
    try:
        with archive.db.read() as session:
            destroy = session.scalar(select(Item.erasure).where(Item.id == item_id)) == ASKED
        return _destroy(archive, item_id) if destroy else _remove_copies(archive, item_id)
    except (ArchiveError, OSError, SQLAlchemyError) as error:
        # One that cannot be removed now must not keep the others waiting; it is tried again.
        log.warning("what is left of %s could not be removed yet: %s", item_id, type(error).__name__)
        return False


def _remove_copies(archive: Archive, item_id: str) -> bool:
    """Remove the access copies and texts of what was hidden, unless it has just been reinstated."""
    with archive.db.write() as session:
        # Locked until files and rows are gone, so that copies made after a reinstatement are not meant.
        item = load_for_change(session, item_id)
        if item.state == ItemState.WITHDRAWN:
            _delete_copies(archive, session, item)
    return True


def _destroy(archive: Archive, item_id: str) -> bool:
    remove_holding(archive, item_id)
    remove_originals(archive, item_id)
    # What a process that was killed while it removed the same bag had of it still.
    archive.store.sweep_orphans()
    checkpoints.forget(archive, item_id)
    with archive.db.write() as session:
        item = load_for_change(session, item_id)
        _delete_staged(archive, item)
        _delete_copies(archive, session, item)
        _stop_jobs(archive, session, item)
        _wipe_item(archive, session, item)
        _wipe_submission(session, item.submission_id)
    return True


def _say_done(archive: Archive, item_ids: Sequence[str]) -> bool:
    """Say of those that were wiped that they are destroyed; returns whether that could be said of all of them."""
    with archive.db.read() as session:
        wiped = session.scalars(select(Item.id).where(Item.id.in_(item_ids), Item.erasure == ASKED)).all()
    if not wiped:
        return True
    try:
        # The files of the indexes, and bags of stories and words that said something of it, are without it before.
        indexing.drain(archive)
        shared_writing.write_waiting(archive)
        if shared_writing.leaving(archive) or not archive.db.empty_log():
            return False
        said = [_is_said(archive, item_id) for item_id in wiped]
        return all(said)
    except (ArchiveError, OSError, SQLAlchemyError) as error:
        log.warning("%d items could not be said to be destroyed yet: %s", len(wiped), type(error).__name__)
        return False


def _is_said(archive: Archive, item_id: str) -> bool:
    with archive.db.write() as session:
        item = load_for_change(session, item_id)
        if item.index_pending:
            # Somebody else is at the indexes.
            return False
        item.erasure = DONE
        touch(item)
        record_event(session, item_id, "destroy", agent_of(PIPELINE))
    return True


def _delete_staged(archive: Archive, item: Item) -> None:
    for file in item.files:
        if file.staged_as:
            (archive.settings.staging / file.staged_as).unlink(missing_ok=True)
    fsync_path(archive.settings.staging)


def delete_copies(archive: Archive, session: Session, file_ids: Sequence[str]) -> None:
    """Delete access copies and texts of files, from the disk first: rows that are left lead the next run there again."""
    access = archive.settings.access
    for path in session.scalars(select(AccessCopy.path).where(AccessCopy.file_id.in_(file_ids))):
        (access / path).unlink(missing_ok=True)
    for file_id in file_ids:
        shutil.rmtree(access / file_id, ignore_errors=True)
        shutil.rmtree(access / MAKING / file_id, ignore_errors=True)
    fsync_path(access)
    forget_copies(session, file_ids)


def _delete_copies(archive: Archive, session: Session, item: Item) -> None:
    """Delete everything that was made of an item's files to be looked at."""
    ids = [file.id for file in item.files]
    sealed_folders.forget(archive, ids)
    fsync_path(archive.settings.sealed)
    delete_copies(archive, session, ids)


def _stop_jobs(archive: Archive, session: Session, item: Item) -> None:
    archive.jobs.cancel(session, f"{ACCESSION_JOB}/{item.id}")
    for file in item.files:
        archive.jobs.cancel(session, f"{EXAMINE_JOB}/{file.id}")


def _wipe_item(archive: Archive, session: Session, item: Item) -> None:
    """Leave of an item its ids, its state, its days and its history."""
    ids = [file.id for file in item.files]
    borne = [link.agent_id for link in item.agents] + [link.place_id for link in item.places]
    borne += [link.term_id for link in item.terms]
    describe(session, item, Description())
    for about in OF_AN_ITEM:
        session.execute(delete(about).where(about.item_id == item.id))
    public_notes.erase(session, item.id)
    forget_item(session, item.id)
    session.execute(delete(Transcript).where(Transcript.file_id.in_(ids)))
    forget_in_stories(session, item.id)
    item.bag_key, item.bag_revision, item.index_pending = "", 0, True
    session.flush()
    session.execute(update(File).where(File.id.in_(ids)).values(accompanies_id=None))
    session.execute(delete(Upload).where(Upload.file_id.in_(ids)))
    session.execute(delete(Redaction).where(Redaction.file_id.in_(ids)))
    session.execute(delete(File).where(File.id.in_(ids)))
    forget_unused(archive, session, borne)
    session.expire(item, ["files"])


def _wipe_submission(session: Session, submission_id: str) -> None:
    """Wipe what was said with what is destroyed: all of it when nothing of the submission is left."""
    left = select(func.count()).select_from(Item)
    left = left.where(Item.submission_id == submission_id, Item.erasure == "")
    consents = session.scalars(select(Consent).where(Consent.submission_id == submission_id)).all()
    if session.scalar(left):
        _forget_places(session, submission_id, consents)
        additions.forget(session, submission_id)
        return
    for consent in consents:
        consent.name_shown = consent.people_words = ""
        consent.places_shown = {}
    submission = session.get_one(Submission, submission_id)
    submission.title, submission.source_key = "", None
    additions.forget(session, submission_id)
    for about in (Message, Contact, Embargo, UnsentWords):
        session.execute(delete(about).where(about.submission_id == submission_id))


def _forget_places(session: Session, submission_id: str, consents: Sequence[Consent]) -> None:
    """Of the words that stand for places keep those of places that something left is linked to."""
    linked = select(Place.name).join(ItemPlace, ItemPlace.place_id == Place.id)
    linked = linked.join(Item, Item.id == ItemPlace.item_id).where(Item.submission_id == submission_id)
    known = set(session.scalars(linked))
    narrowed = False
    for consent in consents:
        kept = {name: words for name, words in consent.places_shown.items() if name in known}
        if kept != consent.places_shown:
            consent.places_shown, narrowed = kept, True
    if narrowed:
        touch_submission(session, submission_id)
