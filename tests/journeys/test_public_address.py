"""What leads here from elsewhere begins with the public address of the archive, however it was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive.web.app import create_app
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import PASSWORD, fill

# A proxy speaks HTTPS to the world and HTTP to the archive, and hands on the name or not.
ASKED_AS = ("http://archive.example", "http://127.0.0.1:8453")
FOR_PROGRAMS = (
    "/robots.txt",
    "/sitemap.xml",
    "/sitemap-pages.xml",
    "/sitemap-items-1.xml",
    "/new.atom",
    "/ledger.atom",
    "/days.ics",
)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    shelf = fill(tmp_path_factory.mktemp("public-address") / "home")
    yield shelf
    shelf.archive.close()


def site_at(shelf: Shelf, public_url: str) -> Flask:
    settings = replace(shelf.archive.settings, public_url=public_url)
    return create_app(settings, replace(shelf.archive, settings=settings))


def ours(client: FlaskClient, path: str, asked_as: str) -> list[str]:
    """Every address to which a file for programs leads."""
    text = client.get(path, base_url=asked_as).text.replace("\r\n ", "")
    return re.findall(r'(?:<loc>|<id>|href="|\nURL:|\nSitemap: )([^\s<"]+)', text)


@pytest.mark.parametrize("asked_as", ASKED_AS)
@pytest.mark.parametrize("public", ["https://archive.example", "https://archive.example/keep"])
def test_files_for_programs_name_the_public_address_however_they_are_asked_for(
    shelf: Shelf, public: str, asked_as: str
) -> None:
    client = site_at(shelf, f"{public}/").test_client()
    for path in FOR_PROGRAMS:
        for language in ("", "/es") if path != "/robots.txt" else ("",):
            found = ours(client, language + path, asked_as)
            assert found and all(one.startswith(f"{public}/") for one in found), (path, found[:3])


def test_where_no_public_address_is_set_they_begin_as_they_were_asked_for(shelf: Shelf) -> None:
    client = site_at(shelf, "").test_client()
    for path in FOR_PROGRAMS:
        found = ours(client, path, ASKED_AS[1])
        assert found and all(one.startswith(f"{ASKED_AS[1]}/") for one in found), (path, found[:3])


def test_every_address_of_the_sitemaps_is_the_one_that_its_page_calls_its_own(shelf: Shelf) -> None:
    public = "https://archive.example"
    client = site_at(shelf, public).test_client()
    own: dict[str, str] = {}
    for part in ours(client, "/sitemap.xml", ASKED_AS[1]):
        for address in ours(client, part.removeprefix(public), ASKED_AS[1]):
            found = re.search(
                '<link rel="canonical" href="([^"]+)">', client.get(address[len(public) :]).text
            )
            if found is not None:
                own[address] = found[1]
    assert {address: one for address, one in own.items() if address != one} == {}
    # A story is told in one language, wherever it is listed.
    told = f"{public}/es/stories/dia-del-recuerdo"
    assert told in own and told in ours(client, "/fr/sitemap-pages.xml", ASKED_AS[1])
    assert f"{public}/items/{shelf.items['letter']}" in own


BELOW = "https://archive.example/keep"


def below(client: FlaskClient, address: str) -> TestResponse:
    assert address.startswith(f"{BELOW}/")
    return client.get(address.removeprefix(BELOW), base_url=BELOW)


def named_in(told: Any) -> list[tuple[str, str]]:
    """What something for viewers names as its own, each with its kind."""
    inside = told if isinstance(told, list) else [*told.values()] if isinstance(told, dict) else []
    own = [(told["type"], told["id"])] if isinstance(told, dict) and "id" in told else []
    return own + [found for one in inside for found in named_in(one)]


@pytest.mark.parametrize("language", ["", "/es"])
@pytest.mark.parametrize("public", [BELOW, f"{BELOW}/", ""])
def test_below_a_path_viewers_are_led_to_addresses_that_are_there(
    shelf: Shelf, public: str, language: str
) -> None:
    client = site_at(shelf, public).test_client()
    manifest = f"{BELOW}{language}/iiif/items/{shelf.items['photo']}/manifest"
    found = named_in(below(client, manifest).json)
    assert {"Manifest", "Canvas", "Image", "ImageService3", "Agent"} <= {kind for kind, _ in found}
    for kind, address in found:
        assert re.match(rf"{BELOW}/(?!keep|es/)", address), address
        if kind == "Image":
            assert below(client, address).mimetype == "image/jpeg"
        elif kind == "ImageService3":
            assert below(client, f"{address}/info.json").get_json()["id"] == address


def test_below_a_path_programs_are_told_of_the_paths_that_they_would_ask_for(shelf: Shelf) -> None:
    told = site_at(shelf, BELOW).test_client().get("/robots.txt", base_url=BELOW).text.splitlines()
    assert {"Disallow: /keep/desk", "Disallow: /keep/fr/mine", "Disallow: /keep/*?*"} <= set(told)
    ruled = [line.partition(": ")[2] for line in told if line.startswith(("Disallow", "Allow"))]
    assert all(path.startswith("/keep/") for path in ruled)


@pytest.mark.parametrize("public", [BELOW, ""])
def test_below_a_path_an_invitation_leads_to_the_page_where_it_is_accepted(shelf: Shelf, public: str) -> None:
    client = site_at(shelf, public).test_client()

    def send(path: str, **values: str) -> str:
        token = re.search('name="csrf_token" value="([^"]+)"', client.get(path, base_url=BELOW).text)
        assert token is not None
        return client.post(path, base_url=BELOW, data={"csrf_token": token[1], **values}).text

    send("/sign-in", username="administrator", password=PASSWORD)
    shown = re.search(rf'{BELOW}[^\s<>"]*', send("/es/desk/people/invite", role="member"))
    assert shown is not None and shown[0].count("/keep") == 1 and below(client, shown[0]).status_code == 200
