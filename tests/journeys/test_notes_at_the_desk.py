"""At the desk too a voice that reads is told in which language a content note is, wherever the page has another."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from archive.models import Item
from tests.fixtures.batching import LETTER, TALK, curator, describe, planned
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.shelf import Shelf
from tests.fixtures.tables import written
from tests.journeys.test_spreadsheet import brought_in, of, taken_out

__all__ = ["client", "curator", "master", "shelf"]
NOTE = "A <whipping>"
SAID = "A &lt;whipping&gt;"
MARKED = f'<span lang="en">{SAID}</span>'


@pytest.fixture
def letter(shelf: Shelf) -> str:
    with shelf.archive.db.write() as session:
        session.get_one(Item, shelf.items[LETTER]).content_note = NOTE
    return shelf.items[LETTER]


def test_a_note_says_its_language_on_the_pages_of_its_item(curator: FlaskClient, letter: str) -> None:
    for path in (f"/desk/items/{letter}", f"/desk/items/{letter}/describe"):
        assert MARKED in curator.get(f"/es{path}").text, path
        english = curator.get(path).text
        assert SAID in english and MARKED not in english, path


def test_a_note_says_its_language_where_many_are_changed(
    curator: FlaskClient, shelf: Shelf, letter: str
) -> None:
    both = [letter, shelf.items[TALK]]
    worded = planned(curator, both, "set", "source", "The choir")
    decided = planned(curator, both, "unpublish")
    for path in (worded, decided):
        assert curator.get(f"/es{path}").text.count(MARKED) == 1, path
        english = curator.get(path).text
        assert SAID in english and MARKED not in english, path


def test_a_note_says_its_language_where_a_spreadsheet_is_looked_at(
    curator: FlaskClient, shelf: Shelf, letter: str
) -> None:
    rows = taken_out(curator)
    of(rows, shelf, LETTER)["description"] = "Of the sheet"
    of(rows, shelf, TALK)["date"] = "no day at all"
    for stands in ("Of the sheet", "Of somebody else"):
        looked_at = brought_in(curator, written(rows), "/es").text
        assert stands in looked_at.partition(MARKED)[2]
        assert MARKED not in brought_in(curator, written(rows)).text
        describe(shelf, LETTER, description="Of somebody else")
    of(rows := taken_out(curator), shelf, LETTER)["date"] = "no such day"
    assert "no such day" in brought_in(curator, written(rows), "/es").text.partition(MARKED)[2]
