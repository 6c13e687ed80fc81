"""A command that only looks makes no archive: at a mistyped place, or where a disk is not mounted, an empty one would look well."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from archive.cli.main import cli
from tests.fixtures.commands import Run, every_command

# Commands that an archive may begin with; what else they need is tested where they are.
BEGIN = {
    *("demo", "serve", "worker", "ingest", "import bag", "import table", "rebuild", "restore"),
    "users create",
}
# Commands that open no archive, with what they are given.
OPEN_NONE = {
    "config": ["config"],
    "kit": ["kit", "kit", "--collection", "march-25"],
    "verify-receipt": ["verify-receipt", "some.txt"],
}
# Every other command, as it is given something to do.
LOOK = {
    "backup": ["backup", "."],
    "bags adopt": ["bags", "adopt", "some.txt"],
    "bags list": ["bags", "list"],
    "bags validate": ["bags", "validate"],
    "bags compare": ["bags", "compare"],
    "bags renew": ["bags", "renew", "an-id"],
    "bags repair": ["bags", "repair", "an-id"],
    "copies adopt": ["copies", "adopt", "store"],
    "copies run": ["copies", "run"],
    "copies settle": ["copies", "settle", "an-id", "store"],
    "copies state": ["copies", "state"],
    "export": ["export", "an-id", "--to", "bag.zip"],
    "fixity check": ["fixity", "check", "--all"],
    "fixity state": ["fixity", "state"],
    "index rebuild": ["index", "rebuild"],
    "ledger acknowledge": ["ledger", "acknowledge", "--backup", "2026-01-01"],
    "ledger begin-anew": ["ledger", "begin-anew"],
    "ledger checkpoint": ["ledger", "checkpoint"],
    "ledger new-key": ["ledger", "new-key"],
    "publish": ["publish", "an-id"],
    "renew": ["renew"],
    "report": ["report", "held.html"],
    "search": ["search", "candle"],
    "sheet in": ["sheet", "in", "some.txt"],
    "sheet out": ["sheet", "out", "--collection", "march-25"],
    "show": ["show", "an-id"],
    "users activate": ["users", "activate", "ada"],
    "users deactivate": ["users", "deactivate", "ada"],
    "users invite": ["users", "invite", "--role", "member"],
    "users list": ["users", "list"],
    "users reset-link": ["users", "reset-link", "ada"],
    "users set-password": ["users", "set-password", "ada"],
    "verify-ledger": ["verify-ledger"],
    "withdraw": ["withdraw", "an-id"],
}
MORE = {
    "a search of staff": ["search", "--staff", "candle"],
    "an export of many": ["export", "--form", "csv", "--to", "all.zip"],
    "a rebuilding that only compares": ["rebuild", "--check"],
}


def test_of_every_command_it_is_known_whether_an_archive_may_begin_with_it() -> None:
    known = {f"remembrance {name}" for name in (*BEGIN, *OPEN_NONE, *LOOK, "doctor")}
    assert {name for name, _ in every_command(cli)} == known


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["ingest", "nowhere", "--collection", "march-25"], 2),
        (["ingest", "gift", "--collection", "march-52"], 2),
        (["ingest", "gift", "--collection", "march-52", "--dry-run"], 2),
        (["ingest", "gift", "--collection", "march-25", "--dry-run"], 0),
        (["ingest", "gift.zip", "--collection", "march-25", "--dry-run", "--json"], 0),
    ],
    ids=["no path", "no collection", "no collection, dry", "dry", "dry, a zip"],
)
def test_what_takes_nothing_in_begins_no_archive(
    run: Run, tmp_path: Path, arguments: list[str], code: int
) -> None:
    Path("gift").mkdir()
    Path("gift", "note.txt").write_text("A note.")
    shutil.make_archive("gift", "zip", "gift")
    done = run(tmp_path / "mistyped", *arguments)
    assert done.returncode == code
    assert ("note.txt" in done.stdout or "1 item" in done.stdout) is (code == 0)
    assert not (tmp_path / "mistyped").exists()


@pytest.mark.parametrize("arguments", [*LOOK.values(), *MORE.values()], ids=[*LOOK, *MORE])
def test_a_command_that_does_not_begin_an_archive_says_that_there_is_none(
    run: Run, tmp_path: Path, arguments: list[str]
) -> None:
    Path("some.txt").write_text("id\n")
    done = run(tmp_path / "mistyped", *arguments, given="a password of many letters\n")
    assert (done.returncode, done.stdout) == (2, "")
    told = f"There is no archive at {tmp_path / 'mistyped'}; `remembrance serve` begins one."
    assert done.stderr.startswith(told)
    assert sorted(one.name for one in tmp_path.rglob("*")) == ["here", "some.txt"]


@pytest.mark.parametrize("arguments", OPEN_NONE.values(), ids=OPEN_NONE)
def test_a_command_that_needs_no_archive_makes_none(run: Run, tmp_path: Path, arguments: list[str]) -> None:
    Path("some.txt").write_text("id\n")
    run(tmp_path / "mistyped", *arguments)
    assert not (tmp_path / "mistyped").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["ingest", "gift", "--collection", "march-25"],
        ["rebuild"],
        ["users", "create", "ada", "--role", "curator", "--password-stdin"],
    ],
    ids=" ".join,
)
def test_an_archive_that_was_begun_in_any_way_is_there_for_all_others(
    run: Run, tmp_path: Path, arguments: list[str]
) -> None:
    Path("gift").mkdir()
    Path("gift/a.txt").write_text("a")
    assert run(tmp_path / "home", *arguments, given="a password of many letters\n").returncode == 0
    assert run(tmp_path / "home", "bags", "list").returncode == 0
    assert run(tmp_path / "home", "doctor").returncode == 0
