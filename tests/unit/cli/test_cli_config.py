"""Every setting is listed, above all where one of them is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from archive.settings import FILE_NAME, describe
from tests.fixtures.commands import Run


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def test_what_is_right_is_listed_and_nothing_else_is_said(run: Run, home: Path) -> None:
    (home / FILE_NAME).write_text("web_threads = 4\n")
    done = run(home, "config")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"web_threads = 4  ({home / FILE_NAME})" in done.stdout
    assert all(f"\n{name} = " in f"\n{done.stdout}" for name, _, _ in describe())


def test_no_password_of_an_address_is_shown(run: Run, home: Path) -> None:
    secrets = {
        "REMEMBRANCE_DATABASE_URL": "postgresql://host/name?user=ada&password=candle1&sslpassword=candle2",
        "REMEMBRANCE_COPIES": "s3://ada:candle3@host/bucket",
    }
    for more in ([], ["--json"]):
        done = run(home, "config", *more, **secrets)
        assert "candle" not in done.stdout
        assert "user=ada&password=***" in done.stdout


WRONG: dict[str, tuple[str, dict[str, str], str]] = {
    "a key that is no setting": ("foo = 1\nweb_threads = 4\n", {}, "foo"),
    "a variable that is no setting": ("web_threads = 4\n", {"REMEMBRANCE_FOO": "1"}, "REMEMBRANCE_FOO"),
    "a value that cannot be": ('web_threads = 4\nocr = "maybe"\n', {}, "The setting ocr cannot be 'maybe'"),
    "a variable's value": ("web_threads = 4\n", {"REMEMBRANCE_OCR": "maybe"}, "The setting ocr cannot be 'maybe'"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_told_and_the_rest_is_listed_all_the_same(run: Run, home: Path, what: str) -> None:
    content, variables, said = WRONG[what]
    (home / FILE_NAME).write_text(content)
    done = run(home, "config", "--json", **variables)
    assert done.returncode == 2
    assert said in done.stderr and done.stderr.count("\n") == 1
    rows = {row["name"]: row for row in json.loads(done.stdout)}
    assert rows.keys() == {name for name, _, _ in describe()}
    assert (rows["web_threads"]["value"], rows["web_threads"]["from"]) == (4, str(home / FILE_NAME))
    assert (rows["ocr"]["value"], rows["ocr"]["from"]) == (False, "default")
    again = run(home, "config", **variables)
    assert (again.returncode, again.stderr) == (2, done.stderr) and "web_threads = 4 " in again.stdout


def test_all_that_is_wrong_is_told_at_once(run: Run, home: Path) -> None:
    (home / FILE_NAME).write_text("foo = 1\nocr = 1\n")
    done = run(home, "config", REMEMBRANCE_FOO="1", REMEMBRANCE_WEB_THREADS="many")
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 4


@pytest.mark.parametrize("content", ["this is = no TOML", "\udcff"])
def test_of_a_file_that_cannot_be_read_the_defaults_are_listed(run: Run, home: Path, content: str) -> None:
    (home / FILE_NAME).write_bytes(content.encode(errors="surrogateescape"))
    done = run(home, "config", REMEMBRANCE_WEB_THREADS="4")
    assert done.returncode == 2 and "cannot be read" in done.stderr
    assert "web_threads = 4  (REMEMBRANCE_WEB_THREADS)" in done.stdout


def test_of_a_home_that_cannot_be_the_defaults_are_listed(run: Run) -> None:
    done = run(Path("what?"), "config")
    assert done.returncode == 2 and "The setting home cannot be 'what?'" in done.stderr
    assert "web_threads = " in done.stdout


def test_nothing_else_runs_with_a_setting_that_is_wrong(run: Run, home: Path) -> None:
    (home / FILE_NAME).write_text("foo = 1\n")
    done = run(home, "users", "list")
    assert (done.returncode, done.stdout) == (2, "") and "`remembrance config` lists" in done.stderr
