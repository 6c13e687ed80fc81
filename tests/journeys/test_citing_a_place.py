"""A moment of a recording and a page of a document are cited with the address that opens them."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.models import File
from tests.fixtures.shelf import Shelf


@pytest.fixture
def visitor(gallery_app: Flask) -> FlaskClient:
    return gallery_app.test_client()


def cited(visitor: FlaskClient, address: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(r'<p class="cite">(.*?)</p>', visitor.get(address).text)]


def test_a_moment_is_cited_with_the_second_and_the_address_that_opens_it(
    visitor: FlaskClient, gallery: Shelf
) -> None:
    talk = f"/items/{gallery.items['talk']}"
    whole, moment = cited(visitor, f"{talk}?t=1")
    assert f" http://localhost{talk} (" in whole and "0:01" not in whole
    assert "“A talk (demonstration)”" in moment and ", at 0:01. " in moment
    assert f" http://localhost{talk}?t=1#t=1 (" in moment
    # From a line of its transcript, which leads into the file that holds its words.
    captions = gallery.files["talk", 1]
    _whole, moment = cited(visitor, f"{talk}?file={captions}&t=1")
    assert f"http://localhost{talk}?file={captions}&t=1#t=1 (" in moment
    address = moment.partition("http://localhost")[2].partition(" ")[0].partition("#")[0]
    assert '<li id="t=1" data-t="1" aria-current="true">' in visitor.get(address).text


def test_a_page_is_cited_with_its_number_and_the_address_that_opens_it(
    visitor: FlaskClient, gallery: Shelf
) -> None:
    papers, file = f"/items/{gallery.items['papers']}", gallery.files["papers", 0]
    _whole, page = cited(visitor, f"{papers}?file={file}&page=2")
    assert ", on page 2. " in page and f"http://localhost{papers}?file={file}&page=2#file-{file} (" in page
    with gallery.archive.db.write() as session:
        session.get_one(File, file).title = "Minutes"
    _whole, page = cited(visitor, f"/es{papers}?page=3")
    assert (
        '“<bdi lang="en">Minutes</bdi>”' in page and f"http://localhost{papers}?page=3#file-{file} (" in page
    )


@pytest.mark.parametrize("asked", ["", "?t=99999", "?page=2", "?t=x", "?file=nobody&t=1", "?t=-1"])
def test_what_is_not_there_is_not_cited(visitor: FlaskClient, gallery: Shelf, asked: str) -> None:
    (whole,) = cited(visitor, f"/items/{gallery.items['talk']}{asked}")
    assert f"/items/{gallery.items['talk']} (" in whole


@pytest.mark.parametrize("asked", ["?page=99", "?page=0", "?t=1"])
def test_a_document_has_its_own_pages_and_no_moments(
    visitor: FlaskClient, gallery: Shelf, asked: str
) -> None:
    assert len(cited(visitor, f"/items/{gallery.items['papers']}{asked}")) == 1
