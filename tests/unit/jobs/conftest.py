"""A database with the tables of jobs, and workers on it that end with the test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, make_url
from sqlalchemy.orm import Session

from archive.jobs import Handler, Jobs, JobStatus, Worker
from archive.models.database import open_engine
from tests.fixtures.databases import DATABASES, postgres_database

WITHIN_S = 60.0


class Bench:
    """One database: ask for jobs, start workers, see how it ends."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.jobs = Jobs(engine)
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


def migrated(url: str) -> str:
    engine = open_engine(url)
    Jobs(engine).migrate()
    engine.dispose()
    return url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("jobs") / "archive.db"
    migrated(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_url: str) -> Iterator[str]:
    with postgres_database(postgres_url) as url:
        yield str(make_url(migrated(url)).database)


@pytest.fixture(params=DATABASES)
def jobs_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of this test's own with the tables of jobs, copied from one that was migrated once."""
    if request.param == "sqlite":
        path = shutil.copyfile(request.getfixturevalue("migrated_sqlite"), tmp_path / "archive.db")
        yield f"sqlite:///{path}"
        return
    template = request.getfixturevalue("migrated_postgres")
    with postgres_database(request.getfixturevalue("postgres_url"), template) as url:
        yield url


@pytest.fixture
def bench(jobs_url: str) -> Iterator[Bench]:
    engine = open_engine(jobs_url)
    bench = Bench(engine)
    yield bench
    bench.stop()
    engine.dispose()
