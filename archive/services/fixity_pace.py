"""How fast the rounds of the audit read: never so fast that anybody else has to wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

LOOK_EVERY_S = 1.0
# While things are taken in, an audit takes this part of what it may.
BESIDE_WORK = 8


class GivenUpError(Exception):
    """The reading is to end now; what was not read to its end was not checked."""


class Pace:
    """Waits so that no more than `a_second` bytes are read in a second (0: as many as there are), a part of it while `is_busy`."""

    def __init__(self, a_second: int, is_busy: Callable[[], bool], stopping: threading.Event) -> None:
        self._a_second = a_second
        self._is_busy = is_busy
        self._stopping = stopping
        self._looked = 0.0
        self._busy = False
        self._free_at = 0.0

    def __call__(self, size: int) -> None:
        """Account for `size` bytes that were read; GivenUpError when the worker is to stop."""
        moment = time.monotonic()
        if self._a_second:
            allowed = self._a_second / (BESIDE_WORK if self._is_beside_work(moment) else 1)
            self._free_at = max(self._free_at, moment) + size / allowed
        if self._stopping.wait(max(0.0, self._free_at - moment)):
            raise GivenUpError

    def _is_beside_work(self, moment: float) -> bool:
        if moment - self._looked > LOOK_EVERY_S:
            self._looked, self._busy = moment, self._is_busy()
        return self._busy
