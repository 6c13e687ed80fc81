"""What a worker writes about its jobs beside what the engine writes: deaths, progress, putting off, handing back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Executable,
    bindparam,
    case,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from archive.jobs.retrying import postponement_s
from archive.jobs.tables import Tables, upsert

_IN_QUEUE: dict[str, Any] = {"status": "ENQUEUED", "owner_xid": None, "started_at_epoch_ms": None}


class Ledger:
    """Notes on the jobs of one slot. Each change is one transaction and touches only jobs still owned."""

    def __init__(self, engine: Engine, tables: Tables, queue: str) -> None:
        self._engine = engine
        self._tables = tables
        self._jobs = tables.workflows.c
        self._queue = queue
        # Built once: one is asked twenty times a second, the others once or twice a job.
        self._waiting = (
            select(self._jobs.workflow_uuid)
            .where(self._jobs.queue_name == queue, self._jobs.status == "ENQUEUED")
            # SQLite uses its index of jobs in flight only when told in the same words.
            .where(text("status IN ('ENQUEUED', 'PENDING')"))
            .limit(1)
        )
        self._claim = self._claiming(queue)
        self._owned = select(self._jobs.owner_xid, self._jobs.recovery_attempts).where(
            self._jobs.workflow_uuid == bindparam("job")
        )

    def is_anything_waiting(self) -> bool:
        """Whether a job could be claimed: one cheap look, so that an idle worker costs next to nothing."""
        with self._engine.connect() as connection:
            return connection.execute(self._waiting).first() is not None

    def claim(self, slot: str, token: str, room: int) -> list[str]:
        """Take up to `room` waiting jobs for `slot` in one statement; their ids, the most pressing first.

        Like the engine's own claim, except that it counts deaths rather than starts, and costs half as much.
        """
        with self._engine.begin() as connection:
            taken = connection.execute(self._claim, {"slot": slot, "token": token, "room": room}).all()
        return [row.workflow_uuid for row in sorted(taken, key=lambda row: (row.priority, row.created_at))]

    def begin(self, job_id: str) -> tuple[str, int]:
        """The token this run owns the job by, and how many workers died on it since it last got on."""
        with self._engine.connect() as connection:
            owner, deaths = connection.execute(self._owned, {"job": job_id}).one()
        return owner, deaths

    def suspect(self, job_id: str, owner: str) -> None:
        """From now on a death of the worker is laid to this job too."""
        with self._engine.begin() as connection:
            self._change(connection, job_id, owner, started_at_epoch_ms=self._tables.now_ms)

    def clear(self, job_id: str, owner: str) -> None:
        """The job got on: forget the deaths."""
        with self._engine.begin() as connection:
            self._change(connection, job_id, owner, recovery_attempts=0)

    def tell(self, job_id: str, owner: str, done: int, total: int, words: str) -> bool:
        """Write down how far the job is; False when it is no longer this run's (cancelled, handed on)."""
        with self._engine.begin() as connection:
            if not self._change(connection, job_id, owner, updated_at=self._tables.now_ms):
                return False
            values = {"job_id": job_id, "done": done, "total": total, "words": words}
            upsert(connection, self._tables.progress, "job_id", values)
        return True

    def postpone(self, job_id: str, owner: str, words: str) -> None:
        """Give the job back, to be taken up after a pause that grows each time; its deaths are forgotten."""
        rows = self._tables.progress.c
        with self._engine.begin() as connection:
            before = connection.execute(select(rows.postponed).where(rows.job_id == job_id)).scalar() or 0
            later = self._tables.now_ms + int(postponement_s(before) * 1000)
            values = {"job_id": job_id, "words": words, "postponed": before + 1}
            upsert(connection, self._tables.progress, "job_id", values)
            waiting = {
                **_IN_QUEUE,
                "status": "DELAYED",
                "recovery_attempts": 0,
                "delay_until_epoch_ms": later,
            }
            self._change(connection, job_id, owner, **waiting)

    def begin_again(self, job_id: str, owner: str) -> None:
        """Forget the job's recorded steps and put it back in the queue."""
        steps = self._tables.steps
        with self._engine.begin() as connection:
            if self._change(connection, job_id, owner, **_IN_QUEUE, recovery_attempts=0):
                connection.execute(delete(steps).where(steps.c.workflow_uuid == job_id))

    def running_as(self, slot: str) -> set[str]:
        """Ids of the jobs that count as running on `slot`."""
        query = select(self._jobs.workflow_uuid).where(*self._held_by([slot]))
        with self._engine.connect() as connection:
            return set(connection.execute(query).scalars())

    def put_back(self, job_ids: Collection[str], slot: str) -> int:
        """Return jobs of `slot` that nobody runs to the queue."""
        change = (
            update(self._tables.workflows)
            .where(*self._held_by([slot]), self._jobs.workflow_uuid.in_(list(job_ids)))
            .values(**_IN_QUEUE, updated_at=self._tables.now_ms)
        )
        with self._engine.begin() as connection:
            return connection.execute(change).rowcount

    def put_back_ownerless(self, older_than_ms: int) -> int:
        """Return jobs to the queue that count as running on a slot that does not exist (any more)."""
        jobs, slots = self._jobs, self._tables.slots.c
        known = select(slots.slot).where(slots.slot == jobs.executor_id).exists()
        change = (
            update(self._tables.workflows)
            .where(jobs.queue_name == self._queue, jobs.status == "PENDING", ~known)
            .where(jobs.updated_at < self._tables.now_ms - older_than_ms)
            .values(**_IN_QUEUE, updated_at=self._tables.now_ms)
        )
        with self._engine.begin() as connection:
            return connection.execute(change).rowcount

    def inherit(self, connection: Connection, slots: Sequence[str]) -> int:
        """Return everything that dead `slots` held to the queue, in the caller's transaction.

        The death is laid to the jobs that had begun, not to those that waited for others to be cleared.
        """
        jobs = self._jobs
        had_begun = jobs.started_at_epoch_ms.is_not(None)
        deaths = case((had_begun, jobs.recovery_attempts + 1), else_=jobs.recovery_attempts)
        change = (
            update(self._tables.workflows)
            .where(*self._held_by(slots))
            .values(**_IN_QUEUE, recovery_attempts=deaths, updated_at=self._tables.now_ms)
        )
        return connection.execute(change).rowcount

    def _claiming(self, queue: str) -> Executable:
        jobs, now_ms = self._jobs, self._tables.now_ms
        waiting = (
            select(jobs.workflow_uuid)
            .where(jobs.queue_name == queue, jobs.status == "ENQUEUED")
            .where(text("status IN ('ENQUEUED', 'PENDING')"))
            .order_by(jobs.priority, jobs.created_at)
            .limit(bindparam("room"))
            .with_for_update(skip_locked=True)
            # A CTE, because PostgreSQL may run a subquery that locks more than once.
            .cte("next_jobs")
        )
        return (
            update(self._tables.workflows)
            .where(jobs.workflow_uuid.in_(select(waiting.c.workflow_uuid)), jobs.status == "ENQUEUED")
            .values(status="PENDING", executor_id=bindparam("slot"), owner_xid=bindparam("token"))
            # One that a worker died on has not begun before its turn in quarantine.
            .values(started_at_epoch_ms=case((jobs.recovery_attempts == 0, now_ms), else_=None))
            .values(updated_at=now_ms)
            .returning(jobs.workflow_uuid, jobs.priority, jobs.created_at)
        )

    def _held_by(self, slots: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
        jobs = self._jobs
        return jobs.queue_name == self._queue, jobs.status == "PENDING", jobs.executor_id.in_(slots)

    def _change(self, connection: Connection, job_id: str, owner: str, **values: Any) -> bool:
        jobs = self._jobs
        owned = (jobs.workflow_uuid == job_id, jobs.owner_xid == owner, jobs.status == "PENDING")
        return connection.execute(update(self._tables.workflows).where(*owned).values(**values)).rowcount == 1


DAY_MS = 86_400_000
TIMES = (
    "created_at",
    "updated_at",
    "completed_at",
    "started_at_epoch_ms",
    "completed_at_epoch_ms",
    "retention_timestamp",
)


def cut_times(connection: Connection, tables: Tables, at_most: int = 500, *, ended: bool = True) -> int:
    """Cut the times of ended jobs to the day: the engine keeps them to the millisecond, and a job begins when
    somebody gives something. Returns how many there were. Without `ended` those that wait or run are meant too."""
    jobs = tables.workflows.c
    which = select(jobs.workflow_uuid).where(jobs.updated_at % DAY_MS != 0).limit(at_most)
    if ended:
        which = which.where(jobs.status.in_(("SUCCESS", "CANCELLED", "ERROR")))
    ids = list(connection.execute(which).scalars())
    for each in (tables.workflows, tables.inputs, tables.outputs, tables.steps) if ids else ():
        cut = {name: each.c[name] - each.c[name] % DAY_MS for name in TIMES if name in each.c}
        connection.execute(update(each).where(each.c.workflow_uuid.in_(ids)).values(cut))
    return len(ids)


def forget_old(connection: Connection, tables: Tables, older_than_ms: int, at_most: int = 500) -> int:
    """Delete jobs done or cancelled longer ago than `older_than_ms`; failed ones stay until somebody looks."""
    jobs = tables.workflows.c
    old = (
        select(jobs.workflow_uuid)
        .where(jobs.status.in_(("SUCCESS", "CANCELLED")))
        .where(func.coalesce(jobs.completed_at, jobs.updated_at) < tables.now_ms - older_than_ms)
        .limit(at_most)
    )
    gone = delete(tables.workflows).where(jobs.workflow_uuid.in_(old)).returning(jobs.workflow_uuid)
    ids = list(connection.execute(gone).scalars())
    for each in (tables.inputs, tables.outputs, tables.steps):
        connection.execute(delete(each).where(each.c.workflow_uuid.in_(ids)))
    connection.execute(delete(tables.progress).where(tables.progress.c.job_id.in_(ids)))
    return len(ids)
