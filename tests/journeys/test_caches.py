"""What is kept on the way: pages may be kept and are asked about each time; nothing that is for some is kept at all."""

from __future__ import annotations

import gzip
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.models import ItemState
from tests.fixtures.desk import client, shelf
from tests.fixtures.items import put
from tests.fixtures.shelf import Shelf
from tests.fixtures.walking import sign_in

__all__ = ["client", "shelf"]

GZIP = {"Accept-Encoding": "gzip, deflate"}
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
    assert first.headers["Cache-Control"] == "no-cache" and "Cookie" in first.vary
    again = visitor.get(where(gallery, address), headers={"If-None-Match": mark})
    assert again.status_code == 304 and not again.data
    assert again.headers["ETag"] == mark and again.headers["Cache-Control"] == "no-cache"
    other = visitor.get(where(gallery, address), headers={"If-None-Match": '"another"'})
    assert other.status_code == 200 and other.data == first.data
    head = visitor.head(where(gallery, address))
    assert head.headers["ETag"] == mark and not head.data


@pytest.mark.parametrize("address", PAGES)
def test_a_page_that_everybody_gets_alike_is_sent_in_half_of_its_bytes_to_who_can_unpack_it(
    address: str, visitor: FlaskClient, gallery: Shelf
) -> None:
    plain = visitor.get(where(gallery, address))
    packed = visitor.get(where(gallery, address), headers=GZIP)
    assert packed.headers["Content-Encoding"] == "gzip" and "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) * 2 < len(plain.data) and packed.content_length == len(packed.data)
    assert "Accept-Encoding" in plain.vary and "Accept-Encoding" in packed.vary
    # A cache never takes the one for the other, and each is known again.
    assert packed.headers["ETag"] != plain.headers["ETag"]
    again = visitor.get(where(gallery, address), headers={**GZIP, "If-None-Match": packed.headers["ETag"]})
    assert again.status_code == 304 and not again.data


def test_a_style_is_packed_and_a_part_of_it_is_not(visitor: FlaskClient) -> None:
    style = re.search(r'href="(/static/[^"]+remembrance\.css[^"]*)"', visitor.get("/").text)
    assert style is not None
    plain = visitor.get(style[1])
    for _ in range(2):
        packed = visitor.get(style[1], headers=GZIP)
        assert gzip.decompress(packed.data) == plain.data and len(packed.data) * 3 < len(plain.data)
        assert packed.headers["ETag"] != plain.headers["ETag"]
        again = visitor.get(style[1], headers={**GZIP, "If-None-Match": packed.headers["ETag"]})
        assert again.status_code == 304 and not again.data
        assert again.headers["ETag"] == packed.headers["ETag"] and "Accept-Encoding" in again.vary
    assert visitor.get(style[1], headers={**GZIP, "If-None-Match": '"another-gzip"'}).status_code == 200
    part = visitor.get(style[1], headers={**GZIP, "Range": "bytes=0-9"})
    assert part.status_code == 206 and part.data == plain.data[:10]


@pytest.mark.parametrize("asked", ["gzip;q=0", "br", ""])
def test_who_does_not_accept_gzip_gets_none(asked: str, visitor: FlaskClient) -> None:
    assert "Content-Encoding" not in visitor.get("/", headers={"Accept-Encoding": asked}).headers


def test_what_is_for_one_person_leaves_as_it_is(gallery: Shelf, gallery_app: Flask) -> None:
    """The length of a packed page would tell of the keys in it."""
    curator = gallery_app.test_client()
    sign_in(curator, "curator")
    for address in ("/", "/search?q=letter", "/desk", "/give"):
        answer = curator.get(address, headers=GZIP, follow_redirects=True)
        assert answer.status_code == 200 and "Content-Encoding" not in answer.headers
    for address in ("/give", "/sign-in", "/code"):
        answer = gallery_app.test_client().get(address, headers=GZIP, follow_redirects=True)
        assert "Content-Encoding" not in answer.headers


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
