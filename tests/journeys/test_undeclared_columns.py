"""What a table says in a column that no field takes is for staff alone, wherever the item is shown, found or taken out."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from archive.access import OPERATOR, PUBLIC
from archive.models import Item
from archive.services import indexing, show
from archive.services.export_public import public_item, said
from archive.services.find import find
from tests.fixtures.desk import client, shelf
from tests.fixtures.routes import ITEM_ROUTES, LISTS
from tests.fixtures.shelf import Shelf
from tests.fixtures.walking import ask, sign_in

__all__ = ["client", "shelf"]

PHONE, DECLARED = "zwanzigvierzig", "wunderlampe"
OAI = "/oai?verb=ListRecords&metadataPrefix=oai_dc"


@pytest.fixture
def item_id(shelf: Shelf) -> str:
    """A public letter whose table had a column for the giver's telephone, and a title too long for its field."""
    extra = {
        "donor_phone": PHONE,
        "observances": [],
        "relation": [f"Its twin, {DECLARED}"],
        # Fields of another collection alone.
        "lesson": PHONE,
        "stage": PHONE,
        "stage (as given)": f"{PHONE} at length",
        "title (as given)": f"A {DECLARED}",
    }
    with shelf.archive.db.write() as session:
        session.execute(
            update(Item).where(Item.id == shelf.items["letter"]).values(extra=extra, index_pending=True)
        )
    indexing.drain(shelf.archive)
    return shelf.items["letter"]


def test_nothing_of_it_is_public(shelf: Shelf, client: FlaskClient, item_id: str) -> None:
    with shelf.archive.db.read() as session:
        file = session.get_one(Item, item_id).files[0]
        ids = {"item": item_id, "file": file.id, "copy": file.copies[0].id}
    answers = [ask(client, "GET", pattern, **ids) for pattern in ITEM_ROUTES.values()]
    answers += [client.get(address) for addresses in LISTS.values() for address in addresses]
    answers += [client.get(OAI), client.get(f"/search?q={DECLARED}")]
    assert not [one.request.path for one in answers if PHONE in one.text]
    assert find(shelf.archive, PUBLIC, PHONE).total == 0
    assert PHONE not in json.dumps(said(public_item(shelf.archive, item_id)))
    assert "donor_phone" not in show.item(shelf.archive, PUBLIC, item_id).extra


def test_what_the_profile_declares_stays_public(shelf: Shelf, client: FlaskClient, item_id: str) -> None:
    page = client.get(f"/items/{item_id}").text
    assert f"Its twin, {DECLARED}" in page
    assert f"A {DECLARED}" in page
    assert [card.id for card in find(shelf.archive, PUBLIC, DECLARED).cards] == [item_id]


def test_staff_read_and_find_it_and_see_that_nobody_else_does(
    shelf: Shelf, client: FlaskClient, item_id: str
) -> None:
    sign_in(client, "curator")
    page = client.get(f"/items/{item_id}").text
    assert PHONE in page
    assert "Donor phone (only staff sees it)" in page
    assert page.count("(only staff sees it)") == page.count(PHONE) == 4
    assert "title (as given) (only staff" not in page.casefold()
    assert [card.id for card in find(shelf.archive, OPERATOR, PHONE).cards] == [item_id]
