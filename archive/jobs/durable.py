"""The engine room: the only module that imports dbos, and how it is set up (pinned, JSON, silent, offline).

It costs about a second to import, so the rest of the room imports it when it is first needed.
What it takes from inside dbos is pinned by tests/unit/jobs/test_jobs_engine.py.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions, Serializer
from dbos._core import execute_dequeued_workflow
from dbos._error import (
    DBOSUnexpectedStepError,
    DBOSWorkflowCancelledError,
    DBOSWorkflowConflictIDError,
    MaxRecoveryAttemptsExceededError,
)
from dbos._utils import GlobalParams
from sqlalchemy import Engine, event

from archive.jobs.states import StepError
from archive.models.database import use_write_ahead_log

__all__ = [
    "DBOS",
    "DBOSUnexpectedStepError",
    "DBOSWorkflowCancelledError",
    "DBOSWorkflowConflictIDError",
    "EnqueueOptions",
]

APPLICATION = "remembrance"
# Never the engine's default, a hash of the code: with it every job waiting at an upgrade would wait for ever.
VERSION = "1"
QUEUE = "remembrance"
BUSY_TIMEOUT_MS = 30_000


class JsonSerializer(Serializer):
    """Everything the engine stores is JSON: no pickle, so that a database cannot carry code."""

    def serialize(self, data: Any) -> str:
        """JSON of a value, or of an error as its code and sentence alone."""
        if isinstance(data, StepError):
            return json.dumps({"error": data.as_json()})
        if isinstance(data, BaseException):
            return json.dumps({"error": {"code": "engine", "sentence": type(data).__name__}})
        return json.dumps(data, ensure_ascii=False, separators=(",", ":"))

    def deserialize(self, serialized_data: str) -> Any:
        """The value, or the error as `StepError`."""
        value = json.loads(serialized_data)
        if isinstance(value, dict) and value.keys() == {"error"} and isinstance(value["error"], dict):
            return StepError(value["error"]["sentence"], code=value["error"]["code"])
        return value

    def name(self) -> str:
        """The name written beside each stored value."""
        return "json"


def bookkeeping_engine(engine: Engine) -> Engine:
    """An engine on the same database for the worker's own notes, which need not be forced to disk one by one.

    A note lost with the power is a step done again, as after any crash; and it can only be lost with every
    later commit, because both databases write one log, so what was acknowledged never depends on it.
    On SQLite the write lock is taken at the first write, so that looking for work disturbs nobody.
    """
    if engine.dialect.name == "sqlite":
        beside = sa.create_engine(
            engine.url,
            module=engine.dialect.dbapi,
            connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False},
            pool_size=16,
            max_overflow=48,
            hide_parameters=True,
        )
        event.listen(beside, "connect", _prepare_sqlite)
        return beside
    beside = sa.create_engine(engine.url, pool_pre_ping=True, hide_parameters=True, max_overflow=48)
    event.listen(beside, "connect", _prepare_postgres)
    return beside


def _prepare_sqlite(connection: Any, _entry: object) -> None:
    connection.isolation_level = "IMMEDIATE"
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    use_write_ahead_log(connection)
    for pragma in (
        "synchronous = NORMAL",
        "foreign_keys = ON",
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_postgres(connection: Any, _entry: object) -> None:
    connection.execute("SET synchronous_commit = off")
    connection.commit()


def client(engine: Engine) -> DBOSClient:
    """A client that enqueues and never runs anything; it connects when it is first used."""
    _quiet()
    return DBOSClient(
        system_database_engine=engine,
        serializer=JsonSerializer(),
        application_name=APPLICATION,
        use_listen_notify=False,
        lazy=True,
    )


def migrate(engine: Engine) -> None:
    """Create or upgrade the engine's own tables; several processes may do it at the same moment."""
    beside = bookkeeping_engine(engine)
    try:
        client(beside)._sys_db.run_migrations()
    finally:
        beside.dispose()


class Machine:
    """The running engine of one worker process: runs the jobs it is given on its threads."""

    def __init__(self, engine: Engine, slot: str, threads: int) -> None:
        _quiet()
        # The engine would take its orders from elsewhere if this were set.
        os.environ.pop("DBOS__CLOUD", None)
        GlobalParams.dbos_cloud = False
        self._engine = DBOS(config=_config(engine, slot, threads))

    def register(self, name: str, run: Callable[..., Any], deaths_allowed: int) -> None:
        """Run `run` for jobs called `name`; a job on which more workers died than allowed is given up."""
        # The engine gives up when the count is above this plus one: it counts starts, where we count deaths.
        DBOS.workflow(name=name, max_recovery_attempts=deaths_allowed - 1)(run)

    def launch(self) -> None:
        """Start; nothing is run until `execute` is called."""
        DBOS.launch()

    def rows(self, job_ids: list[str]) -> list[Any]:
        """The rows of jobs just claimed, as `execute` wants them, in the same order."""
        found = {row["workflow_uuid"]: row for row in self._engine._sys_db.get_workflow_statuses(job_ids)}
        return [found[each] for each in job_ids if each in found]

    def execute(self, token: str, row: Any) -> Future[Any] | None:
        """Run a claimed job on a thread; the future ends when its outcome is written.

        None when there is nothing to run: it was cancelled meanwhile, or it has killed its worker too often.
        """
        try:
            handle = execute_dequeued_workflow(self._engine, row, token)
        except MaxRecoveryAttemptsExceededError:
            return None
        return getattr(handle, "future", None)

    def refuse(self, token: str, job_id: str, error: StepError) -> None:
        """Record that a claimed job cannot be run here."""
        self._engine._sys_db.update_workflow_outcome(
            job_id, "ERROR", error=JsonSerializer().serialize(error), owner_xid=token
        )

    def halt(self) -> None:
        """Stop the engine and forget its registered jobs."""
        DBOS.destroy(destroy_registry=True)


def _config(engine: Engine, slot: str, threads: int) -> DBOSConfig:
    return DBOSConfig(
        name=APPLICATION,
        system_database_engine=engine,
        application_version=VERSION,
        executor_id=slot,
        serializer=JsonSerializer(),
        log_level="WARNING",
        enable_otlp=False,
        use_listen_notify=False,
        run_migrations=False,
        max_executor_threads=threads,
        # Nothing is ever sent to a running job; this is only how long stopping has to wait for the listener.
        notification_listener_polling_interval_sec=0.2,
        scheduler_polling_interval_sec=3600.0,
    )


def _quiet() -> None:
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        # With a handler in place the engine adds none of its own and leaves it to ours what is shown.
        logger.addHandler(logging.NullHandler())
        logger.addFilter(_is_not_told_already)
    logger.setLevel(logging.WARNING)


def _is_not_told_already(record: logging.LogRecord) -> bool:
    # A failed job is logged by its id where it fails; here it would come with a traceback and its words.
    return not str(record.msg).startswith("Exception encountered in background workflow")
