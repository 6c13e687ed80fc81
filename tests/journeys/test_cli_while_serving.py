"""Every command works while the archive is served, and the served pages and index follow at once."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.services.counted import counted
from tests.fixtures.command_line import answer, run
from tests.fixtures.serving import Served, living, serving, wait_until

PASSWORD = "four random words here"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of this module's own."""
    return tmp_path_factory.mktemp("served") / "home"


@pytest.fixture(scope="module")
def served(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Web and worker on a free port; none of it outlives the module."""
    with serving(home, tmp_path_factory.mktemp("log") / "served.log") as running:
        tree = running.tree()
        yield running
    # What the children had started hears of their end a moment later.
    wait_until(lambda: not living(tree), 10.0)


@pytest.fixture(scope="module")
def item(home: Path, served: Served, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An item that a command took in and published while the archive was served."""
    folder = tmp_path_factory.mktemp("given") / "river"
    folder.mkdir()
    (folder / "river.txt").write_text("We sang beside the marigold river.\n", encoding="utf-8")
    report = answer(home, "ingest", folder, "--collection", "march-25", "--publish")
    assert report["counts"] == {"kept": 1, "failed": 0, "refused": 0}
    (one,) = report["submissions"][0]["items"]
    assert one["state"] == "published"
    return str(one["id"])


def page(served: Served, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"{served.address}{path}", timeout=60) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_the_server_is_healthy_and_its_worker_did_the_work(served: Served, home: Path, item: str) -> None:
    health = served.health()
    assert (health["status"], health["worker"]) == ("ok", "alive")
    assert health["jobs"] == {"waiting": 0, "failed": 0}
    assert health["index"] == {"public": 1, "staff": 1, "waiting": 0}


def test_what_a_command_published_is_found_by_command_and_page(served: Served, home: Path, item: str) -> None:
    found = answer(home, "search", "marigold", "river")
    assert [one["id"] for one in found["items"]] == [item]
    assert "marigold" in found["items"][0]["snippet"]
    status, shown = page(served, "search?q=marigold")
    assert (status, f"/items/{item}" in shown) == (200, True)
    assert page(served, f"items/{item}")[0] == 200


def test_what_a_command_withdrew_is_gone_when_the_command_ends(served: Served, home: Path, item: str) -> None:
    assert run(home, "withdraw", item, "--reason", "asked for").returncode == 0
    assert answer(home, "search", "marigold")["total"] == 0
    assert page(served, f"items/{item}")[0] == 410
    assert item not in page(served, "search?q=marigold")[1]
    again = run(home, "publish", item)
    assert again.returncode == 1
    assert again.stderr.count("It was taken back") == 1


def test_every_other_command_works_too(served: Served, home: Path, item: str, tmp_path: Path) -> None:
    assert answer(home, "show", item)["id"] == item
    assert [bag["id"] for bag in answer(home, "bags", "list")] == [item]
    assert [bag["valid"] for bag in answer(home, "bags", "validate")] == [True]
    assert run(home, "export", item, "--to", tmp_path / "bag.zip").returncode == 0
    # Whether another test has taken it back by now or not.
    public = answer(home, "search", "marigold")["total"]
    rebuilt = run(home, "index", "rebuild").stdout
    assert rebuilt.startswith(f"{counted(public, 'item')} can be found by the public, ")
    assert rebuilt.endswith(" 1 by staff.\n")
    create = ["users", "create", "ada", "--role", "curator@march-25", "--role", "curator@convenings"]
    assert run(home, *create, "--password-stdin", given=f"{PASSWORD}\n").returncode == 0
    assert run(home, "users", "list").stdout == "ada\n"
    assert {row["name"] for row in answer(home, "config")} >= {"home", "bind"}
    doctor = run(home, "doctor")
    assert doctor.returncode == 0, doctor.stdout
    assert "PROBLEM" not in doctor.stdout


def test_a_taken_address_is_told(served: Served, home: Path) -> None:
    taken = served.address.removeprefix("http://").rstrip("/")
    done = run(home, "serve", "--bind", taken)
    assert done.returncode == 2
    assert "cannot be listened on" in done.stderr
