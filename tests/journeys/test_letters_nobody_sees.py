"""What no bag can hold is in nothing that a curator typed."""

from __future__ import annotations

from flask.testing import FlaskClient

from archive.access import OPERATOR
from archive.models import ItemState
from archive.services import revisions
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.items import put
from tests.fixtures.shelf import Shelf
from tests.journeys.test_review import form, sign_in

__all__ = ["client", "master", "shelf"]


def test_what_a_curator_types_is_kept_without_letters_that_nobody_sees(
    client: FlaskClient, shelf: Shelf
) -> None:
    item_id = shelf.items["letter"]
    put(shelf.archive, item_id, ItemState.IN_REVIEW)
    sign_in(client, "curator")
    address = f"/desk/items/{item_id}/describe"
    fields = form(client, address, "/describe")
    typed = fields | {
        "about-title": "A\x01 letter\ufffe",
        "about-description": "One\x0bline\r\nand\tanother\x1f",
    }
    assert client.post(address, data=typed).status_code == 303
    said = revisions.spoken(shelf.archive, OPERATOR, item_id).said
    assert (said["title"], said["description"]) == ("A letter", "One line\nand\tanother")
