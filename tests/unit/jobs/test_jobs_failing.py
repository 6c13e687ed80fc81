"""What a worker does with a job that goes wrong."""

from __future__ import annotations

import errno
import threading
import time
from typing import TYPE_CHECKING

import pysqlite3.dbapi2
import pytest
from sqlalchemy.exc import OperationalError

from archive.jobs import Job, JobState, StepError, TransientError
from archive.jobs import job as job_module
from archive.jobs import ledger as ledger_module
from archive.models.errors import BadInputError, StorageFullError

if TYPE_CHECKING:
    from tests.unit.jobs.conftest import Bench

TRANSIENT = [
    TransientError("The scanner is away."),
    StorageFullError("There is no room left."),
    OSError(errno.ENOSPC, "No space left on device"),
    OperationalError("x", {}, pysqlite3.dbapi2.OperationalError("database is locked")),
    OperationalError("x", {}, pysqlite3.dbapi2.OperationalError("database or disk is full")),
    ConnectionRefusedError(),
]


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_module, "QUICK_WAITS_S", (0.01, 0.01, 0.01))
    monkeypatch.setattr(ledger_module, "postponement_s", lambda before: 0.1)


def test_errors_that_pass_are_waited_out_and_the_job_is_done(bench: Bench) -> None:
    left = list(TRANSIENT) * 2

    def work() -> str:
        if left:
            raise left.pop()
        return "done"

    status = bench.do("work", lambda job: job.step("work", work))

    assert status.state is JobState.DONE
    assert left == []


def test_a_job_put_off_gives_its_thread_to_others_and_says_why(bench: Bench) -> None:
    here = threading.Event()

    def scan(job: Job) -> None:
        def look() -> None:
            if not here.is_set():
                raise TransientError("The scanner is away.")

        job.step("look", look)

    scanning, other = bench.ask("scan"), bench.ask("other")
    bench.work({"scan": scan, "other": lambda job: None}, concurrency=1)
    assert bench.ended(other)[0].state is JobState.DONE
    until = time.monotonic() + 30
    while bench.jobs.status(scanning).attempts < 2 and time.monotonic() < until:
        time.sleep(0.02)
    put_off = bench.jobs.status(scanning)
    here.set()

    assert put_off.state in (JobState.WAITING, JobState.RUNNING)
    assert put_off.progress.words == "The scanner is away."
    assert bench.ended(scanning)[0].state is JobState.DONE


def test_a_transient_error_between_steps_is_waited_out_too(bench: Bench) -> None:
    left = [OSError(errno.ENOSPC, "full")]

    def work(job: Job) -> None:
        if left:
            raise left.pop()

    assert bench.do("work", work).state is JobState.DONE


def test_an_error_written_for_people_fails_the_job_at_once_in_its_own_words(bench: Bench) -> None:
    tries: list[int] = []

    def read() -> None:
        tries.append(1)
        raise BadInputError("The file is empty.", code="empty-file")

    status = bench.do("read", lambda job: job.step("read", read))

    assert (status.state, status.failure) == (JobState.FAILED, "The file is empty.")
    assert tries == [1]
    assert [each.id for each in bench.jobs.failed()] == [status.id]


def test_an_unexpected_error_is_tried_again_a_few_times_and_its_words_are_not_kept(bench: Bench) -> None:
    tries: list[int] = []

    def read() -> None:
        tries.append(1)
        raise RuntimeError("letter of Ada Example")

    status = bench.do("read", lambda job: job.step("read", read, retries=2))

    assert status.state is JobState.FAILED
    assert len(tries) == 3
    assert status.failure is not None and status.failure.startswith("RuntimeError")
    assert "Ada" not in status.failure


def test_a_result_that_is_not_json_fails_the_job(bench: Bench) -> None:
    status = bench.do("work", lambda job: job.step("look", lambda: object()))

    assert status.state is JobState.FAILED
    assert status.failure is not None and status.failure.startswith("TypeError")


def test_a_handler_may_catch_a_failed_step_and_go_on(bench: Bench) -> None:
    kept: list[tuple[str, str]] = []

    def read() -> None:
        raise BadInputError("The file is empty.", code="empty-file")

    def item(job: Job) -> None:
        try:
            job.step("read", read)
        except StepError as error:
            kept.append((error.code, str(error)))
        job.step("keep", lambda: None)

    assert bench.do("item", item).state is JobState.DONE
    assert kept == [("empty-file", "The file is empty.")]


def test_a_failed_job_is_retried_from_the_step_that_failed(bench: Bench) -> None:
    runs: list[str] = []

    def second() -> None:
        runs.append("second")
        if runs.count("second") == 1:
            raise BadInputError("Not yet.")

    def work(job: Job) -> None:
        job.step("first", lambda: runs.append("first"))
        job.step("second", second)

    status = bench.do("work", work)
    assert status.state is JobState.FAILED
    bench.jobs.retry(status.id)

    assert bench.ended(status.id)[0].state is JobState.DONE
    assert runs == ["first", "second", "second"]
    assert bench.jobs.failed() == []


def test_a_job_that_fails_outside_a_step_can_be_retried_without_repeating_its_steps(bench: Bench) -> None:
    runs: list[str] = []

    def work(job: Job) -> None:
        job.step("first", lambda: runs.append("first"))
        runs.append("between")
        if runs.count("between") == 1:
            raise RuntimeError

    status = bench.do("work", work)
    assert status.state is JobState.FAILED
    bench.jobs.retry(status.id)

    assert bench.ended(status.id)[0].state is JobState.DONE
    assert runs == ["first", "between", "between"]


def test_a_running_job_that_is_cancelled_stops_before_its_next_step(bench: Bench) -> None:
    begun, go_on = threading.Event(), threading.Event()
    after: list[int] = []

    def work(job: Job) -> None:
        begun.set()
        job.step("first", lambda: go_on.wait(30))
        job.step("second", lambda: after.append(1))

    job_id, other = bench.ask("work"), bench.ask("other")
    bench.work({"work": work, "other": lambda job: None}, concurrency=1)
    assert begun.wait(30)
    bench.jobs.cancel(None, job_id)
    go_on.set()

    assert bench.ended(other)[0].state is JobState.DONE
    assert bench.jobs.status(job_id).state is JobState.CANCELLED
    assert after == []


def test_a_cancelled_job_stops_where_it_tells_its_progress(bench: Bench) -> None:
    begun, ended = threading.Event(), threading.Event()

    def work(job: Job) -> None:
        try:
            begun.set()
            until = time.monotonic() + 30
            while time.monotonic() < until:
                job.progress(1)
                time.sleep(0.02)
        finally:
            ended.set()

    job_id = bench.ask("work")
    bench.work({"work": work})
    assert begun.wait(30)
    bench.jobs.cancel(None, job_id)

    assert ended.wait(10)
    assert bench.jobs.status(job_id).state is JobState.CANCELLED


def test_a_job_whose_steps_were_changed_by_an_upgrade_begins_again(bench: Bench) -> None:
    runs: list[str] = []
    in_second, stopping = threading.Event(), threading.Event()

    def old(job: Job) -> None:
        job.step("first", lambda: runs.append("old first"))
        in_second.set()
        job.step("second", lambda: stopping.wait(30))
        job.step("third", lambda: None)

    def new(job: Job) -> None:
        job.step("zeroth", lambda: runs.append("new zeroth"))
        job.step("first", lambda: runs.append("new first"))

    job_id = bench.ask("work")
    worker = bench.work({"work": old})
    assert in_second.wait(30)
    threading.Timer(0.3, stopping.set).start()
    worker.stop(30)
    bench.work({"work": new})

    assert bench.ended(job_id)[0].state is JobState.DONE
    assert runs == ["old first", "new zeroth", "new first"]
