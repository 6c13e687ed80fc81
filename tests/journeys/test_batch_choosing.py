"""Choosing what is changed at once: others are shown beside what was ticked, and nothing ticked or typed is forgotten."""

from __future__ import annotations

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
