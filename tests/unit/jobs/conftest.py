"""A database with the tables of jobs, and workers on it that end with the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from archive.jobs import Handler, Jobs, JobStatus, Worker
from archive.models.database import open_engine

WITHIN_S = 60.0


class Bench:
    """One database: ask for jobs, start workers, see how it ends."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.jobs = Jobs(engine)
        self.jobs.migrate()
        self._workers: list[Worker] = []

    def ask(self, name: str, *args: Any, key: str = "1", **options: Any) -> str:
        with Session(self.engine) as session, session.begin():
            return self.jobs.enqueue(session, name, *args, key=key, **options)

    def work(self, handlers: Mapping[str, Handler], **options: Any) -> Worker:
        worker = Worker(self.engine, handlers, **{"concurrency": 2, "slot": "one", **options})
        worker.start()
        self._workers.append(worker)
        return worker

    def stop(self) -> None:
        while self._workers:
            self._workers.pop().stop(WITHIN_S)

    def ended(self, *job_ids: str) -> list[JobStatus]:
        found = self.jobs.wait(job_ids, WITHIN_S)
        assert all(each.state.ended for each in found), found
        return found

    def do(self, name: str, handler: Callable[..., Any], *args: Any) -> JobStatus:
        job_id = self.ask(name, *args)
        self.work({name: handler})
        return self.ended(job_id)[0]


@pytest.fixture
def bench(database_url: str) -> Iterator[Bench]:
    engine = open_engine(database_url)
    bench = Bench(engine)
    yield bench
    bench.stop()
    engine.dispose()
