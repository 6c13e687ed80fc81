"""`remembrance publish` says in a sentence what it does not publish, and goes on with the others."""

from __future__ import annotations

import json
from pathlib import Path

from archive.access import OPERATOR, PUBLIC
from archive.models import ItemState
from archive.services import asking, requests
from archive.services.asking import Asking
from archive.services.opening import open_archive
from archive.settings import Settings
from tests.fixtures.commands import Run
from tests.fixtures.items import give, item_of


def test_what_was_taken_down_on_request_is_told_with_exit_code_1_and_the_others_are_published(
    run: Run, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    archive = open_archive(Settings.load({"REMEMBRANCE_HOME": str(home)}))
    try:
        down, back, other = (
            give(archive, state=state)
            for state in (ItemState.PUBLISHED, ItemState.WITHDRAWN, ItemState.ACCEPTED)
        )
        asking.ask(archive, PUBLIC, down, Asking("take-down", words="It shows my grandmother."), "en")
        (request,) = requests.about(archive, OPERATOR, down)
        requests.decide(archive, OPERATOR, request.id, "taken-down", "Of course.")
        done = run(home, "publish", down, back, other)
        assert done.returncode == 1
        assert done.stdout == f"{other} published\n"
        first, second = done.stderr.strip().splitlines()
        assert first.startswith(f"{down}: It was taken down because somebody asked")
        assert second.startswith(f"{back}: It was taken back, and stays so")
        states = [item_of(archive, one).state for one in (down, back, other)]
        assert states == [ItemState.ACCEPTED, ItemState.WITHDRAWN, ItemState.PUBLISHED]
    finally:
        archive.close()


def test_a_program_reads_what_was_published_taken_back_and_refused_and_why(run: Run, tmp_path: Path) -> None:
    home = tmp_path / "home"
    archive = open_archive(Settings.load({"REMEMBRANCE_HOME": str(home)}))
    back, other = (give(archive, state=state) for state in (ItemState.WITHDRAWN, ItemState.ACCEPTED))
    archive.close()
    done = run(home, "publish", back, other, "--json")
    assert (done.returncode, done.stderr) == (1, "")
    refused, published = json.loads(done.stdout)
    assert published == {"id": other, "outcome": "published", "code": "", "reason": ""}
    assert (refused["id"], refused["outcome"]) == (back, "refused")
    assert refused["code"]
    assert refused["reason"].startswith("It was taken back, and stays so")
    assert json.loads(run(home, "index", "rebuild", "--json").stdout) == {
        "public": 1,
        "members": 0,
        "staff": 2,
    }
    done = run(home, "withdraw", other, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == [{"id": other, "outcome": "withdrawn", "code": "", "reason": ""}]
    (missing,) = json.loads(run(home, "withdraw", "no-such-id", "--json").stdout)
    assert (missing["outcome"], missing["code"]) == ("refused", "not-found")
    assert json.loads(run(home, "index", "rebuild", "--json").stdout)["public"] == 0
