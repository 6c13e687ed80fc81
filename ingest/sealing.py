"""Makes what is seen of a file with nothing taken out, for those who mark what is to be; nobody else gets there."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from archive.durable import cut_times, flush_tree, fsync_path
from archive.models import File
from archive.services import sealed
from archive.services.opening import Archive
from ingest.examine import examine
from ingest.options import ExamineOptions
from ingest.sandbox import Sandbox


def keep_sealed(
    archive: Archive, file: File, path: Path, sandbox: Sandbox, options: ExamineOptions, *, is_marked: bool
) -> None:
    """Have such copies of a file that marks stand for, and none of another; what is there already stays."""
    folder = sealed.folder_of(archive, file.id)
    if not is_marked:
        sealed.forget(archive, [file.id])
        return
    if folder.is_dir():
        return
    made = folder.with_name(f".{file.id}")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(mode=0o700)
    found = examine(path, file.given_name, made, sandbox, options)
    (made / sealed.FOUND).write_text(json.dumps(found.to_json()), encoding="utf-8")
    cut_times(made)
    flush_tree(made)
    # Whole or not at all: whoever looks meanwhile is told to wait.
    os.replace(made, folder)  # noqa: PTH105
    fsync_path(folder.parent)
