"""Every page in a real browser: usable by everybody, at home on a phone, quiet towards other hosts."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import BrowserContext, Page
from sqlalchemy import select

from archive.access import OPERATOR, PUBLIC, Actor
from archive.models import User
from archive.services import asking, batches, requests
from archive.services.asking import Asking
from archive.services.weighing import Wish
from tests.fixtures.browser import serving_shelf
from tests.fixtures.looking import DESK, PHONE, Noticed, axe, chromium, faults_of, opened
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import PASSWORD

pytestmark = pytest.mark.browser

__all__ = ["axe", "chromium", "opened"]

FIREFOX = Path("/usr/bin/firefox-esr")


@dataclass
class Site:
    """The pages that are served, and where."""

    shelf: Shelf
    address: str
    request: str

    def pages(self) -> dict[str, str]:
        """Every kind of page by name, with its path."""
        items, files = self.shelf.items, self.shelf.files
        return {
            "home": "/",
            "search": "/search?q=demonstration",
            "narrowed": "/search?q=demonstration&kind=text&sort=date",
            "nothing found": "/search?q=carriagge",
            "bad search": "/search?q=" + "many+" * 150,
            "collection": "/collections/march-25",
            "letter": f"/items/{items['letter']}",
            "picture": f"/items/{items['photo']}",
            "recording": f"/items/{items['talk']}?t=1#t1",
            "document": f"/items/{items['papers']}?page=2",
            "broken": f"/items/{items['broken']}",
            "text": f"/items/{items['book']}/text/{files['book', 0]}?part=2",
            "asking": f"/items/{items['letter']}/ask",
            "answer": "/asked",
            "about": "/about",
            "about-proof": "/about/proof",
            "safety": "/safety",
            "help": "/help",
            "stories": "/stories",
            "missing": "/items/nothing",
            "sign in": "/sign-in",
            "français": "/fr/",
            "español": f"/es/items/{items['letter']}",
            "português": "/pt/search?q=demonstration",
        }

    def planned(self) -> str:
        """A batch that would change something, and something that it cannot."""
        with self.shelf.archive.db.read() as session:
            curator = session.scalars(select(User).where(User.username == "curator")).one()
        wish = Wish("describe", {"title": "Another title"})
        wishes = {self.shelf.items[name]: wish for name in ("letter", "hidden-withdrawn")}
        who = Actor(curator.id, {"curator": frozenset()})
        return batches.plan(self.shelf.archive, who, "set", wishes, field="title")

    def staff_pages(self) -> dict[str, str]:
        """The pages of the desk."""
        items, files = self.shelf.items, self.shelf.files
        return {
            "desk": "/desk",
            "whole desk": "/desk?state=all&flag=note",
            "care": "/desk/care",
            "kept letter": f"/desk/items/{self.shelf.items['letter']}",
            "waiting": f"/desk/items/{self.shelf.items['hidden-in_review']}",
            "waiting, shown": f"/desk/items/{self.shelf.items['hidden-in_review']}?show=1",
            "veiled picture": f"/desk/items/{self.shelf.items['photo']}",
            "kept recording": f"/desk/items/{self.shelf.items['talk']}",
            "described": f"/desk/items/{self.shelf.items['letter']}/describe",
            "picture described": f"/desk/items/{self.shelf.items['photo']}/describe",
            "taken out": f"/desk/items/{self.shelf.items['photo']}/redact",
            "picture marked": f"/desk/items/{items['photo']}/redact/{files['photo', 0]}",
            "document marked": f"/desk/items/{items['papers']}/redact/{files['papers', 0]}?page=2",
            "recording marked": f"/desk/items/{items['talk']}/redact/{files['talk', 0]}",
            "text marked": f"/desk/items/{items['letter']}/redact/{files['letter', 0]}",
            "changes": f"/desk/items/{self.shelf.items['letter']}/history",
            "requests": "/desk/requests",
            "request": f"/desk/requests/{self.request}",
            "requests of one": f"/desk/items/{self.shelf.items['letter']}/requests",
            "files": f"/desk/items/{self.shelf.items['talk']}/files",
            "captions": f"/desk/items/{self.shelf.items['talk']}/files/{self.shelf.files['talk', 1]}/transcript",
            "names": "/desk/words/agents",
            "new word": "/desk/words/terms/new",
            "stories written": "/desk/stories",
            "new story": "/desk/stories/new",
            "collections": "/desk/collections",
            "collection at the desk": "/desk/collections/march-25",
            "introduction": "/desk/collections/march-25/en",
            "many at once": "/desk/batch",
            "changed together": "/desk/batches",
            "a plan": f"/desk/batches/{self.planned()}",
            "spreadsheet": "/desk/spreadsheet",
            "arranged": f"/desk/items/{self.shelf.items['talk']}/arrange",
        }


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving_shelf(tmp_path_factory.mktemp("browser") / "home") as (shelf, address):
        yield Site(shelf, address, tell_and_ask(shelf))


def tell_and_ask(shelf: Shelf) -> str:
    """A note beside the letter, and a request about it that waits; the request's id."""
    known = Asking("note", words="The writer is Ada.", name="Somebody who knew her")
    for what in (known, Asking("take-down", words="It shows my aunt.", why="family")):
        asking.ask(shelf.archive, PUBLIC, shelf.items["letter"], what, "en")
        (waits,) = requests.listed(shelf.archive, OPERATOR)[1]
        if what is known:
            requests.decide(shelf.archive, OPERATOR, waits.id, "shown", "")
    return waits.id


def test_no_page_breaks_a_rule_of_accessibility_scrolls_sideways_or_speaks_to_strangers(
    site: Site, axe: str, opened: Callable[..., BrowserContext]
) -> None:
    context = opened(PHONE)
    noticed = Noticed(site.address)
    noticed.watch(context)
    page = context.new_page()
    found: dict[str, Any] = {}
    for name, path in site.pages().items():
        found |= faults_of(page, name, site.address + path, axe)
    sign_in(page, site.address)
    for name, path in site.staff_pages().items():
        found |= faults_of(page, name, site.address + path, axe)
    context.clear_cookies()
    sign_in(page, site.address, "archivist")
    found |= faults_of(page, "who did what", f"{site.address}/desk/audit?kind=receive", axe)
    assert found == {}
    assert noticed.faults == []


def sign_in(page: Page, address: str, name: str = "curator") -> None:
    page.goto(f"{address}/sign-in")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Desk").wait_for()


def test_a_visitor_finds_a_recording_and_hears_it_from_its_second_without_javascript(
    site: Site, opened: Callable[..., BrowserContext]
) -> None:
    context = opened(DESK, java_script_enabled=False)
    noticed = Noticed(site.address)
    noticed.watch(context)
    page = context.new_page()
    page.goto(site.address)
    page.get_by_role("searchbox").fill('"every evening"')
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="A talk (demonstration)").click()
    page.get_by_text("Every evening.").wait_for()
    page.get_by_role("link", name="0:01").click()
    assert page.url.endswith("t=1#t1")
    assert page.locator("audio source").get_attribute("src").endswith("#t=1")  # type: ignore[union-attr]
    assert page.locator("audio").is_visible()
    assert context.cookies() == []
    assert noticed.faults == []


def test_a_recording_begins_where_the_address_says(site: Site, opened: Callable[..., BrowserContext]) -> None:
    page = opened(DESK).new_page()
    page.goto(f"{site.address}/items/{site.shelf.items['talk']}?t=1#t1")
    page.wait_for_function("document.querySelector('audio').readyState >= 1")
    page.wait_for_function("Math.abs(document.querySelector('audio').currentTime - 1) < 0.2")


def test_a_document_is_leafed_through_with_the_keyboard_alone(
    site: Site, opened: Callable[..., BrowserContext]
) -> None:
    page = opened(PHONE).new_page()
    page.goto(f"{site.address}/items/{site.shelf.items['papers']}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Next page").focus()
    page.keyboard.press("Enter")
    page.get_by_text("What page 2 says.").wait_for()
    page.get_by_label("Page", exact=True).fill("3")
    page.keyboard.press("Enter")
    page.get_by_text("What page 3 says.").wait_for()


def test_every_link_that_is_followed_with_the_keyboard_is_seen_to_be_focused(
    site: Site, opened: Callable[..., BrowserContext]
) -> None:
    page = opened(DESK).new_page()
    page.goto(site.address)
    for _ in range(25):
        page.keyboard.press("Tab")
        style = page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement);"
            " return [s.outlineStyle, parseFloat(s.outlineWidth)] })()"
        )
        assert style[0] == "solid" and style[1] >= 2


def test_an_archivist_carries_a_bag_home(site: Site, opened: Callable[..., BrowserContext]) -> None:
    page = opened(DESK).new_page()
    page.goto(f"{site.address}/sign-in")
    page.get_by_label("User name").fill("archivist")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Published").click()
    page.get_by_role("link", name="Letter to a friend (demonstration)").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export its bag as a ZIP").click()
    assert download.value.suggested_filename == f"{site.shelf.items['letter']}.zip"
    assert Path(download.value.path()).read_bytes().startswith(b"PK")
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{site.address}/desk")
    assert page.url.endswith("/sign-in")


def test_no_meaning_rests_on_scripts_or_drawings(site: Site, tmp_path: Path) -> None:
    """Firefox with SVG and JavaScript off, as in Tor Browser at its safest, shows the very same page."""
    if not FIREFOX.exists():
        pytest.skip("Firefox is not installed: apt-get install -y --no-install-recommends firefox-esr")
    safest = {"javascript.enabled": "false", "svg.disabled": "true"}
    # Pages without pictures further down: those load late where scripts run, and at once where they do not.
    for path in ("/help", "/search?q=carriage", f"/items/{site.shelf.items['letter']}"):
        usual = firefox_picture(site.address + path, tmp_path, {})
        plain = firefox_picture(site.address + path, tmp_path, safest)
        assert usual.size == plain.size
        assert ImageChops.difference(usual, plain).getbbox() is None
        assert len(usual.getcolors(1 << 24) or ()) > 20


def firefox_picture(url: str, folder: Path, preferences: dict[str, str]) -> Image.Image:
    """What Firefox shows of a page, with a profile of its own."""
    profile = Path(tempfile.mkdtemp(dir=folder))
    quiet = {
        "app.update.enabled": "false",
        "datareporting.policy.dataSubmissionEnabled": "false",
        **preferences,
    }
    lines = [f'user_pref("{name}", {value});' for name, value in quiet.items()]
    (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
    picture = profile / "page.png"
    command = [FIREFOX, "--headless", "--no-remote", "--profile", profile, "--window-size", "1280,1600"]
    environment = {**os.environ, "HOME": str(profile), "MOZ_CRASHREPORTER_DISABLE": "1"}
    subprocess.run(
        [*command, "--screenshot", picture, url],
        check=True,
        timeout=120,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with Image.open(picture) as image:
        return image.convert("RGB")
