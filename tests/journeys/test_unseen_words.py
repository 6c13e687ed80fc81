"""Words that a document holds and nobody sees come into no page, no copy and no search; a document that was cut says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask.testing import FlaskClient

from archive.services.opening import open_archive
from archive.settings import Settings
from archive.web.app import create_app
from ingest.bulk import ingest
from ingest.words import NOTES
from tests.fixtures import canaries, hostile_pages

HIDING = ("letter.docx", "letter.odt", "letter.rtf", "letter.pdf", "page.html", "book.epub")
HEAVY = "plans.pdf"


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Somebody who looks at an archive in which such documents were published."""
    base = tmp_path_factory.mktemp("unseen")
    gift = base / "gift"
    gift.mkdir()
    rows = ["file,item,title"]
    for number, name in enumerate((*HIDING, HEAVY)):
        data = hostile_pages.pdf_of_slow_pages() if name == HEAVY else canaries.MAKERS[name]()
        (gift / f"{number}-{name}").write_bytes(data)
        rows.append(f"{number}-{name},{number},Document {name}")
    (gift / "metadata.csv").write_text("\n".join(rows) + "\n")
    archive = open_archive(Settings.load({"REMEMBRANCE_HOME": str(base / "home")}))
    try:
        ingest(archive, [gift], "march-25", publish=True)
        yield create_app(archive.settings, archive).test_client()
    finally:
        archive.close()


def pages_of(visitor: FlaskClient) -> dict[str, str]:
    """The address of each document's page, by its name."""
    found = visitor.get("/search?q=document").text
    links = re.findall(r'class="title"><a href="([^"?#]+)[^"]*"[^>]*>(.*?)</a>', found, re.DOTALL)
    return {re.sub(r"<[^>]+>", "", title).split()[-1]: unescape(address) for address, title in links}


def test_what_nobody_sees_in_a_document_is_on_no_public_page_and_in_no_copy(visitor: FlaskClient) -> None:
    pages = pages_of(visitor)
    assert set(HIDING) <= set(pages)
    for name in HIDING:
        page = visitor.get(pages[name]).text
        assert "Zebulon" not in page, name
        copies = set(re.findall(r'(?:href|src)="(/(?:media|files|items/[^"/]+/)[^"]*)"', page))
        assert copies, name
        for address in copies:
            assert b"Zebulon" not in canaries.everything_in(visitor.get(unescape(address)).data), (
                name,
                address,
            )


def test_what_nobody_sees_in_a_document_is_not_found_and_what_is_seen_is(visitor: FlaskClient) -> None:
    for words in ("zebulon", "zebul*", '"canary-zebulon-7731"', "7731"):
        found = visitor.get("/search", query_string={"q": words}).text
        assert 'class="title"' not in found, words
    found = visitor.get("/search", query_string={"q": '"plain words"'}).text
    assert found.count('class="title"') == len(HIDING)
    assert "Zebulon" not in found


def test_the_page_of_a_document_that_was_cut_says_so_in_the_readers_language(visitor: FlaskClient) -> None:
    address = pages_of(visitor)[HEAVY]
    assert NOTES["work-cut"] in unescape(visitor.get(address).text)
    spanish = unescape(visitor.get(f"/es{address}").text)
    assert NOTES["work-cut"] not in spanish
    for name in HIDING:
        assert NOTES["work-cut"] not in unescape(visitor.get(pages_of(visitor)[name]).text)
