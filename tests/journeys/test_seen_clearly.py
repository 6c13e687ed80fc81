"""Whoever has pictures veiled and asks to see those of an item clearly sees them so wherever the item leads."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from archive.models import Item, ItemState, Passage
from archive.services.describe import Description
from tests.fixtures import given
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.queue_pages import sign_in
from tests.fixtures.shelf import Shelf

__all__ = ["client", "master", "shelf"]

VEILED, NOTE = 'class="viewing veil"', "Describes a whipping"


@pytest.fixture
def address(client: FlaskClient, shelf: Shelf) -> str:
    """A box that waits, too heavy for one page: a book, a talk and many pictures; a curator looks at it."""
    with shelf.archive.db.write() as session:
        box = shelf.item(session, "box", Description(title="A box", kind="image"), state=ItemState.IN_REVIEW)
        book = shelf.file(session, box, b".", "book.pdf", "application/pdf", pages=2)
        for page in (1, 2):
            shelf.copy(session, book, "page", given.jpeg(), "image/jpeg", page=page, width=16, height=12)
        talk = shelf.file(session, box, given.mp3(), "talk.mp3", "audio/mpeg", duration_ms=60_000)
        shelf.copy(session, talk, "audio", given.mp3(), "audio/mpeg", duration_ms=60_000)
        session.add(Passage(file_id=talk.id, position=0, text="A line.", start_ms=5_000, end_ms=6_000))
        for number in range(80):
            row = shelf.file(session, box, given.jpeg(), f"{number}.jpg", "image/jpeg", width=16, height=12)
            shelf.copy(session, row, "web", given.jpeg(), "image/jpeg", width=16, height=12)
    sign_in(client)
    return f"/items/{shelf.items['box']}"


def leaves_from(client: FlaskClient, address: str) -> list[str]:
    """The addresses of all leaves, by what leads from each to the next."""
    leaves = [address]
    while onward := re.search(r'rel="next nofollow" href="([^"]+)">Next<', client.get(leaves[-1]).text):
        leaves.append(unescape(onward[1]))
    return leaves


def files_on(page: str) -> list[str]:
    return re.findall(r'<section class="file" id="file-([^"]+)"', page)


def test_what_was_asked_for_clearly_is_clear_on_every_leaf_and_page_and_at_every_moment(
    client: FlaskClient, address: str
) -> None:
    veiled = leaves_from(client, address)
    assert len(veiled) > 2 and all(VEILED in client.get(leaf).text for leaf in veiled)
    assert 'name="show"' not in client.get(address).text
    # It is asked for where one is, and one stays there.
    last = client.get(veiled[-1]).text
    (asked,) = re.findall(r'href="([^"]+)">Show its pictures clearly', last)
    shown = client.get(unescape(asked)).text
    assert VEILED not in shown and files_on(shown) == files_on(last) != []
    first = client.get(f"{address}?show=1").text
    ways = [unescape(one) for one in re.findall(rf'href="({address}\?[^"]+)"', first + shown)]
    for sign in ("page=", "t=", "file="):
        assert any(sign in way for way in ways), sign
    assert [way for way in ways if VEILED in client.get(way).text] == []
    assert len(leaves_from(client, f"{address}?show=1")) == len(veiled)
    # The form that asks for a page sends what stands in it, not what its address says.
    assert '<input type="hidden" name="show" value="1">' in first


def test_a_content_note_that_was_read_stands_before_no_other_leaf(
    client: FlaskClient, shelf: Shelf, address: str
) -> None:
    with shelf.archive.db.write() as session:
        session.get_one(Item, shelf.items["box"]).content_note = NOTE
    noted = client.get(address).text
    assert NOTE in noted and files_on(noted) == []
    (asked,) = re.findall(r'href="([^"]+)">Show it<', noted)
    leaves = leaves_from(client, unescape(asked))
    shown = [one for leaf in leaves for one in files_on(client.get(leaf).text)]
    assert len(leaves) > 2 and len(shown) == len(set(shown)) == 82
