"""Takes a bag, or a folder of files, out of a ZIP or TAR that anybody may have made."""

from __future__ import annotations

import gzip
import secrets
import shutil
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.bags.listed import Ahead, everything
from archive.bags.packed import Counted, UnpackLimits, open_counted
from archive.bags.unpack_tar import unpack_tar, unpack_tar_gz
from archive.bags.unpack_zip import unpack_zip
from archive.durable import flush_tree, fsync_path
from archive.models.errors import BadInputError, ConflictError

Opener = Callable[[Path], Counted]
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_GZIP = b"\x1f\x8b"
_TAR, _TAR_AT = b"ustar", 257
HEAD = _TAR_AT + len(_TAR)
"""Bytes: enough of a file to tell whether it is an archive."""
# Whatever shows while an archive is read that it is none.
_DAMAGED = (
    zipfile.BadZipFile,
    tarfile.TarError,
    gzip.BadGzipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    EOFError,
    ValueError,
    OverflowError,
    RecursionError,
    KeyError,
    IndexError,
)


def unpack(path: Path, dest: Path, *, limits: UnpackLimits | None = None) -> Path:
    """Unpack the one folder that an archive holds into the folder `dest`, whole or not at all; return its path.

    Raises what `unpack_files` does, BadInputError (`archive-folder`) and ConflictError (`archive-exists`). Whether
    it is a bag is for read_bag to say.
    """
    temporary = dest / f".unpack-{secrets.token_hex(8)}"
    try:
        unpack_files(path, temporary, limits=limits)
        found = list(temporary.iterdir())
        if len(found) != 1 or not found[0].is_dir():
            raise BadInputError(
                "The archive must hold one folder and nothing beside it.", code="archive-folder"
            )
        target = dest / found[0].name
        if target.is_symlink() or target.exists():
            raise _exists(target)
        flush_tree(temporary)
        try:
            found[0].rename(target)
        except OSError as error:
            raise _exists(target) from error
        fsync_path(dest)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return target


def unpack_files(
    path: Path,
    dest: Path,
    *,
    limits: UnpackLimits | None = None,
    opener: Opener = open_counted,
    ahead: Ahead = everything,
) -> None:
    """Unpack all that an archive holds into the folder `dest`, which is made; for scratch, so nothing is flushed.

    A ZIP or a TAR is judged by its headers before a byte of it is unpacked, and then by `ahead`, which may look at a
    little of it first; a TAR in gzip is read through for its headers, and `ahead` is not asked: what is unpacked then
    counts only when this returns. Raises what `ahead` does, BadInputError (`archive-kind`, `archive-unreadable`,
    `archive-encrypted`, `archive-overlap`, and what `Gate.let_pass` says), TooLargeError (`archive-headers`,
    `archive-entries`, `archive-too-large`, `archive-ratio`), OSError when the file cannot be read or written.
    """
    with _reading(path, opener) as packed:
        head = packed.read(HEAD)
        packed.seek(0)
        if head.startswith(_ZIP):
            unpack_zip(packed, dest, limits or UnpackLimits(), ahead)
        elif head.startswith(_GZIP):
            unpack_tar_gz(packed, dest, limits or UnpackLimits())
        elif head[_TAR_AT:] == _TAR:
            unpack_tar(packed, dest, limits or UnpackLimits(), ahead)
        else:
            raise BadInputError(
                "It is no ZIP, no TAR and no TAR in gzip.",
                code="archive-kind",
                remedy="Unpack it yourself, and give the folder.",
            )


def is_packed(path: Path) -> bool:
    """Whether a file is an archive of a kind that is unpacked here; never raises for one that cannot be read."""
    try:
        with open_counted(path) as packed:
            head = packed.read(HEAD)
    except OSError:
        return False
    return is_head_of_packed(head)


def is_head_of_packed(head: bytes) -> bool:
    """Whether the first HEAD bytes of a file are those of such an archive."""
    return head.startswith((*_ZIP, _GZIP)) or head[_TAR_AT:HEAD] == _TAR


@contextmanager
def _reading(path: Path, opener: Opener) -> Iterator[Counted]:
    try:
        with opener(path) as packed:
            yield packed
    except _DAMAGED as error:
        raise BadInputError(
            "The archive is damaged or cut short.", code="archive-unreadable", remedy="Ask for it again."
        ) from error


def _exists(target: Path) -> ConflictError:
    return ConflictError(
        f"{target.name} is already there; it was not touched.",
        code="archive-exists",
        remedy="Unpack it elsewhere.",
    )
