"""What may lie in an archive that anybody may have made: each entry passes one gate before a byte of it is unpacked."""

from __future__ import annotations

import io
import os
import re
import stat
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from archive.bags.names import LONGEST_NAME, fold, shown
from archive.bags.tree import DEEPEST
from archive.models.errors import ArchiveError, BadInputError, TooLargeError

HEADERS = 64 << 20
"""Bytes: whoever needs more than this to say what is in an archive has made an attack."""
SLACK = 1 << 20
"""Bytes: what is no larger than this unpacked harms nobody, however well it was packed."""

_DRIVE = re.compile(r"[A-Za-z]:")
_UNSEEN = frozenset({"Cc", "Cs", "Zl", "Zp"})


@dataclass(frozen=True)
class UnpackLimits:
    """How much an archive may hold: bytes unpacked, entries, and bytes unpacked for each byte of it."""

    most_bytes: int = 64 << 30
    most_files: int = 100_000
    most_ratio: int = 200


@dataclass(frozen=True)
class Packed:
    """One entry as the archive lists it: its name, its size unpacked in bytes, what it is (as in `st_mode`)."""

    name: str
    size: int
    kind: int

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return self.kind == stat.S_IFDIR


class Counted(io.RawIOBase):
    """An archive's own bytes, counted; no more than `most` of them are read until `lift` (`archive-headers`)."""

    def __init__(self, raw: FileIO, most: int | None = HEADERS) -> None:
        self._raw, self._most = raw, most
        self.size = os.fstat(raw.fileno()).st_size
        self.count = 0

    def lift(self, most: int | None = None) -> None:
        """Let all of it be read, or `most` bytes, now that its headers are known."""
        self._most = most

    def read(self, size: int | None = -1, /) -> bytes:
        """Read up to `size` bytes; TooLargeError before more is read than may be."""
        left = max(0, self.size - self._raw.tell())
        wanted = left if size is None or size < 0 else min(size, left)
        if self._most is not None and self.count + wanted > self._most:
            raise TooLargeError(
                "The list of what is in the archive is larger than such a list can be.",
                code="archive-headers",
                remedy=DO_NOT_USE,
            )
        data = self._raw.read(wanted)
        self.count += len(data)
        return data

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to a place."""
        return self._raw.seek(offset, whence)

    def tell(self) -> int:
        """Where it is."""
        return self._raw.tell()

    def close(self) -> None:
        """Close what is counted."""
        self._raw.close()
        super().close()


DO_NOT_USE = "Do not use it. Ask whoever made it to pack the folder again."


def open_counted(path: Path) -> Counted:
    """Open an archive to be read; raises OSError for a link and for what cannot be read."""
    raw = FileIO(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")
    if not stat.S_ISREG(os.fstat(raw.fileno()).st_mode):
        raw.close()
        raise OSError("not a regular file")
    return Counted(raw)


def check_entries(numbers: Iterable[int], most: int) -> None:
    """TooLargeError (`archive-entries`) at the first of the numbers that is more than `most`."""
    for number in numbers:
        if number > most:
            raise TooLargeError(
                "The archive holds more entries than one may.", code="archive-entries", remedy=DO_NOT_USE
            )


class Gate:
    """Lets entries of one archive pass, one after the other, and knows those that passed."""

    def __init__(self, limits: UnpackLimits) -> None:
        self._limits = limits
        self._files: set[str] = set()
        self._folders: set[str] = set()
        self._spelled: dict[str, str] = {}
        self._entries = self._bytes = 0

    def let_pass(self, entry: Packed) -> str:
        """The path of an entry below the folder that it is unpacked to, "" for that folder itself.

        Raises BadInputError (`archive-link`, `archive-fifo`, `archive-device`, `archive-absolute`, `archive-escape`,
        `archive-name`, `archive-nesting`, `archive-twice`, `archive-alike`), TooLargeError (`archive-entries`,
        `archive-too-large`).
        """
        self._entries += 1
        self._bytes += entry.size
        check_entries((self._entries,), self._limits.most_files)
        if self._bytes > self._limits.most_bytes:
            raise TooLargeError(
                "The archive holds more bytes than there may be or is room for.", code="archive-too-large"
            )
        _check_kind(entry)
        parts = _parts(entry.name)
        self._check_collisions(parts, entry)
        return "/".join(parts)

    def unpacked(self, so_far: int, packed: int) -> None:
        """TooLargeError (`archive-ratio`) when so many bytes come out of so many that it must be a bomb."""
        if so_far > SLACK and so_far > self._limits.most_ratio * packed:
            raise TooLargeError(
                f"The archive unpacks to more than {self._limits.most_ratio} times its size.",
                code="archive-ratio",
                remedy=DO_NOT_USE,
            )

    def _check_collisions(self, parts: list[str], entry: Packed) -> None:
        for depth in range(1, len(parts) + 1):
            path = "/".join(parts[:depth])
            folded = fold(path)
            if self._spelled.setdefault(folded, path) != path:
                raise _refused(entry, "is there twice, but for case or accents", code="archive-alike")
            is_folder = depth < len(parts) or entry.is_folder
            if folded in self._files or (not is_folder and folded in self._folders):
                raise _refused(entry, "is there twice", code="archive-twice")
            (self._folders if is_folder else self._files).add(folded)


def _parts(name: str) -> list[str]:
    """The parts of a name, without the `./` that some programs write before each."""
    parts = name.removesuffix("/").split("/")
    if parts[0] == ".":
        del parts[0]
    entry = Packed(name, 0, 0)
    if name.startswith("/") or _DRIVE.match(name):
        raise _refused(entry, "begins at the root of a disk", code="archive-absolute")
    if ".." in parts:
        raise _refused(entry, "leads out of its folder", code="archive-escape")
    if any(part in ("", ".") or is_hostile(part) for part in parts):
        raise _refused(entry, "is no name that can be kept", code="archive-name")
    if len(parts) > DEEPEST:
        raise _refused(entry, f"lies more than {DEEPEST} folders deep", code="archive-nesting")
    return parts


def is_hostile(part: str) -> bool:
    """Whether one part of a path is no name: bytes that are no text, signs that cannot be seen, too long, a backslash.

    What is only awkward on some system is none of these: the file gets a safe name when it is kept.
    """
    try:
        length = len(part.encode("utf-8"))
    except UnicodeEncodeError:
        return True
    unseen = any(unicodedata.category(sign) in _UNSEEN for sign in part)
    return unseen or "\\" in part or length > LONGEST_NAME


def _check_kind(entry: Packed) -> None:
    match entry.kind:
        case stat.S_IFREG | stat.S_IFDIR:
            return
        case stat.S_IFLNK:
            raise _refused(entry, "is a link", code="archive-link")
        case stat.S_IFIFO:
            raise _refused(entry, "is a pipe", code="archive-fifo")
    raise _refused(entry, "is a device", code="archive-device")


def _refused(entry: Packed, what: str, *, code: str) -> ArchiveError:
    return BadInputError(f"“{shown(entry.name)}” in the archive {what}.", code=code, remedy=DO_NOT_USE)
