"""Asking for work and looking at it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from archive.jobs import Jobs, JobState
from archive.models.database import open_engine
from archive.models.errors import NotFoundError


@pytest.fixture
def jobs(jobs_url: str) -> Iterator[Jobs]:
    engine = open_engine(jobs_url)
    yield Jobs(engine)
    engine.dispose()


def ask(jobs: Jobs, key: str, **options: object) -> str:
    with Session(jobs._engine) as session, session.begin():
        return jobs.enqueue(session, "greet", "Ada", key=key, **options)  # type: ignore[arg-type]


def test_a_job_asked_for_is_waiting(jobs: Jobs) -> None:
    job_id = ask(jobs, "a")

    status = jobs.status(job_id)
    assert (status.name, status.state, status.failure) == ("greet", JobState.WAITING, None)
    assert jobs.pending_count() == 1


def test_a_rollback_takes_the_job_back_with_the_row(jobs: Jobs) -> None:
    with Session(jobs._engine) as session:
        job_id = jobs.enqueue(session, "greet", key="a")
        session.rollback()

    assert jobs.pending_count() == 0
    with pytest.raises(NotFoundError):
        jobs.status(job_id)


def test_nobody_sees_the_job_before_the_commit(jobs: Jobs) -> None:
    with Session(jobs._engine) as session, session.begin():
        jobs.enqueue(session, "greet", key="a")
        assert jobs.pending_count() == 0
    assert jobs.pending_count() == 1


def test_the_same_key_twice_is_one_job(jobs: Jobs) -> None:
    assert ask(jobs, "a") == ask(jobs, "a")
    with Session(jobs._engine) as session, session.begin():
        jobs.enqueue(session, "greet", key="b")
        jobs.enqueue(session, "greet", key="b")

    assert jobs.pending_count() == 2


def test_the_same_key_under_another_name_is_another_job(jobs: Jobs) -> None:
    with Session(jobs._engine) as session, session.begin():
        assert jobs.enqueue(session, "greet", key="a") != jobs.enqueue(session, "part", key="a")


def test_a_job_needs_a_key_a_known_queue_and_arguments_that_are_json(jobs: Jobs) -> None:
    with pytest.raises(ValueError, match="key"):
        ask(jobs, "")
    with pytest.raises(ValueError, match="queue"):
        ask(jobs, "a", queue="elsewhere")
    with Session(jobs._engine) as session, pytest.raises(TypeError):
        jobs.enqueue(session, "greet", object(), key="a")


def test_a_cancelled_job_no_longer_waits(jobs: Jobs) -> None:
    first, second = ask(jobs, "a"), ask(jobs, "b", delay_s=60.0)
    jobs.cancel(None, first)
    jobs.cancel(None, second)

    assert [jobs.status(each).state for each in (first, second)] == [JobState.CANCELLED] * 2
    assert jobs.pending_count() == 0


def test_a_cancellation_is_part_of_the_callers_transaction(jobs: Jobs) -> None:
    job_id = ask(jobs, "a")
    with Session(jobs._engine) as session:
        jobs.cancel(session, job_id)
        session.rollback()
    assert jobs.status(job_id).state is JobState.WAITING

    with Session(jobs._engine) as session, session.begin():
        jobs.cancel(session, job_id)
    assert jobs.status(job_id).state is JobState.CANCELLED


def test_a_cancelled_job_can_be_asked_for_again(jobs: Jobs) -> None:
    job_id = ask(jobs, "a")
    jobs.cancel(None, job_id)
    jobs.retry(job_id)

    assert jobs.status(job_id).state is JobState.WAITING


def test_waiting_gives_up_after_its_time_and_says_how_things_stand(jobs: Jobs) -> None:
    job_id = ask(jobs, "a")
    seen: list[int] = []

    [status] = jobs.wait([job_id], timeout=0.0, on_progress=lambda found: seen.append(len(found)))

    assert status.state is JobState.WAITING
    assert seen == [1]


def test_without_a_worker_none_is_alive(jobs: Jobs) -> None:
    assert not jobs.is_worker_alive()
    assert jobs.failed() == []


def test_several_may_create_the_tables_at_once(database_url: str) -> None:
    engines = [open_engine(database_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda engine: Jobs(engine).migrate(), engines))

    schema = "dbos" if engines[0].dialect.name == "postgresql" else None
    tables = set(inspect(engines[0]).get_table_names(schema))
    assert {"workflow_status", "job_slots", "job_progress"} <= tables
    for engine in engines:
        engine.dispose()
