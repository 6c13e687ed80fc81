"""Folders go in, bags that last come out: each item of the shared sample is found, shown, and given back byte for byte."""

from __future__ import annotations

import csv
import fcntl
import hashlib
import json
import re
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from archive.cli import look
from archive.cli.main import cli
from archive.dates import Ambiguous, understand
from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from tests.fixtures.command_line import answer, run
from tests.fixtures.phrases import phrase_of
from tests.fixtures.second_opinion import refusals

pytestmark = pytest.mark.sample


@dataclass(frozen=True)
class Kept:
    """An archive with the whole sample, published, and what the command said of it."""

    home: Path
    sample: Path
    report: dict[str, Any]

    @property
    def item_of(self) -> dict[Path, str]:
        """Which item each file went into."""
        files = (file for one in self.report["submissions"] for file in one["files"])
        return {Path(file["path"]): file["item"] for file in files}

    @property
    def rows(self) -> Iterator[tuple[Path, dict[str, str]]]:
        """Every row of every table, with the file it describes."""
        for one in self.report["submissions"]:
            with Path(one["table"]).open(encoding="utf-8-sig", newline="") as table:
                for row in csv.DictReader(table):
                    yield Path(one["folder"]) / row["file"], row


@pytest.fixture(scope="session")
def kept(shared_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """The sample taken in by the command line, once for all processes that test."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-") else base
    home, said = shared / "sample-home", shared / "sample-report.json"
    with (shared / "sample.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            done = run(home, "ingest", shared_sample, "--collection", "march-25", "--publish", "--json")
            assert done.returncode == 0, (done.stdout, done.stderr)
            assert done.stderr == ""
            said.write_text(done.stdout, encoding="utf-8")
    return Kept(home, shared_sample, json.loads(said.read_text(encoding="utf-8")))


@pytest.fixture(scope="session")
def opened(kept: Kept) -> Iterator[Archive]:
    archive = open_archive(Settings.load({"REMEMBRANCE_HOME": str(kept.home)}))
    yield archive
    archive.close()


@pytest.fixture
def ask(opened: Archive, monkeypatch: pytest.MonkeyPatch) -> Search:
    """The search command, hundreds of times in this process on one open archive."""

    @contextmanager
    def already() -> Iterator[Archive]:
        yield opened

    monkeypatch.setattr(look, "opened", already)
    return Search()


class Search:
    """`remembrance search WORDS --json`, all pages of it."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], set[str]] = {}

    def __call__(self, *arguments: str) -> set[str]:
        if arguments not in self._known:
            self._known[arguments] = set(self._pages(arguments))
        return self._known[arguments]

    def _pages(self, arguments: tuple[str, ...]) -> Iterator[str]:
        page, pages = 1, 1
        while page <= pages:
            done = CliRunner().invoke(cli, ["search", "--json", "--page", str(page), *arguments])
            assert done.exit_code == 0, (arguments, done.output, done.exception)
            found = json.loads(done.stdout)
            pages, page = found["pages"], page + 1
            for item in found["items"]:
                assert item["url"].startswith(f"/items/{item['id']}")
                assert item["title"]
                yield item["id"]


def test_every_folder_is_a_submission_and_every_file_is_accounted_for_once(kept: Kept) -> None:
    submissions = kept.report["submissions"]
    assert len(submissions) == 23
    told = [file for one in submissions for file in one["files"]] + kept.report["refused"]
    paths = [Path(file["path"]) for file in told] + [Path(one["table"]) for one in submissions]
    on_disk = [path for path in kept.sample.rglob("*") if path.is_file()]
    assert sorted(paths) == sorted(on_disk)
    counted = {outcome: sum(file["outcome"] == outcome for file in told) for outcome in kept.report["counts"]}
    assert counted == kept.report["counts"]
    for file in told:
        assert (file["outcome"] == "kept") == (file["reason"] == "") == (file["code"] == "")
    # What is described is kept; what is refused lies beside the submissions.
    assert all(file["outcome"] != "refused" for one in submissions for file in one["files"])
    assert {item["state"] for one in submissions for item in one["items"]} == {"published"}


def test_every_bag_is_accepted_by_two_libraries_and_holds_what_was_given(kept: Kept) -> None:
    bags = answer(kept.home, "bags", "list")
    assert {bag["id"] for bag in bags} == set(kept.item_of.values())
    assert {bag["state"] for bag in bags} == {"published"}
    paths = [bag["path"] for bag in bags]
    done = subprocess.run(
        [sys.executable, "-m", "bagit", "--validate", "--quiet", *paths], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert [found for path in paths if (found := refusals(Path(path)))] == []
    given: dict[str, list[str]] = {}
    for path, item in kept.item_of.items():
        given.setdefault(item, []).append(sha256(path.read_bytes()))
    for bag in bags:
        payload = (Path(bag["path"]) / "data").iterdir()
        assert sorted(sha256(file.read_bytes()) for file in payload) == sorted(given[bag["id"]])


def test_the_command_that_validates_agrees(kept: Kept) -> None:
    one, other = list(dict.fromkeys(kept.item_of.values()))[:2]
    verdicts = answer(kept.home, "bags", "validate", one, other)
    assert {(verdict["id"], verdict["valid"], *verdict["reasons"]) for verdict in verdicts} == {
        (one, True),
        (other, True),
    }


def test_every_row_is_found_by_its_title(kept: Kept, ask: Search) -> None:
    assert not_found(kept, lambda path, row: ask(row["title"])) == []


def test_every_row_is_found_by_its_creator(kept: Kept, ask: Search) -> None:
    def by_creator(path: Path, row: dict[str, str]) -> set[str] | None:
        names = [re.sub(r"\s*\([^)]*\)$", "", name).strip() for name in row["creator"].split(";")]
        found = [ask(f'creator:"{name}"') for name in names if name]
        return set.intersection(*found) if found else None

    assert not_found(kept, by_creator) == []


def test_every_row_is_found_by_its_decade(kept: Kept, ask: Search) -> None:
    def by_decade(path: Path, row: dict[str, str]) -> set[str] | None:
        date = understand(row["date"]) if row["date"] else None
        if date is None or isinstance(date, Ambiguous) or not date.decades:
            return None
        return set.intersection(*(ask("--only", f"decade={decade}") for decade in date.decades))

    assert not_found(kept, by_decade) == []


def test_every_row_is_found_by_its_place(kept: Kept, ask: Search) -> None:
    def by_place(path: Path, row: dict[str, str]) -> set[str] | None:
        places = [place.strip() for place in row["place"].split(";") if place.strip()]
        found = [ask(f'place:"{place}"') & ask("--only", f"place={place}") for place in places]
        return set.intersection(*found) if found else None

    assert not_found(kept, by_place) == []


def test_every_text_is_found_by_a_phrase_of_it(kept: Kept, ask: Search) -> None:
    phrases = {path: phrase_of(path) for path, _ in kept.rows}

    def by_phrase(path: Path, row: dict[str, str]) -> set[str] | None:
        return ask(f'"{phrases[path]}"') if phrases[path] else None

    assert not_found(kept, by_phrase) == []
    # Every family of documents has its part in this; a scan and scores without words in a row have no text to find.
    with_phrase = Counter(path.suffix for path, phrase in phrases.items() if phrase)
    all_of_them = Counter(path.suffix for path in phrases)
    for suffix in (".docx", ".odt", ".eml", ".csv", ".vtt", ".srt"):
        assert with_phrase[suffix] == all_of_them[suffix] > 0, suffix
    assert with_phrase[".pdf"] >= 5


def not_found(kept: Kept, search: Any) -> list[tuple[str, str]]:
    """Rows whose item is not among what `search` finds; None says that the row gives nothing to search for."""
    results = [(path, search(path, row)) for path, row in kept.rows]
    asked = [(path, found) for path, found in results if found is not None]
    assert len(asked) > 20
    return [(path.parent.name, path.name) for path, found in asked if kept.item_of[path] not in found]


def test_every_item_is_shown_with_its_files_and_its_history(kept: Kept, ask: Search) -> None:
    for item in dict.fromkeys(kept.item_of.values()):
        done = CliRunner().invoke(cli, ["show", item, "--json"])
        assert done.exit_code == 0
        shown = json.loads(done.stdout)
        names = {path.name for path, one in kept.item_of.items() if one == item}
        assert {file["given_name"] for file in shown["files"]} == names
        kinds = [event["kind"] for event in shown["events"]]
        assert kinds[:5] == ["receive", "validate", "accession", "accept", "publish"]


def test_a_person_reads_an_item_too(kept: Kept) -> None:
    item = next(iter(kept.item_of.values()))
    done = run(kept.home, "show", item)
    assert done.returncode == 0
    assert "Fountain Hughes" in done.stdout
    assert "published, for public" in done.stdout


def test_an_export_gives_the_same_bytes_back(kept: Kept, tmp_path: Path) -> None:
    items = list(dict.fromkeys(kept.item_of.values()))
    for item in (items[0], items[-1]):
        target = tmp_path / f"{item}.zip"
        done = run(kept.home, "export", item, "--to", target)
        assert done.returncode == 0, done.stderr
        assert str(target) in done.stdout
        with zipfile.ZipFile(target) as zipped:
            inside = [name for name in zipped.namelist() if "/data/" in name and not name.endswith("/")]
            out = sorted(sha256(zipped.read(name)) for name in inside)
        given = [path for path, one in kept.item_of.items() if one == item]
        assert out == sorted(sha256(path.read_bytes()) for path in given)
        again = run(kept.home, "export", item, "--to", target)
        assert again.returncode == 2
        assert "--force" in again.stderr
        assert run(kept.home, "export", item, "--to", target, "--force").returncode == 0
        beside = target.with_name(f"{target.name}.sha512")
        assert beside.read_text() == f"{hashlib.sha512(target.read_bytes()).hexdigest()}  {target.name}\n"
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".sha512", ".sha512", ".zip", ".zip"]


def test_the_same_command_again_doubles_nothing_and_says_so(kept: Kept) -> None:
    folders = sorted(path for path in kept.sample.iterdir() if path.name.startswith(("01-", "02-")))
    before = answer(kept.home, "bags", "list")
    again = answer(kept.home, "ingest", *folders, "--collection", "march-25", "--publish")
    assert all(one["already"] for one in again["submissions"])
    first = {one["folder"]: one for one in kept.report["submissions"]}
    for one in again["submissions"]:
        assert one["id"] == first[one["folder"]]["id"]
        assert one["items"] == first[one["folder"]]["items"]
        assert sorted(map(str, one["files"])) == sorted(map(str, first[one["folder"]]["files"]))
    assert answer(kept.home, "bags", "list") == before


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
