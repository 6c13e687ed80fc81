"""What a handler is given: durable steps, and a place to say how far it is."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from archive.jobs.ledger import Ledger
from archive.jobs.retrying import QUICK_WAITS_S, failure_of, is_transient
from archive.jobs.states import StepError
from archive.models.errors import ArchiveError

log = logging.getLogger(__name__)
T = TypeVar("T")

_PROGRESS_EVERY_S = 0.3
DEFAULT_RETRIES = 2


class LeaveOff(BaseException):
    """Leave the job as it is, to be taken up later; not an `Exception`, so the engine records no outcome."""


class Handler(Protocol):
    """The work of one kind of job: takes the job and its arguments (JSON), returns JSON."""

    def __call__(self, job: Job, /, *args: Any) -> Any: ...


class Job:
    """One run of a job. Its handler may be run again from the start at any time; its steps are not."""

    def __init__(self, job_id: str, owner: str, ledger: Ledger, stopping: threading.Event) -> None:
        self.id = job_id
        self._owner = owner
        self._ledger = ledger
        self._stopping = stopping
        self._told_at = time.monotonic()
        self.on_step_done: Callable[[], None] | None = None

    def step(
        self, name: str, fn: Callable[..., T], *args: Any, retries: int = DEFAULT_RETRIES, **kwargs: Any
    ) -> T:
        """Run `fn` once and keep its result (JSON); after a crash the kept result is returned instead.

        A crash between the two runs it again, so it must bear that. Transient errors are waited out, for days
        if need be; errors written for people end the step at once, others after `retries` more tries:
        `StepError`, which the handler may catch.
        """
        from archive.jobs import durable

        self._leave_if_stopping()

        done_now: list[bool] = []

        def run() -> T:
            result = self._attempt(lambda: fn(*args, **kwargs), retries)
            done_now.append(True)
            return result

        try:
            result = durable.DBOS.run_step({"name": name}, run)
            # Only now is it written down: a death before this would have done the step again.
            if done_now and self.on_step_done is not None:
                self.on_step_done()
            return result
        except durable.DBOSUnexpectedStepError:
            # The code has other steps than when this job began: all steps may be run again, so begin again.
            self._ledger.begin_again(self.id, self._owner)
            raise LeaveOff from None
        except (StepError, durable.DBOSWorkflowCancelledError, durable.DBOSWorkflowConflictIDError):
            raise
        except Exception as error:
            if not is_transient(error):
                raise
            # The step was done but could not be written down (a full disk): it is done again later.
            log.warning("job %s: step %s could not be recorded (%s)", self.id, name, type(error).__name__)
            self.postpone(error)
            raise LeaveOff from None

    def attempt(self, fn: Callable[[], T], retries: int = DEFAULT_RETRIES) -> T:
        """Run `fn` with the patience of a step, keeping nothing: for a job that is one step, whose end is kept anyway."""
        self._leave_if_stopping()
        return self._attempt(fn, retries)

    def progress(self, done: int, total: int = 0, words: str = "") -> None:
        """Say how far the job is; cheap to call often. Stops the job here when it was cancelled."""
        self._leave_if_stopping()
        moment = time.monotonic()
        if moment - self._told_at < _PROGRESS_EVERY_S:
            return
        self._told_at = moment
        if not self._ledger.tell(self.id, self._owner, done, total, words):
            raise LeaveOff

    def postpone(self, error: Exception) -> None:
        """Put the job off because of a transient `error`; the caller then leaves off."""
        _, sentence = failure_of(error)
        try:
            self._ledger.postpone(self.id, self._owner, sentence)
        except Exception as also:
            # Not even that can be written down: the sweep finds the job when it can.
            log.warning("job %s: could not be put off (%s)", self.id, type(also).__name__)

    def suspect(self) -> None:
        """Say that a death of the worker is from now on laid to this job too."""
        self._ledger.suspect(self.id, self._owner)

    def clear(self) -> None:
        """Say that the job got on, whatever workers died of before."""
        self._ledger.clear(self.id, self._owner)

    def _attempt(self, work: Callable[[], T], retries: int) -> T:
        waits = iter(QUICK_WAITS_S)
        while True:
            try:
                return work()
            except Exception as error:
                wait = next(waits, None)
                if is_transient(error):
                    if wait is None:
                        self.postpone(error)
                        raise LeaveOff from None
                elif isinstance(error, ArchiveError) or retries <= 0 or wait is None:
                    raise self._failed(error) from None
                else:
                    retries -= 1
            self._stopping.wait(wait)
            self._leave_if_stopping()

    def _failed(self, error: Exception) -> StepError:
        code, sentence = failure_of(error)
        log.warning("job %s: failed (%s: %s)", self.id, code, type(error).__name__)
        return StepError(sentence, code=code)

    def _leave_if_stopping(self) -> None:
        if self._stopping.is_set():
            raise LeaveOff
