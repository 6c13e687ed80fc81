"""Where copies with nothing taken out lie, made and in the making, and how they go: both, whenever one does."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from archive.services.opening import Archive

BEGUN = "."


def folder_of(archive: Archive, file_id: str) -> Path:
    """Where they are for one file."""
    return archive.settings.sealed / file_id


def begun_of(archive: Archive, file_id: str) -> Path:
    """Where those of one file are while they are made; what was killed meanwhile leaves it there."""
    return archive.settings.sealed / f"{BEGUN}{file_id}"


def forget(archive: Archive, file_ids: Iterable[str]) -> None:
    """Remove them for good; nothing there is success."""
    for file_id in file_ids:
        for folder in (folder_of(archive, file_id), begun_of(archive, file_id)):
            shutil.rmtree(folder, ignore_errors=True)


def known(archive: Archive) -> frozenset[str]:
    """The files of which there is any, made or begun, by id."""
    folders = (path for path in archive.settings.sealed.iterdir() if path.is_dir())
    return frozenset(path.name.removeprefix(BEGUN) for path in folders)
