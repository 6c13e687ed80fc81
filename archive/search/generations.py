"""Folders of which one counts: a pointer names it, and replacing the pointer swaps all readers at once."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.search.alike import busy, incomplete

_LOCK = "write.lock"


class Generations:
    """Folders `<version>-<number>` under a root, the current one named by the file `current`."""

    def __init__(self, root: Path, version: int) -> None:
        self.root = root
        self.pointer = root / "current"
        self._version = version

    def current(self) -> Path | None:
        """The folder that counts, or None where there is none yet."""
        try:
            return self.root / self.pointer.read_text("ascii").strip()
        except FileNotFoundError:
            return None

    def is_of_this_version(self, folder: Path) -> bool:
        """Whether a folder was made for the version that this code reads."""
        return folder.name.startswith(f"{self._version}-")

    def fresh(self) -> Path:
        """A new empty folder; what an interrupted earlier try left behind is cleared away."""
        self.sweep()
        current = self.current()
        last = int(current.name.partition("-")[2]) if current else 0
        folder = self.root / f"{self._version}-{last + 1:06}"
        folder.mkdir()
        return folder

    def sweep(self) -> None:
        """Remove every folder but the one that counts: whoever made it was interrupted, and it holds what nobody takes back there."""
        current = self.current()
        for folder in self.root.glob("*-*"):
            if folder.is_dir() and folder != current:
                shutil.rmtree(folder)

    def point_to(self, folder: Path) -> None:
        """Make a folder the one that counts, on the disk before this returns, and remove the one before."""
        before = self.current()
        temporary = self.root / "current.new"
        with temporary.open("w", encoding="ascii") as file:
            file.write(folder.name)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.pointer)
        handle = os.open(self.root, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        if before is not None and before != folder:
            shutil.rmtree(before, ignore_errors=True)

    def made_anew(self, timeout: float, build: Callable[[Path], int], count: Callable[[Path], int]) -> int:
        """Build beside the folder that counts, count again what is in it, and only then have it count; how many are in.

        IntegrityError when the counts differ: the folder from before goes on serving.
        """
        with self.writing(timeout):
            folder = self.fresh()
            try:
                given, found = build(folder), count(folder)
                if found != given:
                    raise incomplete(found, given)
                self.point_to(folder)
            except BaseException:
                with contextlib.suppress(OSError):
                    self.sweep()
                raise
        return given

    @contextmanager
    def writing(self, timeout: float) -> Iterator[None]:
        """Hold the right to write; ConflictError `index-busy` when another has it for `timeout` seconds."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / _LOCK).open("w") as file:
            deadline = time.monotonic() + timeout
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() >= deadline:
                        raise busy() from None
                    time.sleep(0.02)
            yield  # closing the file lets the lock go, also when the process dies
