"""Objects in a local folder: write temporary, fsync, link or rename into place, fsync the folders above."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from archive.durable import flush_tree, fsync_path, fsync_up_to, walk_tree
from archive.models.errors import BadInputError, StorageFullError
from archive.storage.compare import same_bytes, same_tree
from archive.storage.errors import FULL, conflict, not_found, told_plainly
from archive.storage.keys import check_key
from archive.storage.temporary import TemporaryArea

COPY_BLOCK = 1 << 20
# Bytes: what is no longer than that a disk writes whole or not at all.
SECTOR = 512


class FolderStore:
    """An ObjectStore below `root`, which is made when it is not there; one file an object, same names as the keys."""

    def __init__(self, root: Path) -> None:
        self._root = Path(os.path.abspath(root))  # noqa: PTH100  absolute, but a link to the root stays a link
        self._root.mkdir(parents=True, exist_ok=True)
        self._temporary = TemporaryArea(self._root)

    def put_file(self, key: str, source: Path, *, move: bool = False) -> None:
        """See ObjectStore; on the same file system a move links and unlinks, so no byte is copied."""
        final = self._path(key)
        if not stat.S_ISREG(_lstat_source(source).st_mode):
            raise _not_regular(source)
        with told_plainly(key):
            if move and self._link(source, final, key):
                source.unlink()
                return
            with self._temporary.file() as stream:
                with source.open("rb") as original:
                    shutil.copyfileobj(original, stream, COPY_BLOCK)
                self._keep(stream, final, key)
            if move:
                source.unlink()

    def put_bytes(self, key: str, data: bytes) -> None:
        """See ObjectStore."""
        final = self._path(key)
        with told_plainly(key), self._temporary.file() as stream:
            stream.write(data)
            self._keep(stream, final, key)

    def replace_bytes(self, key: str, data: bytes) -> None:
        """See ObjectStore."""
        final = self._path(key)
        with told_plainly(key), self._temporary.file() as stream:
            stream.write(data)
            _flush(stream)
            final.parent.mkdir(parents=True, exist_ok=True)
            Path(stream.name).replace(final)
            fsync_up_to(final.parent, self._root)

    def swap_bytes(self, key: str, old: bytes | None, new: bytes) -> bool:
        """See ObjectStore; on a full disk what is short is written over in its place, which takes no room."""
        final = self._path(key)
        with told_plainly(key), self._temporary.alone():
            held = _held(final)
            if held != old:
                return False
            try:
                self.replace_bytes(key, new)
            except StorageFullError:
                if held is None or not len(held) <= len(new) <= SECTOR:
                    raise
                _write_over(final, new)
            return True

    def open(self, key: str) -> BinaryIO:
        """See ObjectStore."""
        path = self._path(key)
        with told_plainly(key):
            # NONBLOCK: a pipe that somebody put in the folder must not stop the reader for ever.
            flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
            stream = os.fdopen(os.open(path, flags), "rb")
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            stream.close()
            raise not_found(key)
        return stream

    def read_range(self, key: str, start: int, length: int) -> bytes:
        """See ObjectStore."""
        if start < 0 or length < 0:
            raise BadInputError(
                "A range starts at 0 or later and has no negative length.", code="storage-range"
            )
        with self.open(key) as stream:
            stream.seek(start)
            return stream.read(length)

    def size(self, key: str) -> int:
        """See ObjectStore."""
        status = self._lstat(key)
        if status is None:
            raise not_found(key)
        return status.st_size

    def exists(self, key: str) -> bool:
        """See ObjectStore."""
        return self._lstat(key) is not None

    def list(self, prefix: str = "") -> Iterator[str]:
        """See ObjectStore."""
        if prefix and self.exists(prefix):
            yield prefix
            return
        folder = self._path(prefix) if prefix else self._root
        if not folder.is_dir():
            return
        with contextlib.suppress(FileNotFoundError):  # a folder removed meanwhile holds nothing
            for path, status in walk_tree(folder):
                parts = path.relative_to(self._root).parts
                if stat.S_ISREG(status.st_mode) and not any(part.startswith(".") for part in parts):
                    yield "/".join(parts)

    def delete_prefix(self, prefix: str) -> None:
        """See ObjectStore; all of it vanishes by one rename, the room is freed afterwards.

        Where there is no room even for another name, it vanishes piece by piece.
        """
        path, doomed = self._path(prefix), self._temporary.doomed()
        try:
            path.rename(doomed)
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            if error.errno not in FULL:
                raise
            _remove(path)
            fsync_up_to(path.parent, self._root)
            return
        fsync_up_to(path.parent, self._root)
        if doomed.is_dir():
            shutil.rmtree(doomed, ignore_errors=True)
        else:
            doomed.unlink(missing_ok=True)

    def delete_while(self, key: str, held: bytes | None, prefix: str) -> bool:
        """See ObjectStore."""
        final = self._path(key)
        with self._temporary.alone():
            is_held = _held(final) == held
            if is_held:
                self.delete_prefix(prefix)
            return is_held

    def local_path(self, key: str) -> Path:
        """See ObjectStore."""
        return self._path(key)

    def publish_folder(self, staged: Path, key_prefix: str) -> None:
        """See ObjectStore; from another file system the folder is first copied beside the objects."""
        final = self._path(key_prefix)
        if not os.path.lexists(staged):
            if final.is_dir():
                fsync_up_to(final.parent, self._root)
                return
            raise BadInputError(f"There is no staged folder to keep as {key_prefix}.", code="storage-source")
        self._check_staged(staged, key_prefix)
        with told_plainly(key_prefix):
            flush_tree(staged)
            final.parent.mkdir(parents=True, exist_ok=True)
            self._rename_folder(staged, final, key_prefix)
            fsync_up_to(final.parent, self._root)
            fsync_path(staged.parent)

    def sweep_orphans(self) -> int:
        """See ObjectStore."""
        return self._temporary.sweep()

    def _path(self, key: str) -> Path:
        """Turn a key into a path, refusing any part of it that is a link or another thing that leads away."""
        path = self._root
        for part in check_key(key).split("/"):
            path = path / part
            if path.is_symlink():
                raise BadInputError(f"The key {key} leads through a link.", code="storage-key")
        return path

    def _lstat(self, key: str) -> os.stat_result | None:
        try:
            status = self._path(key).lstat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return status if stat.S_ISREG(status.st_mode) else None

    def _keep(self, stream: BinaryIO, final: Path, key: str) -> None:
        _flush(stream)
        if not self._link(Path(stream.name), final, key, flushed=True):
            raise OSError(errno.EXDEV, "The temporary area is on another file system", str(final))

    def _link(self, written: Path, final: Path, key: str, *, flushed: bool = False) -> bool:
        """Give the bytes their key, never over other bytes; False when they lie on another file system.

        A hard link is the one portable way that fails when the name is taken, where a rename would overwrite.
        """
        if not flushed:
            fsync_path(written)
        final.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(written, final, follow_symlinks=False)
        except FileExistsError:
            if not same_bytes(written, final):
                raise conflict(key) from None
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            return False
        fsync_up_to(final.parent, self._root)
        return True

    def _check_staged(self, staged: Path, key_prefix: str) -> None:
        if not stat.S_ISDIR(_lstat_source(staged).st_mode):
            raise BadInputError("Only a folder can be kept as a folder.", code="storage-source")
        below = len(os.fspath(staged))
        for path, status in walk_tree(staged):
            check_key(f"{key_prefix}{os.fspath(path)[below:]}")
            if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
                raise _not_regular(path)

    def _rename_folder(self, staged: Path, final: Path, key: str) -> None:
        try:
            staged.rename(final)
        except OSError as error:
            if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
                if not same_tree(staged, final):
                    raise conflict(key) from None
                shutil.rmtree(staged)
            elif error.errno == errno.EXDEV:
                with self._temporary.tree() as beside:
                    copied = shutil.copytree(staged, beside / "copy", symlinks=True)
                    flush_tree(copied)
                    self._rename_folder(copied, final, key)
                shutil.rmtree(staged)
            else:
                raise


def _flush(stream: BinaryIO) -> None:
    stream.flush()
    os.fsync(stream.fileno())


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _held(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _write_over(path: Path, data: bytes) -> None:
    """Write `data` over what a file holds, which is no longer and shares its block; a process that dies leaves one or the other."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        if os.pwrite(descriptor, data, 0) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _lstat_source(source: Path) -> os.stat_result:
    try:
        return source.lstat()
    except FileNotFoundError:
        raise BadInputError("The file to keep is not there.", code="storage-source") from None


def _not_regular(path: Path) -> BadInputError:
    shown = path.name.encode("ascii", "backslashreplace").decode("ascii")
    return BadInputError(f"{shown} is neither a regular file nor a folder.", code="storage-source")
