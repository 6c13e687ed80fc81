"""Whether an export may still be had: what was taken back since is handed out no more, and is removed.

It is asked at every download, and in rounds; whoever takes something back waits for neither.
"""

from __future__ import annotations

import logging
import shutil
from datetime import timedelta
from pathlib import Path

from sqlalchemy import and_, delete, func, select, update
from sqlalchemy.orm import Session

from archive.access import Actor
from archive.durable import fsync_path
from archive.models import Export, ExportItem, Item, today
from archive.services.export_choosing import has_all, may_leave, taken_out_by
from archive.services.export_forms import FOR_STAFF, Form
from archive.services.opening import Archive

ASKED, DONE, FAILED, REMOVED = "asked", "done", "failed", "removed"
# Why one was removed, or came to nothing.
EXPIRED, TAKEN_BACK, CHANGED, BY_HAND = "expired", "taken-back", "export-changed", "by-hand"
MAKING = ".making-"
EXPORT_JOB = "export"
# Days for which it is told what became of an export after it would have expired.
TOLD_DAYS = 30

log = logging.getLogger(__name__)


def why_not(session: Session, export: Export) -> str:
    """Why an export may not be had any more: `taken-back`, `export-changed`, or "" while it may.

    Of what everybody may see nothing may have changed at all: a name that was taken off, a place made less exact, a
    face covered would leave the house still.
    """
    form = Form(export.form)
    held = select(func.count()).select_from(ExportItem).join(Item, Item.id == ExportItem.item_id)
    held = held.where(ExportItem.export_id == export.id)
    if session.scalar(held.where(may_leave(form))) != export.items:
        return TAKEN_BACK
    if form in FOR_STAFF:
        return ""
    return "" if session.scalar(held.where(ExportItem.version == Item.version)) == export.items else CHANGED


def has_right(session: Session, export: Export, actor: Actor) -> bool:
    """Whether `actor` may, as things are now, take out everything that is in an export."""
    held = select(func.count()).select_from(ExportItem).join(Item, Item.id == ExportItem.item_id)
    held = held.where(ExportItem.export_id == export.id, taken_out_by(actor))
    return session.scalar(held) == export.items and (export.form != Form.WITH_SHARED or has_all(actor))


def remove(archive: Archive, export_id: str, why: str) -> None:
    """Remove the file of an export, and say why; one that was removed already stays as it is."""
    with archive.db.write() as session:
        export = session.get(Export, export_id, with_for_update=True, populate_existing=True)
        if export is not None:
            _end(archive, session, export, why)
    delete_files(archive, export_id)


def remove_holding(archive: Archive, item_id: str) -> None:
    """Remove every export that holds an item, which is taken back for good."""
    with archive.db.read() as session:
        holding = select(ExportItem.export_id).where(ExportItem.item_id == item_id)
        found = session.scalars(holding).all()
    for export_id in found:
        remove(archive, export_id, TAKEN_BACK)


def end_holding(archive: Archive, session: Session, submission_id: str) -> None:
    """Have no export be had any more that holds something of a submission, whose giver is not to be named so any more.

    In the caller's transaction: the files go with the next round.
    """
    of_it = select(ExportItem.export_id).join(Item, Item.id == ExportItem.item_id)
    holding = select(Export).where(Export.id.in_(of_it.where(Item.submission_id == submission_id)))
    for export in session.scalars(holding.order_by(Export.id).with_for_update()).all():
        _end(archive, session, export, CHANGED)


def end_with_shared(session: Session) -> None:
    """Have no export be had any more that holds all that belongs to no item, since something of it has to go.

    In the caller's transaction: the files go with the next round, and what is just being made is left.
    """
    standing = update(Export).where(Export.form == Form.WITH_SHARED, Export.state.in_((ASKED, DONE)))
    session.execute(standing.values(state=REMOVED, why=TAKEN_BACK, for_whom=""))


def _end(archive: Archive, session: Session, export: Export, why: str) -> None:
    if export.state in (ASKED, DONE):
        export.state, export.why, export.for_whom = REMOVED, why, ""
        archive.jobs.cancel(session, job_id(export.id))


def sweep(archive: Archive) -> int:
    """Remove exports that are past their day or hold what was taken back, and what killed processes left; return how many."""
    with archive.db.read() as session:
        finished = session.scalars(select(Export).where(Export.state == DONE)).all()
        due = {
            one.id: EXPIRED if one.expires_on <= today() else why
            for one in finished
            if one.expires_on <= today() or (why := why_not(session, one))
        }
    for export_id, why in due.items():
        remove(archive, export_id, why)
    removed = len(due) + _sweep_leftovers(archive)
    if removed:
        log.info("removed %d exports", removed)
    return removed


def forget_old(archive: Archive) -> None:
    """Forget exports of which everybody who asks has been told long enough what became of them."""
    long_past = and_(
        Export.state.in_((REMOVED, FAILED)), Export.expires_on < today() - timedelta(days=TOLD_DAYS)
    )
    with archive.db.write() as session:
        session.execute(delete(Export).where(long_past))


def folder_of(archive: Archive, export_id: str) -> Path:
    """Where the files of an export are."""
    return archive.settings.exports / export_id


def delete_files(archive: Archive, export_id: str) -> None:
    """Delete the files of an export, made or being made; nothing there is success."""
    folder = archive.settings.exports
    for path in (folder_of(archive, export_id), folder / f"{MAKING}{export_id}"):
        shutil.rmtree(path, ignore_errors=True)
    if folder.is_dir():
        fsync_path(folder)


def job_id(export_id: str) -> str:
    """The id of the job that makes an export."""
    return f"{EXPORT_JOB}/{export_id}"


def _sweep_leftovers(archive: Archive) -> int:
    """Remove folders that no export stands behind any more."""
    folder = archive.settings.exports
    # Looked at before the rows: an export has its row before its folder.
    there = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    if not there:
        return 0
    with archive.db.read() as session:
        alive = set(session.scalars(select(Export.id).where(Export.state.in_((ASKED, DONE)))))
    strays = [name for name in there if name.removeprefix(MAKING) not in alive]
    for name in strays:
        shutil.rmtree(folder / name, ignore_errors=True)
    return len(strays)
