"""What is kept on the way: pages may be kept and are asked about each time; nothing that is for some is kept at all."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.models import ItemState
from tests.fixtures.desk import client, shelf
from tests.fixtures.items import put
from tests.fixtures.shelf import Shelf
from tests.fixtures.walking import sign_in

__all__ = ["client", "shelf"]

PAGES = ("/", "/search?q=letter", "/collections/march-25", "/about", "/items/{letter}", "/es/items/{letter}")
RECORDS = ("/items/{letter}/cite.ris", "/items/{letter}/record.jsonld", "/media/{copy}/x.txt")


@pytest.fixture
def visitor(gallery_app: Flask) -> FlaskClient:
    return gallery_app.test_client()


def where(shelf: Shelf, address: str) -> str:
    return address.format(letter=shelf.items["letter"], copy=shelf.copies["letter"][0])


@pytest.mark.parametrize("address", [*PAGES, *RECORDS])
def test_whoever_has_a_page_asks_each_time_and_gets_it_only_when_it_is_another(
    address: str, visitor: FlaskClient, gallery: Shelf
) -> None:
    first = visitor.get(where(gallery, address))
    mark = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "no-cache" and first.headers["Vary"] == "Cookie"
    again = visitor.get(where(gallery, address), headers={"If-None-Match": mark})
    assert again.status_code == 304 and not again.data
    assert again.headers["ETag"] == mark and again.headers["Cache-Control"] == "no-cache"
    other = visitor.get(where(gallery, address), headers={"If-None-Match": '"another"'})
    assert other.status_code == 200 and other.data == first.data
    head = visitor.head(where(gallery, address))
    assert head.headers["ETag"] == mark and not head.data


def test_a_page_in_another_language_has_another_mark(visitor: FlaskClient, gallery: Shelf) -> None:
    marks = {visitor.get(where(gallery, one)).headers["ETag"] for one in PAGES[-2:]}
    assert len(marks) == 2


def test_what_is_for_some_alone_is_kept_nowhere(gallery: Shelf, gallery_app: Flask) -> None:
    curator = gallery_app.test_client()
    sign_in(curator, "curator")
    for address in (*PAGES, *RECORDS, "/desk", f"/items/{gallery.items['hidden-in_review']}"):
        answer = curator.get(where(gallery, address))
        assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
        # Not even with the mark of the public page is somebody who may see more sent back to it.
        assert address.startswith("/media") or "ETag" not in answer.headers


@pytest.mark.parametrize("address", ["/items/{hidden}", "/items/0123456789abcdef", "/nowhere", "/desk"])
def test_an_answer_that_says_no_is_not_kept(address: str, visitor: FlaskClient, gallery: Shelf) -> None:
    answer = visitor.get(address.format(hidden=gallery.items["hidden-in_review"]))
    assert answer.status_code in (302, 303, 404)
    assert answer.headers["Cache-Control"] == "no-store" and "ETag" not in answer.headers


def test_a_mark_from_before_opens_nothing_that_was_taken_back(client: FlaskClient, shelf: Shelf) -> None:
    addresses = [where(shelf, one) for one in ("/items/{letter}", *RECORDS)]
    marks = [client.get(address).headers["ETag"] for address in addresses]
    put(shelf.archive, shelf.items["letter"], ItemState.ACCEPTED)
    for address, mark in zip(addresses, marks, strict=True):
        for known in (mark, "*"):
            answer = client.get(address, headers={"If-None-Match": known})
            assert answer.status_code == 404 and answer.headers["Cache-Control"] == "no-store"
