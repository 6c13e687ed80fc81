"""Choosing what is changed at once: others are shown beside what was ticked, and nothing ticked or typed is forgotten."""

from __future__ import annotations

from io import BytesIO

from flask.testing import FlaskClient

from archive.services import upkeep
from tests.fixtures.batching import LETTER, TALK, curator, post, rows_of, said
from tests.fixtures.contributor import Forms
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.shelf import Shelf

__all__ = ["client", "curator", "master", "shelf"]


def test_what_was_ticked_and_typed_stays_when_others_are_shown(curator: FlaskClient, shelf: Shelf) -> None:
    upkeep.catch_up(shelf.archive)

    def form_of(page: str) -> dict[str, str]:
        return next(one["fields"] for one in Forms(page).forms if one["action"] == "/desk/batch")

    page = curator.get("/desk/batch?state=published").text
    typed = form_of(page) | {"item": shelf.items[LETTER], "do": "set", "field": "source", "text": "A choir"}
    for words in ("nothing-is-called-so", "talk"):
        sent = typed | {"other-words": words, "other-state": "published", "others": "yes", "all": "yes"}
        page = post(curator, "/desk/batch", **sent).text
        assert "1 more is chosen that is not on this page" in page and ">A choir</textarea>" in page
        # Of what matches now nobody has said “all”.
        assert 'id="all" name="all" value="yes" checked' not in page
        typed = form_of(page)
        assert typed["item"] == shelf.items[LETTER]
    assert f'id="item-{shelf.items[TALK]}"' in page
    plan = post(curator, "/desk/batch", **typed | {"item": [typed["item"], shelf.items[TALK]]})
    assert "2 items would change" in curator.get(plan.headers["Location"]).text


def test_all_that_match_are_chosen_with_what_was_ticked_before(curator: FlaskClient, shelf: Shelf) -> None:
    upkeep.catch_up(shelf.archive)
    sent = {"words": "talk", "item": shelf.items[LETTER], "all": "yes", "do": "set", "field": "source"}
    plan = post(curator, "/desk/batch", text="A choir", **sent)
    page = curator.get(plan.headers["Location"]).text
    assert sorted(rows_of(page)) == sorted(said(shelf, one, "title") for one in (LETTER, TALK))
    # Also where all of them stand on one page nobody need tick each.
    assert "All that match: " in curator.get("/desk/batch?state=published").text


def test_what_was_narrowed_down_and_not_shown_is_shown_before_anything_is_done_to_all_that_match(
    curator: FlaskClient, shelf: Shelf
) -> None:
    upkeep.catch_up(shelf.archive)
    page = curator.get("/desk/batch?state=published").text
    (fields,) = (one["fields"] for one in Forms(page).forms if one["action"] == "/desk/batch")
    typed = fields | {"other-words": "talk", "item": shelf.items[LETTER], "all": "yes"}
    wished = {"do": "set", "field": "source", "text": "A choir"}
    for pressed in (wished, wished | {"turn": "2"}):
        answer = post(curator, "/desk/batch", **typed | pressed)
        assert answer.status_code == 400 and "nothing was done yet" in answer.text
        assert 'name="words" value="talk"' in answer.text and f'id="item-{shelf.items[TALK]}"' in answer.text
        # What was ticked and typed is there; that it was said of all that matched before is not.
        assert "1 more is chosen that is not on this page" in answer.text
        assert ">A choir</textarea>" in answer.text
        assert 'id="all" name="all" value="yes" checked' not in answer.text
    (shown,) = (one["fields"] for one in Forms(answer.text).forms if one["action"] == "/desk/batch")
    plan = post(curator, "/desk/batch", **shown | wished)
    assert plan.status_code == 303
    assert list(rows_of(curator.get(plan.headers["Location"]).text)) == [said(shelf, LETTER, "title")]


def test_whose_session_has_ended_reads_so_with_what_they_typed(curator: FlaskClient, shelf: Shelf) -> None:
    page = curator.get("/desk/batch").text
    (fields,) = (one["fields"] for one in Forms(page).forms if one["action"] == "/desk/batch")
    sent = {name: text for name, text in fields.items() if name != "item"}
    typed = {"item": shelf.items[LETTER], "do": "set", "field": "source", "text": "A choir,\nand <more>"}
    sheet = "id,mark,title\n" + "x,y,z\n" * 20_000
    # Long forms are heard out too.
    for one, more in (
        (curator.application.test_client(), typed),
        (curator, typed | {"csrf_token": "of another session"}),
        (curator.application.test_client(), typed | {"item": [shelf.items[LETTER]] * 5_000}),
    ):
        answer = one.post("/desk/batch", data=sent | more)
        assert answer.status_code == 400 and "This form is too old" in answer.text
        assert "A choir,\nand &lt;more&gt;" in answer.text.replace("\r\n", "\n")
    gone = curator.application.test_client()
    answer = gone.post("/desk/spreadsheet", data={"sheet": (BytesIO(sheet.encode()), "sheet.csv")})
    assert answer.status_code == 400 and "This form is too old" in answer.text
    # Where nothing was sent, one is led to sign in as before.
    for address in ("/desk/batch", "/desk/spreadsheet"):
        assert gone.get(address).headers["Location"] == "/sign-in"
