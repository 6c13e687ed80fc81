"""What is typed is there again after Back and Forward, with no button pressed; leaving quickly waits for nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from archive.services import messages
from tests.fixtures.giving_pages import (
    Site,
    add_plain,
    begin,
    give_letter,
    go_on,
    photo,
    site,
)
from tests.fixtures.items import actor
from tests.fixtures.looking import PHONE, chromium, opened
from tests.fixtures.serving import wait_until

pytestmark = pytest.mark.browser

__all__ = ["chromium", "opened", "site"]


# As phones do with a page that another one comes before.
HIDDEN = (
    "Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });"
    "document.dispatchEvent(new Event('visibilitychange')); delete document.visibilityState"
)


def back_and_forward(page: Page) -> None:
    """As somebody does who looks something up."""
    page.go_back()
    page.go_forward()
    page.wait_for_load_state("load")


def back_and_anew(page: Page, where: str, words: str) -> None:
    """The same, by the address, where no browser puts back what was typed; it is kept soon after the page was left."""
    here = page.url
    page.go_back()

    def is_there() -> bool:
        page.goto(here)
        return page.locator(where).input_value() == words

    wait_until(is_there)


def test_what_is_typed_on_the_pages_of_giving_is_there_after_back_and_forward(
    site: Site, opened: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    page = opened(PHONE).new_page()
    begin(page, site.address, "Photographs or pictures")
    add_plain(page, photo(tmp_path, "one.jpg"))
    page.locator("input[name^=caption-]").fill("My mother, by the river")
    back_and_forward(page)
    assert page.locator("input[name^=caption-]").input_value() == "My mother, by the river"
    go_on(page)
    page.locator("#about-title").fill("The river")
    back_and_anew(page, "#about-title", "The river")
    # What was kept of this page is no other window's, however often.
    for words in ("The river at", "The river at dusk"):
        page.locator("#about-title").fill(words)
        with page.expect_response(lambda one: one.request.method == "POST"):
            page.evaluate(HIDDEN)
    page.locator("#about-title").fill("The river at dawn")
    go_on(page)
    page.wait_for_url("**/give/people")
    page.get_by_label("Nobody can be recognized").check()
    page.locator("#people_words").fill("My cousins agreed.")
    back_and_forward(page)
    assert page.get_by_label("Nobody can be recognized").is_checked()
    assert page.locator("#people_words").input_value() == "My cousins agreed."


def test_what_is_half_written_is_there_again_once_and_told_before_it_is_sent(
    site: Site, opened: Callable[..., BrowserContext]
) -> None:
    site.remember()
    page = opened(PHONE).new_page()
    begin(page, site.address, "Something I wish to write here")
    page.wait_for_url("**/give/write")
    page.locator("#written").fill("We sang by")
    back_and_anew(page, "#written", "We sang by")
    # Another tab comes before it.
    page.locator("#written").fill("We sang by the river.")
    with page.expect_response(lambda one: one.request.method == "POST"):
        page.evaluate(HIDDEN)
    page.goto(f"{site.address}/give/check")
    page.get_by_text("You began to write something here").wait_for()
    page.get_by_role("link", name="Keep it as a file, or throw it away").click()
    assert page.locator("#written").input_value() == "We sang by the river."
    page.get_by_role("button", name="Keep what I wrote").click()
    expect(page.locator("input[name^=caption-]")).to_have_count(1)
    page.goto(f"{site.address}/give/check")
    assert page.get_by_text("You began to write something here").count() == 0
    page.goto(f"{site.address}/give/write")
    assert page.locator("#written").input_value() == ""


def test_a_message_half_written_is_kept_and_one_that_was_sent_is_not(
    site: Site, opened: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    site.remember()
    page = opened(PHONE).new_page()
    give_letter(page, site.address, tmp_path)
    page.goto(f"{site.address}/mine/allow")
    page.goto(f"{site.address}/mine")
    page.locator("#text").fill("She is my aunt.")
    back_and_anew(page, "#text", "She is my aunt.")
    page.locator("#text").fill("She is my aunt Rosa.")
    page.get_by_role("button", name="Send the message").click()
    page.locator("#messages ~ ol").get_by_text("She is my aunt Rosa.").wait_for()
    page.reload()
    assert page.locator("#text").input_value() == ""
    (item,) = site.newest()
    thread = messages.thread(site.archive, actor("curator"), item.submission_id)
    assert [one.text for one in thread] == ["She is my aunt Rosa."]


def test_leaving_quickly_asks_nothing_and_sends_nothing(
    site: Site, opened: Callable[..., BrowserContext]
) -> None:
    page = opened(PHONE).new_page()
    begin(page, site.address, "Something I wish to write here")
    page.wait_for_url("**/give/write")
    page.locator("#written").fill("Somebody is at the door")
    posted: list[str] = []
    page.on("request", lambda one: posted.append(one.url) if one.method == "POST" else None)
    # The answer is slow: the page stands there still, and another one comes before it.
    page.route("**/leave/*", lambda route: route.fulfill(status=204))
    page.get_by_role("link", name="Leave this page quickly").click()
    page.evaluate(HIDDEN)
    assert posted == []
    page.unroute("**/leave/*")
    with page.expect_request(lambda one: one.url.startswith(site.archive.settings.leave_to)):
        page.get_by_role("link", name="Leave this page quickly").click()
    assert posted == [] and page.context.cookies(site.address) == []
