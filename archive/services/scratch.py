"""Folders to work in that are gone when the work is done, or are swept when whoever worked there was killed."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch_folder(run: Path, prefix: str) -> Iterator[Path]:
    """A folder of our own, locked while we live, so that whoever sweeps knows it from those of the dead."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=run))
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)
