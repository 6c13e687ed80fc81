"""Where Whoosh keeps its files: mapped instead of copied when read, on the disk before they count when written."""

from __future__ import annotations

import io
import mmap
import os
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile

SEGMENT = ".seg"
_PICKLE_BYTES = 256


class _Window(io.RawIOBase):
    """A read-only file over part of a mapped file, with a position of its own and no copy of the bytes."""

    def __init__(self, view: memoryview) -> None:
        self._view = view
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        found = self._view[self._at : self._at + len(buffer)]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: len(self._view)}[whence]
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at


class MappedFile(BufferFile):  # type: ignore[misc]
    """Whoosh's BufferFile without its copy of the whole buffer."""

    def __init__(self, view: memoryview, name: str | None = None) -> None:
        self._buf = view
        self._name = name
        # A pickle is read byte by byte, and each of them would be a call.
        self.file = io.BufferedReader(_Window(view), _PICKLE_BYTES)
        self.onclose = None
        self.is_real = False
        self.is_closed = False

    def subset(self, position: int, length: int, name: str | None = None) -> MappedFile:
        """Part of this file, without copying it."""
        return MappedFile(self._buf[position : position + length], name or self._name)


class IndexStorage(FileStorage):  # type: ignore[misc]
    """One folder of index files."""

    def __init__(self, folder: Path) -> None:
        # supports_mmap=False makes Whoosh ask the opened file for its parts, which are MappedFiles; with True it
        # maps the file itself and copies every part of it into memory.
        super().__init__(str(folder), supports_mmap=False)

    def open_file(self, name: str, **options: Any) -> Any:
        """A file to read; segments are mapped."""
        if not name.endswith(SEGMENT):
            return super().open_file(name, **options)
        with Path(self._fpath(name)).open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return MappedFile(memoryview(mapped), name)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Make a commit count, once everything that belongs to it is on the disk."""
        # Whoosh renames one file a commit: the table of contents that makes the commit count.
        for name in (*self._newer_segments(), oldname):
            _sync(Path(self._fpath(name)))
        super().rename_file(oldname, newname, safe=safe)
        _sync(Path(self.folder))

    def _newer_segments(self) -> list[str]:
        tables = [self.file_modified(name) for name in self.list() if name.endswith(".toc")]
        last_commit = max(tables, default=0.0)
        return [
            name for name in self.list() if name.endswith(SEGMENT) and self.file_modified(name) >= last_commit
        ]


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
