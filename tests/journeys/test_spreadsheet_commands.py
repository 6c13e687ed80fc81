"""Descriptions as a spreadsheet on the command line: out, checked, and in again."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from flask.testing import FlaskClient

from archive.models import Item
from tests.fixtures import command_line
from tests.fixtures.batching import curator, describe
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.shelf import Shelf
from tests.journeys.test_spreadsheet import of, taken_out, written

__all__ = ["client", "curator", "master", "shelf"]


def test_the_command_line_takes_out_checks_and_brings_in(shelf: Shelf, tmp_path: Path) -> None:
    home, file = shelf.archive.settings.home, tmp_path / "sheet.csv"
    shelf.archive.close()
    done = command_line.run(
        home, "sheet", "out", str(file), "--collection", "march-25", "--state", "published"
    )
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"), newline="")))
    of(rows, shelf, "letter")["date"] = "never ever"
    file.write_text(written(rows), encoding="utf-8", newline="")
    done = command_line.run(home, "sheet", "in", str(file), "--json")
    assert done.returncode == 2
    (problem,) = json.loads(done.stdout)["problems"]
    assert (problem["column"], problem["code"]) == ("date", "date-not-understood")
    of(rows, shelf, "letter")["date"] = "about 1852"
    file.write_text(written(rows), encoding="utf-8", newline="")
    would = command_line.answer(home, "sheet", "in", str(file), "--dry-run")
    assert [one["after"] for one in would["changes"]] == [{"date": "about 1852"}] and would["batch"] is None
    told = command_line.answer(home, "sheet", "in", str(file))
    assert told["batch"] and told["changes"] == would["changes"]
    again = command_line.answer(home, "sheet", "in", str(file))
    assert again["changes"] == [] and again["batch"] is None


def test_the_command_line_says_the_content_note_before_the_words_that_it_is_about(
    curator: FlaskClient, shelf: Shelf, tmp_path: Path
) -> None:
    with shelf.archive.db.write() as session:
        session.get_one(Item, shelf.items["letter"]).content_note = "A whipping"
    rows = taken_out(curator)
    of(rows, shelf, "letter")["description"] = "Of the sheet"
    of(rows, shelf, "talk")["description"] = "Of the other"
    home, file = shelf.archive.settings.home, tmp_path / "sheet.csv"
    file.write_text(written(rows), encoding="utf-8", newline="")
    would = command_line.answer(home, "sheet", "in", str(file), "--dry-run")
    notes = {one["id"]: one["content_note"] for one in would["changes"]}
    assert notes == {shelf.items["letter"]: "A whipping", shelf.items["talk"]: ""}
    assert all(list(one).index("content_note") < list(one).index("before") for one in would["changes"])
    describe(shelf, "letter", description="Of somebody else")
    of(rows, shelf, "letter")["date"] = "no such day"
    file.write_text(written(rows), encoding="utf-8", newline="")
    for typed, words in (("Of the sheet", "Of somebody else"), ("Of somebody else", "no such day")):
        of(rows, shelf, "letter")["description"] = typed
        if words == "no such day":
            of(rows, shelf, "letter")["mark"] = of(taken_out(curator), shelf, "letter")["mark"]
        file.write_text(written(rows), encoding="utf-8", newline="")
        told = [
            one
            for one in command_line.run(home, "sheet", "in", str(file)).stderr.splitlines()
            if words in one
        ]
        assert told and all(words in one.partition("Content note: A whipping")[2] for one in told)
