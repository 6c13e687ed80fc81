"""ZIP and TAR files as they are written and read when bags leave the house: nothing packed, nothing that tells of this machine."""

from __future__ import annotations

import os
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TypeAlias

from archive.bags.errors import BagRefusedError, Problem
from archive.bags.serialise import BLOCK
from archive.bags.zip_writing import CRC_AT, MODE, ZipWriter
from archive.durable import new_file

ZIP, TAR = "zip", "tar"

Add: TypeAlias = Callable[[str, int, BinaryIO], None]
"""Takes the name of an entry, its size in bytes, and the stream that holds exactly these."""


@contextmanager
def packing(target: Path, wrapping: str) -> Iterator[Add]:
    """Write the new file `target`, one entry after the other, in memory that stays flat; it is flushed at the end.

    Every entry has the same date, owner and mode, so the same entries give the same bytes. Left by an error, what was
    written is for the caller to remove.
    """
    with new_file(target) as stream:
        with (_zip if wrapping == ZIP else _tar)(stream) as add:
            yield add
        stream.flush()
        os.fsync(stream.fileno())


def packed(path: Path, wrapping: str) -> Iterator[tuple[str, int, BinaryIO]]:
    """The entries of such a file in their order, as (name, size in bytes, stream); each stream is read before the next comes.

    Raises OSError, zipfile.BadZipFile or tarfile.TarError where it is damaged.
    """
    yield from (_unzipped if wrapping == ZIP else _untarred)(path)


@contextmanager
def _zip(stream: BinaryIO) -> Iterator[Add]:
    made = ZipWriter()

    def add(name: str, size: int, source: BinaryIO) -> None:
        start, block = made.length, source.read(BLOCK)
        crc = zlib.crc32(block)
        whole = size <= BLOCK
        stream.write(made.begin(name, size, crc if whole else 0) + block)
        left = size - len(block)
        while left > 0 and (block := source.read(BLOCK)):
            crc, left = zlib.crc32(block, crc), left - len(block)
            stream.write(block)
        if left:
            raise BagRefusedError(Problem("bag-unreadable", name))
        if not whole:
            # Known only now; where a file can be written again it stands in its place, which every reader knows.
            stream.seek(start + CRC_AT)
            stream.write(crc.to_bytes(4, "little"))
            stream.seek(0, os.SEEK_END)
        made.finish(crc)

    yield add
    stream.write(made.end())


@contextmanager
def _tar(stream: BinaryIO) -> Iterator[Add]:
    with tarfile.TarFile(
        fileobj=stream, mode="w", format=tarfile.PAX_FORMAT, encoding="utf-8", copybufsize=BLOCK
    ) as archive:

        def add(name: str, size: int, source: BinaryIO) -> None:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = size, MODE
            archive.addfile(entry, source)
            # It would remember every entry, for nobody.
            archive.members.clear()  # type: ignore[attr-defined]

        yield add


def _unzipped(path: Path) -> Iterator[tuple[str, int, BinaryIO]]:
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            with archive.open(entry) as stream:
                yield entry.filename, entry.file_size, stream  # type: ignore[misc]


def _untarred(path: Path) -> Iterator[tuple[str, int, BinaryIO]]:
    with path.open("rb") as source, tarfile.open(fileobj=source, mode="r|", encoding="utf-8") as archive:
        for entry in archive:
            stream = archive.extractfile(entry)
            if not entry.isreg() or stream is None:
                raise tarfile.TarError(f"{entry.name} is no file")
            yield entry.name, entry.size, stream  # type: ignore[misc]
            archive.members.clear()  # type: ignore[attr-defined]
