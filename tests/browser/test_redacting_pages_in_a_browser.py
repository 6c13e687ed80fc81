"""Pages are turned and faces looked for while a curator draws: what was drawn on each page stays."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext
from sqlalchemy import select

from archive.models import Redaction
from archive.services import faces
from archive.services.describe import Description
from tests.browser.test_redacting_in_a_browser import at_the, draw, marks, numbers, site
from tests.fixtures import given
from tests.fixtures.looking import DESK, axe, chromium, faults_here, opened
from tests.fixtures.shelf import Shelf

pytestmark = pytest.mark.browser

__all__ = ["axe", "chromium", "opened", "site"]


@pytest.fixture
def with_two_pages(site: tuple[Shelf, str], monkeypatch: pytest.MonkeyPatch) -> tuple[Shelf, str]:
    """The same with a document of two pages; a machine can be asked to look for faces."""
    monkeypatch.setattr("archive.web.pages_faces.is_installed", lambda: True)
    shelf = site[0]
    with shelf.archive.db.write() as session:
        item = shelf.item(session, "album", Description(title="An album"))
        file = shelf.file(session, item, b"%PDF-1.4", "album.pdf", "application/pdf", pages=2)
        for number in (1, 2):
            picture = given.saved(Image.new("RGB", (400, 300), (128, 120, 100 + number)), "PNG")
            shelf.copy(session, file, "page", picture, "image/png", page=number, width=400, height=300)
    return site


def test_what_was_drawn_stays_while_a_page_is_turned_and_faces_are_looked_for(
    with_two_pages: tuple[Shelf, str], axe: str, opened: Callable[..., BrowserContext]
) -> None:
    shelf, _ = with_two_pages
    page = opened(DESK).new_page()
    at_the("album", page, with_two_pages)
    page.locator("#canvas.is-ready").wait_for()
    draw(page, (0.1, 0.2), (0.4, 0.6))
    page.get_by_role("button", name="Next page").click()
    page.get_by_text("Page 2 of 2").wait_for()
    draw(page, (0.5, 0.1), (0.7, 0.3))
    page.get_by_role("button", name="Look for faces in this picture").click()
    page.get_by_text("A machine is looking for faces.").wait_for()
    assert [float(one) for one in numbers(page, 1)] == pytest.approx([50, 10, 20, 20], abs=1)
    assert faults_here(page, "looking for faces", axe) == {}
    note = faces.note_of(shelf.archive, shelf.files["album", 0], 2)
    note.write_text(json.dumps({"is_installed": True, "faces": [[0.8, 0.8, 0.1, 0.1]]}))
    page.get_by_role("button", name="Look again").click()
    page.get_by_label("Face 1").check()
    page.get_by_role("button", name="Take it out").click()
    page.get_by_text("being made anew").first.wait_for()
    assert [round(one["x"], 1) for one in marks(shelf)] == [0.1, 0.5, 0.8]
    with shelf.archive.db.read() as session:
        assert sorted(session.scalars(select(Redaction.page))) == [1, 2, 2]
