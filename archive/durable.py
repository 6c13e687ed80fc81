"""Makes written bytes last: fsync of files, folders and whole trees, and replacement by one rename.

A leaf that anything may import. It changes no working directory, so threads may call it at once.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import re
import secrets
import stat
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

DAY_NS = 86_400 * 10**9
AT_FDCWD, RENAME_EXCHANGE = -100, 2
# So many stretches wait at the most for the thread that asks the disk to begin with them.
WAITING_AT_MOST = 128
_ROOM = threading.BoundedSemaphore(WAITING_AT_MOST)
TREE_SIZE_FOR_SYNCFS = 8
"""From this many files and folders on, one syncfs costs less than an fsync each."""


def fsync_path(path: Path) -> None:
    """Flush one file or folder to the disk; raises OSError when the disk refuses."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def fsync_up_to(folder: Path, root: Path) -> None:
    """Flush `folder` and every folder above it up to and including `root`, innermost first."""
    fsync_path(folder)
    while folder != root:
        folder = folder.parent
        fsync_path(folder)


def walk_tree(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield `(path, lstat)` of all that is below `folder`, each folder after what it holds; follows no link."""
    for path, status in _walk(os.fspath(folder)):
        yield Path(path), status


def _walk(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    """The same with names alone: of many small files, a Path costs more than what is done with it."""
    with os.scandir(folder) as entries:
        children = sorted(entries, key=lambda entry: entry.name)
    for child in children:
        status = child.stat(follow_symlinks=False)
        if stat.S_ISDIR(status.st_mode):
            yield from _walk(child.path)
        yield child.path, status


def flush_tree(folder: Path) -> None:
    """Flush every file and folder below `folder`, and `folder` itself; raises OSError when the disk refuses."""
    below = (Path(path) for path, status in _walk(os.fspath(folder)) if not stat.S_ISLNK(status.st_mode))
    first = list(islice(below, TREE_SIZE_FOR_SYNCFS))
    if len(first) == TREE_SIZE_FOR_SYNCFS and _syncfs(folder):
        return
    for path in chain(first, below):
        fsync_path(path)
    fsync_path(folder)


def write_behind(descriptor: int, start: int, length: int) -> None:
    """Have the kernel begin to write these bytes (Linux): whoever flushes them later finds little left to do.

    Nothing is promised by it: what must last is flushed all the same. While the disk has enough to do the kernel has
    whoever asks wait, so a thread asks, and nobody else has to; only where very much waits already does the caller.
    """
    if not hasattr(os, "posix_fadvise"):
        return
    if not _ROOM.acquire(blocking=False):
        os.posix_fadvise(descriptor, start, length, os.POSIX_FADV_DONTNEED)
        return
    try:
        # The caller may close its own meanwhile. Held so that it is closed once, whoever comes to it.
        held = [os.dup(descriptor)]
    except OSError:
        _ROOM.release()
        return
    try:
        _beside(os.getpid()).submit(_ask, held, start, length)
    except RuntimeError:
        # No thread can be begun: the process is about to end, or there are too many.
        _ask(held, start, length)


def _ask(held: list[int], start: int, length: int) -> None:
    try:
        descriptor = held.pop()
    except IndexError:
        return
    try:
        os.posix_fadvise(descriptor, start, length, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)
        _ROOM.release()


@cache
def _beside(_process: int) -> ThreadPoolExecutor:
    """The thread of this process; those that a process forked off have none of its threads."""
    return ThreadPoolExecutor(1, "write-behind")


def cut_times(*paths: Path, inside: bool = True) -> None:
    """Set the times of files and folders, and of all `inside` these, to the start of this day (UTC).

    When a file was written is when somebody gave it; the day is all that is kept of that. (The time at which the
    file system itself last changed an inode, `ctime`, cannot be set by any program.)
    """
    start = time.time_ns() // DAY_NS * DAY_NS
    for path in paths:
        below = _walk(os.fspath(path)) if inside and path.is_dir() else iter(())
        for each, status in chain(below, [(os.fspath(path), path.lstat())]):
            if (status.st_atime_ns, status.st_mtime_ns) != (start, start):
                os.utime(each, ns=(start, start), follow_symlinks=False)


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _syncfs(folder: Path) -> bool:
    """Flush the whole file system of `folder` in one call (Linux); False where there is none that tells of errors."""
    syncfs = getattr(_libc(), "syncfs", None)
    if syncfs is None or not _syncfs_tells():
        return False
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY)
    try:
        if syncfs(descriptor) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(folder))
    finally:
        os.close(descriptor)
    return True


@cache
def _syncfs_tells() -> bool:
    """Before Linux 5.8 syncfs said nothing of a write that the disk had refused."""
    numbers = os.uname().release.split(".")
    return os.uname().sysname == "Linux" and (int(numbers[0]), int(re.sub(r"\D.*", "", numbers[1]))) >= (5, 8)


def exchange(one: Path, other: Path) -> None:
    """Let two files or folders of one file system take each other's place, in one step where the system can (Linux).

    Elsewhere in three renames: for a moment nothing is at `other`, and nothing is lost. Raises OSError.
    """
    renameat2 = getattr(_libc(), "renameat2", None)
    if renameat2 is None or renameat2(AT_FDCWD, bytes(one), AT_FDCWD, bytes(other), RENAME_EXCHANGE) != 0:
        number = ctypes.get_errno() if renameat2 is not None else errno.ENOSYS
        if number not in (errno.EINVAL, errno.ENOSYS):
            raise OSError(number, os.strerror(number), str(other))
        between = one.with_name(f"{one.name}.{secrets.token_hex(8)}")
        other.rename(between)
        one.rename(other)
        between.rename(one)
    fsync_path(other.parent)
    fsync_path(one.parent)


def new_file(path: Path) -> BinaryIO:
    """Open a file that is not there yet for writing; whoever else has an account on this machine cannot read it.

    FileExistsError where there is one already.
    """
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb")


def replace_file(path: Path, data: bytes, *, prefix: str = ".pending-") -> None:
    """Put `data` at `path` by one rename, flushed before and after: a reader sees the old bytes or the new."""
    temporary = path.with_name(f"{prefix}{secrets.token_hex(8)}")
    try:
        with temporary.open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    fsync_path(path.parent)
