"""Every way of asking for what cannot be gets one sentence and the right exit code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from archive.cli import look
from archive.services.opening import open_archive
from archive.settings import Settings
from tests.fixtures.command_line import WITHIN_S, environment
from tests.fixtures.commands import Run


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty archive of this module's own."""
    home = tmp_path_factory.mktemp("exit-codes") / "home"
    open_archive(Settings(home=home)).close()
    return home


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ingest", "nowhere", "--collection", "march-25"], "There is nothing at nowhere."),
        (["ingest", ".", "--collection", "atlantis"], "There is no collection “atlantis”"),
        (["ingest", ".", "--collection", "march-25"], "could be taken in"),
        (["ingest", "--collection", "march-25"], "Missing argument"),
        (["ingest", "."], "Missing option"),
        (["search", "--only", "place"], "FACET=VALUE"),
        (["search", "--only", "shoe=44"], "there is no facet “shoe”; there are kind, decade,"),
        (["search", "--only", "state=published"], "there is no facet “state”"),
        (["search", "--onyl", "place=Lima", "x"], "No such option '--onyl'"),
        (["search", "--page", "0", "x"], "range"),
        (["search", "x" * 501], "longer than 500 characters"),
        (["serve", "--bind", "nowhere"], "is not an address"),
        (["serve", "--bind", "127.0.0.1:99999999"], "is not an address"),
        (["users", "create", "x", "--role", "king", "--password-stdin"], "no role “king”"),
        (
            ["users", "create", "x", "--role", "curator@atlantis", "--password-stdin"],
            "no collection “atlantis”",
        ),
        (["no-such-command"], "No such command"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else " ".join(value)[:40],
)
def test_input_that_cannot_be_used_gets_a_sentence_and_exit_code_2(
    run: Run, home: Path, arguments: list[str], says: str
) -> None:
    done = run(home, *arguments, given="a password of many letters\n")
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stdout == ""
    assert done.stderr.count(says) == 1


@pytest.mark.parametrize("command", ["show", "publish", "withdraw", "export", "validate"])
def test_what_is_not_there_is_told_with_exit_code_1(
    run: Run, home: Path, tmp_path: Path, command: str
) -> None:
    arguments: list[str | Path] = ["0123456789abcdef"]
    if command == "export":
        arguments += ["--to", tmp_path / "bag.zip"]
    done = run(home, *(["bags"] if command == "validate" else []), command, *arguments)
    assert done.returncode == 1
    assert done.stderr.count("There is no") == 1
    # There are no addresses on a command line.
    assert "Check the id: `remembrance bags list` tells" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["here"]


@pytest.mark.parametrize(
    ("arguments", "more", "ends"),
    [
        (["serve", "--bind", "foo"], {}, "is not an address like 127.0.0.1:8325. Correct it and try again."),
        (
            ["ingest", ".", "--collection", "atlantis"],
            {},
            "there are: convenings, march-25. Correct it and try again.",
        ),
        (
            ["bags", "list"],
            {"REMEMBRANCE_WEB_THREADS": "many"},
            "`remembrance config` tells where each setting comes from. `remembrance doctor` tells what else is wrong.",
        ),
    ],
    ids=["an address", "a collection", "a setting"],
)
def test_what_is_corrected_before_anything_was_given_is_not_said_to_be_kept(
    run: Run, home: Path, arguments: list[str], more: dict[str, str], ends: str
) -> None:
    done = run(home, *arguments, **more)
    assert done.returncode == 2
    assert done.stderr.strip().endswith(ends)
    assert "given before" not in done.stderr


@pytest.mark.parametrize("what", ["create", "set-password"])
def test_where_there_is_no_terminal_nobody_waits_for_a_password(home: Path, what: str) -> None:
    open_archive(Settings(home=home)).close()
    more = ["--role", "curator"] if what == "create" else []
    given = ["users", "create", "somebody", "--role", "curator", "--password-stdin"]
    subprocess.run(
        [sys.executable, "-m", "archive", *given],
        input="a password of many letters\n",
        text=True,
        env=environment(home),
    )
    name = "another" if what == "create" else "somebody"
    done = subprocess.run(
        [sys.executable, "-m", "archive", "users", what, name, *more],
        stdin=subprocess.PIPE,
        capture_output=True,
        text=True,
        env=environment(home),
        # Away from the terminal that the tests may have been started from.
        start_new_session=True,
        timeout=WITHIN_S,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "There is no terminal to ask for the password at. "
        "Use --password-stdin: the password is then the first line of standard input.\n"
    )


def test_help_says_which_exit_code_an_id_gets_that_nothing_has(run: Run, home: Path) -> None:
    assert "1 failed (also where nothing has the id" in " ".join(run(home, "--help").stdout.split())


def test_a_home_that_cannot_be_is_told_in_words(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for home, more in (
        (tmp_path / "file", {}),
        (tmp_path / "home", {"REMEMBRANCE_DATABASE_URL": "nonsense"}),
        (tmp_path / "home", {"REMEMBRANCE_DATABASE_URL": "sqlite:////nowhere/at/all.db"}),
        (tmp_path / "home", {"REMEMBRANCE_OBJECTS_URL": "ftp://nowhere"}),
        (tmp_path / "home", {"REMEMBRANCE_COLLECTIONS_DIR": str(tmp_path / "nowhere")}),
    ):
        done = run(home, "bags", "list", **more)
        assert done.returncode in (1, 2), more
        assert "should not have" not in done.stderr, (more, done.stderr)
        assert done.stderr.strip().endswith("."), (more, done.stderr)


def test_a_mistake_of_the_program_is_one_sentence_and_a_traceback_only_for_those_who_ask(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("a secret of the inside")

    monkeypatch.setattr(look.finding, "find", broken)
    done = run(home, "search", "x")
    assert done.returncode == 1
    assert done.stderr.startswith("Something went wrong that should not have (KeyError).")
    assert "secret" not in done.stderr
    assert "--verbose" in done.stderr


def test_a_full_disk_and_a_held_database_are_told_for_what_they_are(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(look.finding, "find", full)
    done = run(home, "search", "x")
    assert (done.returncode, done.stdout) == (1, "")
    assert "no room left" in done.stderr


def test_what_a_terminal_would_obey_is_spelled_out(run: Run, home: Path, tmp_path: Path) -> None:
    (tmp_path / "gift").mkdir()
    (tmp_path / "gift" / "\x1b[2Jwiped.bin").symlink_to("/etc/hosts")
    (tmp_path / "gift" / "a.txt").write_text("a")
    (tmp_path / "gift" / "metadata.csv").write_text("file,\x1b[31mred\na.txt,x\n")
    done = run(home, "ingest", tmp_path / "gift", "--collection", "march-25", "--dry-run")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert "\\x1b[2Jwiped.bin would be refused" in done.stdout
