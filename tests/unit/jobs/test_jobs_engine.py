"""The engine is pinned, keeps JSON, says nothing, goes nowhere, and is where we think it is."""

from __future__ import annotations

import inspect
import logging
import socket
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dbos
import pytest
from dbos._core import execute_dequeued_workflow
from dbos._sys_db import SystemDatabase
from sqlalchemy import text

from archive.jobs import Job, JobState, durable
from archive.jobs.tables import Tables
from archive.models.errors import BadInputError

if TYPE_CHECKING:
    from tests.unit.jobs.conftest import Bench


def parameters(function: Any) -> set[str]:
    return set(inspect.signature(function).parameters)


def test_what_is_taken_from_inside_the_engine_is_still_there() -> None:
    assert version("dbos").startswith("3.4.")
    assert {"workflow_id", "status", "error", "owner_xid"} <= parameters(
        SystemDatabase.update_workflow_outcome
    )
    assert parameters(execute_dequeued_workflow) == {"dbos", "status", "owner_xid"}
    assert "workflow_ids" in parameters(SystemDatabase.get_workflow_statuses)
    assert hasattr(dbos.DBOS, "_sys_db")


def test_asking_does_not_load_the_engine_before_it_is_needed() -> None:
    program = "import sys, archive.jobs; sys.exit('dbos' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parents[3]).returncode == 0


def test_everything_kept_is_json(bench: Bench) -> None:
    def work(job: Job, fail: bool) -> dict[str, Any]:
        job.step("look", lambda: ["é", 1, None])
        if fail:
            raise BadInputError("No.")
        return {"done": True}

    ids = [bench.ask("work", fail, key=str(fail)) for fail in (False, True)]
    bench.work({"work": work})
    bench.ended(*ids)

    schema = "dbos." if bench.engine.dialect.name == "postgresql" else ""
    with bench.engine.connect() as connection:
        kept = [
            value
            for table in ("workflow_input", "workflow_output", "operation_outputs")
            for row in connection.execute(text(f"SELECT * FROM {schema}{table}")).mappings()
            for name, value in row.items()
            if name in ("inputs", "output", "error") and value is not None
        ]
        formats = connection.execute(
            text(
                f"SELECT serialization FROM {schema}workflow_status"
                f" UNION SELECT serialization FROM {schema}operation_outputs"
            )
        )
        assert set(formats.scalars()) == {"json"}
    assert '["é",1,null]' in kept
    assert '{"error": {"code": "bad-input", "sentence": "No."}}' in kept


def test_jobs_outlive_an_upgrade_of_the_code(bench: Bench) -> None:
    job_id = bench.ask("work")
    jobs = Tables.of(bench.engine).workflows
    schema = f"{jobs.schema}." if jobs.schema else ""
    with bench.engine.connect() as connection:
        kept = connection.execute(text(f"SELECT application_version FROM {schema}workflow_status"))
        assert list(kept.scalars()) == [durable.VERSION]

    bench.work({"other": lambda job: None, "work": lambda job: None})
    assert bench.ended(job_id)[0].state is JobState.DONE


def test_the_engine_logs_no_argument_no_result_and_no_words_of_an_error(
    bench: Bench, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO)

    def work(job: Job, name: str, fail: bool) -> str:
        job.step("look", lambda: name)
        if fail:
            raise RuntimeError(name)
        return name

    ids = [bench.ask("work", "Ada Example", fail, key=str(fail)) for fail in (False, True)]
    bench.work({"work": work})
    bench.ended(*ids)
    bench.stop()

    assert "job work/True: failed (unexpected: RuntimeError)" in caplog.text
    assert "Ada" not in caplog.text
    assert [each for each in caplog.records if each.name == "dbos"] == []
    assert capfd.readouterr() == ("", "")


def test_a_worker_makes_no_connection_but_to_its_database(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBOS__CLOUD", "true")
    monkeypatch.setenv("DBOS__CONDUCTOR_URL", "wss://example.org")
    went: list[object] = []

    def connect(self: socket.socket, address: object) -> None:
        went.append(address)
        raise OSError("no network")

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: went.append(args) or [])

    assert bench.do("work", lambda job: None).state is JobState.DONE
    assert went == []
