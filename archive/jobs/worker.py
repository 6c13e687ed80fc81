"""The process that does the work: claims jobs for its slot, runs them on its threads, and keeps watch."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine

from archive.jobs.client import Jobs
from archive.jobs.heartbeat import Heartbeat
from archive.jobs.job import Handler, Job, LeaveOff
from archive.jobs.ledger import Ledger
from archive.jobs.quarantine import Quarantine
from archive.jobs.retrying import failure_of, is_transient
from archive.jobs.rounds import Periodic, Rounds, Schedule, Upkeep
from archive.jobs.states import StepError
from archive.jobs.tables import Tables
from archive.models.ids import new_id

log = logging.getLogger(__name__)

_LOOK_EVERY_S = 0.05
KEEP_DONE_S = 7 * 24 * 3600.0
DEATHS_ALLOWED = 3


class Worker:
    """Runs the jobs of one database with `concurrency` threads under the name `slot`; one worker a process.

    `handlers` maps the names of jobs to the functions that do them. `schedules` are jobs asked for at intervals,
    once among all workers; `periodic` are plain functions called at intervals in this process. Jobs done or
    cancelled are forgotten after `keep_done_s` seconds. A job on which more than `deaths_allowed` workers died
    in a row, without getting a step done, has failed. `lent` says how many of its turns others have at the moment.
    """

    def __init__(
        self,
        engine: Engine,
        handlers: Mapping[str, Handler],
        *,
        concurrency: int,
        slot: str,
        schedules: Sequence[Schedule] = (),
        periodic: Sequence[Periodic] = (),
        keep_done_s: float = KEEP_DONE_S,
        deaths_allowed: int = DEATHS_ALLOWED,
        lent: Callable[[], int] = lambda: 0,
    ) -> None:
        self._main = engine
        self._handlers = handlers
        self._concurrency = concurrency
        self._slot = slot
        self._schedules = schedules
        self._periodic = periodic
        self._keep_done_s = keep_done_s
        self._deaths_allowed = deaths_allowed
        self._lent = lent
        self._stopping = threading.Event()
        self._stopped = threading.Event()
        self._wake = threading.Event()
        self._running: dict[str, Future[Any]] = {}
        self._running_lock = threading.Lock()
        self._quarantine = Quarantine(self._stopping)

    def start(self) -> None:
        """Take the slot and begin; raises SlotTakenError when another worker is alive under it."""
        from archive.jobs import durable

        Jobs(self._main).migrate()
        self._notes = durable.bookkeeping_engine(self._main)
        tables = Tables.of(self._main)
        self._ledger = Ledger(self._notes, tables, durable.QUEUE)
        self._heartbeat = Heartbeat(self._notes, tables, self._ledger, self._slot)
        try:
            self._heartbeat.take()
        except BaseException:
            self._notes.dispose()
            raise
        self._machine = durable.Machine(self._notes, self._slot, self._concurrency)
        for name, handler in self._handlers.items():
            self._machine.register(name, self._runner(handler), self._deaths_allowed)
        self._machine.launch()
        upkeep = Upkeep(self._notes, tables, self._ledger, self._heartbeat, self._slot, self.running_ids)
        own = (*upkeep.rounds(self._keep_done_s), *(each.round(self._main) for each in self._schedules))
        self._rounds = Rounds((*own, *self._periodic), self._stopped)
        self._rounds.start()
        self._dispatcher = threading.Thread(target=self._dispatch, name="jobs-dispatch", daemon=True)
        self._dispatcher.start()
        log.info("worker %s started with %d thread(s)", self._slot, self._concurrency)

    def stop(self, drain_s: float = 30.0) -> None:
        """Stop: running jobs leave off after the step they are in, which is given `drain_s` seconds.

        What is unfinished goes back to the queue. A step that takes longer goes on in its thread until the
        process ends; the job is then taken up by whoever finds the slot dead.
        """
        self._stopping.set()
        self._wake.set()
        self._dispatcher.join()
        until = time.monotonic() + drain_s
        while (running := self.running_ids()) and time.monotonic() < until:
            time.sleep(0.02)
        # Signs of life go on until here, or another worker would bury this one while it drains.
        self._stopped.set()
        self._rounds.join()
        self._ledger.put_back(self._ledger.running_as(self._slot) - running, self._slot)
        if not running:
            self._heartbeat.leave()
        self._machine.halt()
        self._notes.dispose()
        log.info("worker %s stopped, %d job(s) left running", self._slot, len(running))

    def __enter__(self) -> Worker:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def running_ids(self) -> set[str]:
        """Ids of the jobs that this process is running."""
        with self._running_lock:
            return set(self._running)

    def _dispatch(self) -> None:
        while not self._stopping.is_set():
            self._wake.wait(_LOOK_EVERY_S)
            self._wake.clear()
            try:
                self._claim()
            except Exception as error:
                log.warning("jobs could not be claimed (%s)", type(error).__name__)
                self._stopping.wait(1.0)

    def _claim(self) -> None:
        room = self._concurrency - self._lent() - len(self.running_ids())
        if self._stopping.is_set() or room <= 0 or not self._ledger.is_anything_waiting():
            return
        token = new_id()
        for row in self._machine.rows(self._ledger.claim(self._slot, token, room)):
            if row["name"] in self._handlers:
                self._execute(token, row)
            else:
                sentence = f"No worker knows how to do {row['name']}."
                self._machine.refuse(token, row["workflow_uuid"], StepError(sentence, code="unknown-job"))

    def _execute(self, token: str, row: Any) -> None:
        job_id: str = row["workflow_uuid"]
        with self._running_lock:
            future = self._machine.execute(token, row)
            if future is None:
                log.warning("job %s: not run (cancelled, or given up)", job_id)
                return
            self._running[job_id] = future
        future.add_done_callback(lambda ended: self._ended(job_id, ended))

    def _ended(self, job_id: str, future: Future[Any]) -> None:
        with self._running_lock:
            if self._running.get(job_id) is future:
                del self._running[job_id]
        self._wake.set()

    def _runner(self, handler: Handler) -> Callable[..., Any]:
        def run(*args: Any) -> Any:
            from archive.jobs import durable

            job_id = durable.DBOS.workflow_id
            assert job_id is not None
            with self._leaving_off(job_id):
                owner, deaths = self._ledger.begin(job_id)
            job = Job(job_id, owner, self._ledger, self._stopping)
            with self._quarantine.around(job, deaths), self._outcome(job):
                return handler(job, *args)

        return run

    @contextmanager
    def _leaving_off(self, job_id: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            log.warning("job %s: not begun (%s)", job_id, type(error).__name__)
            raise LeaveOff from None

    @contextmanager
    def _outcome(self, job: Job) -> Iterator[None]:
        from archive.jobs import durable

        try:
            yield
        except (StepError, durable.DBOSWorkflowCancelledError, durable.DBOSWorkflowConflictIDError):
            raise
        except Exception as error:
            if is_transient(error):
                job.postpone(error)
                raise LeaveOff from None
            code, sentence = failure_of(error)
            log.warning("job %s: failed (%s: %s)", job.id, code, type(error).__name__)
            raise StepError(sentence, code=code) from None
