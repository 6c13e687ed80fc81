"""Bytes as they arrive: written once, to where they stay until a bag takes them, and hashed on the way."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from archive.durable import DAY_NS, fsync_path, write_behind
from archive.models.errors import ConflictError, TooLargeError
from archive.services.arriving import Memory, Running
from archive.services.opening import Archive
from archive.services.uploads import grow
from archive.storage import disk_told

BLOCK = 1024 * 1024
BUSY_FOR_S = 3.0
# So many bytes are written before the disk is asked to begin with them, while more arrive.
WRITE_BEHIND = 8 * 1024**2
Grow = Callable[[Archive, str, int], int]
"""Reserves room for so many bytes of what arrives, by its id; returns how many are reserved then."""
BUSY = "Bytes of the same upload arrive by another connection."


class Arriving(Protocol):
    """What arrives: `length` bytes in all (None: nobody said)."""

    @property
    def id(self) -> str: ...
    @property
    def length(self) -> int | None: ...


class Arrival:
    """Who appends to one upload; `offset` is where the next byte goes."""

    def __init__(self, archive: Archive, memory: Memory, upload: Arriving, grow: Grow = grow) -> None:
        self._archive, self._memory, self._id = archive, memory, upload.id
        self._grow = grow
        self._length = upload.length
        self._lock = threading.Lock()
        self._file: int | None = None
        memory.take_over(upload.id, self)
        try:
            with disk_told():
                self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        path = self._archive.settings.staging / self._id
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        self._file = os.open(path, flags, 0o600)
        self._alone(self._file)
        found = os.fstat(self._file)
        if found.st_nlink == 0:
            # Whoever wrote before let go of it, because the disk had not taken it; it begins again in a new file.
            raise ConflictError(BUSY, code="upload-busy")
        size = found.st_size
        self._running = _read_on(self._file, self._memory.recall(self._id, size))
        self._asked = size
        # What was reserved before was free for others until these bytes were locked.
        self._reserved = size

    def _alone(self, file: int) -> None:
        """Wait a moment for another process that writes; ConflictError (`upload-busy`) when it does not end."""
        until = time.monotonic() + BUSY_FOR_S
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                if time.monotonic() > until:
                    raise ConflictError(BUSY, code="upload-busy") from error
                time.sleep(0.05)
            else:
                return

    @property
    def offset(self) -> int:
        """How many bytes have arrived."""
        return self._running.size

    @property
    def is_whole(self) -> bool:
        """Whether every byte that was announced is here."""
        return self.offset == self._length

    def write(self, block: bytes | memoryview) -> None:
        """Append bytes, within what is reserved; TooLargeError beyond the length that was announced.

        ConflictError (`upload-busy`) when another connection has taken over, StorageFullError on a full disk.
        """
        after = self.offset + len(block)
        if self._length is not None and after > self._length:
            raise TooLargeError("More bytes came than were announced.")
        with self._lock:
            if self._file is None:
                raise ConflictError(BUSY, code="upload-busy")
            if after > self._reserved:
                # Nobody takes over meanwhile, whose reservation this one would replace.
                self._reserved = self._grow(self._archive, self._id, after)
            self._running = self._memory.write_and_hash(self._file, block, self._running)
            if self.offset - self._asked >= WRITE_BEHIND:
                self._write_behind(self._file)

    def mark(self) -> Running:
        """Where the upload stands, to `go_back` to."""
        return self._running.copy()

    def go_back(self, mark: Running) -> None:
        """Drop what came after `mark`."""
        with self._lock:
            if self._file is not None:
                os.ftruncate(self._file, mark.size)
                self._running = mark

    def digest(self) -> tuple[int, str, int]:
        """Size, SHA-512 and CRC-32 of what has arrived."""
        return self.offset, self._running.sha512.hexdigest(), self._running.crc32

    def settle(self) -> None:
        """The end of a part: the disk begins with it. The sender is told how far it came, not that it is kept.

        Whatever a power cut leaves of it, the next part is told to go on from there.
        """
        with self._lock:
            if self._file is not None:
                self._cut_time(self._file)
                self._write_behind(self._file)

    def flush(self) -> None:
        """Put all that has arrived on the disk: it may be acknowledged then.

        StorageFailingError when the disk does not take it: then nothing of it is here any more. (Another flush would
        succeed whether or not the bytes were written: Linux tells of a lost page once.)
        """
        with self._lock:
            if self._file is None:
                raise ConflictError(BUSY, code="upload-busy")
            with disk_told():
                try:
                    self._cut_time(self._file)
                    os.fsync(self._file)
                    fsync_path(self._archive.settings.staging)
                except OSError:
                    self._drop(self._file)
                    raise

    def _drop(self, file: int) -> None:
        """Have the upload begin again, in a new file under a new entry of the folder."""
        os.ftruncate(file, 0)
        (self._archive.settings.staging / self._id).unlink(missing_ok=True)
        self._running = Running()
        self._let_go(file)

    def _cut_time(self, file: int) -> None:
        # The moment of writing would be the moment at which somebody gave.
        start = time.time_ns() // DAY_NS * DAY_NS
        os.utime(file, ns=(start, start))

    def _write_behind(self, file: int) -> None:
        """Have the kernel begin to write what is new, so that the flush at the end finds little left (Linux)."""
        write_behind(file, self._asked, self.offset - self._asked)
        self._asked = self.offset

    def _let_go(self, file: int) -> None:
        # Whoever asks the disk to begin with it holds the file open a while, and with it the lock.
        fcntl.flock(file, fcntl.LOCK_UN)
        os.close(file)
        self._file = None

    def close(self) -> None:
        """Write no more; what has arrived stays."""
        with self._lock:
            if self._file is not None:
                self._let_go(self._file)
                if hasattr(self, "_running"):
                    self._memory.keep(self._id, self._running)
        self._memory.let_go(self._id, self)


@contextmanager
def arrive(archive: Archive, memory: Memory, upload: Arriving, grow: Grow = grow) -> Iterator[Arrival]:
    """Write to an upload for the length of a `with`."""
    arrival = Arrival(archive, memory, upload, grow)
    try:
        yield arrival
    finally:
        arrival.close()


def _read_on(file: int, running: Running) -> Running:
    """Hash what is on the disk beyond what is remembered: all after a restart, the parts that another process took.

    What was remembered stays true: a part that is dropped again never reaches back before its own beginning.
    """
    while block := os.pread(file, BLOCK, running.size):
        running.update(block)
    return running
