"""The desk's page of copies: what is where, what waits and why, for those who answer for the whole; no key is on it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flask.testing import FlaskClient

from archive.bags import bag_key
from archive.services import copies
from archive.web.app import create_app
from tests.fixtures.desk import master, shelf, token_of
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import PASSWORD

__all__ = ["master", "shelf"]


def signed_in(shelf: Shelf, *urls: str, name: str = "archivist") -> FlaskClient:
    settings = replace(shelf.archive.settings, copies=urls)
    client = create_app(settings, replace(shelf.archive, settings=settings)).test_client()
    token = token_of(client.get("/sign-in").text)
    client.post("/sign-in", data={"username": name, "password": PASSWORD, "csrf_token": token})
    return client


def test_an_archivist_sees_each_store_and_what_is_in_its_way(shelf: Shelf, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    urls = (str(disk), "s3://key:planted@bucket/x")
    client = signed_in(shelf, *urls)
    before = client.get("/desk/copies").text
    assert str(disk) in before and "Catching up" in before and "never yet" in before
    archive = replace(shelf.archive, settings=replace(shelf.archive.settings, copies=urls))
    (shelf.archive.bag_folder(bag_key(shelf.items["letter"])) / "data" / "letter.txt").write_text("other")
    copies.run(archive)
    page = client.get("/desk/copies").text
    assert "Needs a look" in page and "is damaged, so it was not copied" in page
    assert f'/desk/items/{shelf.items["letter"]}"' in page
    assert "Its address is not written as one." in page
    assert "planted" not in page


def test_without_stores_the_page_says_that_everything_is_kept_once(shelf: Shelf) -> None:
    assert "everything is kept once" in signed_in(shelf).get("/desk/copies").text


def test_it_is_for_those_who_answer_for_the_whole(shelf: Shelf) -> None:
    assert signed_in(shelf, name="curator").get("/desk/copies").status_code == 403
    assert signed_in(shelf, name="contributor").get("/desk/copies").status_code == 403


def test_who_looks_after_another_collection_is_told_of_its_bags_alone(shelf: Shelf, tmp_path: Path) -> None:
    page = signed_in(shelf, str(tmp_path), name="elsewhere").get("/desk/copies").text
    assert "<dd>1" not in page
