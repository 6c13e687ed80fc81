"""What workers do for the good of all: bury the dead, find what lies about, forget what is done."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from archive.jobs import Job, JobState, SlotTakenError, durable, rounds
from archive.jobs.heartbeat import Heartbeat, machine, process
from archive.jobs.ledger import DAY_MS, TIMES, Ledger, cut_times, forget_old
from archive.jobs.tables import Tables

if TYPE_CHECKING:
    from tests.unit.jobs.conftest import Bench


def heartbeat(bench: Bench, slot: str) -> Heartbeat:
    tables = Tables.of(bench.engine)
    return Heartbeat(bench.engine, tables, Ledger(bench.engine, tables, durable.QUEUE), slot)


def change_slot(bench: Bench, slot: str, **values: Any) -> None:
    slots = Tables.of(bench.engine).slots
    with bench.engine.begin() as connection:
        connection.execute(update(slots).where(slots.c.slot == slot).values(**values))


def change_job(bench: Bench, job_id: str, **values: Any) -> None:
    jobs = Tables.of(bench.engine).workflows
    with bench.engine.begin() as connection:
        connection.execute(update(jobs).where(jobs.c.workflow_uuid == job_id).values(**values))


def begun_by(bench: Bench, slot: str) -> str:
    """A job that counts as running on `slot`; no worker ever sees it waiting."""
    jobs = Tables.of(bench.engine).workflows
    running = {"status": "PENDING", "executor_id": slot, "owner_xid": "x", "started_at_epoch_ms": 1}
    with Session(bench.engine) as session, session.begin():
        job_id = bench.jobs.enqueue(session, "work", key="1")
        session.execute(update(jobs).where(jobs.c.workflow_uuid == job_id).values(**running))
    return job_id


def an_ended_process() -> str:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    name = process(child.pid)
    child.communicate(b"\n")
    assert name is not None
    return name


def test_a_worker_elsewhere_holds_its_slot_until_it_has_been_silent_for_long(bench: Bench) -> None:
    heartbeat(bench, "one").take()
    change_slot(bench, "one", machine="elsewhere", process="1@1")
    with pytest.raises(SlotTakenError):
        heartbeat(bench, "one").take()
    assert bench.jobs.is_worker_alive()

    change_slot(bench, "one", beat_ms=0)
    assert not bench.jobs.is_worker_alive()
    heartbeat(bench, "one").take()


def test_a_worker_killed_on_this_machine_frees_its_slot_at_once(bench: Bench) -> None:
    heartbeat(bench, "one").take()
    change_slot(bench, "one", machine=machine(), process=an_ended_process())

    assert not bench.jobs.is_worker_alive()
    heartbeat(bench, "one").take()


def test_a_process_that_reuses_the_number_of_a_dead_worker_is_told_apart(bench: Bench) -> None:
    heartbeat(bench, "one").take()
    number = process(1)
    assert number is not None
    change_slot(bench, "one", process="1@0")

    heartbeat(bench, "one").take()


def test_the_work_of_a_dead_worker_is_taken_up_by_a_living_one(bench: Bench) -> None:
    heartbeat(bench, "dead").take()
    job_id = begun_by(bench, "dead")
    change_slot(bench, "dead", machine="elsewhere", beat_ms=0)

    assert heartbeat(bench, "alive").bury_the_dead() == 1
    assert bench.jobs.status(job_id).state is JobState.WAITING

    bench.work({"work": lambda job: None}, slot="alive")
    assert bench.ended(job_id)[0].state is JobState.DONE


def test_the_work_of_a_living_worker_is_left_alone(bench: Bench) -> None:
    heartbeat(bench, "other").take()
    job_id = begun_by(bench, "other")

    assert heartbeat(bench, "one").bury_the_dead() == 0
    assert bench.jobs.status(job_id).state is JobState.RUNNING


def test_a_worker_thought_dead_notices_and_takes_its_slot_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "BEAT_EVERY_S", 0.05)
    bench.work({}, slot="one")
    change_slot(bench, "one", machine="elsewhere", process="1@1", beat_ms=0)
    heartbeat(bench, "two").bury_the_dead()

    until = time.monotonic() + 30
    while not bench.jobs.is_worker_alive() and time.monotonic() < until:
        time.sleep(0.02)
    assert bench.jobs.is_worker_alive()


def test_a_job_that_nobody_runs_any_more_is_found_and_done(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "SWEEP_EVERY_S", 0.05)
    bench.work({"work": lambda job: None}, slot="one")

    job_id = begun_by(bench, "one")

    assert bench.ended(job_id)[0].state is JobState.DONE


def test_a_job_of_a_slot_that_does_not_exist_is_found_and_done(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "SWEEP_EVERY_S", 0.05)
    job_id = begun_by(bench, "nowhere")
    change_job(bench, job_id, updated_at=0)

    bench.work({"work": lambda job: None}, slot="one")

    assert bench.ended(job_id)[0].state is JobState.DONE


def test_a_job_that_is_being_run_is_not_swept_up(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "SWEEP_EVERY_S", 0.02)
    runs: list[int] = []

    def work(job: Job) -> None:
        job.step("long", lambda: runs.append(1) or time.sleep(0.6))  # type: ignore[func-returns-value]

    assert bench.do("work", work).state is JobState.DONE
    assert runs == [1]


def test_what_was_done_long_ago_is_forgotten_and_what_failed_is_not(bench: Bench) -> None:
    def work(job: Job, fail: bool) -> None:
        job.step("work", lambda: 1 // (not fail), retries=0)

    ids = [bench.ask("work", fail, key=str(fail)) for fail in (False, True)]
    bench.work({"work": work})
    bench.ended(*ids)
    waiting = bench.ask("unheard", key="x", delay_s=600.0)
    tables = Tables.of(bench.engine)

    with bench.engine.begin() as connection:
        assert forget_old(connection, tables, older_than_ms=60_000) == 0
        assert forget_old(connection, tables, older_than_ms=-1_000) == 1
        left = [
            connection.execute(select(func.count()).select_from(each)).scalar_one()
            for each in (tables.workflows, tables.inputs, tables.outputs, tables.steps)
        ]

    assert [each.id for each in bench.jobs.failed()] == [ids[1]]
    assert bench.jobs.status(waiting).state is JobState.WAITING
    assert left == [2, 2, 1, 1]


def test_a_worker_forgets_by_itself(bench: Bench) -> None:
    job_id = bench.ask("work")
    bench.work({"work": lambda job: None}, keep_done_s=0.1)
    until = time.monotonic() + 30
    while time.monotonic() < until and bench.jobs.wait([job_id], 0):
        time.sleep(0.05)

    assert bench.jobs.wait([job_id], 0) == []


def test_a_death_is_laid_to_the_jobs_that_had_begun_and_to_no_other(bench: Bench) -> None:
    tables = Tables.of(bench.engine)
    ledger = Ledger(bench.engine, tables, durable.QUEUE)
    ids = [bench.ask("work", key=str(number)) for number in range(3)]

    def die(*begun: str) -> list[int]:
        assert sorted(ledger.claim("one", "token", 2)) == ids[:2]
        for each in begun:
            ledger.suspect(each, "token")
        with bench.engine.begin() as connection:
            ledger.inherit(connection, ["one"])
        return [bench.jobs.status(each).attempts for each in ids]

    assert die() == [1, 1, 0], "both were fresh, so both had begun"
    assert die(ids[0]) == [2, 1, 0], "the other waited for its turn"
    ledger.claim("one", "token", 2)
    ledger.clear(ids[0], "token")
    assert bench.jobs.status(ids[0]).attempts == 0


def test_of_a_job_that_ended_only_the_day_is_remembered(bench: Bench) -> None:
    def work(job: Job) -> None:
        job.step("one", lambda: None)

    done = bench.ask("work")
    bench.work({"work": work})
    bench.ended(done)
    bench.stop()
    waiting = bench.ask("work", key="later")
    tables = Tables.of(bench.engine)
    with bench.engine.begin() as connection:
        cut_times(connection, tables)
    with bench.engine.connect() as connection:
        moments = [
            value
            for each in (tables.workflows, tables.inputs, tables.outputs, tables.steps)
            for row in connection.execute(select(each).where(each.c.workflow_uuid == done)).mappings()
            for name, value in row.items()
            if name in TIMES and value is not None
        ]
        kept = select(tables.workflows.c.created_at).where(tables.workflows.c.workflow_uuid == waiting)
        assert connection.execute(kept).scalar_one() % DAY_MS != 0, (
            "one that waits keeps its place in the queue"
        )
    assert len(moments) >= 4
    assert all(value % DAY_MS == 0 for value in moments)
