"""While much waits, a worker has helpers in processes of their own; they end with it, and cost nothing when they die."""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.jobs.tables import Tables
from archive.services.opening import Archive
from archive.services.sweep import sweep
from ingest import helpers
from ingest.bulk import Report, ingest
from tests.fixtures.faults import COLLECTION, assert_whole, make_gift
from tests.fixtures.serving import command_of, descendants
from tests.fixtures.warm import Started, start

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")
HELPER = "ingest.helper_process"


@pytest.fixture
def busy(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """An archive whose worker calls one helper as soon as a few items wait."""
    monkeypatch.setattr(helpers, "MANY", 2)
    return replace(archive, settings=replace(archive.settings, worker_concurrency=2))


def give_many(archive: Archive, folder: Path, letters: int) -> Report:
    folder.mkdir()
    for number in range(letters):
        (folder / f"letter-{number:03}.txt").write_text(f"Demonstration text {number}.\n", encoding="utf-8")
    return ingest(archive, [folder], COLLECTION)


def workers_that_did_something(archive: Archive) -> set[str]:
    with archive.db.read() as session:
        jobs = Tables.of(session.get_bind().engine).workflows
        return set(session.scalars(select(jobs.c.executor_id).where(jobs.c.status == "SUCCESS")))


@pytest.mark.slow
def test_a_helper_takes_its_part_and_ends_with_its_worker(busy: Archive, tmp_path: Path) -> None:
    report = give_many(busy, tmp_path / "letters", 120)
    assert report.count("kept") == 120
    did = workers_that_did_something(busy)
    assert any("helper" in slot for slot in did), did
    assert not any(HELPER in command_of(pid) for pid in descendants(os.getpid()))


def test_nobody_is_called_for_little_work(archive: Archive, tmp_path: Path) -> None:
    give_many(archive, tmp_path / "letters", 3)
    assert not any("helper" in slot for slot in workers_that_did_something(archive))


def test_a_helper_that_is_killed_loses_nothing(busy: Archive, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from tests.fixtures.faults import *; from ingest import helpers;"
        "from ingest.bulk import ingest; from dataclasses import replace; helpers.MANY = 2;"
        "archive = open_home(Path(sys.argv[1]));"
        "archive = replace(archive, settings=replace(archive.settings, worker_concurrency=2));"
        "ingest(archive, [Path(one) for one in sys.argv[2:]], COLLECTION, publish=True)"
    )
    gifts = [make_gift(tmp_path / "gifts", number) for number in range(1, 25)]
    folders = [str(gift.folder) for gift in gifts]
    giving = start(program, busy.settings.home, *folders, stdout=1, stderr=2)
    helper = helper_of(giving)
    time.sleep(2.0)
    os.kill(helper, signal.SIGKILL)
    assert giving.wait(180) == 0
    # What its reader was making is the sweep's part, which a worker does at intervals: here once it is over.
    sweep(busy)
    assert_whole(busy, gifts, withdrawn=False)


def test_a_helper_does_not_outlive_a_worker_that_is_killed(busy: Archive, tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from tests.fixtures.faults import *;"
        "from ingest.helpers import Helpers;"
        "helpers = Helpers(open_home(Path(sys.argv[1])), 'dying'); helpers._start(); time.sleep(60)"
    )
    dying = start(program, busy.settings.home, stdout=1, stderr=2)
    helper = helper_of(dying)
    dying.kill()
    until = time.monotonic() + 30
    while HELPER in command_of(helper) and time.monotonic() < until:
        time.sleep(0.1)
    assert HELPER not in command_of(helper)


def helper_of(process: Started) -> int:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for pid in descendants(process.pid):
            if HELPER in command_of(pid):
                return pid
        time.sleep(0.05)
    raise AssertionError("no helper was called")
