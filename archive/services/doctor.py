"""The long look at an archive: is everything here, writable, consistent, and what to do about it if not."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from ctypes.util import find_library

from sqlalchemy import select, text

from archive.models import AccessCopy, migrate
from archive.services import (
    doctor_proof,
    doctor_rebuild,
    doctor_unopened,
    faces,
    indexing,
    own_database,
    renewing,
)
from archive.services.counted import counted
from archive.services.doctor_unopened import looked
from archive.services.finding import Finding
from archive.services.opening import Archive, database_damaged
from archive.services.sweep import stray_bytes


def examine(archive: Archive) -> list[Finding]:
    """Look at everything that can be looked at without reading every byte; `bags validate` does that."""
    return [finding for look in LOOKS for finding in _looked(archive, look)]


def _looked(archive: Archive, look: Callable[[Archive], Iterator[Finding]]) -> list[Finding]:
    return looked(look.__name__.strip("_"), lambda: look(archive))


def _home(archive: Archive) -> Iterator[Finding]:
    yield from doctor_unopened.home(archive.settings)


def _space(archive: Archive) -> Iterator[Finding]:
    yield from doctor_unopened.space(archive.settings)


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
            sentence = f"The database file is damaged: {answer}."
            yield Finding("database", "problem", sentence, database_damaged().remedy)
            return
    if not wrong:
        yield Finding("database", "ok", "The database is whole and of this version.")


def _staging(archive: Archive) -> Iterator[Finding]:
    strays = stray_bytes(archive)
    if strays and own_database.cannot_judge(archive.db, archive.store):
        yield Finding(
            "staging",
            "note",
            f"{len(strays)} pieces in staging are told of by no row, and nothing of them is removed: the database has received nothing, "
            "or does not know every bag that lies here, so it may not be the one they came under.",
            "See that database_url is the database of this archive, or bring back the bags that it does not know.",
        )
    elif strays:
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
        _newest, older = renewing.counts(session)
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
    if older:
        yield Finding(
            "access copies",
            "note",
            f"What is shown of {counted(older, 'file')} was made by an older version of the program, and may be more than this one shows; "
            "a worker makes it anew, one file after another.",
            "Run remembrance renew to have it done at once.",
        )


def _indexes(archive: Archive) -> Iterator[Finding]:
    waiting = indexing.pending(archive)
    due, held = indexing.due(archive), indexing.held(archive)
    if waiting:
        yield Finding(
            "search",
            "note",
            f"{counted(waiting, 'item waits', 'items wait')} to be indexed; a worker does it.",
        )
    elif held != due:
        yield Finding(
            "search",
            "problem",
            f"The indexes hold {held.public} public items, {held.members} for members alone and {held.staff} for staff, "
            f"the database {due.public}, {due.members} and {due.staff}.",
            "Run remembrance index rebuild.",
        )
    else:
        yield Finding(
            "search",
            "ok",
            f"{counted(due.public, 'item')} can be found by the public, {due.staff} by staff.",
        )


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
    if find_library("magic"):
        yield Finding("libmagic", "ok", "A second opinion is asked about the format of each file.")
    else:
        yield Finding(
            "libmagic",
            "note",
            "Not installed; only needed for a second opinion about the format of a file, beside PRONOM's.",
            "Install the Debian package file, or libmagic1.",
        )
    if faces.is_installed():
        yield Finding("faces", "ok", "Curators can have faces in pictures suggested, to be covered.")
    else:
        yield Finding(
            "faces",
            "note",
            "Not installed; only needed to suggest faces to curators, who mark them by hand without it.",
            "Install remembrance[faces], or opencv-python-headless (4.10 or newer, below 5).",
        )


LOOKS = (
    _home,
    _space,
    _database,
    doctor_proof.bags,
    doctor_proof.shared,
    doctor_proof.quarantined,
    doctor_rebuild.rebuild,
    doctor_rebuild.arrived,
    doctor_proof.fixity,
    doctor_proof.history,
    doctor_proof.withdrawals,
    doctor_proof.ledger,
    _staging,
    _copies,
    doctor_proof.further_stores,
    _indexes,
    _jobs,
    _tools,
)
