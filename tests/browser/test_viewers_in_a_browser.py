"""Looking closer and listening along in a real browser: by keyboard, with nothing in the console."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from archive.access import OPERATOR
from archive.models import Item, Passage
from archive.services import together
from archive.services.describe import Description
from archive.web.app import create_app
from archive.web.pages_parts import LINES
from ingest.readers import pyramid
from tests.fixtures import given
from tests.fixtures.browser import serving
from tests.fixtures.desk import master
from tests.fixtures.looking import DESK, PHONE, Noticed, axe, chromium, faults_here, opened, until
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import copy_of

pytestmark = pytest.mark.browser

__all__ = ["axe", "chromium", "master", "opened"]

ZOOM = Path(__file__).parents[2] / "archive" / "web" / "static" / "vendor" / "openseadragon.min.js"


@pytest.fixture(scope="module")
def site(master: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shelf, str]]:
    """A shelf with a large picture on it, and where it is served."""
    shelf = copy_of(master, tmp_path_factory.mktemp("viewers") / "home")
    with shelf.archive.db.write() as session:
        item = shelf.item(session, "street", Description(title="A street", kind="still-image"))
        file = shelf.file(session, item, b"street", "street.jpg", "image/jpeg")
        shelf.copy(session, file, "web", given.jpeg(1600, 1200), "image/jpeg", width=1600, height=1200)
        tiles = tmp_path_factory.mktemp("tiles") / "tiles.tif"
        pyramid.save(given.picture(2600, 1950), tiles)
        shelf.copy(session, file, "tiles", tiles.read_bytes(), "image/tiff", width=2600, height=1950)
    with serving(create_app(shelf.archive.settings, shelf.archive)) as address:
        yield shelf, address
    shelf.archive.close()


def test_somebody_looks_closer_with_the_keyboard_alone(
    site: tuple[Shelf, str], axe: str, opened: Callable[..., BrowserContext]
) -> None:
    if not ZOOM.exists():
        pytest.fail("Building the project brings OpenSeadragon: pip install -e .")
    shelf, address = site
    context = opened(PHONE)
    noticed = Noticed(address)
    noticed.watch(context)
    page = context.new_page()
    page.goto(f"{address}/items/{shelf.items['street']}")
    opener = page.get_by_role("button", name="Look closer")
    assert "openseadragon" not in page.content().split("data-library")[0]
    opener.focus()
    page.keyboard.press("Enter")
    closer = page.get_by_role("group", name="Looking closer: A street")
    canvas = closer.get_by_role("application")
    expect(canvas).to_be_focused()
    until(page, "performance.getEntriesByType('resource').some((one) => one.name.includes('default.jpg'))")
    # At this size not every pixel is needed; once it is larger, parts of it are fetched at their own size.
    for _ in range(4):
        closer.get_by_role("button", name="Larger").press("Enter")
    closer.get_by_role("button", name="Right").press("Enter")
    until(
        page,
        "performance.getEntriesByType('resource').some((one) => /,512,512\\/512,512\\/0/.test(one.name))",
    )
    assert faults_here(page, "looking closer", axe) == {}
    canvas.focus()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    expect(page.get_by_role("link", name="A street")).to_be_visible()
    assert noticed.faults == []


def test_a_picture_that_cannot_be_opened_is_said_and_its_image_stays(
    site: tuple[Shelf, str], opened: Callable[..., BrowserContext]
) -> None:
    shelf, address = site
    page = opened(DESK).new_page()
    page.route("**/info.json", lambda route: route.abort())
    page.goto(f"{address}/items/{shelf.items['street']}")
    page.get_by_role("button", name="Look closer").click()
    expect(page.get_by_role("status")).to_contain_text("could not be opened")
    expect(page.get_by_role("link", name="A street")).to_be_visible()


def test_a_line_leads_the_recording_and_the_recording_leads_the_lines(
    site: tuple[Shelf, str], opened: Callable[..., BrowserContext]
) -> None:
    shelf, address = site
    context = opened(DESK)
    noticed = Noticed(address)
    noticed.watch(context)
    page = context.new_page()
    page.goto(f"{address}/items/{shelf.items['talk']}")
    lines = page.locator(".transcript li")
    page.evaluate("document.querySelector('audio').play = async () => {}")
    lines.nth(1).get_by_role("link").click()
    expect(lines.nth(1)).to_have_attribute("aria-current", "true")
    until(page, "Math.abs(document.querySelector('audio').currentTime - 1) < 0.2")
    expect(page).to_have_url(re.compile(r"&t=1#t=1$"))
    page.evaluate("document.querySelector('audio').currentTime = 0.2")
    expect(lines.nth(0)).to_have_attribute("aria-current", "true")
    expect(lines.nth(1)).not_to_have_attribute("aria-current", "true")
    # An address that somebody shortened by hand opens it there as well.
    page.goto(f"{address}/items/{shelf.items['talk']}#t=1")
    page.reload()
    until(page, "Math.abs(document.querySelector('audio').currentTime - 1) < 0.2")
    assert noticed.faults == []


def test_what_is_told_in_a_second_language_is_followed_and_stays_folded_until_it_is_opened(
    site: tuple[Shelf, str], axe: str, opened: Callable[..., BrowserContext]
) -> None:
    shelf, address = site
    with shelf.archive.db.write() as session:
        item = session.get_one(Item, shelf.items["talk"])
        more = {"role": "captions", "accompanies_id": shelf.files["talk", 0], "language": "es"}
        captions = shelf.file(session, item, b"es", "talk.es.vtt", "text/vtt", **more)
        for place, words in enumerate(("Cantábamos.", "Cada noche.")):
            start = place * 1000
            session.add(
                Passage(file_id=captions.id, position=place, start_ms=start, end_ms=start + 1000, text=words)
            )
    page = opened(DESK).new_page()
    page.goto(f"{address}/items/{item.id}")
    second, recording = page.locator("details.transcript"), "document.querySelector('audio')"
    # As while it plays.
    page.evaluate(f"Object.defineProperty({recording}, 'paused', {{ value: false }})")
    page.evaluate(f"{recording}.play = async () => {{}}")
    for at in (0.2, 1.2):
        page.evaluate(f"{recording}.currentTime = {at}")
        expect(second.locator("[aria-current]")).to_have_text(
            re.compile(r"Cada noche" if at > 1 else "Cantábamos")
        )
    assert second.get_attribute("open") is None and page.evaluate("scrollY") == 0
    second.locator("summary").click()
    second.get_by_role("link", name="0:00").click()
    expect(page.locator("section.transcript [aria-current]")).to_contain_text("We sang.")
    assert faults_here(page, "what is told in a second language", axe) == {}
    # Its address leads to that line in that language, also without a script.
    page.reload()
    expect(page.locator("section.transcript [aria-current]")).to_contain_text("Cantábamos.")


def test_a_part_is_followed_on_the_page_of_the_whole_as_far_as_its_lines_go(
    site: tuple[Shelf, str], opened: Callable[..., BrowserContext]
) -> None:
    shelf, address = site
    with shelf.archive.db.write() as session:
        item = shelf.item(session, "reel", Description(title="The second reel", kind="sound"))
        sound = shelf.file(session, item, given.mp3(), "reel.mp3", "audio/mpeg", duration_ms=2000)
        shelf.copy(session, sound, "audio", given.mp3(), "audio/mpeg", duration_ms=2000)
        for place in range(LINES + 1):
            moment = {"start_ms": 1000 if place == LINES else place * 10}
            session.add(Passage(file_id=sound.id, position=place, text=f"Line {place}.", **moment))
    whole, parts = shelf.items["photo"], [shelf.items[one] for one in ("talk", "reel")]
    seen = together.look(shelf.archive, OPERATOR, whole).seen
    assert together.change(shelf.archive, OPERATOR, whole, "\n".join(parts), seen) is None
    context = opened(DESK)
    noticed = Noticed(address)
    noticed.watch(context)
    page = context.new_page()
    page.goto(f"{address}/items/{whole}")
    page.evaluate("document.querySelectorAll('audio').forEach(one => { one.play = async () => {}; })")
    talk, reel = (page.locator(f"article[aria-labelledby=part-{one}]") for one in parts)
    line = talk.locator(".transcript li").nth(1)
    line.get_by_role("link").click()
    expect(line).to_have_attribute("aria-current", "true")
    until(page, "Math.abs(document.querySelectorAll('audio')[0].currentTime - 1) < 0.2")
    # The other recording stays where it was, and the address is that of the page that is read.
    assert page.evaluate("document.querySelectorAll('audio')[1].currentTime") == 0
    assert page.url == f"{address}/items/{whole}"
    lines = reel.locator(".transcript li")
    expect(lines).to_have_count(LINES)
    lines.nth(0).get_by_role("link").click()
    expect(reel.locator("[aria-current]")).to_have_count(1)
    # Only once it has begun to load has it gone to where the line is.
    until(page, "document.querySelectorAll('audio')[1].readyState >= 2")
    page.evaluate("document.querySelectorAll('audio')[1].currentTime = 1.5")
    expect(reel.locator("[aria-current]")).to_have_count(0)
    assert noticed.faults == []
