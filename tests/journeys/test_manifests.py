"""Viewers of other houses show public items and collections by the IIIF Presentation API 3, and nothing else of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.access import OPERATOR
from archive.models import Agent, Item, ItemAgent
from archive.services import withdrawing
from archive.web import pages_manifest
from archive.web.i18n import LANGUAGES
from tests.fixtures.desk import client, shelf
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import SECRET

__all__ = ["client", "shelf"]

Json = dict[str, Any]
CONTEXT = "http://iiif.io/api/presentation/3/context.json"
NEEDED = {
    "Manifest": {"id", "label"},
    "Collection": {"id", "label"},
    "Canvas": {"id", "items"},
    "AnnotationPage": {"id", "items"},
    "Annotation": {"id", "motivation", "body", "target"},
    "Image": {"id", "format", "width", "height"},
    "Sound": {"id", "format", "duration"},
    "Video": {"id", "format", "duration"},
    "Text": {"id", "format", "label"},
    "Dataset": {"id", "format", "label"},
    "Agent": {"id", "label"},
    "ImageService3": {"id", "profile"},
    "Choice": {"items"},
}
SAID = ("label", "summary", "value")


@pytest.fixture
def viewer(gallery_app: Flask) -> FlaskClient:
    return gallery_app.test_client()


def told(client: FlaskClient, address: str) -> Json:
    answer = client.get(address)
    assert answer.status_code == 200 and answer.mimetype == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Cache-Control"] == "no-cache" and answer.headers["ETag"]
    found = answer.get_json()
    assert found["@context"] == CONTEXT and "items" in found and SECRET not in answer.text
    for one in parts(found):
        assert NEEDED[one["type"]] <= one.keys(), one
        assert one["type"] == "Choice" or one["id"].startswith("http://localhost/")
        for name in one.keys() & set(SAID):
            assert one[name] and all(isinstance(texts, list) and texts for texts in one[name].values())
    return dict(found)


def parts(document: Any) -> Iterator[Json]:
    """Everything in it that has a type."""
    if isinstance(document, list):
        for one in document:
            yield from parts(one)
    elif isinstance(document, dict):
        if "type" in document:
            yield document
        for value in document.values():
            yield from parts(value)


def manifest(shelf: Shelf, name: str) -> str:
    return f"/iiif/items/{shelf.items[name]}/manifest"


def test_a_picture_is_a_canvas_of_its_size_that_can_be_zoomed_into(
    viewer: FlaskClient, gallery: Shelf
) -> None:
    found = told(viewer, manifest(gallery, "photo"))
    (canvas,) = found["items"]
    assert (canvas["width"], canvas["height"]) == (640, 480)
    (painted,) = canvas["items"][0]["items"]
    assert painted["motivation"] == "painting" and painted["target"] == canvas["id"]
    service = painted["body"]["service"][0]["id"]
    assert viewer.get(f"{service}/info.json").get_json()["id"] == service
    for picture in (painted["body"], *found["thumbnail"]):
        assert viewer.get(picture["id"]).mimetype == "image/jpeg"
    assert set(found["label"]) == set(LANGUAGES)
    assert found["homepage"][0]["id"] == f"http://localhost/items/{gallery.items['photo']}"
    for other in (*found["seeAlso"], *found["partOf"], *found["homepage"]):
        assert viewer.get(other["id"]).status_code == 200


def test_pages_are_canvases_and_the_document_can_be_taken_along(viewer: FlaskClient, gallery: Shelf) -> None:
    found = told(viewer, manifest(gallery, "papers"))
    assert [one["label"]["en"] for one in found["items"]] == [["Page 1"], ["Page 2"], ["Page 3"]]
    (document,) = found["rendering"]
    assert viewer.get(document["id"]).mimetype == document["format"] == "application/pdf"


def test_a_recording_is_a_canvas_of_its_length_with_its_captions(viewer: FlaskClient, gallery: Shelf) -> None:
    found = told(viewer, manifest(gallery, "talk"))
    (canvas,) = found["items"]
    assert canvas["duration"] == 2.0 and "width" not in canvas
    body = canvas["items"][0]["items"][0]["body"]
    (captions,) = canvas["annotations"][0]["items"]
    assert captions["motivation"] == "supplementing" and captions["body"]["language"] == "en"
    for one in (body, captions["body"]):
        answer = viewer.get(one["id"])
        assert answer.mimetype == one["format"] and answer.headers["Access-Control-Allow-Origin"] == "*"
    said = {one["label"]["en"][0]: one["value"] for one in found["metadata"]}
    assert said["interviewee"] == {"none": ["Rosa"]} and said["Date"]["fr"] == ["11 juin 1949"]


@pytest.mark.parametrize("role", ["", "creator"])
def test_whoever_made_it_is_told_in_the_language_of_each_viewer(
    client: FlaskClient, shelf: Shelf, role: str
) -> None:
    with shelf.archive.db.write() as session:
        papers = session.get_one(Item, shelf.items["papers"])
        papers.agents = [ItemAgent(agent=Agent(name="The Circle of Friends"), role=role, position=0)]
    (said,) = (one for one in told(client, manifest(shelf, "papers"))["metadata"] if "Friends" in str(one))
    assert said == {
        "label": {"en": ["Made by"], "es": ["Hecho por"], "fr": ["Fait par"], "pt": ["Feito por"]},
        "value": {"none": ["The Circle of Friends"]},
    }


def test_who_made_it_in_two_ways_is_named_once(client: FlaskClient, shelf: Shelf) -> None:
    with shelf.archive.db.write() as session:
        circle = Agent(name="The Circle of Friends")
        papers = session.get_one(Item, shelf.items["papers"])
        papers.agents = [
            ItemAgent(agent=circle, role=role, position=place) for place, role in enumerate(("", "creator"))
        ]
    (said,) = (one for one in told(client, manifest(shelf, "papers"))["metadata"] if "Friends" in str(one))
    assert said["value"] == {"none": ["The Circle of Friends"]}


def test_it_is_the_same_in_every_language_and_the_page_leads_to_it(
    viewer: FlaskClient, gallery: Shelf
) -> None:
    address = manifest(gallery, "photo")
    assert viewer.get(f"/fr{address}").data == viewer.get(address).data
    assert viewer.get(address, headers={"Accept": "text/html,*/*;q=0.8"}).mimetype == "application/json"
    whole = viewer.get(address, headers={"Accept": f'application/ld+json;profile="{CONTEXT}"'})
    assert whole.headers["Content-Type"] == f'application/ld+json;profile="{CONTEXT}"'
    page = viewer.get(f"/es/items/{gallery.items['photo']}").text
    assert page.count(f'href="http://localhost{address}"') == 2
    # Of a text alone no viewer of pictures has anything to show.
    assert "/manifest" not in viewer.get(f"/items/{gallery.items['letter']}").text
    assert viewer.get(manifest(gallery, "letter")).status_code == 404


def test_a_collection_lists_what_can_be_shown_and_a_large_one_in_parts(
    viewer: FlaskClient, gallery: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    (address,) = (
        one["id"] for one in told(viewer, "/iiif/collections")["items"] if one["label"]["en"] == ["March 25"]
    )
    whole = told(viewer, address)
    known = {f"http://localhost{manifest(gallery, one)}" for one in ("photo", "talk", "papers")}
    assert {one["id"] for one in whole["items"]} == known
    monkeypatch.setattr(pages_manifest, "MOST", 2)
    parted = told(viewer, address)["items"]
    assert [one["type"] for one in parted] == ["Collection"] * 2
    assert {one["id"] for part in parted for one in told(viewer, part["id"])["items"]} == known
    for none in ("/iiif/collections/none", f"{address}/3", f"{address}/0"):
        assert viewer.get(none).status_code == 404


def test_what_is_taken_back_has_no_manifest_and_who_prepares_for_something_is_heard(
    client: FlaskClient, shelf: Shelf
) -> None:
    with shelf.archive.db.write() as session:
        session.get_one(Item, shelf.items["photo"]).content_note = "Shows chains."
    found = told(client, manifest(shelf, "photo"))
    assert "thumbnail" not in found
    assert found["requiredStatement"]["value"]["en"][0] == "Content note: Shows chains."
    mark = client.get(manifest(shelf, "photo")).headers["ETag"]
    withdrawing.withdraw_item(shelf.archive, OPERATOR, shelf.items["photo"], words="At my own wish.")
    for headers in ({}, {"If-None-Match": mark}):
        answer = client.get(manifest(shelf, "photo"), headers=headers)
        assert answer.status_code == 404 and answer.headers["Cache-Control"] == "no-store"
        assert answer.data == client.get("/iiif/items/0123456789abcdef/manifest").data
    assert shelf.items["photo"] not in client.get("/iiif/collections/march-25").text
