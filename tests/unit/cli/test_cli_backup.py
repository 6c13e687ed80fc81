"""The commands for backups say what they did, and end with 0 only when all of it went well."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from archive.cli.main import cli
from archive.models import today
from archive.models.errors import BadInputError, IntegrityError
from tests.fixtures.databases import ON_POSTGRESQL
from tests.fixtures.desk import master
from tests.fixtures.home_databases import nothing_in_it
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import copy_of

__all__ = ["master"]


@pytest.fixture
def home(master: Shelf, tmp_path: Path) -> Path:
    """A home that no process has open."""
    copy_of(master, tmp_path / "home").archive.close()
    return tmp_path / "home"


def run(home: Path, *arguments: object) -> Result:
    environment = {"REMEMBRANCE_HOME": str(home)}
    return CliRunner().invoke(cli, [str(one) for one in arguments], env=environment, standalone_mode=False)


def status(result: Result) -> Any:
    if result.exception is not None:
        raise result.exception
    return result.return_value or 0


def test_backing_up_checking_and_restoring_end_well(home: Path, tmp_path: Path) -> None:
    target, keys = tmp_path / "target", tmp_path / "keys"
    made = run(home, "backup", target, "--keys", keys)
    assert status(made) == 0
    assert "is whole" in made.output and f"{keys} holds the keys" in made.output
    assert status(run(home, "backup", target, "--check")) == 0
    asked = ("restore", target / today().isoformat(), "--home", tmp_path / "new", "--keys", keys)
    asked += ("--database", nothing_in_it()) if ON_POSTGRESQL else ()
    with pytest.raises(BadInputError) as refused:
        # The old home is gone, and with it what would tell what was taken back.
        status(run(tmp_path / "elsewhere", *asked))
    assert refused.value.code == "ledger-needed" and not (tmp_path / "new").exists()
    told = run(tmp_path / "elsewhere", *asked, "--without-ledger")
    assert status(told) == 0
    assert "can be found by the public" in told.output
    assert "No ledger of withdrawals was at hand" in told.output


def test_what_was_not_tried_out_or_is_not_whole_does_not_end_with_0(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    assert status(run(home, "backup", target, "--no-verify", "--name", "first")) == 1
    next((target / "first").rglob("data/*")).write_bytes(b"other")
    with pytest.raises(IntegrityError):
        status(run(home, "backup", target, "--check", "--name", "first"))
    next((home / "objects").rglob("data/*")).unlink()
    gone = run(home, "backup", target, "--full")
    assert status(gone) == 1 and "is gone" in gone.output
    for arguments in ((home / "inside",), (tmp_path / "nowhere", "--check")):
        with pytest.raises(BadInputError):
            status(run(home, "backup", *arguments))


@pytest.mark.slow
def test_the_report_is_written_whole_and_never_over_another_file(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "held.html"
    assert status(run(home, "report", file, "--language", "fr")) == 0
    assert '<html lang="fr">' in file.read_text(encoding="utf-8")
    with pytest.raises(BadInputError):
        status(run(home, "report", file))
