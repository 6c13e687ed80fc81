"""Clears away what killed processes left behind and nobody was told is kept."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import or_, select

from archive.copies_version import COPIES_VERSION
from archive.models import BagImport, File, FileState, Item, SharedBag, Upload
from archive.services import own_database, quarantine
from archive.services.bag_import_standing import WITH_PACKAGE
from archive.services.opening import Archive, exclusively_or_not

log = logging.getLogger(__name__)
LOCK = "staging.lock"
# Below the access copies: where those of one file are made before they move into place together.
MAKING = ".making"


@contextmanager
def arriving(archive: Archive) -> Iterator[None]:
    """Hold off sweeping while bytes arrive that no row speaks of yet; any number may hold it at once."""
    with (archive.settings.run / LOCK).open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield


def sweep(archive: Archive) -> int:
    """Remove staged bytes without a row, half-made access copies and temporary files of the dead; return how many.

    Nothing is without a row for a database that may be another's (`own_database.cannot_judge`).
    """
    with exclusively_or_not(archive.settings.run / LOCK) as alone:
        if not alone:
            return 0
        strays = stray_bytes(archive)
        if strays and own_database.cannot_judge(archive.db, archive.store):
            log.warning(
                "%d pieces are kept that no row speaks of: this may not be their database", len(strays)
            )
            strays = []
        for path in strays:
            _remove(path)
        removed = len(strays) + archive.store.sweep_orphans() + _sweep_scratch(archive.settings.run)
        removed += quarantine.settle(archive)
        if removed:
            log.info("swept %d leftovers", removed)
        return removed


def stray_bytes(archive: Archive) -> list[Path]:
    """Files and folders in staging that no row speaks of, and copies begun of files that are done with."""
    # Looked at before the rows: what arrives meanwhile has its row before its bytes.
    arrived = list(archive.settings.staging.iterdir())
    with archive.db.read() as session:
        # What an older version made is made anew there too, while it is still shown.
        to_examine = or_(File.state == FileState.RECEIVED, File.copies_version < COPIES_VERSION)
        examining = set(session.scalars(select(File.id).where(to_examine)))
        staged = set(session.scalars(select(File.staged_as).where(File.staged_as != "")))
        staged |= set(session.scalars(select(Upload.id)))
        staged |= set(session.scalars(select(BagImport.id).where(BagImport.state.in_(WITH_PACKAGE))))
        # A bag that is being built belongs to an item that is not kept yet.
        building = set(session.scalars(select(Item.id).where(Item.bag_key == "", Item.erasure == "")))
        building |= set(session.scalars(select(SharedBag.id).where(SharedBag.bag_revision == 0)))
    staging = archive.settings.staging
    bags = staging / "bags"
    strays = [path for path in arrived if path != bags and path.name not in staged]
    if bags.is_dir():
        strays += [path for path in bags.iterdir() if path.name not in building]
    making = archive.settings.access / MAKING
    if making.is_dir():
        strays += [path for path in making.iterdir() if path.name not in examining]
    return strays


def _sweep_scratch(run: Path) -> int:
    """Remove the folders of readers whose process was killed; the living have theirs locked."""
    removed = 0
    for folder in (path for path in run.iterdir() if path.is_dir() and not path.is_symlink()):
        with contextlib.suppress(FileNotFoundError, BlockingIOError):
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
                removed += 1
            finally:
                os.close(descriptor)
    return removed


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
