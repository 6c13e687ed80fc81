"""The long look at an archive: is everything here, writable, consistent, and what to do about it if not."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select, text

from archive.access import PUBLIC, visible
from archive.bags import bag_key
from archive.models import AccessCopy, Item, ItemState, migrate
from archive.services import checkpoint_audit, checkpoints, erasing, histories, indexing, records
from archive.services.opening import Archive
from archive.services.sweep import stray_bytes

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `ok`, `note` (nothing to do) or `problem`, a sentence, and what to do."""

    what: str
    verdict: str
    sentence: str
    remedy: str = ""


def examine(archive: Archive) -> list[Finding]:
    """Look at everything that can be looked at without reading every byte; `bags validate` does that."""
    return [finding for look in LOOKS for finding in _looked(archive, look)]


def _looked(archive: Archive, look: Callable[[Archive], Iterator[Finding]]) -> list[Finding]:
    """What one look found; what is so broken that it cannot be looked at must not hide the rest."""
    try:
        return list(look(archive))
    except Exception as error:
        what = look.__name__.strip("_")
        log.info("the look at %s failed", what, exc_info=error)
        sentence = f"It could not be looked at: {getattr(error, 'strerror', None) or type(error).__name__}."
        return [Finding(what, "problem", sentence, "Put right what else is told here; then look again.")]


def _home(archive: Archive) -> Iterator[Finding]:
    for folder in (
        archive.settings.home,
        archive.settings.staging,
        archive.settings.access,
        archive.settings.index,
    ):
        try:
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            reason = f"{folder} cannot be written to: {error.strerror}."
            yield Finding("home", "problem", reason, "Give the archive's user the right to write there.")
            return
    yield Finding("home", "ok", f"{archive.settings.home} is there and can be written to.")


def _space(archive: Archive) -> Iterator[Finding]:
    free = shutil.disk_usage(archive.settings.home).free
    if free < archive.settings.free_space_floor:
        yield Finding(
            "space",
            "problem",
            f"Only {free} bytes are free.",
            "Free some space, or move the home to a larger disk.",
        )
    else:
        yield Finding("space", "ok", f"{free // 1024**2} MiB are free.")


def _database(archive: Archive) -> Iterator[Finding]:
    wrong = migrate.differences(archive.db.engine)
    if wrong:
        yield Finding(
            "database",
            "problem",
            f"{len(wrong)} tables or columns differ from what this version needs.",
            "Restore the database from a backup made by this version.",
        )
    if archive.db.is_sqlite:
        with archive.db.read() as session:
            answer = session.scalar(text("PRAGMA quick_check"))
        if answer != "ok":
            yield Finding(
                "database",
                "problem",
                f"The database file is damaged: {answer}.",
                "Stop everything and restore it from a backup.",
            )
            return
    if not wrong:
        yield Finding("database", "ok", "The database is whole and of this version.")


def _bags(archive: Archive) -> Iterator[Finding]:
    with archive.db.read() as session:
        kept = set(session.scalars(select(Item.bag_key).where(Item.bag_key != "")))
        unkept = select(Item.id).where(Item.bag_key == "")
        underway = {bag_key(item) for item in session.scalars(unkept.where(Item.erasure == ""))}
        destroyed = {bag_key(item) for item in session.scalars(unkept.where(Item.erasure != ""))}
    here = {"/".join(key.split("/")[:2]) for key in archive.store.list("bags")}
    for key in sorted(kept - here):
        yield Finding(
            "bags", "problem", f"The bag {key} is gone.", "Put it back from a copy; then run bags validate."
        )
    for key in sorted(here & destroyed):
        yield Finding(
            "bags",
            "problem",
            f"The bag {key} was destroyed at its giver's wish and lies here again.",
            "Start remembrance serve or remembrance worker, which removes it.",
        )
    for key in sorted(here - kept - underway - destroyed):
        yield Finding(
            "bags",
            "problem",
            f"The bag {key} belongs to no item of the database.",
            "Restore the database from its backup; do not delete the bag.",
        )
    if kept <= here and here <= kept | underway:
        yield Finding(
            "bags", "ok", f"Every one of {len(kept)} kept items has its bag, and every bag its item."
        )
    behind = records.waiting(archive)
    if behind:
        yield Finding(
            "records", "note", f"{len(behind)} bags wait for their newest record; a worker writes them."
        )


def _history(archive: Archive) -> Iterator[Finding]:
    broken = histories.broken(archive)
    for subject, _ in broken:
        yield Finding(
            "history",
            "problem",
            f"The history of {subject} was changed afterwards.",
            "Compare it with the record in the bag, and restore the database from its backup.",
        )
    if not broken:
        yield Finding("history", "ok", "No event was changed, removed or put elsewhere.")


def _withdrawals(archive: Archive) -> Iterator[Finding]:
    broken = archive.withdrawals.first_broken()
    waiting = erasing.waiting(archive, all_days=True)
    if broken is not None:
        yield Finding(
            "withdrawals",
            "problem",
            f"Line {broken.sequence} of the ledger of withdrawals does not follow from the one before.",
            "Compare it with its backup; what it says is obeyed meanwhile.",
        )
    elif waiting:
        yield Finding(
            "withdrawals", "note", f"Traces of {len(waiting)} items that were taken back wait for a worker."
        )
    else:
        count = sum(line.takes_back for line in archive.withdrawals.standing().values())
        yield Finding("withdrawals", "ok", f"{count} items were taken back, and nothing of them is shown.")


def _ledger(archive: Archive) -> Iterator[Finding]:
    problems = checkpoint_audit.check(archive, histories_too=False)
    for one in problems:
        yield Finding(
            "ledger",
            "problem",
            one.sentence,
            "Run remembrance verify-ledger; then put it back from a backup.",
        )
    if problems:
        return
    days = checkpoints.all_days(archive.settings)
    if days:
        yield Finding("ledger", "ok", f"The public ledger is whole; its newest checkpoint is of {days[-1]}.")
    else:
        yield Finding("ledger", "ok", "The public ledger has no checkpoint yet; a worker makes one each day.")


def _staging(archive: Archive) -> Iterator[Finding]:
    strays = stray_bytes(archive)
    if strays:
        yield Finding(
            "staging",
            "note",
            f"{len(strays)} pieces in staging belong to nothing (an upload under way, or what a stopped process left); a worker clears them.",
        )
    else:
        yield Finding("staging", "ok", "Nothing lies in staging that no row speaks of.")


def _copies(archive: Archive) -> Iterator[Finding]:
    with archive.db.read() as session:
        paths = session.scalars(select(AccessCopy.path)).all()
    missing = [path for path in paths if not (archive.settings.access / path).is_file()]
    if missing:
        yield Finding(
            "access copies",
            "problem",
            f"{len(missing)} of {len(paths)} access copies are gone.",
            "Originals are not affected. Restore the folder access from a backup.",
        )
    else:
        yield Finding("access copies", "ok", f"All {len(paths)} access copies are there.")


def _indexes(archive: Archive) -> Iterator[Finding]:
    waiting = indexing.pending(archive)
    with archive.db.read() as session:
        sent = select(func.count()).select_from(Item).where(Item.state != ItemState.DRAFT)
        everything = session.scalar(sent) or 0
        public = session.scalar(select(func.count()).select_from(Item).where(visible(PUBLIC))) or 0
    counts = (archive.indexes.public.count(), archive.indexes.staff.count())
    if waiting:
        yield Finding("search", "note", f"{waiting} items wait to be indexed; a worker does it.")
    elif counts != (public, everything):
        yield Finding(
            "search",
            "problem",
            f"The indexes hold {counts[0]} public and {counts[1]} staff items, the database {public} and {everything}.",
            "Run remembrance index rebuild.",
        )
    else:
        yield Finding("search", "ok", f"{public} items can be found by the public, {everything} by staff.")


def _jobs(archive: Archive) -> Iterator[Finding]:
    failed = archive.jobs.failed()
    for job in failed:
        yield Finding(
            "jobs",
            "problem",
            f"{job.id} failed: {job.failure}",
            "Put the reason right and run the same ingest again.",
        )
    waiting = archive.jobs.pending_count()
    alive = archive.jobs.is_worker_alive()
    if waiting and not alive:
        yield Finding(
            "jobs",
            "note",
            f"{waiting} jobs wait and no worker runs.",
            "Start remembrance serve or remembrance worker.",
        )
    elif not failed:
        yield Finding(
            "jobs", "ok", f"{waiting} jobs wait, none failed; a worker {'runs' if alive else 'does not run'}."
        )


def _tools(archive: Archive) -> Iterator[Finding]:
    if shutil.which("tesseract"):
        yield Finding("tesseract", "ok", "Text of scans can be read (setting ocr).")
    elif archive.settings.ocr:
        yield Finding(
            "tesseract",
            "problem",
            "The setting ocr is on, but Tesseract is not installed.",
            "Install tesseract-ocr, or turn the setting off.",
        )
    else:
        yield Finding("tesseract", "note", "Not installed; only needed to read the text of scans.")


LOOKS = (
    _home,
    _space,
    _database,
    _bags,
    _history,
    _withdrawals,
    _ledger,
    _staging,
    _copies,
    _indexes,
    _jobs,
    _tools,
)
