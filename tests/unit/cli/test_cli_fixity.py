"""`remembrance fixity`: exit code 0 only when everything that was asked for was read in full and is sound."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from archive.cli.main import main
from archive.services import fixity_audit
from tests.fixtures.kept_bags import bag_of, bags_master, checks_of, flip, kept
from tests.fixtures.shelf import Shelf

__all__ = ["bags_master", "kept"]


@dataclass(frozen=True)
class Done:
    """How a command ended and what it said."""

    status: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(kept: Shelf, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command line in this process, as its own program would."""
    monkeypatch.setenv("REMEMBRANCE_HOME", str(kept.archive.settings.home))

    def run(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["remembrance", "fixity", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return Done(int(ended.value.code or 0), said.out, said.err)

    return run


def test_all_that_is_sound_is_exit_code_0(run: Run, kept: Shelf) -> None:
    done = run("check", "--all")
    assert (done.status, done.out) == (0, "4 of 4 bags were read in full and are sound.\n")
    assert all(len(checks_of(kept.archive, one)) == 1 for one in kept.items.values())
    assert run("check", "--collection", "march-25").status == 0
    assert run("state").status == 0


def test_one_damaged_bag_is_exit_code_1_and_says_which_file(run: Run, kept: Shelf) -> None:
    flip(bag_of(kept, "talk") / "data/talk-1.bin", 5)
    done = run("check", "--all")
    assert done.status == 1
    assert f"{kept.items['talk']} is damaged:" in done.err and "changed: data/talk-1.bin" in done.err
    assert "3 of 4 bags" in done.out
    told = json.loads(run("check", kept.items["talk"], "--json").out)
    assert told[0]["found"] == {"changed": ["data/talk-1.bin"]} and told[0]["sound"] is False
    assert run("check", kept.items["letter"]).status == 0, "only what was asked for counts"
    state = run("state", "--json")
    assert state.status == 1
    found = json.loads(state.out)
    assert found["collections"][0] | {"all_read_on": ""} == {
        "collection": "march-25",
        "bags": 4,
        "all_read_on": "",
        "read_in_period": 4,
        "late": 0,
        "damaged": 1,
        "unread": 0,
        "waiting": 0,
    }
    assert found["damaged"][0]["id"] == kept.items["talk"]
    assert "is damaged since" in run("state").err


@pytest.mark.parametrize(
    ("error", "says"),
    [(OSError(12, "Cannot allocate memory"), "was not checked"), (ValueError("x"), "went wrong")],
)
def test_a_crash_in_the_middle_is_never_exit_code_0(
    run: Run, kept: Shelf, monkeypatch: pytest.MonkeyPatch, error: Exception, says: str
) -> None:
    really_read = fixity_audit.fixity.read

    def failing(line: fixity_audit.BagLine, *rest: object, **more: object) -> fixity_audit.Reading:
        if line.id == kept.items["photo"]:
            raise error
        return really_read(line, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(fixity_audit.fixity, "read", failing)
    done = run("check", "--all")
    assert done.status == 1 and says in done.err
    assert checks_of(kept.archive, kept.items["photo"]) == []


def test_a_place_of_bags_that_is_gone_is_told_once_and_exit_code_1(run: Run, kept: Shelf) -> None:
    bags = bag_of(kept, "letter").parent
    bags.rename(bags.parent / "away")
    done = run("check", "--all")
    assert done.status == 1 and done.err.count("not there") == 1


@pytest.mark.parametrize("arguments", [(), ("--all", "some-id"), ("--collection", "atlantis")])
def test_what_cannot_be_asked_is_exit_code_2(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("check", *arguments).status == 2


def test_a_bag_that_is_not_there_is_told(run: Run) -> None:
    done = run("check", "no-such-item")
    assert done.status == 1 and "There is no bag of an item no-such-item." in done.err
