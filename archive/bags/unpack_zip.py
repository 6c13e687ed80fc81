"""Unpacks ZIPs: the list at their end says everything, and is held against itself before a byte is unpacked."""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

from archive.bags.listed import MOST_AHEAD, Ahead, unpack_looking_ahead
from archive.bags.packed import DO_NOT_USE, Counted, Gate, Packed, UnpackLimits, check_entries
from archive.models.errors import BadInputError, TooLargeError

BLOCK = 1 << 18
LOCAL_HEADER = 30
"""Bytes before the name of each entry (APPNOTE 4.3.7)."""
LONGEST_LIST = 32 << 20
"""Bytes: the list at the end is read whole; as many files as may be, with long names, need no more."""
_FIELD = struct.Struct("<HH")
_LISTED, _LISTED_SIZE, _LENGTHS_AT = b"PK\x01\x02", 46, 28
_ENCRYPTED, _UTF_8 = 0x1, 0x800
_NAME_IN_UTF_8 = 0x7075
"""The extra field in which Info-ZIP keeps a name in UTF-8, behind a version and the CRC-32 of the name it stands for (APPNOTE 4.6.9)."""


class _LookedAt(io.RawIOBase):
    """A ZIP as it is read; entries of its list are counted before the list is taken apart, which takes ten times its room.

    What the end says of their number is believed by nobody: what is taken apart is what is counted.
    """

    def __init__(self, packed: Counted, most: int) -> None:
        self._packed, self._most = packed, most
        self.is_opened = False

    def read(self, size: int | None = -1, /) -> bytes:
        """Read up to `size` bytes; TooLargeError (`archive-entries`) when they list more entries than may be."""
        data = self._packed.read(size)
        if not self.is_opened:
            check_entries(_listed(data), self._most)
        return data

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to a place."""
        return self._packed.seek(offset, whence)

    def tell(self) -> int:
        """Where it is."""
        return self._packed.tell()


def _listed(data: bytes) -> Iterator[int]:
    """The number of each entry that a list has, from 1 (APPNOTE 4.3.12)."""
    at = number = 0
    while data.startswith(_LISTED, at) and at + _LISTED_SIZE <= len(data):
        at += _LISTED_SIZE + sum(struct.unpack_from("<HHH", data, at + _LENGTHS_AT))
        number += 1
        yield number


def unpack_zip(packed: Counted, dest: Path, limits: UnpackLimits, ahead: Ahead) -> None:
    """Unpack a ZIP into the folder `dest`, which is made; raises what `unpack_files` says."""
    packed.lift(LONGEST_LIST)
    looked_at = _LookedAt(packed, limits.most_files)
    with zipfile.ZipFile(cast(IO[bytes], looked_at)) as archive:
        looked_at.is_opened = True
        entries = archive.infolist()
        gate = Gate(limits)
        paths = [gate.let_pass(_as_packed(entry)) for entry in entries]
        _check_methods(entries)
        _check_overlap(entries, archive.start_dir)
        gate.unpacked(sum(entry.file_size for entry in entries), packed.size)
        packed.lift(MOST_AHEAD)
        dest.mkdir()
        members = dict(zip(paths, entries, strict=True))
        files = {path: one.file_size for path, one in members.items() if not _is_folder(one)}
        unpack_looking_ahead(
            members,
            files,
            packed,
            ahead,
            lambda path: archive.open(members[path]),
            lambda path: _extract(archive, members[path], dest / path),
        )


def name_of(entry: zipfile.ZipInfo) -> str:
    """The name of an entry as whoever packed it wrote it.

    Programs for Linux write UTF-8 without the flag that says so, and beside it at best. What is neither is read as the
    standard has it, in code page 437 (APPNOTE, appendix D).
    """
    if entry.flag_bits & _UTF_8:
        return entry.orig_filename
    written = entry.orig_filename.encode("cp437")
    with suppress(UnicodeDecodeError):
        return (_name_beside(entry.extra, zlib.crc32(written)) or written).decode("utf-8")
    return entry.orig_filename


def _name_beside(extra: bytes, stands_for: int) -> bytes:
    while len(extra) >= _FIELD.size:
        kind, length = _FIELD.unpack_from(extra)
        field, extra = extra[_FIELD.size :][:length], extra[_FIELD.size + length :]
        if kind == _NAME_IN_UTF_8 and field[:5] == struct.pack("<BL", 1, stands_for):
            return field[5:]
    return b""


def _as_packed(entry: zipfile.ZipInfo) -> Packed:
    name = name_of(entry)
    kind = stat.S_IFMT(entry.external_attr >> 16) or (stat.S_IFDIR if name.endswith("/") else stat.S_IFREG)
    return Packed(
        name, entry.file_size, stat.S_IFDIR if name.endswith("/") and kind == stat.S_IFREG else kind
    )


def _is_folder(entry: zipfile.ZipInfo) -> bool:
    return entry.orig_filename.endswith("/")


def _check_methods(entries: Sequence[zipfile.ZipInfo]) -> None:
    for entry in entries:
        if entry.flag_bits & _ENCRYPTED:
            raise BadInputError(
                "The ZIP is locked with a password.",
                code="archive-encrypted",
                remedy="Ask for it without one.",
            )
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise BadInputError(
                "The ZIP is compressed with something else than deflate.", code="archive-unreadable"
            )


def _check_overlap(entries: Sequence[zipfile.ZipInfo], end: int) -> None:
    """Refuse entries that share bytes: a few of them would unpack to any number."""
    free = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        name = entry.orig_filename.encode("utf-8" if entry.flag_bits & _UTF_8 else "cp437")
        if entry.header_offset < free:
            break
        free = entry.header_offset + LOCAL_HEADER + len(name) + entry.compress_size
    else:
        if free <= end:
            return
    raise BadInputError("Entries of the ZIP lie over each other.", code="archive-overlap", remedy=DO_NOT_USE)


def _extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path) -> None:
    if _is_folder(entry):
        path.mkdir(parents=True, exist_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    left = entry.file_size
    with archive.open(entry) as source, path.open("xb") as unpacked:
        while block := source.read(BLOCK):
            left -= len(block)
            if left < 0:
                raise TooLargeError(
                    "A file in the archive is larger than it says.",
                    code="archive-too-large",
                    remedy=DO_NOT_USE,
                )
            unpacked.write(block)
    if left:
        raise BadInputError("A file in the archive is shorter than it says.", code="archive-unreadable")
