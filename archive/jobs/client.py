"""Asking for work and looking at it: what web, command line and services use. It never runs a job."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Engine, Select, delete, func, select, update
from sqlalchemy.orm import Session

from archive.jobs.heartbeat import alive
from archive.jobs.ledger import cut_times
from archive.jobs.states import (
    ACTIVE,
    FAILED,
    QUEUES,
    JobState,
    JobStatus,
    Progress,
    failure_in,
    state_of,
)
from archive.jobs.tables import Tables
from archive.models.errors import ConflictError, NotFoundError

if TYPE_CHECKING:
    from dbos import DBOSClient

_LOOK_EVERY_S, _LOOK_AT_LEAST_EVERY_S = 0.1, 2.0
_IDS_A_QUERY = 500


class Jobs:
    """The jobs of one database (`archive.models.database.open_engine`), waiting, running and ended."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = engine.execution_options(read_only=True)
        self._tables = Tables.of(engine)

    def migrate(self) -> None:
        """Create or upgrade the tables of jobs; several processes may do it at the same moment."""
        from archive.jobs import durable

        durable.migrate(self._engine)
        self._tables.create(self._engine)

    def is_ready(self) -> bool:
        """Whether the tables are there; whether they are of this version is looked at whenever a worker starts."""
        return self._tables.are_in(self._reader)

    def enqueue(
        self,
        session: Session,
        name: str,
        *args: Any,
        key: str,
        queue: str = "items",
        delay_s: float | None = None,
    ) -> str:
        """Ask for the job `name` with `args` (JSON) in the caller's transaction; returns its id.

        The same `name` and `key` twice is one job, also when it has ended, until it is forgotten. `queue` says
        who goes first: `files`, `items`, `upkeep`. Raises ValueError for another queue or no key, TypeError
        for arguments that are not JSON.
        """
        from archive.jobs import durable

        if not key:
            raise ValueError("a job needs a key that tells it from others of its name")
        if queue not in QUEUES:
            raise ValueError(f"no such queue: {queue}")
        job_id = f"{name}/{key}"
        options: durable.EnqueueOptions = {
            "workflow_name": name,
            "workflow_id": job_id,
            "queue_name": durable.QUEUE,
            "app_version": durable.VERSION,
            "priority": QUEUES[queue],
        }
        if delay_s is not None:
            options["delay_seconds"] = delay_s
        self._client.enqueue_in_transaction(session, options, *args)
        return job_id

    def cancel(self, session: Session | None, job_id: str) -> None:
        """Stop the job before its next step, in the caller's transaction or one of its own; no-op when it ended."""
        jobs = self._tables.workflows.c
        moment = self._tables.now_ms
        change = (
            update(self._tables.workflows)
            .where(jobs.workflow_uuid == job_id, jobs.status.in_(ACTIVE))
            .values(status="CANCELLED", owner_xid=None, started_at_epoch_ms=None)
            .values(updated_at=moment, completed_at=moment)
        )
        if session is not None:
            session.connection().execute(change)
            return
        with self._engine.begin() as connection:
            connection.execute(change)

    def status(self, job_id: str) -> JobStatus:
        """The job as it is now. Raises NotFoundError."""
        for found in self._look([job_id]):
            return found
        raise NotFoundError("There is no such job.")

    def failed(self) -> list[JobStatus]:
        """Jobs that failed and wait for somebody to look, the latest first."""
        jobs = self._tables.workflows.c
        return self._read(jobs.status.in_(FAILED), newest_first=True)

    def pending_count(self) -> int:
        """How many jobs wait or run."""
        jobs = self._tables.workflows.c
        with self._reader.connect() as connection:
            query = select(func.count()).select_from(self._tables.workflows).where(jobs.status.in_(ACTIVE))
            return connection.execute(query).scalar_one()

    def retry(self, job_id: str) -> None:
        """Run a failed or cancelled job again from the step that failed; no-op while it waits or runs.

        Raises NotFoundError, and ConflictError when the job is done.
        """
        from archive.jobs import durable

        state = self.status(job_id).state
        if state is JobState.DONE:
            raise ConflictError("This job is done already.", remedy="Ask for the work under a new key.")
        if not state.ended:
            return
        with self._engine.begin() as connection:
            steps, progress = self._tables.steps.c, self._tables.progress
            failing = select(func.min(steps.function_id)).where(steps.workflow_uuid == job_id)
            last = select(func.max(steps.function_id)).where(steps.workflow_uuid == job_id)
            first_failed = connection.execute(failing.where(steps.error.is_not(None))).scalar()
            start = first_failed or (connection.execute(last).scalar() or 0) + 1
            connection.execute(delete(progress).where(progress.c.job_id == job_id))
        self._client.rewind_workflow(
            job_id, start_step=start, queue_name=durable.QUEUE, application_version=durable.VERSION
        )

    def wait(
        self,
        job_ids: Iterable[str],
        timeout: float | None = None,
        on_progress: Callable[[Sequence[JobStatus]], None] | None = None,
    ) -> list[JobStatus]:
        """Wait until every job has ended or `timeout` seconds have passed; the jobs as they are then, in order.

        `on_progress` gets the jobs that have not ended, and those that just have, up to ten times a second.
        """
        ids = list(dict.fromkeys(job_ids))
        until = None if timeout is None else time.monotonic() + timeout
        known: dict[str, JobStatus] = {}
        while True:
            began = time.monotonic()
            found = self._look([each for each in ids if each not in known or not known[each].state.ended])
            known.update({each.id: each for each in found})
            if on_progress is not None and found:
                on_progress(found)
            ended = all(each in known and known[each].state.ended for each in ids)
            if ended or (until is not None and time.monotonic() >= until):
                return [known[each] for each in ids if each in known]
            # Looking at thousands takes a while; the worker needs the processor more.
            time.sleep(min(max(_LOOK_EVERY_S, 20 * (time.monotonic() - began)), _LOOK_AT_LEAST_EVERY_S))

    def forget_moments(self) -> None:
        """Cut the times of every job to the day, also of those that wait: for a copy of the database that nobody works on."""
        with self._engine.begin() as connection:
            while cut_times(connection, self._tables, ended=False):
                pass

    def is_worker_alive(self) -> bool:
        """Whether any worker has given a sign of life in the last seconds, by the database's clock."""
        with self._reader.connect() as connection:
            return bool(alive(connection, self._tables))

    @cached_property
    def _client(self) -> DBOSClient:
        from archive.jobs import durable

        return durable.client(self._engine)

    def _look(self, job_ids: Sequence[str]) -> list[JobStatus]:
        found: list[JobStatus] = []
        for start in range(0, len(job_ids), _IDS_A_QUERY):
            some = job_ids[start : start + _IDS_A_QUERY]
            found += self._read(self._tables.workflows.c.workflow_uuid.in_(some))
        return found

    def _read(self, which: ColumnElement[bool], newest_first: bool = False) -> list[JobStatus]:
        query = self._select().where(which)
        if newest_first:
            query = query.order_by(self._tables.workflows.c.updated_at.desc())
        with self._reader.connect() as connection:
            return [_status(row) for row in connection.execute(query)]

    def _select(self) -> Select[Any]:
        jobs, outputs, progress = self._tables.workflows, self._tables.outputs, self._tables.progress
        return (
            select(jobs.c.workflow_uuid, jobs.c.name, jobs.c.status, jobs.c.recovery_attempts)
            .add_columns(outputs.c.error, progress.c.done, progress.c.total, progress.c.words)
            .add_columns(progress.c.postponed)
            .select_from(jobs)
            .outerjoin(outputs, outputs.c.workflow_uuid == jobs.c.workflow_uuid)
            .outerjoin(progress, progress.c.job_id == jobs.c.workflow_uuid)
        )


def _status(row: Any) -> JobStatus:
    state = state_of(row.status)
    return JobStatus(
        id=row.workflow_uuid,
        name=row.name,
        state=state,
        # What it is doing, or waits for, is past when it has ended.
        progress=Progress(row.done or 0, row.total or 0, "" if state.ended else row.words or ""),
        attempts=(row.recovery_attempts or 0) + (row.postponed or 0),
        failure=failure_in(row.status, row.error),
    )
