"""The queue in a real browser: by keyboard alone, with and without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from archive.models import ItemState
from tests.fixtures.browser import serving_shelf
from tests.fixtures.items import put
from tests.fixtures.looking import DESK, PHONE, chromium, opened
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import PASSWORD

pytestmark = pytest.mark.browser

__all__ = ["chromium", "opened"]
WAITING = ("papers", "photo", "talk")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shelf, str]]:
    with serving_shelf(tmp_path_factory.mktemp("queue") / "home") as (shelf, address):
        for name in WAITING:
            put(shelf.archive, shelf.items[name], ItemState.IN_REVIEW)
        yield shelf, address


@pytest.fixture
def site(served: tuple[Shelf, str]) -> str:
    return served[1]


def at_the_desk(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.get_by_label("User name").fill("curator")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Desk").wait_for()
    # The heading is there before the scripts are.
    page.wait_for_load_state("load")
    return page


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent"))


def test_one_goes_through_the_queue_by_single_keys(site: str, opened: Callable[..., BrowserContext]) -> None:
    page = at_the_desk(opened(DESK), site)
    titles = page.locator("[data-open]").all_text_contents()
    page.keyboard.press("j")
    assert focused(page) == titles[0]
    page.keyboard.press("j")
    assert focused(page) == titles[1]
    page.keyboard.press("k")
    assert focused(page) == titles[0]
    page.keyboard.press("k")
    assert page.locator("[data-told]").text_content() == "That cannot be done here."
    page.keyboard.press("t")
    page.get_by_text("You have it since").wait_for()
    assert page.get_by_role("heading", name=titles[0]).is_visible()
    page.keyboard.press("b")
    page.wait_for_url(f"{site}/desk")
    assert page.get_by_text("You have it since").count() == 0
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.get_by_role("heading", name=titles[0]).wait_for()


def test_keys_are_told_where_they_are_and_mean_nothing_to_who_types(
    site: str, opened: Callable[..., BrowserContext]
) -> None:
    page = at_the_desk(opened(DESK), site)
    assert page.get_by_text("press ? to read which").is_visible()
    page.keyboard.press("?")
    assert page.get_by_text("put it back", exact=True).is_visible()
    page.keyboard.press("?")
    assert not page.get_by_text("put it back", exact=True).is_visible()
    page.get_by_label("What I have taken").focus()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == "narrow-mine"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Control+k")
    assert page.evaluate("document.activeElement === document.body")


def test_keys_that_were_switched_off_do_nothing(site: str, opened: Callable[..., BrowserContext]) -> None:
    page = at_the_desk(opened(DESK), site)
    page.get_by_role("link", name="Care", exact=True).click()
    page.get_by_label("Single keys do things in the queue").uncheck()
    page.get_by_role("button", name="Keep it so").click()
    page.goto(f"{site}/desk")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement === document.body")
    assert not page.get_by_text("press ? to read which").is_visible()
    page.get_by_role("link", name="Care", exact=True).click()
    page.get_by_label("Single keys do things in the queue").check()
    page.get_by_role("button", name="Keep it so").click()
    page.get_by_role("heading", name="Care for those").wait_for()


def test_without_scripts_and_without_a_mouse_a_thing_is_taken_looked_at_and_put_back(
    site: str, opened: Callable[..., BrowserContext]
) -> None:
    page = at_the_desk(opened(PHONE, java_script_enabled=False), site)
    page.get_by_label("Kind").select_option("still-image")
    page.get_by_role("button", name="Narrow it down").press("Enter")
    assert page.get_by_role("link", name="Without a title", exact=True).is_visible()
    page.get_by_role("button", name=re.compile("Take it.*Without a title")).press("Enter")
    page.get_by_role("link", name="Show its pictures clearly").press("Enter")
    assert page.locator(".veil").count() == 0
    page.get_by_role("button", name="Put it back").press("Enter")
    page.get_by_role("heading", name="Desk").wait_for()
    page.get_by_role("link", name=re.compile("Show the picture.*Without a title")).press("Enter")
    assert page.locator(".veil").count() == 0 and page.locator(".picture img").count() == 1


def test_nothing_can_be_made_out_in_a_veiled_picture_and_grey_has_no_colour(
    site: str, served: tuple[Shelf, str], opened: Callable[..., BrowserContext]
) -> None:
    page = at_the_desk(opened(DESK), site)
    page.goto(f"{site}/desk/items/{served[0].items['photo']}")
    how = "getComputedStyle(document.querySelector('.viewer img')).filter"
    assert "blur(" in page.evaluate(how) and "blur(0px)" not in page.evaluate(how)
    page.goto(f"{site}/desk/care")
    page.get_by_label("Pictures and films are grey").check()
    page.get_by_role("button", name="Keep it so").click()
    page.goto(f"{site}/desk/items/{served[0].items['photo']}?show=1")
    assert page.evaluate(how) == "blur(0px) grayscale(1)"
    page.goto(f"{site}/desk/care")
    page.get_by_label("Pictures and films are grey").uncheck()
    page.get_by_role("button", name="Keep it so").click()
    page.get_by_role("heading", name="Care for those").wait_for()
