"""Doctor is called when nothing works: it tells what is in the way, what to do, and what is there all the same."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pysqlite3.dbapi2
import pytest

from tests.fixtures.commands import Run

DAMAGED = "The database cannot be read: its file is damaged. Stop everything. Restore a backup, or "

of_its_file = pytest.mark.sqlite(
    "bytes of the database's file are damaged; PostgreSQL's files are its server's"
)


def random_bytes(database: Path) -> None:
    database.write_bytes(os.urandom(50_000))


def cut_short(database: Path) -> None:
    os.truncate(database, 60_000)


def cut_within_a_page(database: Path) -> None:
    os.truncate(database, 100)


def torn_in_the_middle(database: Path) -> None:
    """What opening reads is whole, and what is read afterwards is not."""
    with database.open("r+b") as stream:
        stream.seek(400 * 1024)
        stream.write(os.urandom(512 * 1024))


def torn_in_one_table(database: Path) -> None:
    """What opening reads is whole, and so is most of what is looked at."""
    connection = pysqlite3.dbapi2.connect(database)
    root = "SELECT rootpage FROM sqlite_master WHERE name = 'access_copy'"
    page, size = (connection.execute(one).fetchone()[0] for one in (root, "PRAGMA page_size"))
    connection.close()
    with database.open("r+b") as stream:
        stream.seek((page - 1) * size)
        stream.write(b"\xff" * size)


def findings(run: Run, home: Path, **more: str) -> dict[str, dict[str, str]]:
    """What doctor finds, by what it is about; it always ends with exit code 1 here."""
    done = run(home, "doctor", "--json", **more)
    assert (done.returncode, done.stderr) == (1, "")
    return {one["what"]: one for one in json.loads(done.stdout)}


@of_its_file
@pytest.mark.parametrize("damage", [random_bytes, cut_short, cut_within_a_page, torn_in_the_middle])
def test_a_damaged_database_is_told_with_what_to_do_and_what_is_there_all_the_same(
    run: Run, filled_home: Path, damage: Callable[[Path], None]
) -> None:
    damage(filled_home / "remembrance.db")
    for beside in filled_home.glob("remembrance.db-*"):
        beside.unlink()
    found = findings(run, filled_home)
    assert found["database"]["verdict"] == "problem"
    assert "damaged" in found["database"]["sentence"]
    assert "Restore a backup" in found["database"]["remedy"]
    assert "`remembrance rebuild`" in found["database"]["remedy"]
    assert {found[what]["verdict"] for what in ("home", "space")} == {"ok"}
    if damage is not torn_in_the_middle:
        assert found["bags"]["sentence"].startswith("21 bags are there")
        told = run(filled_home, "search", "candle")
        assert (told.returncode, told.stdout) == (1, "")
        assert told.stderr.startswith(DAMAGED)
        assert told.stderr.endswith("`remembrance doctor` tells what else is wrong.\n")


@of_its_file
def test_damage_that_opening_does_not_meet_is_found_and_every_other_look_goes_on(
    run: Run, filled_home: Path
) -> None:
    torn_in_one_table(filled_home / "remembrance.db")
    found = findings(run, filled_home)
    assert "damaged" in found["database"]["sentence"]
    assert "`remembrance rebuild`" in found["database"]["remedy"]
    assert {found[what]["verdict"] for what in ("home", "space", "staging", "tesseract")} <= {"ok", "note"}
    others = [one["sentence"] for what, one in found.items() if what != "database"]
    assert not any("DatabaseError" in one for one in others)
    assert "It could not be looked at: the database's file is damaged." in others


@of_its_file
def test_what_doctor_says_about_a_damaged_database_brings_everything_back(
    run: Run, filled_home: Path
) -> None:
    random_bytes(filled_home / "remembrance.db")
    for one in filled_home.glob("remembrance.db*"):
        one.rename(filled_home.parent / one.name)
    assert run(filled_home, "rebuild").returncode == 0
    assert run(filled_home, "doctor").returncode == 0


@of_its_file
def test_damage_that_only_shows_while_a_command_reads_is_told_in_the_same_words(
    run: Run, filled_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torn_in_the_middle(filled_home / "remembrance.db")
    told = [
        run(filled_home, *words).stderr
        for words in (("bags", "list"), ("search", "the"), ("index", "rebuild"))
    ]
    assert any(one.startswith(DAMAGED) for one in told)
    assert not any("should not have" in one for one in told)


@of_its_file
def test_a_bag_that_cannot_be_read_is_told_while_the_database_cannot_either(
    run: Run, filled_home: Path
) -> None:
    random_bytes(filled_home / "remembrance.db")
    first = min((filled_home / "objects" / "bags").iterdir())
    (first / "bagit.txt").unlink()
    done = run(filled_home, "doctor")
    assert f"PROBLEM bags: The bag {first.name} cannot be read: " in done.stdout
    assert "20 bags are there" in done.stdout


def test_a_database_of_another_kind_is_refused_by_doctor_and_by_every_other_command(
    run: Run, filled_home: Path
) -> None:
    other = {"REMEMBRANCE_DATABASE_URL": "mysql://name:secret@host/archive"}
    found = findings(run, filled_home, **other)
    assert found["settings"]["verdict"] == "problem"
    assert "another kind (mysql): it is SQLite or PostgreSQL." in found["settings"]["sentence"]
    assert found["bags"]["verdict"] == "ok"
    told = run(filled_home, "search", "candle", **other)
    assert told.returncode == 2
    assert told.stderr.startswith(found["settings"]["sentence"])
    assert "secret" not in told.stderr + str(found)


def test_a_home_that_cannot_be_one_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert findings(run, tmp_path / "file") == {
        "home": {
            "what": "home",
            "verdict": "problem",
            "sentence": f"{tmp_path / 'file'} cannot be the home of an archive: File exists.",
            "remedy": "Set REMEMBRANCE_HOME to a folder that you may write to.",
        }
    }
    # No folder can be made there, by anybody.
    told = run(Path("/proc/remembrance"), "rebuild")
    assert told.returncode == 2
    assert told.stderr.startswith("/proc/remembrance cannot be the home of an archive")


@pytest.mark.parametrize("is_mounted", [False, True], ids=["nothing there", "an empty folder"])
def test_a_home_without_an_archive_is_a_problem_and_stays_as_it_is(
    run: Run, tmp_path: Path, is_mounted: bool
) -> None:
    """Where a disk is not mounted its folder is there, and empty."""
    home = tmp_path / "home"
    if is_mounted:
        home.mkdir()
    assert findings(run, home) == {
        "home": {
            "what": "home",
            "verdict": "problem",
            "sentence": f"There is no archive at {home}; `remembrance serve` begins one.",
            "remedy": "If there should be one, set REMEMBRANCE_HOME to its folder, or see whether its disk is mounted.",
        }
    }
    assert home.is_dir() is is_mounted and not list(home.glob("*"))


def test_settings_that_cannot_be_are_a_finding_too(run: Run, tmp_path: Path) -> None:
    found = findings(run, tmp_path / "home", REMEMBRANCE_WEB_THREADS="many")
    assert list(found) == ["settings"]
    assert "web_threads" in found["settings"]["sentence"]


def test_a_server_that_does_not_answer_is_told(run: Run, filled_home: Path) -> None:
    found = findings(run, filled_home, REMEMBRANCE_DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    assert found["database"]["sentence"] == "The archive's database cannot be read or written now."
    assert found["bags"]["verdict"] == "ok"
