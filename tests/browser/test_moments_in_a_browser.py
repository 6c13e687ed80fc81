"""The moment that is open in a recording stays open in another language, and is cited, however somebody came to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.fixtures.browser import serving_shelf
from tests.fixtures.looking import DESK, Noticed, chromium, opened, until
from tests.fixtures.shelf import Shelf

pytestmark = pytest.mark.browser

__all__ = ["chromium", "opened"]

AT_ONE = "Math.abs(document.querySelector('audio').currentTime - 1) < 0.2"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shelf, str]]:
    with serving_shelf(tmp_path_factory.mktemp("moments") / "home") as (shelf, address):
        yield shelf, f"{address}/items/{shelf.items['talk']}"


def to_french(page: Page) -> None:
    page.get_by_role("navigation", name="Languages").get_by_role("link", name="Français").click()
    page.get_by_role("heading", name="Transcription").wait_for()
    until(page, "document.querySelector('audio').readyState >= 1")
    until(page, AT_ONE)
    expect(page.locator(".transcript [aria-current]")).to_contain_text("Every evening.")


def test_a_line_that_was_followed_is_open_in_the_next_language_too(
    site: tuple[Shelf, str], opened: Callable[..., BrowserContext]
) -> None:
    shelf, address = site
    context = opened(DESK)
    noticed = Noticed(address.partition("/items/")[0])
    noticed.watch(context)
    page = context.new_page()
    page.goto(address)
    page.evaluate("document.querySelector('audio').play = async () => {}")
    page.locator(".transcript li").nth(1).get_by_role("link").click()
    french = page.locator(".languages [lang=fr]")
    # Its own file comes along, as in the address.
    expect(french).to_have_attribute("href", re.compile(rf"\?file={shelf.files['talk', 1]}&t=1$"))
    to_french(page)
    assert noticed.faults == []


def test_a_moment_that_only_the_sign_names_is_cited_and_is_open_in_the_next_language(
    site: tuple[Shelf, str], opened: Callable[..., BrowserContext]
) -> None:
    _, address = site
    page = opened(DESK).new_page()
    page.goto(f"{address}#t=1")
    until(page, AT_ONE)
    expect(page.locator(".cite")).to_have_count(2)
    expect(page.locator(".cite").nth(1)).to_contain_text(", at 0:01. ")
    to_french(page)
    # Where the sign is changed by hand, so is what is cited.
    page.goto(f"{address}#t=1")
    expect(page.locator(".cite")).to_have_count(2)
    page.evaluate("location.hash = '#t=0'")
    expect(page.locator(".cite").nth(1)).to_contain_text(", at 0:00. ")


def test_whoever_changes_the_language_waits_for_no_answer_and_stays_where_they_are(
    site: tuple[Shelf, str], opened: Callable[..., BrowserContext]
) -> None:
    _, address = site
    page = opened(DESK).new_page()
    page.goto(address)
    page.evaluate("document.querySelector('audio').play = async () => {}")
    held: list[Route] = []
    page.route(re.compile(r"[?&]t=1$"), lambda route: held.append(route))
    page.locator(".transcript li").nth(1).get_by_role("link").press("Enter")
    french = page.locator(".languages [lang=fr]")
    expect(french).to_have_attribute("href", re.compile(r"&t=1$"))
    french.focus()
    # What is cited comes late, and takes nothing away from where somebody is.
    expect(page.locator(".cite")).to_have_count(1)
    for route in held:
        route.continue_()
    expect(page.locator(".cite")).to_have_count(2)
    expect(french).to_be_focused()
    page.unroute_all()
    to_french(page)
