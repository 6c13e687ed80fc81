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


def test_whoever_asks_whether_they_have_it_already_is_told_so_before_any_part_is_sent(
    visitor: FlaskClient, gallery: Shelf
) -> None:
    """Whether it is another thing is looked at first (RFC 9110, section 13.2.2): the part that a browser kept still holds."""
    address, part = f"/media/{gallery.copies['talk'][0]}/audio.mp3", {"Range": "bytes=2-5"}
    mark = visitor.get(address).headers["ETag"]
    for known in (mark, f"W/{mark}", f'"another", {mark}', "*"):
        again = visitor.get(address, headers={**part, "If-None-Match": known})
        assert again.status_code == 304 and not again.data and again.headers["ETag"] == mark
    other = visitor.get(address, headers={**part, "If-None-Match": '"another"'})
    assert other.status_code == 200 and other.data == given.mp3()


def test_a_script_that_is_not_newer_is_not_sent_in_parts_either(visitor: FlaskClient) -> None:
    whole = visitor.get("/static/follow.js")
    for name, kept in (("If-Modified-Since", "Last-Modified"), ("If-None-Match", "ETag")):
        again = visitor.get("/static/follow.js", headers={"Range": "bytes=0-3", name: whole.headers[kept]})
        assert again.status_code == 304 and not again.data, name


def test_a_part_goes_on_only_from_what_is_surely_the_same(visitor: FlaskClient, gallery: Shelf) -> None:
    """A weak mark says that two are alike, not that they are the same byte by byte (RFC 9110, section 13.1.5)."""
    address, part = f"/media/{gallery.copies['talk'][0]}/audio.mp3", {"Range": "bytes=2-5"}
    mark = visitor.get(address).headers["ETag"]
    on = visitor.get(address, headers={**part, "If-Range": mark})
    assert on.status_code == 206 and on.data == given.mp3()[2:6]
    for known in (f"W/{mark}", f" W/{mark}", '"another"'):
        anew = visitor.get(address, headers={**part, "If-Range": known})
        assert anew.status_code == 200 and anew.data == given.mp3(), known


def test_who_asks_for_the_head_alone_is_told_of_the_whole(visitor: FlaskClient, gallery: Shelf) -> None:
    address = f"/media/{gallery.copies['talk'][0]}/audio.mp3"
    for asked in ("bytes=2-5", "bytes=99999999-"):
        head = visitor.head(address, headers={"Range": asked})
        assert head.status_code == 200 and "Content-Range" not in head.headers
        assert head.content_length == len(given.mp3()) and not head.data


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
