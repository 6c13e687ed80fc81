"""What one file may ask for in all its steps together: pages that each stay just under a limit of their own add up.

Work is processor time, and a file pays for it with its bytes. A document of pages ends after the pages that it paid for; whatever
does not end there by itself is stopped a little later. docs/decisions/one-allowance-for-a-document.md tells how it was measured.
"""

from __future__ import annotations

import os
import resource

MB = 1024 * 1024
# Seconds of a processor: for any file, for each byte, and for each byte where there are pages to draw. A page of text takes 17 ms and
# 3,300 bytes (5 millionths a byte), one scanned at 600 dpi 2 millionths, a mailbox less than 2.
FREE_S, SECONDS_A_BYTE, SECONDS_A_BYTE_OF_PAGES = 2.0, 5e-6, 30e-6
# A reader stops between two pages; what does not stop is ended so much later, and each step may always do a little.
GRACE_S, LEAST_S = 1.5, 0.5
# Bytes of the copies of all pages: 24 scanned at 600 dpi, which can be looked into, take 150 MB; 200 of text 80.
FREE_BYTES, BYTES_A_BYTE = 192 * MB, 4
# Reading by a machine is another program's work: five to ten seconds for a page, which is a scan of 30,000 bytes or more.
MACHINE_FREE_S, MACHINE_SECONDS_A_BYTE = 120.0, 3e-4


class Allowance:
    """What is left of the processor time that a file of so many bytes may take, through all steps."""

    def __init__(self, size: int) -> None:
        self._size, self._spent = size, 0.0
        self.bytes = FREE_BYTES + BYTES_A_BYTE * size
        self.machine_s = MACHINE_FREE_S + MACHINE_SECONDS_A_BYTE * size

    def left_s(self, has_pages: bool) -> float:
        """Seconds that are left, fewer than none where more was taken."""
        return FREE_S + (SECONDS_A_BYTE_OF_PAGES if has_pages else SECONDS_A_BYTE) * self._size - self._spent

    def hard_s(self, has_pages: bool) -> float:
        """Seconds after which a reader that has not stopped is ended."""
        return max(self.left_s(has_pages) + GRACE_S, LEAST_S)

    def spend(self, seconds: float) -> None:
        """Take off what a step took."""
        self._spent += seconds


class PageAllowance:
    """The share of it that a reader has for the pages of a document: it asks `has_room` before each but the first.

    `seconds` of processor time, programs that it starts included, and `room` bytes to write.
    """

    def __init__(self, seconds: float = float("inf"), room: float = float("inf")) -> None:
        self._ends = _worked() + seconds
        self._room = room
        self._last = _worked()
        self._longest = 0.0

    def wrote(self, size: int) -> None:
        """Take off the bytes of a copy."""
        self._room -= size

    def has_room(self) -> bool:
        """Whether another page like the heaviest so far may be begun; call it after each."""
        now = _worked()
        self._longest, self._last = max(self._longest, now - self._last), now
        return now + self._longest <= self._ends and self._room > 0


def _worked() -> float:
    """Seconds of a processor that this process and those it waited for have taken."""
    own, others = os.times(), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.user + own.system + others.ru_utime + others.ru_stime
