"""Takes a bag, or a folder of files, out of a ZIP that anybody may have made."""

from __future__ import annotations

import secrets
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive.bags.names import fold, name_fault
from archive.durable import flush_tree, fsync_path
from archive.models.errors import BadInputError, ConflictError, TooLargeError

BLOCK = 1 << 18


@dataclass(frozen=True)
class UnpackLimits:
    """How much a ZIP may hold: bytes unpacked, files, and bytes unpacked for each byte of the ZIP."""

    most_bytes: int = 64 << 30
    most_files: int = 100_000
    most_ratio: int = 200


def unpack(zip_path: Path, dest: Path, *, limits: UnpackLimits | None = None) -> Path:
    """Unpack the one folder that the ZIP holds into the folder `dest`, whole or not at all; return its path.

    Raises BadInputError (`zip-unreadable`, `zip-encrypted`, `zip-path`, `zip-special-file`, `zip-collision`,
    `zip-folder`), TooLargeError (`zip-too-large`), ConflictError (`zip-exists`). Whether it is a bag is for
    read_bag to say.
    """
    temporary = dest / f".unpack-{secrets.token_hex(8)}"
    try:
        with _reading(zip_path) as archive:
            entries = archive.infolist()
            _check(entries, zip_path.stat().st_size, limits or UnpackLimits())
            top = _only_folder(entries)
            target = dest / top
            if target.is_symlink() or target.exists():
                raise _exists(top)
            for entry in entries:
                _extract(archive, entry, temporary)
        flush_tree(temporary)
        try:
            (temporary / top).rename(target)
        except OSError as error:
            raise _exists(top) from error
        fsync_path(dest)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return target


def unpack_files(zip_path: Path, dest: Path, *, limits: UnpackLimits | None = None) -> None:
    """Unpack all that the ZIP holds into the folder `dest`, which is made; for scratch, so nothing is flushed.

    Raises what `unpack` does, except that folders and files may lie side by side.
    """
    with _reading(zip_path) as archive:
        entries = archive.infolist()
        _check(entries, zip_path.stat().st_size, limits or UnpackLimits())
        dest.mkdir()
        for entry in entries:
            _extract(archive, entry, dest)


@contextmanager
def _reading(zip_path: Path) -> Iterator[zipfile.ZipFile]:
    """The ZIP, opened; whatever shows while it is read that it is none becomes `zip-unreadable`."""
    try:
        with zipfile.ZipFile(zip_path) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, UnicodeDecodeError) as error:
        raise BadInputError("The ZIP cannot be read.", code="zip-unreadable") from error


def _check(entries: Sequence[zipfile.ZipInfo], zip_size: int, limits: UnpackLimits) -> None:
    """Look at the list before a byte is written."""
    total = sum(entry.file_size for entry in entries)
    if (
        len(entries) > limits.most_files
        or total > limits.most_bytes
        or total > limits.most_ratio * zip_size
        or sum(entry.compress_size for entry in entries) > zip_size  # entries that overlap
    ):
        raise TooLargeError("The ZIP would unpack to more than is allowed.", code="zip-too-large")
    for entry in entries:
        _check_entry(entry)
    _check_collisions(entries)


def _only_folder(entries: Sequence[zipfile.ZipInfo]) -> str:
    """The name of the one folder that holds everything."""
    tops = {entry.filename.split("/")[0] for entry in entries}
    if len(tops) != 1 or any("/" not in entry.filename for entry in entries):
        raise BadInputError("The ZIP must hold one folder and nothing beside it.", code="zip-folder")
    return tops.pop()


def _check_entry(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & 0x1:
        raise BadInputError("The ZIP is encrypted.", code="zip-encrypted")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BadInputError("The ZIP uses a compression other than deflate.", code="zip-unreadable")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise BadInputError("The ZIP holds a link or a device.", code="zip-special-file")
    parts = entry.orig_filename.removesuffix("/").split("/")
    if any(part in ("", ".", "..") or name_fault(part) for part in parts):
        raise BadInputError("A name in the ZIP leads elsewhere or is unsafe.", code="zip-path")


def _check_collisions(entries: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse two entries of one name, names alike without case or accents, and a file where a folder must be."""
    files = [fold(entry.filename) for entry in entries if not entry.is_dir()]
    distinct = set(files)
    spelled: dict[str, str] = {}
    for entry in entries:
        parts = entry.filename.removesuffix("/").split("/")
        for depth in range(1, len(parts) + 1):
            path = "/".join(parts[:depth])
            if spelled.setdefault(fold(path), path) != path or (
                depth < len(parts) and fold(path) in distinct
            ):
                raise _collision()
    if len(distinct) < len(files):
        raise _collision()


def _collision() -> BadInputError:
    return BadInputError("Two names in the ZIP are alike.", code="zip-collision")


def _exists(top: str) -> ConflictError:
    return ConflictError(f"{top} is already there; it was not touched.", code="zip-exists")


def _extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path) -> None:
    path = folder / entry.filename
    if entry.is_dir():
        path.mkdir(parents=True, exist_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    left = entry.file_size
    with archive.open(entry) as packed, path.open("xb") as unpacked:
        while block := packed.read(BLOCK):
            left -= len(block)
            if left < 0:
                raise TooLargeError("A file in the ZIP is larger than it says.", code="zip-too-large")
            unpacked.write(block)
    if left:
        raise BadInputError("A file in the ZIP is shorter than it says.", code="zip-unreadable")
