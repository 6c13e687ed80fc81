"""A picture in a story is its item's: its words go where the item goes, its address may be any the site offers, and an idle one is told."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import select

from archive.access import OPERATOR
from archive.models import Story, StoryRevision
from archive.services import upkeep, withdrawing
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.shelf import Shelf
from tests.journeys.test_stories import begin, curator, publish, visitor, write

__all__ = ["client", "curator", "master", "shelf", "visitor"]
STORY = "/stories/rivers-and-songs"


def said_of(item: str) -> str:
    """A picture in each of the ways in which one may be typed, with a word in each that stands nowhere else."""
    return "\n\n".join(
        [
            f"Before ![Maria [1850] Xanthippeone in her kitchen]({item}) after.",
            f"![Maria \\] Xanthippetwo](/items/{item})",
            f'![a]({item} "Pedro (a) Xanthippethree")',
            "![Xanthippefour][r]",
            f'[r]: {item} "Xanthippefive"',
            f"> ![over\n> Xanthippesix](/items/{item}?page=1#t=3)",
        ]
    )


WORDS = [f"xanthippe{number}" for number in ("one", "two", "three", "four", "five", "six")]


def found(visitor: FlaskClient, word: str) -> bool:
    return STORY in visitor.get("/search", query_string={"q": word}).text


def test_what_is_said_of_a_hidden_item_is_neither_read_nor_found(
    curator: FlaskClient, visitor: FlaskClient, shelf: Shelf
) -> None:
    letter, hidden = shelf.items["letter"], shelf.items["hidden-in_review"]
    nested = f"![the carriage ![Xanthippeone]({hidden})]({letter})"
    publish(curator, begin(curator, body=f"{said_of(hidden)}\n\n{nested}"))
    page = visitor.get(STORY).text
    assert "xanthippe" not in page.lower() and "the carriage" in page and hidden not in page
    assert found(visitor, "before") and not any(found(visitor, word) for word in WORDS)


def test_of_what_is_destroyed_no_way_to_type_a_picture_keeps_a_word(
    curator: FlaskClient, visitor: FlaskClient, shelf: Shelf
) -> None:
    letter = shelf.items["letter"]
    address = begin(curator, body=said_of(letter))
    publish(curator, address)
    assert "Xanthippefour" in visitor.get(STORY).text
    withdrawing.withdraw_item(shelf.archive, OPERATOR, letter, destroy=True)
    for _ in range(20):
        if upkeep.catch_up(shelf.archive):
            break
    with shelf.archive.db.read() as session:
        bodies = [*session.scalars(select(Story.body)), *session.scalars(select(StoryRevision.body))]
    assert not any("xanthippe" in body.lower() or letter in body for body in bodies)
    assert all("Before  after." in body for body in bodies)
    for page in (visitor.get(STORY), curator.get(address), curator.get(f"{address}/history")):
        assert page.status_code == 200 and "xanthippe" not in page.text.lower() and "Before" in page.text
    assert found(visitor, "before") and not any(found(visitor, word) for word in WORDS)
    # Nor is it put in again in a way that the page reads.
    again = write(curator, address, body=said_of(letter).split("\n\n")[1])
    assert again.status_code == 400 and "something that was destroyed" in again.text


def test_a_picture_leads_to_the_place_that_was_typed_and_one_that_shows_nothing_is_told(
    curator: FlaskClient, visitor: FlaskClient, shelf: Shelf
) -> None:
    letter, hidden = shelf.items["letter"], shelf.items["hidden-in_review"]
    idle = f"![no]({'q' * 16}) ![file](/static/icon.png) ![seen by staff]({hidden})"
    typed = {
        "body": f"![Open](/items/{letter}?page=3#file-x) ![whole](https://a.example/b/items/{letter}/) {idle}"
    }
    looked = write(curator, title="Looks", collection="march-25", preview="yes", **typed).text
    told = looked.split('id="not-named"')[1].split("</section>")[0]
    assert told.count("<li>") == 2 and "q" * 16 in told and "/static/icon.png" in told
    address = begin(curator, **typed)
    assert 'id="not-named"' in curator.get(address).text
    publish(curator, address)
    page = visitor.get(f"/fr{STORY}").text
    assert f'href="/fr/items/{letter}?page=3#file-x"' in page and f'href="/fr/items/{letter}"' in page
    assert "not-named" not in page
    write(curator, address, body=f"![Open]({letter})")
    assert 'id="not-named"' not in curator.get(address).text
