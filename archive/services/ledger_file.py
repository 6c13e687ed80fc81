"""Appends to a file whose lines must not be lost: by one process at a time, and flushed when it returns."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path

from archive.durable import cut_times, fsync_path


def append_after(path: Path, lines_after: Callable[[bytes], tuple[int, bytes]]) -> None:
    """Append what `lines_after` makes of what stands there: how much of that is whole lines (bytes), and what follows them."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(path) as file:
        whole, data = lines_after(file.read())
        # What a lost line left was never acknowledged: nothing follows a line before it is flushed.
        file.truncate(whole)
        file.seek(whole)
        try:
            while data:
                data = data[file.write(data) :]
            os.fsync(file.fileno())
        except OSError:
            # Another flush would succeed whether or not the lines were written, so they are written again.
            with suppress(OSError):
                os.ftruncate(file.fileno(), whole)
            raise
    # The moment would be that at which somebody took something back.
    cut_times(path)
    cut_times(path.parent, inside=False)
    fsync_path(path.parent)


@contextmanager
def _locked(path: Path) -> Iterator[FileIO]:
    # Without a buffer: what one still held after a full disk would be written at its close, behind a hole.
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    with FileIO(os.open(path, flags, 0o600), "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
