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

from tests.fixtures.looking import PHONE, Noticed, axe, chromium, faults_here, faults_of, opened
from tests.fixtures.whole_site import Site, master, sign_in, site

pytestmark = pytest.mark.browser

__all__ = ["axe", "chromium", "master", "opened", "site"]

FIREFOX = Path("/usr/bin/firefox-esr")


# Every page is looked at on a phone in every run; a fifth of them also at a desk, in the dark, spaced and enlarged.
@pytest.mark.parametrize("share", [5, pytest.param(1, marks=pytest.mark.slow)])
def test_no_page_breaks_a_rule_of_accessibility_scrolls_sideways_or_speaks_to_strangers(
    site: Site, axe: str, opened: Callable[..., BrowserContext], share: int
) -> None:
    context = opened(PHONE)
    noticed = Noticed(site.address)
    noticed.watch(context)
    page = context.new_page()
    found: dict[str, Any] = {}
    for number, (name, path) in enumerate(site.pages().items()):
        found |= faults_of(page, name, site.address + path, axe, again=number % share == 0)
    sign_in(page, site.address)
    for number, (name, path) in enumerate(site.staff_pages().items()):
        found |= faults_of(page, name, site.address + path, axe, again=number % share == 0)
    context.clear_cookies()
    sign_in(page, site.address, "archivist")
    found |= faults_of(page, "fixity", f"{site.address}/desk/fixity", axe)
    found |= faults_of(page, "copies", f"{site.address}/desk/copies", axe)
    found |= faults_of(page, "who did what", f"{site.address}/desk/audit?kind=receive", axe)
    found |= faults_of(page, "exports", f"{site.address}/desk/exports", axe)
    found |= faults_of(page, "an export chosen", f"{site.address}/desk/exports/new", axe)
    page.get_by_label("Preservation bags").check()
    page.get_by_role("button", name="Show what would leave").click()
    page.get_by_label("For whom is it?").wait_for()
    found |= faults_here(page, "an export looked at", axe)
    found |= faults_of(page, "what is held", f"{site.address}/desk/holdings", axe)
    assert found == {}
    assert noticed.faults == []


def test_pages_that_scripts_make_livelier_break_no_rule_where_none_comes(
    site: Site, axe: str, opened: Callable[..., BrowserContext]
) -> None:
    context = opened(PHONE)
    context.route("**/*.js*", lambda route: route.abort())
    page = context.new_page()
    found: dict[str, Any] = {}
    for name in ("picture", "recording", "document"):
        found |= faults_of(page, name, site.address + site.pages()[name], axe)
    assert found == {}


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
