"""What one process remembers of uploads: their running hashes, who writes now, and how a block is written and hashed at once."""

from __future__ import annotations

import hashlib
import os
import threading
import zlib
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from archive.storage import disk_told

if TYPE_CHECKING:
    from hashlib import _Hash

# Hashes of so many uploads are remembered between their parts; each is less than half a kilobyte.
REMEMBERED = 4096
# Handing a smaller block to another thread takes longer than hashing it.
WORTH_A_THREAD = 128 * 1024


class Writer(Protocol):
    """Who writes to an upload, and can be told to write no more."""

    def close(self) -> None: ...


@dataclass
class Running:
    """SHA-512 and CRC-32 of the first `size` bytes of an upload."""

    sha512: _Hash = field(default_factory=hashlib.sha512)
    crc32: int = 0
    size: int = 0

    def update(self, block: bytes | memoryview) -> None:
        """Take in the bytes that follow."""
        self.sha512.update(block)
        self.count(block)

    def count(self, block: bytes | memoryview) -> None:
        """Take in all of the bytes that follow but their SHA-512, which takes longest and may be taken beside this."""
        self.crc32 = zlib.crc32(block, self.crc32)
        self.size += len(block)

    def copy(self) -> Running:
        """The same, to come back to."""
        return Running(self.sha512.copy(), self.crc32, self.size)


class Memory:
    """What one process remembers of uploads between their parts: running hashes, and who is writing now.

    All of it may be lost, or be behind what another process wrote: the next part reads the rest from the disk.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: OrderedDict[str, Running] = OrderedDict()
        self._writing: dict[str, Writer] = {}
        self._at_once = beside = max(1, len(os.sched_getaffinity(0)) // 2)
        self._free = threading.BoundedSemaphore(beside)
        # Its threads begin with the first upload, in the process that serves it.
        self._beside = ThreadPoolExecutor(beside, "hashing")

    def write_and_hash(self, file: int, block: bytes | memoryview, running: Running) -> Running:
        """Append a block to a file and return the hash that goes on with it, which stays as it was where that fails.

        Hashing takes longer than writing: where a processor is free, both are done at once. Where others write too none
        is, and handing over costs more than it saves.
        """
        after = running.copy()
        is_crowded = len(self._writing) > self._at_once
        if len(block) < WORTH_A_THREAD or is_crowded or not self._free.acquire(blocking=False):
            _write_all(file, block)
            after.update(block)
            return after
        try:
            hashed = self._beside.submit(after.sha512.update, block)
            try:
                _write_all(file, block)
                after.count(block)
            finally:
                # The block is used again by whoever lent it.
                hashed.result()
        finally:
            self._free.release()
        return after

    def take_over(self, upload_id: str, arrival: Writer) -> None:
        """Make `arrival` the one who writes; a connection that was lost and does not know it yet is let go."""
        with self._lock:
            before = self._writing.get(upload_id)
            self._writing[upload_id] = arrival
        if before is not None:
            before.close()

    def let_go(self, upload_id: str, arrival: Writer) -> None:
        """`arrival` writes no more."""
        with self._lock:
            if self._writing.get(upload_id) is arrival:
                del self._writing[upload_id]

    def keep(self, upload_id: str, running: Running) -> None:
        """Remember a hash until the next part comes."""
        with self._lock:
            self._running[upload_id] = running
            while len(self._running) > REMEMBERED:
                self._running.popitem(last=False)

    def recall(self, upload_id: str, size: int) -> Running:
        """The hash of the first of these `size` bytes, as many as are remembered; it is the caller's then."""
        with self._lock:
            running = self._running.pop(upload_id, None)
        return running if running is not None and running.size <= size else Running()


def _write_all(file: int, block: bytes | memoryview) -> None:
    written = 0
    # Let go of at once, also on an error: the block is used again.
    with disk_told(), memoryview(block) as view:
        while written < len(view):
            written += os.write(file, view[written:] if written else view)
