"""Where one searches and reads, too, those who work with what is not open yet meet its pictures as they chose; nobody else does."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from archive.models import File, ItemState
from tests.fixtures import given
from tests.fixtures.desk import client, master, shelf, token_of
from tests.fixtures.items import put
from tests.fixtures.queue_pages import sign_in
from tests.fixtures.shelf import Shelf

__all__ = ["client", "master", "shelf"]

LISTS = ("/search", "/search?view=grid")


@pytest.fixture
def waits(shelf: Shelf) -> str:
    """A photograph that waits; other papers with a picture are open."""
    waiting = shelf.items["photo"]
    with shelf.archive.db.write() as session:
        shown = session.get_one(File, shelf.files["papers", 0])
        shelf.copy(session, shown, "thumbnail", given.jpeg(64, 48), "image/jpeg", width=64, height=48)
    put(shelf.archive, waiting, ItemState.IN_REVIEW)
    return waiting


def classes(page: str, item_id: str) -> set[str]:
    """How the ways to an item are shown that hold its picture."""
    return set(re.findall(rf'<a class="([^"]+)" href="/items/{item_id}"[^>]*><img', page))


def test_pictures_of_what_is_not_open_yet_are_met_as_they_chose_by_those_who_work_with_it_and_all_others_as_by_all(
    client: FlaskClient, shelf: Shelf, waits: str
) -> None:
    stranger, papers = client.application.test_client(), shelf.items["papers"]
    for address in LISTS:
        page = stranger.get(address).text
        assert classes(page, papers) and "veil" not in page and "desk.css" not in page
    token = token_of(sign_in(client).get("/desk/care").text)
    for chosen, met in (({}, "veil"), ({"grey": "yes"}, "grey"), ({"every": "all"}, "veil grey")):
        if chosen:
            client.post("/desk/care", data={"csrf_token": token} | chosen)
        for address in LISTS:
            page = client.get(address).text
            assert {one.partition(" ")[2] for one in classes(page, waits)} == {met}, (chosen, address)
            assert not any(" " in one for one in classes(page, papers)), (chosen, address)
            assert "desk.css" in page and (' still">' in page) == ("grey" not in chosen)
    # Where all that stands on a page is open, it is as everyone has it.
    page = client.get(f"/items/{shelf.items['letter']}").text
    assert "desk.css" not in page and ' still">' not in page
