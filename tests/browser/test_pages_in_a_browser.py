"""Every page in a real browser: usable by everybody, at home on a phone, quiet towards other hosts."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import BrowserContext

from tests.fixtures.looking import (
    CUT,
    DESK,
    PHONE,
    Noticed,
    axe,
    chromium,
    faults_here,
    faults_of,
    opened,
    sideways,
)
from tests.fixtures.whole_site import STORY, Site, master, sign_in, site

pytestmark = pytest.mark.browser

__all__ = ["axe", "chromium", "master", "opened", "site"]

FIREFOX = Path("/usr/bin/firefox-esr")


# What the public judges an archive by, and what its scripts make livelier.
FACES = ("home", "narrowed", "picture", "recording", "document", "a whole", "places", "a story")
LIVELY = ("picture", "recording", "document", "a whole")


# Every page is looked at on a phone in every run; its faces and a tenth of the rest also at a desk, in the dark, spaced and enlarged.
@pytest.mark.parametrize("share", [10, pytest.param(1, marks=pytest.mark.slow)])
def test_no_page_breaks_a_rule_of_accessibility_scrolls_sideways_or_speaks_to_strangers(
    site: Site, axe: str, opened: Callable[..., BrowserContext], share: int
) -> None:
    context = opened(PHONE)
    noticed = Noticed(site.address)
    noticed.watch(context)
    page = context.new_page()
    found: dict[str, Any] = {}
    for number, (name, path) in enumerate(site.pages().items()):
        again = name in FACES or number % share == 0
        found |= faults_of(page, name, site.address + path, axe, again=again)
    sign_in(page, site.address)
    for number, (name, path) in enumerate(site.staff_pages().items()):
        found |= faults_of(page, name, site.address + path, axe, again=number % share == 0)
    context.clear_cookies()
    sign_in(page, site.address, "archivist")
    found |= faults_of(page, "fixity", f"{site.address}/desk/fixity", axe, again=share == 1)
    found |= faults_of(page, "copies", f"{site.address}/desk/copies", axe, again=share == 1)
    found |= faults_of(page, "who did what", f"{site.address}/desk/audit?kind=receive", axe, again=share == 1)
    found |= faults_of(page, "exports", f"{site.address}/desk/exports", axe, again=share == 1)
    found |= faults_of(page, "an export chosen", f"{site.address}/desk/exports/new", axe, again=share == 1)
    page.get_by_label("Preservation bags").check()
    page.get_by_role("button", name="Show what would leave").click()
    page.get_by_label("For whom is it?").wait_for()
    found |= faults_here(page, "an export looked at", axe, again=share == 1)
    found |= faults_of(page, "what is held", f"{site.address}/desk/holdings", axe, again=share == 1)
    assert found == {}
    assert noticed.faults == []


@pytest.mark.parametrize("which", [LIVELY, pytest.param(None, marks=pytest.mark.slow)], ids=["lively", "all"])
def test_pages_break_no_rule_where_no_script_comes(
    site: Site, axe: str, opened: Callable[..., BrowserContext], which: tuple[str, ...] | None
) -> None:
    context = opened(PHONE)
    context.route("**/*.js*", lambda route: route.abort())
    page = context.new_page()
    found: dict[str, Any] = {}
    for name, path in site.pages().items():
        if which is None or name in which:
            found |= faults_of(page, name, site.address + path, axe)
    if which is None:
        sign_in(page, site.address)
        for name, path in site.staff_pages().items():
            found |= faults_of(page, name, site.address + path, axe)
    assert found == {}


def test_nothing_breaks_where_a_page_is_read_from_right_to_left(
    site: Site, opened: Callable[..., BrowserContext]
) -> None:
    page = opened(PHONE).new_page()
    found: dict[str, Any] = {}
    for name in FACES:
        page.goto(site.address + site.pages()[name])
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
