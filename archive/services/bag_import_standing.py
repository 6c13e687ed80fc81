"""Where a package of bags stands that was uploaded at the desk, and how it goes: taken in, refused, by hand, or after its days."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from archive.durable import fsync_path
from archive.models import BagImport, BagVerdict, today
from archive.services.opening import Archive
from archive.services.room import is_written

ARRIVING, ASKED, CHECKED, DONE, FAILED, REMOVED = (
    "arriving",
    "asked",
    "checked",
    "done",
    "failed",
    "removed",
)
# As long as one of these holds its bytes are in staging.
WITH_PACKAGE = (ARRIVING, ASKED, CHECKED)
# It has arrived whole, and waits for a worker or for who brought it.
KEPT = (ASKED, CHECKED)
CHECK, TAKE = "check", "take"
# What was found of a bag.
SOUND, TAKEN, HERE, REFUSED, PUT_OFF = "sound", "taken", "here", "refused", "put-off"
# Why a package was removed.
EXPIRED, BY_HAND = "expired", "by-hand"
BAG_IMPORT_JOB = "bag-import"
# Days for which it is told what became of a package after it would have expired.
TOLD_DAYS = 30

log = logging.getLogger(__name__)


def package_of(archive: Archive, import_id: str) -> Path:
    """Where the bytes of a package are."""
    return archive.settings.staging / import_id


def job_id(row: BagImport) -> str:
    """The id of the job that was asked for last."""
    return f"{BAG_IMPORT_JOB}/{row.id}/{row.round}"


def remove(archive: Archive, import_id: str, why: str) -> None:
    """Remove a package, and say why; one that has ended stays as it is."""
    with archive.db.write() as session:
        row = session.get(BagImport, import_id, with_for_update=True, populate_existing=True)
        if row is None or row.state not in WITH_PACKAGE:
            return
        if row.state == ASKED:
            archive.jobs.cancel(session, job_id(row))
        row.state, row.why = REMOVED, why
    delete_bytes(archive, [import_id])


def delete_bytes(archive: Archive, import_ids: Sequence[str]) -> None:
    """Delete packages; nothing there is success."""
    for import_id in import_ids:
        package_of(archive, import_id).unlink(missing_ok=True)
    if import_ids:
        fsync_path(archive.settings.staging)


def expire(archive: Archive) -> int:
    """Remove packages that are past their day, cut or whole, and forget those that were told long enough; return how many."""
    due = select(BagImport.id).where(BagImport.state.in_(KEPT), BagImport.expires_on <= today())
    with archive.db.read() as session:
        ids = session.scalars(due).all()
    for import_id in ids:
        remove(archive, import_id, EXPIRED)
    removed = len(ids) + forget_cut(archive)
    with archive.db.write() as session:
        long_past = BagImport.expires_on < today() - timedelta(days=TOLD_DAYS)
        session.execute(delete(BagImport).where(BagImport.state.not_in(WITH_PACKAGE), long_past))
    if removed:
        log.info("removed %d packages of bags", removed)
    return removed


def forget_cut(archive: Archive) -> int:
    """Remove what a stopped process had of packages that were arriving; return how many."""
    arriving = select(BagImport.id).where(BagImport.state == ARRIVING)
    with archive.db.read() as session:
        cut = [one for one in session.scalars(arriving) if not is_written(archive, one)]
    if not cut:
        return 0
    with archive.db.write() as session:
        gone = delete(BagImport).where(BagImport.id.in_(cut), BagImport.state == ARRIVING)
        removed = session.scalars(gone.returning(BagImport.id)).all()
    delete_bytes(archive, removed)
    return len(removed)


def forget_item(session: Session, item_id: str) -> None:
    """Forget what packages told of an item that is destroyed, and what the package it came in was called."""
    held = select(BagVerdict.import_id).where(BagVerdict.item_id == item_id)
    session.execute(update(BagImport).where(BagImport.id.in_(held)).values(given_name=""))
    session.execute(delete(BagVerdict).where(BagVerdict.item_id == item_id))
