"""Counts of one hour in memory that every web process shares, under marks that nobody can read back; on no disk."""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from archive.web.marks import Marks

HOUR_S = 3600.0
# So many are told apart within an hour: 2.6 MB, of which what nobody came to write is never taken.
PLACES = 65_536
# A mark says where it is looked for: in one of so many places side by side.
BESIDE = 16
# The mark, since when (seconds of the machine's own clock, which is one for all processes), files, bytes.
_PLACE = struct.Struct("<16sdqq")
_MARK = 16


class Spent(NamedTuple):
    """What was begun since a moment, in files and bytes."""

    since: float
    files: int = 0
    size: int = 0


class Counts:
    """What was begun within an hour, by mark. Processes that are forked after it was made count together.

    Nothing waits for a database, and what is counted ends with the server. The lock is the kernel's: a process that dies
    lets go of it. Where more are told apart than there are places, whoever began least is begun anew.
    """

    def __init__(self) -> None:
        self._file = os.memfd_create("counts", os.MFD_CLOEXEC)
        weakref.finalize(self, os.close, self._file)
        os.ftruncate(self._file, Marks.SIZE + PLACES * _PLACE.size)
        self._memory = mmap.mmap(self._file, 0)
        self._marks = Marks(self._memory)
        # The kernel tells processes apart and not their threads.
        self._within = threading.Lock()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep every other thread and process from counting, for the length of a `with`; all else is done within it."""
        with self._within:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)

    def mark(self, what: str) -> bytes:
        """The mark of a text, the same until the day is over."""
        self._marks.turn()
        return self._marks.of(what)[:_MARK]

    def look(self, mark: bytes) -> Spent:
        """What is counted under a mark in its hour; another hour begins where there is none, or it is over."""
        known, *spent = _PLACE.unpack_from(self._memory, self._place(mark))
        found = Spent(*spent)
        return found if known == mark and _is_of_now(found) else Spent(time.monotonic())

    def keep(self, mark: bytes, spent: Spent) -> None:
        """Have so much be counted under a mark."""
        _PLACE.pack_into(self._memory, self._place(mark), mark, *spent)

    def _place(self, mark: bytes) -> int:
        """Where it stands, or is to stand: where an hour is over, else where least was begun."""
        beside = int.from_bytes(mark[:4], "big") % (PLACES // BESIDE) * BESIDE
        begins = Marks.SIZE + beside * _PLACE.size
        ends = begins + BESIDE * _PLACE.size
        known = self._memory.find(mark, begins, ends)
        if known >= 0 and (known - begins) % _PLACE.size == 0:
            return known
        return min(range(begins, ends, _PLACE.size), key=self._worth)

    def _worth(self, place: int) -> tuple[bool, int, int]:
        """How much is lost with what stands there."""
        _, *rest = _PLACE.unpack_from(self._memory, place)
        spent = Spent(*rest)
        return _is_of_now(spent), spent.files, spent.size


def _is_of_now(spent: Spent) -> bool:
    return time.monotonic() - spent.since < HOUR_S
