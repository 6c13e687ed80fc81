"""A full disk stops jobs for a while and fails none."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from archive.jobs import Job, Jobs, JobState, Worker, durable, rounds
from archive.jobs import job as job_module
from archive.jobs import ledger as ledger_module
from archive.models.database import open_engine

_PAGE = 4096

pytestmark = pytest.mark.sqlite("its largest size stands for a full disk")


def limited(engine: Engine, pages: Callable[[], int]) -> Engine:
    """The engine on a database that may not grow beyond `pages`: SQLite then says what it says on a full disk."""

    def limit(connection: Any, _record: object, _proxy: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages()}")

    event.listen(engine, "checkout", limit)
    return engine


def test_jobs_stand_still_on_a_full_disk_and_go_on_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "SWEEP_EVERY_S", 0.1)
    monkeypatch.setattr(job_module, "QUICK_WAITS_S", (0.01,))
    monkeypatch.setattr(ledger_module, "postponement_s", lambda before: 0.2)
    room = {"pages": 1_000_000}
    usual = durable.bookkeeping_engine
    monkeypatch.setattr(
        durable, "bookkeeping_engine", lambda engine: limited(usual(engine), lambda: room["pages"])
    )
    path = tmp_path / "archive.db"
    engine = open_engine(f"sqlite:///{path}")
    jobs = Jobs(engine)
    jobs.migrate()

    def fill(job: Job) -> None:
        for number in range(4):
            job.step(f"part {number}", lambda: "x" * 200_000)

    with Session(engine) as session, session.begin():
        ids = [jobs.enqueue(session, "fill", key=str(number)) for number in range(4)]
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    room["pages"] = path.stat().st_size // _PAGE + 200
    with Worker(engine, {"fill": fill}, concurrency=2, slot="one"):
        time.sleep(2.0)
        while_full = jobs.wait(ids, 0)
        room["pages"] = 1_000_000
        ended = jobs.wait(ids, 60)
    engine.dispose()

    assert any(not each.state.ended for each in while_full)
    assert not any(each.state is JobState.FAILED for each in while_full)
    assert {each.state for each in ended} == {JobState.DONE}
