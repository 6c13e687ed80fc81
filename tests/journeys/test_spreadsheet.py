"""Descriptions go out as a spreadsheet and come in again: nothing is lost, nothing is run, nothing is overwritten unseen."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from archive.access import OPERATOR
from archive.models import Batch, Event, Item, ItemState, User
from archive.search import Filters, parse_query
from archive.services import batches, choosing, lifecycle, revisions, sheets
from archive.services.tables import guarded, line_of, table_of, unguarded
from tests.fixtures.batching import curator, describe, give_to, post, said, sign_in, undone
from tests.fixtures.desk import client, master, shelf, token_of
from tests.fixtures.items import item_of
from tests.fixtures.shelf import Shelf
from tests.fixtures.tables import Table, written
from tests.fixtures.things import SECRET

__all__ = ["client", "curator", "master", "shelf"]

TOKEN = r'name="csrf_token" value="[^"]*"'
PUBLISHED, FORM = choosing.Choice("march-25", "published"), "multipart/form-data; boundary="


def taken_out(client: FlaskClient, query: str = "collection=march-25&state=published") -> Table:
    answer = client.get(f"/desk/spreadsheet/items.csv?{query}")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def brought_in(client: FlaskClient, data: bytes | str, root: str = "") -> TestResponse:
    # In memory: what the client would make a file of, it leaves open.
    sheet = FileStorage(io.BytesIO(data.encode() if isinstance(data, str) else data), "sheet.csv")
    token = token_of(client.get("/desk/spreadsheet").text)
    boundary, body = encode_multipart({"csrf_token": token, "sheet": sheet})
    return client.post(f"{root}/desk/spreadsheet", data=body, content_type=FORM + boundary)


def of(rows: Table, shelf: Shelf, name: str) -> dict[str, str]:
    return next(one for one in rows if one["id"] == shelf.items[name])


def planned_batches(shelf: Shelf) -> int:
    with shelf.archive.db.read() as session:
        return len(session.scalars(select(Batch)).all())


def test_what_is_changed_in_a_spreadsheet_is_shown_then_done_and_can_be_taken_back(
    curator: FlaskClient, shelf: Shelf
) -> None:
    rows = taken_out(curator)
    title, people = said(shelf, "letter", "title"), said(shelf, "talk", "people")
    of(rows, shelf, "letter")["title"] = "A title <typed> elsewhere"
    of(rows, shelf, "talk")["people"] = f"{people}\nOttilie".strip()
    answer = brought_in(curator, written(rows))
    assert answer.status_code == 303, answer.text
    address = answer.headers["Location"]
    page = curator.get(address).text
    assert "2 items would change" in page and "A title &lt;typed&gt; elsewhere" in page
    assert said(shelf, "letter", "title") == title
    post(curator, f"{address}/do")
    batches.carry_out(shelf.archive, address.rpartition("/")[2])
    assert said(shelf, "letter", "title") == "A title <typed> elsewhere"
    assert said(shelf, "talk", "people").split("\n")[-1] == "Ottilie"
    undone(curator, shelf, address)
    assert (said(shelf, "letter", "title"), said(shelf, "talk", "people")) == (title, people)


def test_what_comes_in_as_it_went_out_changes_nothing(curator: FlaskClient, shelf: Shelf) -> None:
    describe(shelf, "letter", description="=HYPERLINK(1)\n'@so\r\n“quoted”; and, \tmore", title="-1+1")
    rows = taken_out(curator)
    assert of(rows, shelf, "letter")["title"] == "'-1+1"
    assert of(rows, shelf, "letter")["description"].startswith("'=")
    answer = brought_in(curator, written(rows))
    assert answer.status_code == 200 and "0 items would change" in answer.text
    assert planned_batches(shelf) == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_excel_and_libreoffice_write_is_read(
    curator: FlaskClient, shelf: Shelf, encoding: str, delimiter: str
) -> None:
    rows = [{name: row[name] for name in ("id", "mark", "title")} for row in taken_out(curator)]
    of(rows, shelf, "letter")["title"] = "Père – “José”, né; 1852"
    sheet = sheets.read_sheet(shelf.archive, OPERATOR, written(rows, delimiter).encode(encoding))
    assert ([dict(one.said) for one in sheet.changes], sheet.problems) == (
        [{"title": "Père – “José”, né; 1852"}],
        (),
    )


def test_the_line_in_which_excel_names_its_separator_is_no_row(curator: FlaskClient, shelf: Shelf) -> None:
    text = "sep=;\r\n" + written(taken_out(curator), ";")
    assert sheets.read_sheet(shelf.archive, OPERATOR, text.encode()).problems == ()


def test_each_thing_that_is_not_right_is_named_by_row_and_column_and_nothing_is_changed(
    curator: FlaskClient, shelf: Shelf
) -> None:
    rows = taken_out(curator)
    names = {row["id"]: number for number, row in enumerate(rows, start=2)}
    of(rows, shelf, "letter")["date"] = "the day before never"
    of(rows, shelf, "talk")["title"] = ""
    of(rows, shelf, "papers")["state"] = "accepted"
    rows.append(dict(rows[0]))
    rows.append({**rows[0], "id": "nobody", "title": "x"})
    for row in rows:
        row["colour"] = "red"
    of(rows, shelf, "book")["title"] = "Would be changed"
    answer = brought_in(curator, written(rows))
    assert answer.status_code == 400
    sheet = sheets.read_sheet(shelf.archive, OPERATOR, written(rows).encode())
    assert {(one.row, one.column, one.code) for one in sheet.problems} == {
        (1, "colour", "unknown-column"),
        (names[shelf.items["letter"]], "date", "date-not-understood"),
        (names[shelf.items["talk"]], "title", "required"),
        (names[shelf.items["papers"]], "state", "read-only"),
        (len(rows), "id", "id-twice"),
        (len(rows) + 1, "id", "unknown-id"),
    }
    for words in ("no field of this name", "cannot be read as a date", "cannot be empty", "only to be read"):
        assert words in answer.text
    assert "Would be changed" in answer.text and "1 item would change" in answer.text
    assert planned_batches(shelf) == 0 and said(shelf, "book", "title") != "Would be changed"


def test_what_somebody_changed_meanwhile_is_named_with_both_texts(curator: FlaskClient, shelf: Shelf) -> None:
    rows = taken_out(curator)
    describe(shelf, "letter", title="Of somebody <else>")
    of(rows, shelf, "letter")["title"] = "Of the sheet"
    answer = brought_in(curator, written(rows))
    assert answer.status_code == 400 and "Somebody changed this after" in answer.text
    assert "Of somebody &lt;else&gt;" in answer.text and "Of the sheet" in answer.text
    assert said(shelf, "letter", "title") == "Of somebody <else>"


def test_the_words_of_an_item_come_after_its_content_note_and_only_when_they_are_asked_for(
    curator: FlaskClient, shelf: Shelf
) -> None:
    with shelf.archive.db.write() as session:
        session.get_one(Item, shelf.items["letter"]).content_note = "A <whipping>"
    rows = taken_out(curator)
    of(rows, shelf, "letter")["description"] = "Of the sheet"
    planned = curator.get(brought_in(curator, written(rows)).headers["Location"]).text
    of(rows, shelf, "talk")["date"] = "no day at all"
    unplanned = brought_in(curator, written(rows)).text
    describe(shelf, "letter", description="Of somebody else")
    crossed = brought_in(curator, written(rows)).text
    rows = taken_out(curator)
    of(rows, shelf, "letter")["date"] = "no such day"
    unclear = brought_in(curator, written(rows)).text
    pages = {planned: "Of the sheet", unplanned: "Of the sheet", crossed: "Of somebody else"}
    pages[unclear] = "no such day"
    for page, words in pages.items():
        before, _, after = page.partition("Content note: A &lt;whipping&gt;")
        assert words in after and words not in before
        assert "<details" in after.partition(words)[0] and "</details>" in after.partition(words)[2]
        assert after.partition(words)[0].count("</details>") == 0


def test_a_decision_meanwhile_stands_in_nobodys_way(curator: FlaskClient, shelf: Shelf) -> None:
    rows = taken_out(curator)
    lifecycle.change_state(shelf.archive, OPERATOR, shelf.items["letter"], lifecycle.Action.UNPUBLISH)
    of(rows, shelf, "letter")["title"] = "Of the sheet"
    assert brought_in(curator, written(rows)).status_code == 303


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        (b"", 400, "Choose the file first"),
        (b"PK\x03\x04 whatever a workbook holds", 400, "This is a workbook"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", 400, "cannot be read as a CSV table"),
        (b'id,mark,title\r\n"a,b', 400, "cannot be read as a CSV table"),
        (b"\x81\x8d not any encoding", 400, "cannot be read as a CSV table"),
        (b"title,date\r\nA,1852\r\n", 400, "no columns"),
        (b"id,mark,title\r\n", 400, "no row"),
        (b"id,mark\r\n" + b"x" * sheets.LARGEST, 413, "too large"),
    ],
)
def test_what_is_no_such_sheet_is_told_in_a_sentence(
    curator: FlaskClient, data: bytes, status: int, words: str
) -> None:
    answer = brought_in(curator, data)
    assert answer.status_code == status and words in answer.text and "Nothing was changed" in answer.text


def test_what_one_gave_and_what_one_may_not_see_is_not_changed_by_a_sheet_either(
    curator: FlaskClient, shelf: Shelf
) -> None:
    rows = taken_out(curator)
    give_to(shelf, "curator", "letter")
    of(rows, shelf, "letter")["title"] = "Mine"
    assert "You gave this yourself" in brought_in(curator, written(rows)).text
    draft = {**rows[0], "id": shelf.items["hidden-draft"]}
    never = {**rows[0], "id": "0" * 32}
    answers = [brought_in(curator, written([one])).text.replace(one["id"], "") for one in (draft, never)]
    assert "There is no item with this id" in answers[0]
    assert re.sub(TOKEN, "", answers[0]) == re.sub(TOKEN, "", answers[1])


def test_only_those_who_review_take_descriptions_out_or_bring_them_in(client: FlaskClient) -> None:
    other = sign_in(client, "archivist")
    assert other.get("/desk/spreadsheet").status_code == 403
    assert other.get("/desk/spreadsheet/items.csv?collection=march-25").status_code == 403


def test_that_descriptions_left_as_a_spreadsheet_is_written_down_without_what_was_looked_for(
    curator: FlaskClient, shelf: Shelf
) -> None:
    taken_out(curator, "collection=march-25&state=accepted&words=lantern")
    with shelf.archive.db.read() as session:
        event = session.scalars(select(Event).where(Event.kind == "sheet-export")).one()
        who = session.scalars(select(User.id).where(User.username == "curator")).one()
    # What cannot be looked for leaves nothing, and no trace.
    refused = curator.get("/desk/spreadsheet/items.csv?collection=march-25&words=*")
    assert refused.status_code == 400
    with shelf.archive.db.read() as session:
        assert len(session.scalars(select(Event).where(Event.kind == "sheet-export")).all()) == 1
    assert (event.agent, event.detail) == (who, {"collection": "march-25", "state": "accepted"})


def test_excel_is_given_the_mark_it_needs_and_nothing_that_it_would_run(
    curator: FlaskClient, shelf: Shelf
) -> None:
    describe(shelf, "letter", title="=cmd|' /C calc'!A0", description="\tso")
    answer = curator.get("/desk/spreadsheet/items.csv?collection=march-25&bom=yes")
    assert answer.data.startswith(b"\xef\xbb\xbf") and b"\r\n" in answer.data
    table = table_of(answer.data.decode("utf-8-sig"))
    assert not [cell for row in table for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    assert curator.get("/desk/spreadsheet/items.csv").status_code == 400


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0")) | st.text(";\t\r\n'=+-@a")


@given(st.lists(TEXTS, min_size=1))
def test_any_text_in_a_cell_comes_back_as_it_went_out_and_is_no_formula(cells: list[str]) -> None:
    assert [unguarded(guarded(cell)) for cell in cells] == cells
    assert not any(guarded(cell)[:1] in tuple("=+-@\t\r\n") for cell in cells if cell)
    # Nor where a program takes the semicolon for the separator, and no quotation mark for the end of anything.
    parts = (part for cell in cells for part in re.split(r"[;\t\r\n]", guarded(cell)))
    assert not any(part[:1] in tuple("=+-@") for part in parts if part)
    header = line_of(["id"] * len(cells))
    assert table_of(header + line_of(cells))[1:] == ([[guarded(cell) for cell in cells]] if cells else [])


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(description=TEXTS, relation=TEXTS, title=TEXTS)
@example(description="a\r\r\n=b", relation="\r\r\n", title="0\r\r\n0")
def test_whatever_an_item_says_a_sheet_that_went_out_and_comes_in_changes_nothing(
    shelf: Shelf, title: str, description: str, relation: str
) -> None:
    with shelf.archive.db.write() as session:
        item = session.get_one(Item, shelf.items["letter"])
        item.title, item.description, item.extra = title, description, {"relation": relation}
    text = "".join(sheets.write_sheet(shelf.archive, OPERATOR, PUBLISHED))
    sheet = sheets.read_sheet(shelf.archive, OPERATOR, text.encode())
    assert (sheet.changes, sheet.problems) == ((), ())


def test_a_sheet_is_of_what_stands_there_at_this_moment(curator: FlaskClient, shelf: Shelf) -> None:
    rows = taken_out(curator, "collection=march-25&state=accepted")
    assert {row["state"] for row in rows} == {ItemState.ACCEPTED}
    assert item_of(shelf.archive, rows[0]["id"]).state == ItemState.ACCEPTED
    assert revisions.spoken(shelf.archive, OPERATOR, rows[0]["id"]).title == rows[0]["title"]


def test_a_sheet_holds_all_of_a_collection_and_with_words_as_many_of_it_as_are_found_there(
    curator: FlaskClient, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = taken_out(curator)
    asked = f"collection=march-25&state=published&words={SECRET}"
    found = taken_out(curator, asked)
    index, here = shelf.archive.indexes.staff, Filters({"collection": ["march-25"], "state": ["published"]})
    monkeypatch.setattr(choosing, "MOST_FOUND", index.search(parse_query(SECRET), here).total)
    assert taken_out(curator) == every and len(every) > len(found) > 0
    assert taken_out(curator, asked) == found


@pytest.mark.parametrize("where", ["95, 400", "-90.1, 0", "36.85, -76.29, ship"])
def test_a_place_that_is_nowhere_is_told_between_which_degrees_it_can_be(
    curator: FlaskClient, shelf: Shelf, where: str
) -> None:
    rows = taken_out(curator)
    of(rows, shelf, "letter")["place"] = f"Norfolk [{where}]"
    answer = brought_in(curator, written(rows))
    assert "from -90 to 90" in answer.text and "from -180 to 180" in answer.text
    assert "It cannot be changed in this way" not in answer.text
