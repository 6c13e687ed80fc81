"""Somebody else holds the database: an ingest waits, or says so, and is whole in the end."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.cli.main import main
from archive.jobs import durable
from archive.models import database
from archive.services.opening import Archive
from archive.settings import Settings
from ingest.bulk import ingest
from tests.fixtures.faults import COLLECTION, Gift, assert_whole, make_gift, open_home

pytestmark = pytest.mark.sqlite("the one write lock of its file; PostgreSQL locks rows")

HOLDER = """
import sys, time
import pysqlite3.dbapi2 as sqlite
holding = sqlite.connect(sys.argv[1], isolation_level=None, timeout=60)
holding.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
holding.execute("COMMIT")
"""


@contextlib.contextmanager
def held(archive: Archive, seconds: float) -> Iterator[None]:
    """The database locked by another process for `seconds`, from the beginning of a `with`; waits for its end."""
    command = [sys.executable, "-c", HOLDER, str(archive.settings.home / "remembrance.db"), str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        yield


def give_while_jobs_run_is_locked(archive: Archive, gift: Gift, seconds: float) -> None:
    """Give something; the database is locked as soon as its jobs begin."""
    with contextlib.ExitStack() as locks:
        begun: list[str] = []

        def tell(phase: str, _done: int, _total: int) -> None:
            if phase == "keeping" and not begun:
                begun.append(phase)
                locks.enter_context(held(archive, seconds))

        ingest(archive, [gift.folder], COLLECTION, publish=True, progress=tell)


def run_command(monkeypatch: pytest.MonkeyPatch, settings: Settings, gift: Gift) -> int:
    monkeypatch.setenv("REMEMBRANCE_HOME", str(settings.home))
    arguments = ["ingest", str(gift.folder), "--collection", COLLECTION, "--publish", "--json"]
    monkeypatch.setattr(sys, "argv", ["remembrance", *arguments])
    with pytest.raises(SystemExit) as exit_:
        main()
    assert isinstance(exit_.value.code, int)
    return exit_.value.code


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[Archive]:
    """An archive whose connections wait half a second where they would wait thirty."""
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.5)
    monkeypatch.setattr(durable, "BUSY_TIMEOUT_MS", 500)
    opened = open_home(settings.home)
    yield opened
    opened.close()


def test_every_connection_waits_thirty_seconds_for_a_lock(archive: Archive) -> None:
    beside = durable.bookkeeping_engine(archive.db.engine)
    try:
        for engine in (archive.db.engine, beside):
            with engine.connect() as connection:
                assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() >= 30_000
    finally:
        beside.dispose()


def test_a_lock_shorter_than_patience_is_waited_out(archive: Archive, tmp_path: Path) -> None:
    gift = make_gift(tmp_path / "gifts", 1)
    with held(archive, 2.0):
        ingest(archive, [gift.folder], COLLECTION, publish=True)

    assert_whole(archive, [gift], withdrawn=False)


def test_jobs_outlast_a_lock_that_is_longer_than_patience(impatient: Archive, tmp_path: Path) -> None:
    gift = make_gift(tmp_path / "gifts", 2)

    give_while_jobs_run_is_locked(impatient, gift, 5.0)

    assert_whole(impatient, [gift], withdrawn=False)


def test_a_command_that_cannot_wait_says_so_and_is_completed_when_run_again(
    impatient: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gift = make_gift(tmp_path / "gifts", 3)
    with held(impatient, 5.0):
        code = run_command(monkeypatch, impatient.settings, gift)

    assert code == 1
    assert (
        "Something else holds the archive's database. Run the same command again." in capsys.readouterr().err
    )
    assert run_command(monkeypatch, impatient.settings, gift) == 0
    assert_whole(impatient, [gift], withdrawn=False)


@pytest.mark.parametrize("seconds", [32.0, pytest.param(45.0, marks=pytest.mark.slow)])
def test_a_lock_of_more_than_thirty_seconds_loses_nothing(
    archive: Archive, tmp_path: Path, seconds: float
) -> None:
    gift = make_gift(tmp_path / "gifts", 4)

    give_while_jobs_run_is_locked(archive, gift, seconds)

    assert_whole(archive, [gift], withdrawn=False)


@pytest.mark.slow
def test_a_command_told_to_come_back_after_thirty_seconds_is_completed(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gift = make_gift(tmp_path / "gifts", 5)
    with held(archive, 45.0):
        assert run_command(monkeypatch, archive.settings, gift) in (0, 1)

    assert run_command(monkeypatch, archive.settings, gift) == 0
    assert_whole(archive, [gift], withdrawn=False)
