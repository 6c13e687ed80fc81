"""The hidden corner of a folder store where objects are written before they have a name."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

FOLDER_NAME = ".tmp"
DOOMED = "doomed-"


class TemporaryArea:
    """Files and folders that nobody can see yet, each locked by its writer for as long as it lives.

    The lock (flock) goes with the process, so a sweep tells the leftovers of the dead from the work of the living,
    also across containers that share the disk.
    """

    def __init__(self, root: Path) -> None:
        self.folder = root / FOLDER_NAME
        self.folder.mkdir(parents=True, exist_ok=True)
        self._opened_at = time.time()

    def name(self) -> Path:
        """Return a path in this area that nobody else has."""
        return self.folder / secrets.token_hex(16)

    def doomed(self) -> Path:
        """Return a path for what is to vanish: whatever of it cannot be removed at once is removed by any sweep."""
        return self.folder / f"{DOOMED}{secrets.token_hex(16)}"

    @contextlib.contextmanager
    def file(self) -> Iterator[BinaryIO]:
        """Open a new locked file (its path is `.name`); it is removed at the end, whatever became of it."""
        path = self.name()
        with path.open("xb") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            try:
                yield stream
            finally:
                path.unlink(missing_ok=True)

    @contextlib.contextmanager
    def tree(self) -> Iterator[Path]:
        """Make a new locked folder; what is left of it at the end is removed."""
        path = self.name()
        path.mkdir()
        try:
            with _locked(path):
                yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Let nobody else who asks for this be in it meanwhile; the lock is the folder's own, which no sweep removes."""
        descriptor = os.open(self.folder, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def sweep(self) -> int:
        """Remove what is doomed, or older than this object and locked by nobody; return how many entries went."""
        swept = 0
        for path in sorted(self.folder.iterdir()):
            try:
                status = path.lstat()
                is_left = path.name.startswith(DOOMED) or status.st_mtime < self._opened_at
                if is_left and _remove(path, status):
                    swept += 1
            except (FileNotFoundError, BlockingIOError):
                continue
        return swept


def _remove(path: Path, status: os.stat_result) -> bool:
    if not (stat.S_ISDIR(status.st_mode) or stat.S_ISREG(status.st_mode)):
        path.unlink()
        return True
    with _locked(path):
        if stat.S_ISDIR(status.st_mode):
            shutil.rmtree(path)
        else:
            path.unlink()
    return True


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock of `path`; raises BlockingIOError when a living writer has it."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)
