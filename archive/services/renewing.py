"""Which files have copies and texts of an older version of the program, which may show more than this one would."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Sequence
from pathlib import Path

from sqlalchemy import ColumnElement, Select, and_, case, func, select, true
from sqlalchemy.orm import Session

from archive.copies_version import COPIES_VERSION
from archive.durable import fsync_path
from archive.models import AccessCopy, File, FileState, Item, ItemState
from archive.services.lifecycle import load_for_change
from archive.services.opening import Archive

EXAMINED = and_(File.state != FileState.RECEIVED, Item.state != ItemState.WITHDRAWN)
IS_OLDER = and_(EXAMINED, File.copies_version < COPIES_VERSION)


def counts(session: Session, mine: ColumnElement[bool] | None = None) -> tuple[int, int]:
    """Of how many files what is shown was made by this version, and of how many by an older one."""
    older = func.coalesce(func.sum(case((IS_OLDER, 1), else_=0)), 0)
    query = select(func.count(), older).select_from(File).join(Item, Item.id == File.item_id)
    every, old = session.execute(query.where(EXAMINED, true() if mine is None else mine)).one()
    return every - int(old), int(old)


def older(archive: Archive, most: int | None = None) -> Sequence[str]:
    """The files whose copies an older version made, by id: what is public first, and of that what came first."""
    is_published = case((Item.state == ItemState.PUBLISHED, 0), else_=1)
    order = (is_published, Item.received_on, Item.submission_id, Item.position, File.position, File.id)
    with archive.db.read() as session:
        return session.scalars(_files().where(IS_OLDER).order_by(*order).limit(most)).all()


def is_older(session: Session, file_id: str) -> bool:
    """Whether what is shown of a file was made by an older version."""
    return session.scalar(_files().where(IS_OLDER, File.id == file_id)) is not None


def settle(archive: Archive, file_ids: Collection[str]) -> None:
    """Remove what was made of these files before and nothing speaks of any more; only then are they of this version.

    Killed in between, they are made anew once more.
    """
    for file_id in file_ids:
        with archive.db.write() as session:
            file = session.get(File, file_id)
            if file is None or file.state == FileState.RECEIVED:
                # Taken away, or being made anew for another reason, which leaves nothing of before.
                continue
            # Locked, so that nothing moves into place between this look and the removal.
            load_for_change(session, file.item_id)
            paths = select(AccessCopy.path).where(AccessCopy.file_id == file_id)
            _remove_all_but(archive.settings.access, file_id, set(session.scalars(paths)))
            file.copies_version = COPIES_VERSION


def _files() -> Select[str]:
    return select(File.id).join(Item, Item.id == File.item_id)


def _remove_all_but(access: Path, file_id: str, kept: Collection[str]) -> None:
    folder = access / file_id
    if not folder.is_dir():
        return
    folders = {parent for path in kept for parent in (access / path).parents}
    for path in folder.rglob("*"):
        if path.is_dir():
            if path not in folders:
                shutil.rmtree(path, ignore_errors=True)
        elif str(path.relative_to(access)) not in kept:
            path.unlink(missing_ok=True)
    fsync_path(folder)
