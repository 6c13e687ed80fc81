"""Many items leave by a command: looked at first, made in one go, or refused with a reason."""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import ANY

import click
import pytest
from click.testing import CliRunner, Result

from archive.access import OPERATOR
from archive.cli.common import opened
from archive.cli.main import cli
from archive.models.errors import ArchiveError
from archive.services import export_carrying
from archive.services.export_choosing import Selection
from archive.services.export_forms import FOR_ANYBODY, FOR_STAFF, NOT_SAID, Form, wish_of
from tests.fixtures.desk import master, shelf
from tests.fixtures.exporting import every_byte, history
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import SECRET

__all__ = ["master", "shelf"]


@pytest.fixture
def home(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("REMEMBRANCE_HOME", str(shelf.archive.settings.home))
    return shelf.archive.settings.home


def run(*arguments: str | Path, given: str | None = None) -> Result:
    """As `remembrance` runs it: what a command returns is the exit code."""
    return CliRunner().invoke(cli, ["export", *map(str, arguments)], input=given, standalone_mode=False)


def test_a_dry_run_says_what_would_leave_and_what_may_not_and_writes_nothing(
    home: Path, shelf: Shelf, tmp_path: Path
) -> None:
    done = run("--form", "preservation", "--collection", "march-25", "--dry-run", "--json")
    told = json.loads(done.output)
    assert done.return_value == 0 and told["items"] == [shelf.items["letter"]]
    assert {one["id"]: one["why"] for one in told["refused"]}[shelf.items["hidden-withdrawn"]] == "withdrawn"
    done = run("--form", "safe", "--ids", "-", "--dry-run", given=f"{shelf.items['letter']}\nnobody\n")
    assert done.return_value == 1 and "nobody" in done.output and "items" in done.output
    assert not (home / "exports").exists()


@pytest.mark.parametrize(("name", "kind"), [("out.zip", b"PK\x03\x04"), ("out.tar", b"")])
def test_many_leave_as_one_file_with_its_checksum_beside(
    home: Path, tmp_path: Path, name: str, kind: bytes
) -> None:
    target = tmp_path / "out" / name
    target.parent.mkdir()
    done = run("--form", "safe", "--search", "demonstration", "--to", target, "--purpose", "teaching")
    assert done.return_value == 0, done.output
    data = target.read_bytes()
    assert data.startswith(kind) and SECRET.encode() not in every_byte(target)
    beside = target.with_name(f"{name}.sha512").read_text()
    assert beside == f"{hashlib.sha512(data).hexdigest()}  {name}\n"
    assert sorted(path.name for path in target.parent.iterdir()) == [name, f"{name}.sha512"]
    again = run("--form", "safe", "--search", "demonstration", "--to", target)
    assert isinstance(again.exception, ArchiveError) and again.exception.code == "file-exists"
    assert target.read_bytes() == data


def test_what_cannot_be_made_says_why_and_leaves_nothing(home: Path, shelf: Shelf, tmp_path: Path) -> None:
    for arguments, code in (
        (("--form", "preservation"), "export-for-whom"),
        (("--form", "safe", "--state", "declined"), "nothing-leaves"),
        (("--form", "csv", "--ids", "/dev/null"), "nothing-leaves"),
    ):
        done = run(*arguments, "--to", tmp_path / "out.zip")
        assert isinstance(done.exception, ArchiveError) and done.exception.code == code
    for arguments in (("--to", "x.zip"), (shelf.items["letter"],), ("--form", "csv")):
        assert isinstance(run(*arguments).exception, click.UsageError)
    assert not (tmp_path / "out.zip").exists()


def test_a_collection_that_is_not_there_is_named(home: Path, tmp_path: Path) -> None:
    for arguments in (("--dry-run",), ("--to", tmp_path / "out.zip")):
        done = run("--form", "safe", "--collection", "nosuch", *arguments)
        assert isinstance(done.exception, ArchiveError) and done.exception.code == "no-such-collection"
        assert "“nosuch”" in str(done.exception)


def test_one_bag_is_looked_at_first_and_nothing_leaves(home: Path, shelf: Shelf, tmp_path: Path) -> None:
    letter = shelf.items["letter"]
    looked = run(letter, "--dry-run", "--json", "--to", tmp_path / "bag.zip")
    assert looked.return_value == 0 and list(tmp_path.glob("bag*")) == [] and said_in_history(shelf) == []
    assert run(letter, "--dry-run").stdout.split() == ["items", "1", "files", "1", "bytes", ANY]
    made = run(letter, "--json", "--to", tmp_path / "bag.zip")
    assert json.loads(made.stdout) == json.loads(looked.stdout)
    told = json.loads(made.stdout)
    assert (told["form"], told["items"], told["files"]) == ("preservation", [letter], 1)
    assert told["bytes"] == (tmp_path / "bag.zip").stat().st_size
    nobody = run("nobody", "--dry-run")
    assert isinstance(nobody.exception, ArchiveError) and nobody.exception.code == "not-found"


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--wrap", "tar"), "ZIP"),
        (("--collection", "march-25"), "--collection"),
        (("--state", "published"), "--state"),
        (("--search", "letter"), "--search"),
        (("--since", "2026-01-01"), "--since"),
        (("--until", "2026-01-01"), "--until"),
        (("--ids", "/dev/null"), "--ids"),
    ],
)
def test_what_one_bag_cannot_obey_is_refused(
    home: Path, shelf: Shelf, tmp_path: Path, arguments: tuple[str, ...], named: str
) -> None:
    for more in ((), ("--dry-run",)):
        done = run(shelf.items["letter"], *arguments, *more, "--to", tmp_path / "bag.zip")
        assert isinstance(done.exception, click.UsageError) and named in str(done.exception)
    assert list(tmp_path.glob("bag*")) == [] and said_in_history(shelf) == []


def test_no_zip_is_called_a_tar_and_no_file_a_dash(
    home: Path, shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    form = ("--form", "preservation", "--for", "The town library")
    for arguments in (("--to", "bag.tar"), ("--to", "-"), ("--to", "-", *form)):
        done = run(shelf.items["letter"], *arguments)
        assert isinstance(done.exception, click.UsageError) and str(done.exception).endswith(".")
    assert [one for one in tmp_path.iterdir() if one.is_file()] == []
    done = run(shelf.items["letter"], "--to", "bag.tar", *form)
    assert done.return_value == 0 and (tmp_path / "bag.tar").is_file()


@pytest.mark.parametrize("form", ["csv", "json-staff", "ead", "safe"])
def test_every_bar_comes_to_its_end(home: Path, tmp_path: Path, shelf: Shelf, form: str) -> None:
    told: dict[str, tuple[int, int]] = {}
    with opened() as archive:
        chosen, made_as = Selection(ids=(shelf.items["letter"],)), wish_of(form, "zip", "other", "A library")
        export_carrying.make_file(
            archive,
            OPERATOR,
            chosen,
            made_as,
            tmp_path / "out",
            lambda done, total, words: told.update({words: (done, total)}),
        )
    assert told and set(told.values()) == {(1, 1)}


def said_in_history(shelf: Shelf) -> list[tuple[str, str]]:
    events = history(shelf.archive, shelf.items["letter"])
    return [(one.detail["for"], one.detail["purpose"]) for one in events if one.kind == "export"]


def test_one_bag_leaves_without_a_word_and_its_history_says_that_none_was_said(
    home: Path, shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USER", "a-person")
    target = tmp_path / "bag.zip"
    done = run(shelf.items["letter"], "--to", target)
    assert done.return_value == 0 and target.is_file(), done.output
    assert "1 original file, valid" in done.stdout
    assert said_in_history(shelf) == [(NOT_SAID, "not-said")]
    assert "a-person" not in NOT_SAID and getpass.getuser() not in NOT_SAID.split()
    assert "--for and --purpose" in done.stderr and NOT_SAID in done.stderr
    assert "--for and" not in done.stdout


@pytest.mark.parametrize("form", [None, *Form])
def test_whatever_leaves_has_a_recipient_and_a_purpose_in_the_history_said_or_not(
    home: Path, shelf: Shelf, tmp_path: Path, form: Form | None
) -> None:
    named = ("--for", "The town library") if form in FOR_STAFF else ()
    done = run(shelf.items["letter"], "--to", tmp_path / "out", *(("--form", form) if form else ()), *named)
    assert done.return_value == 0, done.output
    ((for_whom, purpose),) = said_in_history(shelf)
    assert purpose == "not-said"
    assert for_whom == (NOT_SAID if form is None else "The town library" if named else FOR_ANYBODY)


def test_one_bag_that_leaves_for_somebody_is_told_so_without_a_hint(
    home: Path, shelf: Shelf, tmp_path: Path
) -> None:
    done = run(
        shelf.items["letter"], "--to", tmp_path / "bag.zip", "--for", "The town library", "--purpose", "copy"
    )
    assert done.return_value == 0, done.output
    assert said_in_history(shelf) == [("The town library", "copy")]
    assert done.stderr == ""
    assert sorted(path.name for path in tmp_path.glob("*bag*")) == ["bag.zip", "bag.zip.sha512"]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("bag.zip", ()),
        ("bags.zip", ("--form", "preservation", "--for", "The town library")),
        ("bags.tar", ("--form", "preservation", "--for", "The town library")),
        ("rows.csv", ("--form", "csv-staff", "--for", "The town library")),
        ("aid.xml", ("--form", "ead")),
    ],
)
def test_what_leaves_is_for_whoever_took_it_out_and_no_other_account_of_the_machine(
    home: Path, shelf: Shelf, tmp_path: Path, name: str, arguments: tuple[str, ...]
) -> None:
    before = os.umask(0)
    try:
        done = run(shelf.items["letter"], *arguments, "--to", tmp_path / name)
    finally:
        os.umask(before)
    assert done.return_value == 0, done.output
    assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
