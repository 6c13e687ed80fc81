"""Brings files into staging: each is read once, hashed while it is written, and flushed before anybody relies on it."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import zlib
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from archive.models import new_id
from archive.models.errors import ArchiveError, StorageFullError, TooLargeError
from archive.services.opening import Archive

BLOCK = 1024 * 1024


@dataclass(frozen=True)
class Staged:
    """Bytes in staging: the name there, size in bytes, SHA-512 in hex, CRC-32."""

    name: str
    size: int
    sha512: str
    crc32: int


def stage(archive: Archive, source: Path) -> Staged:
    """Copy a file into staging and flush it; TooLargeError, StorageFullError, or ArchiveError when it cannot be read."""
    settings = archive.settings
    name = f"arriving-{new_id()}"
    target = settings.staging / name
    try:
        with _opened(source) as reading:
            _check_room(archive, os.fstat(reading.fileno()).st_size)
            with target.open("xb", buffering=0) as writing:
                return _copy(reading, writing, name, settings.max_file_bytes)
    except OSError as error:
        target.unlink(missing_ok=True)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFullError("There is no room left for this file.") from error
        raise ArchiveError(f"It cannot be read: {error.strerror}.", code="unreadable") from error
    except ArchiveError:
        target.unlink(missing_ok=True)
        raise


def hash_or_none(source: Path) -> str | None:
    """The SHA-512 of a file, in hex; None when it cannot be read."""
    try:
        with _opened(source) as reading:
            return hashlib.file_digest(reading, "sha512").hexdigest()
    except (OSError, ArchiveError):
        return None


def discard(archive: Archive, staged: Staged) -> None:
    """Remove staged bytes that no row speaks of."""
    (archive.settings.staging / staged.name).unlink(missing_ok=True)


def _opened(source: Path) -> FileIO:
    """The file, unless it has become something else since it was planned: neither a link is followed nor a pipe waited for."""
    descriptor = os.open(source, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    reading = FileIO(descriptor, "rb")
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        reading.close()
        raise ArchiveError("It is not an ordinary file.", code="not-a-file")
    return reading


def _check_room(archive: Archive, size: int) -> None:
    settings = archive.settings
    if size > settings.max_file_bytes:
        raise TooLargeError(f"It is larger than {settings.max_file_bytes} bytes, the limit of this archive.")
    if shutil.disk_usage(settings.staging).free - size < settings.free_space_floor:
        raise StorageFullError("There is no room left for this file.")


def _copy(reading: FileIO, writing: FileIO, name: str, limit: int) -> Staged:
    sha512, crc32, size = hashlib.sha512(), 0, 0
    block = bytearray(BLOCK)
    view = memoryview(block)
    while count := reading.readinto(block):
        size += count
        if size > limit:
            raise TooLargeError(f"It is larger than {limit} bytes, the limit of this archive.")
        piece = view[:count]
        sha512.update(piece)
        crc32 = zlib.crc32(piece, crc32)
        while piece:
            piece = piece[writing.write(piece) :]
    os.fsync(writing.fileno())
    return Staged(name, size, sha512.hexdigest(), crc32)
