"""Every page in a real browser: usable by everybody, at home on a phone, quiet towards other hosts."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import BrowserContext

from archive.services import days
from tests.fixtures.looking import (
    CUT,
    DESK,
    PHONE,
    BothWays,
    Noticed,
    axe,
    chromium,
    faults_here,
    opened,
    sideways,
)
from tests.fixtures.pages_come_to import BY_VISITORS, COME_TO, refused_on
from tests.fixtures.rare_pages import Rare, rare, shortened
from tests.fixtures.whole_site import STORY, Site, master, sign_in, site

pytestmark = pytest.mark.browser

__all__ = ["axe", "chromium", "master", "opened", "rare", "site"]

FIREFOX = Path("/usr/bin/firefox-esr")


# What archivists see; the last is the form that the test goes on with.
ARCHIVISTS = {
    "what is held": "/desk/holdings",
    "fixity": "/desk/fixity",
    "copies": "/desk/copies",
    "who did what": "/desk/audit?kind=receive",
    "exports": "/desk/exports",
    "an export chosen": "/desk/exports/new",
}
# What tells that a list or a transcript goes on.
LONG = "nav.pager, .transcript details"
# What the public judges an archive by.
FACES = ("home", "narrowed", "picture", "recording", "document", "a whole", "places", "a story")


# Every page is looked at on a phone in every run, in light and dark, with scripts and without; its faces and a twentieth of the rest also at a desk, spaced and enlarged.
@pytest.mark.parametrize("share", [20, pytest.param(1, marks=pytest.mark.slow)])
def test_no_page_breaks_a_rule_of_accessibility_scrolls_sideways_or_speaks_to_strangers(
    site: Site,
    rare: Rare,
    axe: str,
    opened: Callable[..., BrowserContext],
    monkeypatch: pytest.MonkeyPatch,
    share: int,
) -> None:
    context, without = opened(PHONE), opened(PHONE)
    noticed = Noticed(site.address)
    noticed.watch(context)
    look = BothWays.of(context, without, axe, thorough=share == 1)
    page = look.scripted
    refused: set[tuple[int, str]] = set()
    page.on("response", lambda answer: refused.add((answer.status, urlsplit(answer.url).path)))
    found: dict[str, Any] = {}
    for number, (name, path) in enumerate({**site.pages(), **rare.public}.items()):
        found |= look.faults_of(name, site.address + path, again=name in FACES or number % share == 0)
    with monkeypatch.context() as day:
        day.setattr(days, "now", lambda: datetime(2026, 12, 10, 18, tzinfo=UTC))
        found |= look.faults_of("home on a day of remembrance", site.address, again=True)
        assert page.locator(".observance .item").count()
    with monkeypatch.context() as little:
        shortened(little)
        for name, path in rare.long.items():
            found |= look.faults_of(name, site.address + path, again=share == 1)
            assert page.locator(LONG).count(), name
    for name, come_to in BY_VISITORS.items():
        come_to(page, site)
        found |= faults_here(page, name, axe, again=share == 1)
    for window in look.windows:
        sign_in(window, site.address)
    for number, (name, path) in enumerate({**site.staff_pages(), **rare.curators}.items()):
        found |= look.faults_of(name, site.address + path, again=number % share == 0)
    for name, come_to in COME_TO.items():
        come_to(page, site)
        found |= faults_here(page, name, axe, again=share == 1)
    for window in look.windows:
        window.context.clear_cookies()
        sign_in(window, site.address, "archivist")
    for name, path in {**rare.archivists, **ARCHIVISTS}.items():
        found |= look.faults_of(name, site.address + path, again=share == 1)
    page.get_by_label("Preservation bags", exact=True).check()
    page.get_by_role("button", name="Show what would leave").click()
    page.get_by_label("For whom is it?").wait_for()
    found |= faults_here(page, "an export looked at", axe, again=share == 1)
    assert found == {}
    assert noticed.faults == []
    # Each was the page that it is called, and no page of an error but where one is meant.
    meant = {(400, "/search"), (404, "/items/nothing"), (410, rare.public["taken back"]), *refused_on(site)}
    assert {one for one in refused if one[0] >= 400} == meant


def test_nothing_breaks_where_a_page_is_read_from_right_to_left(
    site: Site, rare: Rare, opened: Callable[..., BrowserContext]
) -> None:
    page = opened(PHONE).new_page()
    found: dict[str, Any] = {}
    arabic = "from right to left"
    for name, path in {**{one: site.pages()[one] for one in FACES}, arabic: rare.public[arabic]}.items():
        page.goto(site.address + path)
        page.evaluate("document.documentElement.dir = 'rtl'")
        found |= {**sideways(page, f"{name}, phone", PHONE), **sideways(page, f"{name}, desk", DESK)}
        if cut := page.evaluate(CUT):
            found[f"{name}: cut"] = cut
        # Whoever comes with the keyboard alone finds the way past the top of the page here too.
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getBoundingClientRect().right") <= DESK[0]
    assert found == {}


# Pages without pictures further down: those load late where scripts run, and at once where they do not.
PLAIN = ("/help", "/search?q=carriage", "/items/{letter}")
MORE_PLAIN = (
    "/places",
    "/years",
    "/people",
    "/subjects",
    "/days",
    "/about",
    "/safety",
    "/stories/" + STORY,
)


@pytest.mark.parametrize(
    "paths", [PLAIN, pytest.param(MORE_PLAIN, marks=pytest.mark.slow)], ids=["few", "more"]
)
def test_no_meaning_rests_on_scripts_or_drawings(site: Site, tmp_path: Path, paths: tuple[str, ...]) -> None:
    """Firefox with SVG and JavaScript off, as in Tor Browser at its safest, shows the very same page."""
    if not FIREFOX.exists():
        pytest.skip("Firefox is not installed: apt-get install -y --no-install-recommends firefox-esr")
    safest = {"javascript.enabled": "false", "svg.disabled": "true"}
    for path in (one.format(**site.shelf.items) for one in paths):
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
