"""What many items say at once brings no words back that were taken out of a file: the row says so, and that item stays as it is."""

from __future__ import annotations

import csv
import io

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage

from archive.access import OPERATOR
from archive.services import sheets
from archive.services.choosing import Choice
from tests.fixtures.batching import LETTER, carried_out, curator, planned, post, said, undone
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.redacting import DISGUISED, NAME, mark_words
from tests.fixtures.shelf import Shelf

__all__ = ["client", "curator", "master", "shelf"]


def test_a_change_of_many_leaves_out_those_of_which_it_was_taken_out_and_says_so(
    curator: FlaskClient, shelf: Shelf
) -> None:
    before = said(shelf, LETTER, "title")
    mark_words(shelf.archive, shelf.items[LETTER], NAME)
    address = planned(curator, [shelf.items[LETTER]], "set", "title", f"By {DISGUISED}")
    assert "words that were taken out of a file" in curator.get(address).text
    carried_out(curator, shelf, address)
    assert said(shelf, LETTER, "title") == before


def test_what_was_taken_out_after_a_change_was_planned_is_found_when_it_is_done_and_undone(
    curator: FlaskClient, shelf: Shelf
) -> None:
    title = said(shelf, LETTER, "title")
    address = planned(curator, [shelf.items[LETTER]], "set", "title", "Something else")
    carried_out(curator, shelf, address)
    mark_words(shelf.archive, shelf.items[LETTER], title)
    page = undone(curator, shelf, address)
    assert "words that were taken out of a file" in page
    assert said(shelf, LETTER, "title") == "Something else"
    late = planned(curator, [shelf.items[LETTER]], "set", "title", f"By {NAME}")
    mark_words(shelf.archive, shelf.items[LETTER], NAME)
    assert "words that were taken out of a file" in carried_out(curator, shelf, late)
    assert said(shelf, LETTER, "title") == "Something else"


@pytest.mark.parametrize("column", ["title", "description"])
def test_a_spreadsheet_is_told_the_row_and_the_column(
    curator: FlaskClient, shelf: Shelf, column: str
) -> None:
    mark_words(shelf.archive, shelf.items[LETTER], NAME)
    table = "".join(sheets.write_sheet(shelf.archive, OPERATOR, Choice("march-25")))
    rows = list(csv.DictReader(io.StringIO(table, newline="")))
    row = next(one for one in rows if one["id"] == shelf.items[LETTER])
    row[column] = f"By {DISGUISED}"
    out = io.StringIO()
    writer = csv.DictWriter(out, [*row])
    writer.writeheader()
    writer.writerow(row)
    found = sheets.read_sheet(shelf.archive, OPERATOR, out.getvalue().encode())
    assert [(one.row, one.column, one.code) for one in found.problems] == [(2, column, "taken-out")]
    assert found.changes == ()
    sheet = FileStorage(io.BytesIO(out.getvalue().encode()), "sheet.csv")
    answer = post(curator, "/desk/spreadsheet", sheet=sheet)
    assert "words that were taken out of a file" in answer.text
