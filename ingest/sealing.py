"""Makes what is seen of a file with nothing taken out, for those who mark what is to be; nobody else gets there."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from sqlalchemy import select

from archive.copies_version import COPIES_VERSION
from archive.durable import cut_times, flush_tree, fsync_path
from archive.models import File, Item, ItemState
from archive.services import sealed_copies, sealed_folders
from archive.services.opening import Archive
from archive.services.standing_marks import standing
from ingest.examine import examine
from ingest.item_parcel import Tools
from ingest.options import ExamineOptions


def keep_sealed(tools: Tools, file: File, path: Path, options: ExamineOptions) -> None:
    """Have such copies of a file that marks stand for, and none of another; what this version made already stays."""
    archive = tools.archive
    folder, made = sealed_folders.folder_of(archive, file.id), sealed_folders.begun_of(archive, file.id)
    if not _is_needed(archive, file):
        sealed_folders.forget(archive, [file.id])
        return
    if sealed_copies.version(archive, file.id) == COPIES_VERSION:
        return
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(mode=0o700)
    with tools.sandboxes.lend() as sandbox:
        found = examine(path, file.given_name, made, sandbox, options)
    told = found.to_json() | {sealed_copies.VERSION: COPIES_VERSION}
    (made / sealed_copies.FOUND).write_text(json.dumps(told), encoding="utf-8")
    cut_times(made)
    flush_tree(made)
    # Whole or not at all: whoever looks meanwhile is told to wait.
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(made, folder)  # noqa: PTH105
    fsync_path(folder.parent)
    if not _is_needed(archive, file):
        # Taken back, or unmarked, while it was made.
        sealed_folders.forget(archive, [file.id])


def _is_needed(archive: Archive, file: File) -> bool:
    with archive.db.read() as session:
        if not standing(session, file.id):
            return False
        state = session.scalar(
            select(Item.state).join(File, File.item_id == Item.id).where(File.id == file.id)
        )
        return state not in (None, ItemState.WITHDRAWN)
