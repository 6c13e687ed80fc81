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
    def around(self, job: Job, deaths: int) -> Iterator[None]:
        """Run a job on which `deaths` workers died since it last got on; while it waits here it is not blamed."""
        if deaths == 0:
            yield
            return
        while not self._one_at_a_time.acquire(timeout=0.2):
            if self._stopping.is_set():
                raise LeaveOff
        turn = _Turn(self._one_at_a_time, job)
        try:
            job.suspect()
            job.on_step_done = turn.cleared
            yield
        finally:
            turn.end()


class _Turn:
    def __init__(self, lock: threading.Lock, job: Job) -> None:
        self._lock: threading.Lock | None = lock
        self._job = job

    def cleared(self) -> None:
        """Clear the job, and only then let the next one through, which may be the culprit."""
        if self._lock is not None:
            self._job.clear()
            self.end()

    def end(self) -> None:
        """Let the next one through, once."""
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.release()
