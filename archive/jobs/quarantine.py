"""Jobs that were running when a worker died are run one at a time, so that only the culprit is blamed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from archive.jobs.job import Job, LeaveOff


class Quarantine:
    """Lets one suspect at a time through. A suspect is cleared by the first step it gets done."""

    def __init__(self, stopping: threading.Event) -> None:
        self._stopping = stopping
        self._one_at_a_time = threading.Lock()

    @contextmanager
    def around(self, job: Job, starts: int) -> Iterator[None]:
        """Run a job that was started `starts` times since it last got on; waiting here is not a start."""
        if starts <= 1:
            yield
            return
        job.count_starts(starts - 1)
        while not self._one_at_a_time.acquire(timeout=0.2):
            if self._stopping.is_set():
                raise LeaveOff
        release = _Once(self._one_at_a_time)
        try:
            job.count_starts(starts)
            job.on_step_done = lambda: job.count_starts(1) if release.now() else None
            yield
        finally:
            release.now()


class _Once:
    def __init__(self, lock: threading.Lock) -> None:
        self._lock: threading.Lock | None = lock

    def now(self) -> bool:
        """Release the lock the first time; whether this was the first time."""
        lock, self._lock = self._lock, None
        if lock is None:
            return False
        lock.release()
        return True
