"""Workers killed without warning: nothing is lost, nothing is done twice, no job kills workers for ever."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from archive.models.database import open_engine
from tests.fixtures.random_kills import IN_EVERY_RUN, drawn_seed
from tests.fixtures.warm import Heard

LONGEST_S = 3600

# Imports everything once and forks a worker for each life: 200 deaths in the time of a few starts.
DRIVER = """
import json, os, random, signal, sys, time
from sqlalchemy import text
from sqlalchemy.orm import Session
from archive.jobs import Jobs, Worker, durable
from archive.models.database import open_engine
from tests.fixtures.warm import Heard

plan = json.loads(sys.argv[1])
url, steps, log = plan["url"], plan["steps"], os.open(plan["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
engine = open_engine(url)
PUT = "INSERT INTO effects (job, step, token) VALUES (:job, :step, :token) ON CONFLICT DO NOTHING"


def work(engine):
    def item(job, number):
        before = ""
        for step in range(steps):
            before = job.step(f"step{step}", effect, job.id, step, before)
        return before

    def effect(job_id, step, before):
        token = f"{os.getpid()}.{random.getrandbits(32):x}"
        os.write(log, f"{json.dumps([job_id, step, before, token])}\\n".encode())
        time.sleep(random.uniform(0.0, plan["step_s"]))
        with engine.begin() as connection:
            connection.execute(text(PUT), {"job": job_id, "step": step, "token": token})
        return token

    def poison(job):
        job.step("fall", lambda: os.kill(os.getpid(), signal.SIGKILL))

    return {"item": item, "poison": poison}


def live(slot):
    engine = open_engine(url)
    Worker(engine, work(engine), concurrency=plan["threads"], slot=slot, deaths_allowed=plan["deaths_allowed"]).start()
    while True:
        time.sleep(60)


def birth(slot):
    # A connection to SQLite must not be carried over a fork.
    engine.dispose()
    pid = os.fork()
    if pid == 0:
        try:
            live(slot)
        finally:
            os._exit(70)
    return pid


def main():
    chance = random.Random(plan["seed"])
    jobs = Jobs(engine)
    jobs.migrate()
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE effects (job text, step int, token text, PRIMARY KEY (job, step))"))
    with Session(engine) as session, session.begin():
        ids = [jobs.enqueue(session, "poison", key=str(n), queue="files") for n in range(plan["poison"])]
    given = 0

    def give(number):
        nonlocal given
        with Session(engine) as session, session.begin():
            ids.extend(jobs.enqueue(session, "item", n, key=str(n)) for n in range(given, given + number))
        given += number

    give(plan["jobs"])
    deaths = in_work = 0
    pid = birth("slot")
    until = time.monotonic() + plan["within_s"]
    while time.monotonic() < until:
        if deaths < plan["kills"]:
            # However fast the machine is, there is work for a whole life.
            if jobs.pending_count() < plan["threads"] * 10:
                give(plan["threads"] * 10)
            time.sleep(chance.uniform(0.0, plan["life_s"]))
            in_work += jobs.pending_count() > 0
            os.kill(pid, signal.SIGKILL)
        ended, status = os.waitpid(pid, 0 if deaths < plan["kills"] else os.WNOHANG)
        if ended:
            assert os.WIFSIGNALED(status), status
            deaths += 1
            pid = birth(plan["slots"][deaths % len(plan["slots"])])
        elif all(each.state.ended for each in jobs.wait(ids, 0.2)):
            break
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    states = {each.id: each.state for each in jobs.wait(ids, 0)}
    print(json.dumps({"deaths": deaths, "in_work": in_work, "states": states, "failed": {each.id: each.failure for each in jobs.failed()}}))


main()
"""


def drive(tmp_path: Path, url: str, **changes: Any) -> tuple[dict[str, Any], list[list[Any]]]:
    plan: dict[str, Any] = {
        "url": url,
        "log": str(tmp_path / "runs.jsonl"),
        "seed": 1,
        "jobs": 60,
        "poison": 0,
        "steps": 3,
        "step_s": 0.1,
        "threads": 3,
        "kills": 30,
        "life_s": 0.5,
        "slots": ["slot"],
        # Killed this fast from outside, a job seldom gets a step done: that it is not to blame cannot be told.
        "deaths_allowed": 1_000,
        "within_s": 240.0,
    }
    done = Heard(DRIVER, json.dumps({**plan, **changes})).ended(LONGEST_S)
    assert done.returncode == 0, done.stderr[-4000:]
    runs = [json.loads(line) for line in Path(plan["log"]).read_text(encoding="ascii").splitlines()]
    return json.loads(done.stdout.splitlines()[-1]), runs


def effects(url: str) -> list[tuple[str, int, str]]:
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text("SELECT job, step, token FROM effects"))]
    finally:
        engine.dispose()


def assert_nothing_lost_or_doubled(
    url: str, result: dict[str, Any], runs: list[list[Any]], at_least: int
) -> None:
    items = {job: state for job, state in result["states"].items() if job.startswith("item/")}
    assert len(items) >= at_least
    assert Counter(items.values()) == {"done": len(items)}
    assert len(effects(url)) == len(items) * 3
    furthest: dict[str, int] = {}
    for job, step, before, _ in runs:
        # A step whose result was kept is not run again: no run of a job ever goes back.
        assert step >= furthest.get(job, 0), (job, step)
        furthest[job] = step
        assert bool(before) == (step > 0)
    repeated = sum(count - 1 for count in Counter((job, step) for job, step, *_ in runs).values())
    assert repeated <= result["deaths"] * 3


def test_killed_at_random_moments_no_job_is_lost_and_no_step_done_twice(
    tmp_path: Path, database_url: str
) -> None:
    kills = IN_EVERY_RUN["jobs"]
    result, runs = drive(tmp_path, database_url, slots=["slot", "other"], kills=kills, seed=drawn_seed())

    assert result["deaths"] == kills
    assert result["in_work"] == kills
    assert_nothing_lost_or_doubled(database_url, result, runs, at_least=60)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_killed_hundreds_of_times_no_job_is_lost(tmp_path: Path, database_url: str, seed: int) -> None:
    result, runs = drive(tmp_path, database_url, seed=seed, kills=200, jobs=300, within_s=900.0)

    assert_nothing_lost_or_doubled(database_url, result, runs, at_least=300)


def test_a_job_that_kills_its_worker_each_time_is_given_up_and_harms_no_other(
    tmp_path: Path, database_url: str
) -> None:
    result, runs = drive(tmp_path, database_url, poison=2, jobs=12, kills=0, step_s=0.3, deaths_allowed=3)

    poisoned = {job: state for job, state in result["states"].items() if job.startswith("poison/")}
    assert Counter(poisoned.values()) == {"failed": 2}
    assert result["failed"] == dict.fromkeys(poisoned, "The worker died each time it tried this.")
    assert result["deaths"] <= 8
    assert_nothing_lost_or_doubled(database_url, result, runs, at_least=12)
