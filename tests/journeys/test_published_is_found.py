"""What is published is found a moment later, and what is taken back is not: the worker that runs beside the pages sees to it."""

from __future__ import annotations

from flask.testing import FlaskClient

from archive.access import OPERATOR
from archive.services import withdrawing
from ingest.work import worker
from tests.fixtures.desk import client, master, shelf
from tests.fixtures.items import reopen
from tests.fixtures.reviewing import form, sign_in
from tests.fixtures.serving import wait_until
from tests.fixtures.shelf import Shelf

__all__ = ["client", "master", "shelf"]


def test_the_worker_has_what_is_published_found_and_what_is_taken_back_found_no_more(
    client: FlaskClient, shelf: Shelf
) -> None:
    item_id = shelf.items["letter"]
    reopen(shelf.archive, item_id)
    visitor = client.application.test_client()

    def is_found() -> bool:
        return f"/items/{item_id}" in visitor.get("/search?q=carriage").text

    with worker(shelf.archive, "main"):
        wait_until(lambda: not is_found())
        address = f"/desk/items/{item_id}"
        fields = form(sign_in(client, "curator"), address, "/decide") | {"decision": "publish"}
        assert client.post(f"{address}/decide", data=fields).status_code == 303
        wait_until(is_found)
        withdrawing.withdraw_item(shelf.archive, OPERATOR, item_id, "")
        wait_until(lambda: not is_found())
