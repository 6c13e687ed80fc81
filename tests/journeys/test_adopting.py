"""One item of many is lost, and comes back from its bag alone under its own id, as it was."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from archive.access import PUBLIC, contributor
from archive.bags import bag_key, read_bag
from archive.models import Item
from archive.services import consents, doctor, find, indexing, records
from archive.services.opening import open_archive
from archive.services.rebuild_record import newest_record
from archive.settings import Settings
from tests.fixtures.commands import command
from tests.fixtures.ledgers import sign_after
from tests.fixtures.losing import lose
from tests.fixtures.outside import bytes_below
from tests.fixtures.whole_archive import Seen, look
from tests.fixtures.withdrawn import history, settle

WORDS = ("candle", "letter", "river", "Quillfeather")
TITLE = "A bell, three times (demonstration)"


class Lost:
    """An archive that lost one item, what it was like before, and a copy of that item's bag elsewhere."""

    def __init__(self, home: Path, away: Path) -> None:
        self.home, self.away = home, away
        self.archive = open_archive(Settings(home=home))
        with self.archive.db.read() as session:
            item = session.scalars(select(Item).where(Item.title == TITLE)).one()
        self.id = item.id
        given = {"naming": "own-name", "name_shown": "Quillfeather"}
        consents.revise(self.archive, contributor([item.submission_id]), item.submission_id, given)
        settle(self.archive)
        sign_after(self.archive, 1)
        self.before = look(self.archive, WORDS)
        shutil.copytree(self.archive.bag_folder(item.bag_key), away)
        self.given = bytes_below(away)
        lose(self.archive, item.id)

    def run(self, *arguments: str) -> tuple[int, str]:
        done = command(self.home, "bags", "adopt", *arguments)
        assert done.exception is None, done.output
        return done.return_value or 0, done.output


@pytest.fixture(scope="module")
def lost(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lost]:
    place = tmp_path_factory.mktemp("adopting")
    made = Lost(Path(shutil.copytree(demonstration, place / "home")), place / "a disk")
    yield made
    made.archive.close()


@pytest.fixture(scope="module")
def told(lost: Lost) -> dict[str, Any]:
    status, output = lost.run(str(lost.away), "--json")
    assert status == 0, output
    found: dict[str, Any] = json.loads(output)
    # Before anything makes an index anew.
    cards = find.find(lost.archive, PUBLIC, "bell").cards
    return found | {"is found": lost.id in [one.id for one in cards]}


@pytest.fixture(scope="module")
def after(lost: Lost, told: dict[str, Any]) -> Seen:
    return look(lost.archive, WORDS)


def without_news(record: dict[str, Any]) -> dict[str, Any]:
    """A record but for what tells that the item was brought back."""
    told = json.loads(json.dumps(record))
    told["events"] = [one for one in told["events"] if one["kind"] not in ("adopt", "fixity")]
    return {**told, "revision": 0}


def test_it_says_what_came_back(lost: Lost, told: dict[str, Any]) -> None:
    assert (told["id"], told["state"], told["lost"]) == (lost.id, "published", None)


def test_every_record_is_what_it_was(lost: Lost, after: Seen) -> None:
    before = lost.before.records
    assert set(after.records) == set(before)
    assert {one for one in before if without_news(after.records[one]) != without_news(before[one])} == set()


def test_everything_that_is_looked_at_is_made_again_to_the_byte(lost: Lost, after: Seen) -> None:
    assert after.copies == lost.before.copies


@pytest.mark.sqlite("the order of what is worth nearly the same")
def test_every_page_and_every_search_is_what_it_was(lost: Lost, after: Seen) -> None:
    assert after.found == lost.before.found
    before = lost.before.pages
    differing = {path for path in before if before[path] != after.pages[path]}
    # The page tells its history, and in this one thing more.
    assert differing <= {f"/items/{lost.id}"}
    assert "Quillfeather" in after.pages[f"/items/{lost.id}"][1]


def test_it_is_found_without_any_index_being_made_anew(lost: Lost, told: dict[str, Any]) -> None:
    assert told["is found"] and indexing.pending(lost.archive) == 0
    assert indexing.lacking(lost.archive, staff=True) == indexing.lacking(lost.archive, staff=False) == 0


def test_its_history_goes_on_and_says_that_it_was_brought_back(lost: Lost, told: dict[str, Any]) -> None:
    kinds = [one.kind for one in history(lost.archive, lost.id)]
    assert kinds[-2:] == ["adopt", "fixity"]
    assert records.waiting(lost.archive) == []
    kept = newest_record(read_bag(lost.archive.bag_folder(bag_key(lost.id))))
    assert "adopt" in [one["kind"] for one in kept["events"]]


def test_nothing_is_wrong_afterwards(lost: Lost, told: dict[str, Any]) -> None:
    wrong = [one for one in doctor.examine(lost.archive) if one.verdict == "problem"]
    assert [one.sentence for one in wrong if one.what not in ("tesseract", "space", "jobs")] == []
    checked = command(lost.home, "verify-ledger", "--json")
    assert json.loads(checked.output)["problems"] == []
    compared = command(lost.home, "rebuild", "--check")
    assert compared.return_value == 0, compared.output


def test_the_disk_that_it_came_from_was_only_read(lost: Lost, told: dict[str, Any]) -> None:
    assert bytes_below(lost.away) == lost.given


def test_again_it_is_refused_for_it_is_here(lost: Lost, told: dict[str, Any]) -> None:
    status, output = lost.run(str(lost.away))
    assert status == 2 and "here already" in output
