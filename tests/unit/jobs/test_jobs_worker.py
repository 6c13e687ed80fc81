"""What a worker does with a job that goes well."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from archive.jobs import Job, JobState, Periodic, Schedule, SlotTakenError

if TYPE_CHECKING:
    from tests.unit.jobs.conftest import Bench


def test_a_job_gets_its_arguments_and_runs_its_steps_in_order(bench: Bench) -> None:
    seen: list[object] = []

    def greet(job: Job, name: str, more: dict[str, int]) -> None:
        words = job.step("write", lambda: {"words": f"Hello {name}"})
        job.step("send", lambda: seen.append((words, more)))

    status = bench.do("greet", greet, "Ada", {"n": 1})

    assert status.state is JobState.DONE
    assert seen == [({"words": "Hello Ada"}, {"n": 1})]
    assert bench.jobs.pending_count() == 0


def test_as_many_jobs_run_at_once_as_there_are_threads(bench: Bench) -> None:
    all_here = threading.Barrier(3)
    ids = [bench.ask("meet", key=str(n)) for n in range(3)]

    bench.work({"meet": lambda job: all_here.wait(30) and None}, concurrency=3)

    assert {each.state for each in bench.ended(*ids)} == {JobState.DONE}


def test_files_go_before_items_and_items_before_upkeep(bench: Bench) -> None:
    order: list[str] = []
    queues = ["upkeep", "items", "files"]
    ids = [bench.ask("note", queue, key=queue, queue=queue) for queue in queues]

    bench.work({"note": lambda job, queue: order.append(queue)}, concurrency=1)
    bench.ended(*ids)

    assert order == ["files", "items", "upkeep"]


def test_a_delayed_job_waits_for_its_time(bench: Bench) -> None:
    begun: list[float] = []
    asked = time.time()
    job_id = bench.ask("later", delay_s=1.5)

    bench.work({"later": lambda job: begun.append(time.time())})
    bench.ended(job_id)

    assert begun[0] >= asked + 1.5


def test_progress_is_seen_while_the_job_runs(bench: Bench) -> None:
    seen, go_on = threading.Event(), threading.Event()

    def count(job: Job) -> None:
        time.sleep(0.4)
        job.progress(3, 10, "counting")
        seen.set()
        go_on.wait(30)

    job_id = bench.ask("count")
    bench.work({"count": count})
    assert seen.wait(30)
    status = bench.jobs.status(job_id)
    go_on.set()

    assert status.state is JobState.RUNNING
    assert (status.progress.done, status.progress.total, status.progress.words) == (3, 10, "counting")
    assert bench.jobs.is_worker_alive()


def test_a_job_that_nobody_knows_how_to_do_fails_and_says_so(bench: Bench) -> None:
    job_id = bench.ask("unheard")
    bench.work({})
    [status] = bench.ended(job_id)

    assert status.state is JobState.FAILED
    assert status.failure == "No worker knows how to do unheard."


def test_a_stopped_workers_job_goes_on_after_the_step_it_was_in(bench: Bench) -> None:
    runs: list[str] = []
    in_second, stopping = threading.Event(), threading.Event()

    def second() -> None:
        runs.append("second")
        in_second.set()
        stopping.wait(30)

    def long(job: Job) -> None:
        job.step("first", lambda: runs.append("first"))
        job.step("second", second)
        job.step("third", lambda: runs.append("third"))

    job_id = bench.ask("long")
    worker = bench.work({"long": long})
    assert in_second.wait(30)
    threading.Timer(0.3, stopping.set).start()
    worker.stop(30)
    assert bench.jobs.status(job_id).state is JobState.WAITING
    assert bench.jobs.status(job_id).attempts == 0
    assert runs == ["first", "second"]

    bench.work({"long": long})
    assert bench.ended(job_id)[0].state is JobState.DONE
    assert runs == ["first", "second", "third"]


def test_a_live_slot_refuses_a_second_worker(bench: Bench) -> None:
    bench.work({}, slot="one")
    with pytest.raises(SlotTakenError, match="one"):
        bench.work({}, slot="one")


def test_a_slot_that_was_left_can_be_taken_at_once(bench: Bench) -> None:
    for _ in range(2):
        bench.work({}, slot="one")
        bench.stop()
        assert not bench.jobs.is_worker_alive()


def test_a_periodic_function_lives_on_after_an_error(bench: Bench) -> None:
    calls: list[int] = []

    def drain() -> None:
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("once")

    bench.work({}, periodic=[Periodic("drain", 0.05, drain)])
    until = time.monotonic() + 30
    while len(calls) < 3 and time.monotonic() < until:
        time.sleep(0.02)

    assert len(calls) >= 3


def test_a_schedule_asks_once_an_interval(bench: Bench) -> None:
    done: list[str] = []
    audit = Schedule("nightly", 3600.0, "audit", ("all",))
    ask_now = audit.round(bench.engine).fn

    bench.work({"audit": lambda job, what: done.append(what)}, schedules=[audit])
    ask_now()
    until = time.monotonic() + 30
    while not done and time.monotonic() < until:
        time.sleep(0.02)
    while bench.jobs.pending_count():
        time.sleep(0.02)

    assert done == ["all"] or done == ["all"] * 2  # the hour may turn in between
