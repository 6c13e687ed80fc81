"""A file comes whole to whoever asks for it in a way that is not ours, and not again to whoever has it already."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.services import deliver
from tests.fixtures import given
from tests.fixtures.shelf import Shelf


@pytest.fixture
def visitor(gallery_app: Flask) -> FlaskClient:
    return gallery_app.test_client()


@pytest.mark.parametrize("asked", ["items=0-3", "bytes=0-1,5-9", "bytes=9-5", "bytes", "bytes=a-b", "=0-3"])
def test_a_range_that_is_not_understood_is_not_heard_and_the_whole_file_comes(
    asked: str, visitor: FlaskClient, gallery: Shelf
) -> None:
    answer = visitor.get(f"/media/{gallery.copies['talk'][0]}/audio.mp3", headers={"Range": asked})
    assert answer.status_code == 200 and answer.data == given.mp3()
    assert answer.headers["Accept-Ranges"] == "bytes" and "Content-Range" not in answer.headers


@pytest.mark.parametrize("asked", ["bytes=2-5", "BYTES=2-5", "bytes= 2-5"])
def test_one_part_in_bytes_comes_alone(asked: str, visitor: FlaskClient, gallery: Shelf) -> None:
    answer = visitor.get(f"/media/{gallery.copies['talk'][0]}/audio.mp3", headers={"Range": asked})
    assert answer.status_code == 206 and answer.data == given.mp3()[2:6]


@pytest.mark.parametrize(
    "address", ["/media/{file}/document/pages.pdf", "/iiif/{picture}/full/16,/0/default.jpg"]
)
def test_a_mark_that_something_on_the_way_made_weak_is_known_again(
    address: str, visitor: FlaskClient, gallery: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy that packs what it hands on makes the mark a weak one (RFC 9110, section 13.1.2, compares it as such)."""
    where = address.format(file=gallery.files["papers", 0], picture=gallery.copies["photo"][0])
    mark = visitor.get(where).headers["ETag"]
    with monkeypatch.context() as known_already:
        # Nor is it made once more to find that out.
        known_already.setattr(deliver, "part", None)
        for known in (mark, f"W/{mark}", f'"another", W/{mark}', "*"):
            again = visitor.get(where, headers={"If-None-Match": known})
            assert again.status_code == 304 and not again.data and again.headers["ETag"] == mark
    assert visitor.get(where, headers={"If-None-Match": 'W/"another"'}).status_code == 200
