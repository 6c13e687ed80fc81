"""What leads here from elsewhere begins with the public address of the archive, however it was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.web.app import create_app
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import fill

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
