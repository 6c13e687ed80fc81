"""The page of a name or a word tells how it changed, side by side, with who did it, and brings back what was said."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from archive.models import Agent, today
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.shelf import Shelf
from tests.fixtures.word_pages import add, curator, form, save

__all__ = ["client", "curator", "master", "shelf"]


def revision(page: str, name: str) -> tuple[str, list[tuple[str, ...]]]:
    """Who and when, and the rows that stand side by side."""
    found = re.search(rf'aria-labelledby="{name}">(.*?)</section>', page, re.DOTALL)
    assert found is not None
    facts = re.search(r'class="facts">([^<]*)<', found[1])
    assert facts is not None
    cells = r'<tr><th scope="row">([^<]*)</th><td[^>]*>([^<]*)</td><td[^>]*>([^<]*)</td></tr>'
    return facts[1], re.findall(cells, found[1])


def test_what_was_said_of_a_harmful_word_stands_beside_what_is_said_now_and_comes_back(
    curator: FlaskClient, shelf: Shelf
) -> None:
    address = add(curator, "terms", name="Cargo", standing="harmful", note="It calls <people> goods.")
    assert save(curator, address, note="Now.", standing="historic").status_code == 303
    who, rows = revision(curator.get(address).text, "change-2")
    assert str(today().year) in who and who.endswith(", curator")
    assert rows == [
        ("How we use it", "A word that harms", "A historic word"),
        ("Note", "It calls &lt;people&gt; goods.", "Now."),
    ]
    again = form(curator, address, "/history/1")
    assert curator.post(f"{address}/history/1", data=again).status_code == 303
    assert form(curator, address)["note"] == "It calls <people> goods."
    # Whoever looked at the page before that is told, and nothing is changed.
    assert curator.post(f"{address}/history/2", data=again).status_code == 409
    assert form(curator, address)["standing"] == "harmful"
    assert 'id="change-3"' in curator.get(address).text


def test_a_name_that_nobody_changed_says_so_and_what_it_said_before_is_nobodys(
    curator: FlaskClient, shelf: Shelf
) -> None:
    listed = curator.get("/desk/words/agents").text
    found = re.search(r'href="(/desk/words/agents/[a-z0-9]{16})"', listed)
    assert found is not None
    assert "Nobody has changed it here yet." in curator.get(found[1]).text
    assert save(curator, found[1], note="A sentence.").status_code == 303
    page = curator.get(found[1]).text
    assert revision(page, "change-1")[0] == "Before anybody changed it here"
    assert revision(page, "change-2")[1] == [("Note", "", "A sentence.")]


def test_where_nobody_knows_who_changed_it_the_page_says_so_and_names_nobody(
    curator: FlaskClient, shelf: Shelf
) -> None:
    address = add(curator, "agents", name="One")
    with shelf.archive.db.write() as session:
        session.get_one(Agent, address.rpartition("/")[2]).name = "By another way"
    assert save(curator, address, name="Two").status_code == 303
    who, rows = revision(curator.get(address).text, "change-2")
    assert who == "Nobody knows who changed it, or when" and rows == [("Name", "One", "By another way")]


def test_the_page_of_what_stays_tells_what_was_said_of_what_was_merged_into_it(
    curator: FlaskClient, shelf: Shelf
) -> None:
    lost = add(curator, "places", name="Ndar", note="In Wolof.")
    kept = add(curator, "places", name="Saint-Louis", note="In French.")
    into = kept.rpartition("/")[2]
    fields = form(curator, f"{lost}/merge?into={into}", "/merge")
    assert curator.post(f"{lost}/merge", data=fields).status_code == 303
    page = curator.get(kept).text
    assert "What was said of “Ndar” before the two were merged" in page
    rows = revision(page, "merged-1-1")[1]
    assert ("Note", "", "In Wolof.") in rows
    # It is another one's: it is brought back by hand.
    assert f"{lost}/history" not in page
