"""Unpacks TARs: one whose headers can be reached is judged by them first, one in gzip while it is read through, before it is unpacked."""

from __future__ import annotations

import gzip
import io
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from archive.bags.listed import MOST_AHEAD, Ahead, unpack_looking_ahead
from archive.bags.packed import DO_NOT_USE, Counted, Gate, Packed, UnpackLimits
from archive.models.errors import BadInputError, TooLargeError

BLOCK = 1 << 18
LARGEST_HEADER = 1 << 16
"""Bytes of a header that continues another: long names and the like."""

_KINDS = {
    tarfile.REGTYPE: stat.S_IFREG,
    tarfile.AREGTYPE: stat.S_IFREG,
    tarfile.CONTTYPE: stat.S_IFREG,
    tarfile.DIRTYPE: stat.S_IFDIR,
    tarfile.SYMTYPE: stat.S_IFLNK,
    tarfile.LNKTYPE: stat.S_IFLNK,
    tarfile.FIFOTYPE: stat.S_IFIFO,
}
_CONTINUED = (
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
)


class BoundedHeader(tarfile.TarInfo):
    """A header of a TAR that may not claim to be larger than any is: it would be read into memory whole."""

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        if self.type in _CONTINUED and not 0 <= self.size <= LARGEST_HEADER:
            raise TooLargeError(
                "A header in the archive is larger than a header can be.",
                code="archive-headers",
                remedy=DO_NOT_USE,
            )
        if self.type == tarfile.GNUTYPE_SPARSE or self.size < 0:
            raise _has_holes()
        return cast(tarfile.TarInfo, super()._proc_member(archive))  # type: ignore[misc]


class _Unpacked(io.RawIOBase):
    """What comes out of a gzip, counted against what went into it."""

    def __init__(self, packed: Counted, gate: Gate) -> None:
        self._inner = gzip.GzipFile(fileobj=cast(IO[bytes], packed), mode="rb")
        self._packed, self._gate = packed, gate
        self._count, self._before = 0, packed.count

    def read(self, size: int | None = -1, /) -> bytes:
        data = self._inner.read(size)
        self._count += len(data)
        self._gate.unpacked(self._count, self._packed.count - self._before)
        return data


def unpack_tar(packed: Counted, dest: Path, limits: UnpackLimits, ahead: Ahead) -> None:
    """Unpack a TAR into the folder `dest`, which is made; raises what `unpack_files` says."""
    with _opened(packed, "r:") as archive:
        gate = Gate(limits)
        paths = [gate.let_pass(_as_packed(entry)) for entry in archive]
        packed.lift(MOST_AHEAD)
        dest.mkdir()
        members = dict(zip(paths, archive.getmembers(), strict=True))
        files = {path: one.size for path, one in members.items() if not one.isdir()}
        unpack_looking_ahead(
            members,
            files,
            packed,
            ahead,
            lambda path: archive.extractfile(members[path]),
            lambda path: _extract(archive, members[path], dest / path),
        )


def unpack_tar_gz(packed: Counted, dest: Path, limits: UnpackLimits) -> None:
    """Unpack a TAR in gzip into the folder `dest`, which is made; raises what `unpack_files` says.

    It is read twice: what has to be refused may stand at its end, and takes no room before it is found.
    """
    packed.lift()
    for _ in _entries(packed, limits):
        continue
    packed.seek(0)
    dest.mkdir()
    for archive, entry, path in _entries(packed, limits):
        _extract(archive, entry, dest / path)


def _entries(packed: Counted, limits: UnpackLimits) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo, str]]:
    """Every entry of a TAR in gzip with its path, from its beginning to the end of the gzip; raises what refuses it."""
    gate = Gate(limits)
    unpacked = _Unpacked(packed, gate)
    with _opened(unpacked, "r|") as archive:
        for entry in archive:
            yield archive, entry, gate.let_pass(_as_packed(entry))
    # Only its end says whether it arrived whole.
    while unpacked.read(BLOCK):
        continue


def _opened(source: io.RawIOBase, mode: str) -> tarfile.TarFile:
    return tarfile.open(  # type: ignore[call-overload, no-any-return]
        fileobj=source, mode=mode, tarinfo=BoundedHeader, encoding="utf-8", errors="surrogateescape"
    )


def _has_holes() -> BadInputError:
    return BadInputError("A file in the archive has holes.", code="archive-unreadable", remedy=DO_NOT_USE)


def _as_packed(entry: tarfile.TarInfo) -> Packed:
    if entry.issparse():
        # Newer programs say it in a header before the file.
        raise _has_holes()
    kind = _KINDS.get(entry.type, stat.S_IFCHR)
    return Packed(entry.name, entry.size if kind == stat.S_IFREG else 0, kind)


def _extract(archive: tarfile.TarFile, entry: tarfile.TarInfo, path: Path) -> None:
    if entry.isdir():
        path.mkdir(parents=True, exist_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    source = archive.extractfile(entry)
    left = entry.size
    with path.open("xb") as unpacked:
        while source is not None and (block := source.read(BLOCK)):
            left -= len(block)
            unpacked.write(block)
    if left:
        raise BadInputError("A file in the archive is shorter than it says.", code="archive-unreadable")
