"""Pages are light enough for a slow connection that is paid by the megabyte."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from flask.testing import FlaskClient

from archive.access import PUBLIC
from archive.services import find
from archive.services.opening import Archive
from archive.web import app
from archive.web.app import create_app

# Of a page with its styles and scripts, in bytes; without originals, and without pictures.
HEAVIEST = 150_000
STYLES_TOGETHER = 40_000
STATIC = Path(app.__file__).parent / "static"


def weight(visitor: FlaskClient, path: str) -> int:
    """Bytes of a page and of every style and script that comes with it."""
    page = visitor.get(path)
    assert page.status_code == 200
    parts = {
        unescape(one) for one in re.findall(r'(?:src|href)="(/static/[^"]+\.(?:css|js)[^"]*)"', page.text)
    }
    assert any("remembrance.css" in one for one in parts)
    return len(page.data) + sum(len(visitor.get(one).data) for one in parts)


def test_the_first_page_a_full_page_of_a_search_and_every_item_are_light(filled_archive: Archive) -> None:
    visitor = create_app(filled_archive.settings, filled_archive).test_client()
    items = [card.id for card in find.find(filled_archive, PUBLIC, "").cards]
    assert len(items) == find.PER_PAGE
    paths = ["/", "/search", "/pt/search?q=demonstration", *(f"/items/{one}" for one in items)]
    assert {path: found for path in paths if (found := weight(visitor, path)) >= HEAVIEST} == {}


def test_all_styles_together_are_small() -> None:
    assert sum(path.stat().st_size for path in STATIC.glob("css/*.css")) < STYLES_TOGETHER
