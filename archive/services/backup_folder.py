"""The folder of a backup in the making: files are copied and hashed in one pass, or shared with the backup before."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from archive.durable import cut_times
from archive.models.errors import ConflictError, StorageFullError
from archive.services.backup_manifest import CHECKING, MAKING, Backup, Held

BLOCK = 1 << 20
LOCK = ".lock"
# What folders, names and the list of files take beside the bytes, for each file.
BESIDE_A_FILE = 4096


class UnreadableError(Exception):
    """Bytes of the archive cannot be read; what cannot be written is another matter, and ends the backup."""


@dataclass(frozen=True)
class Piece:
    """A file to be: its path in the backup, how it is opened and measured (bytes), the SHA-512 it must have, where that is known.

    `of` names the item it belongs to, if any; what was destroyed meanwhile may be gone. What is `dispensable` may be
    gone for other reasons too.
    """

    path: str
    opened: Callable[[], BinaryIO] = field(repr=False)
    sized: Callable[[], int] = field(repr=False)
    sha512: str = ""
    of: str = ""
    dispensable: bool = False


class Making:
    """A backup in the making in `folder`; `files` are those that are there."""

    def __init__(self, folder: Path, before: Backup | None) -> None:
        self.folder = folder
        self.files: dict[str, Held] = {}
        self.shared = 0
        self._before = before

    def is_shared(self, piece: Piece) -> bool:
        """Whether the backup before has the same file, so that no byte of it is copied."""
        known = self._before.files.get(piece.path) if self._before and piece.sha512 else None
        return known is not None and known.sha512 == piece.sha512

    def put(self, piece: Piece) -> bool:
        """Have the file in the backup; False when its bytes are not those it must have.

        NotFoundError and FileNotFoundError when it is gone, UnreadableError when it cannot be read.
        """
        target = self.folder / piece.path
        target.parent.mkdir(parents=True, exist_ok=True)
        if self._before is not None and self.is_shared(piece):
            # Across a limit of links, or where the other was taken away meanwhile, it is copied.
            with contextlib.suppress(OSError):
                os.link(self._before.folder / piece.path, target, follow_symlinks=False)
                self.files[piece.path] = self._before.files[piece.path]
                self.shared += 1
                return True
        with _open(piece) as source:
            try:
                held = write_hashed(source, target)
            except UnreadableError:
                target.unlink(missing_ok=True)
                raise
        self.files[piece.path] = held
        return piece.sha512 in ("", held.sha512)

    def put_bytes(self, path: str, data: bytes) -> None:
        """Have a small file in the backup that was made for it."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        cut_times(target)
        self.files[path] = Held(hashlib.sha512(data).hexdigest(), len(data))

    def note(self, path: str) -> None:
        """Take a file that is there already into the list."""
        target = self.folder / path
        with target.open("rb") as stream:
            self.files[path] = Held(hashlib.file_digest(stream, "sha512").hexdigest(), target.stat().st_size)
        cut_times(target)

    def drop(self, prefix: str) -> None:
        """Take a file, or everything below a folder, out again."""
        if (self.folder / prefix).is_file():
            (self.folder / prefix).unlink()
        shutil.rmtree(self.folder / prefix, ignore_errors=True)
        self.files = {
            path: held
            for path, held in self.files.items()
            if path != prefix and not path.startswith(f"{prefix}/")
        }


def write_hashed(source: BinaryIO, target: Path) -> Held:
    """Write all of `source` to the new file `target`, its time cut to the day; what was written."""
    hashed, size = hashlib.sha512(), 0
    with target.open("xb") as stream:
        while block := _read(source):
            hashed.update(block)
            size += stream.write(block)
    cut_times(target)
    return Held(hashed.hexdigest(), size)


def _open(piece: Piece) -> BinaryIO:
    try:
        return piece.opened()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise UnreadableError from error


def _read(source: BinaryIO) -> bytes:
    try:
        return source.read(BLOCK)
    except OSError as error:
        raise UnreadableError from error


def room_for(target: Path, needed: int) -> None:
    """StorageFullError unless `needed` bytes are free where the backup is to be; told before anything is written."""
    free = shutil.disk_usage(target).free
    if free < needed:
        raise StorageFullError(
            f"The backup needs {needed} bytes, and {free} are free in {target}.",
            remedy="Free some space there, or take another disk. Nothing was written.",
        )


@contextmanager
def alone_in(target: Path) -> Iterator[None]:
    """Be the only backup under way in `target`, and clear away what killed ones left; ConflictError (`backup-running`)."""
    with (target / LOCK).open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConflictError(
                f"Another backup into {target} is under way.",
                code="backup-running",
                remedy="Wait until it has ended.",
            ) from None
        for left in target.iterdir():
            if left.name.startswith((MAKING, CHECKING)):
                shutil.rmtree(left, ignore_errors=True)
        yield
