"""Whole visits in a real browser, by keyboard and without JavaScript: what is looked for is found, read, heard, cited, asked about."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pypdfium2
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.fixtures.keyboard import press
from tests.fixtures.looking import CUT, DESK, PHONE, Noticed, chromium, opened, sideways, until
from tests.fixtures.things import PASSWORD
from tests.fixtures.whole_site import STORY, Site, master, site

pytestmark = pytest.mark.browser

__all__ = ["chromium", "master", "opened", "site"]

# What has the focus: how it is called, what it says, where it leads, what it is.
NAME = """[document.activeElement].filter(one => one !== document.body).flatMap(
    one => [...(one.labels ?? [])].map(label => label.textContent).concat(one.textContent, one.pathname, one.type)
).join(' ')"""
CODE_WORDS = 9
# What leads around the site, or is there to be pressed: of no use on paper.
WAYS = """[...document.querySelectorAll('nav, form, button, input, select, textarea, audio, video, .skip')]
    .filter(one => one.checkVisibility()).map(one => one.outerHTML.slice(0, 200))"""
# What is left of a page of A4 between the margins that the site asks for, in pixels and in points.
PAPER, MARGINS = (672, 985), (45, 595 - 45)


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
    expect(page).to_have_url(re.compile(r"t=1#t=1$"))
    assert page.locator("audio source").get_attribute("src").endswith("#t=1")  # type: ignore[union-attr]
    expect(page.locator("audio")).to_be_visible()
    assert context.cookies() == []
    assert noticed.faults == []


@pytest.mark.parametrize("with_scripts", [True, False], ids=["with scripts", "without"])
def test_a_visitor_comes_by_the_map_and_by_the_years(
    site: Site, opened: Callable[..., BrowserContext], with_scripts: bool
) -> None:
    context = opened(PHONE, java_script_enabled=with_scripts)
    noticed = Noticed(site.address)
    noticed.watch(context)
    page = context.new_page()
    for way, name in (("Places", "Philadelphia"), ("Years", "1850s")):
        page.goto(site.address)
        page.get_by_role("main").get_by_role("link", name=way, exact=True).click()
        # On the map where one was drawn, else in the table.
        page.get_by_role("link", name=name).first.focus()
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Letter to a friend (demonstration)").wait_for()
    assert noticed.faults == []


def test_what_is_followed_under_a_picture_is_as_high_as_a_finger_and_lists_keep_their_distance(
    site: Site, opened: Callable[..., BrowserContext]
) -> None:
    page = opened(PHONE).new_page()
    page.goto(site.address)
    link = page.locator("figcaption a").bounding_box()
    assert link is not None and link["height"] >= 24
    page.goto(f"{site.address}/search?q=council")
    told, found = (page.locator(one).bounding_box() for one in (".told", "#found"))
    assert told is not None and found is not None
    assert found["y"] - told["y"] - told["height"] >= 24


def test_a_recording_begins_where_the_address_says(site: Site, opened: Callable[..., BrowserContext]) -> None:
    page = opened(DESK).new_page()
    page.goto(f"{site.address}/items/{site.shelf.items['talk']}?t=1#t=1")
    until(page, "document.querySelector('audio').readyState >= 1")
    until(page, "Math.abs(document.querySelector('audio').currentTime - 1) < 0.2")


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
    # For whom and for what is asked before it leaves.
    page.get_by_label("For whom is it?").fill("The town library")
    page.get_by_label("What is it for?").select_option("research")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export its bag as a ZIP").click()
    assert download.value.suggested_filename == f"{site.shelf.items['letter']}.zip"
    assert Path(download.value.path()).read_bytes().startswith(b"PK")
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{site.address}/desk")
    expect(page).to_have_url(re.compile(r"/sign-in$"))


def reach(page: Page, words: str, most: int = 60) -> None:
    """Go on with the Tab key until what bears these words has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if words in page.evaluate(NAME):
            return
    raise AssertionError(f"{words} is not reached with the keyboard")


@pytest.mark.parametrize("with_scripts", [True, False], ids=["with scripts", "without"])
def test_with_the_keyboard_alone_somebody_searches_narrows_hears_cites_and_asks(
    site: Site, opened: Callable[..., BrowserContext], with_scripts: bool
) -> None:
    context = opened(DESK, java_script_enabled=with_scripts)
    noticed = Noticed(site.address)
    noticed.watch(context)
    page = context.new_page()
    page.goto(site.address)
    reach(page, "Search for a name")
    page.keyboard.type("demonstration")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="items found").wait_for()
    reach(page, "Sound")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="1 item found").wait_for()
    reach(page, "A talk (demonstration)")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/items/{site.shelf.items['talk']}*")
    reach(page, "0:01")
    page.keyboard.press("Enter")
    page.locator("[aria-current]", has_text="Every evening.").wait_for()
    expect(page.locator(".cite")).to_have_count(2)
    whole, moment = page.locator(".cite").all_inner_texts()
    assert f"/items/{site.shelf.items['talk']} (" in whole
    # What was heard is cited at its second, and the address in the citation opens it there.
    assert "at 0:01" in moment
    cited = re.search(r"/items/\S+", moment)
    assert cited is not None
    page.goto(f"{site.address}{cited[0]}")
    page.locator("[aria-current]", has_text="Every evening.").wait_for()
    reach(page, "/ask")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask*")
    choose_and_tell(page)
    assert page.locator(".code-words").inner_text().count(" ") + 1 == CODE_WORDS
    assert noticed.faults == []


def choose_and_tell(page: Page) -> None:
    """Say what is asked for, and in words."""
    reach(page, "radio")
    page.keyboard.press("Space")
    reach(page, "textarea")
    page.keyboard.type("Her name is spelled with an h.")
    reach(page, "Send it")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="It has arrived").wait_for()


@pytest.mark.parametrize("with_scripts", [True, False], ids=["with scripts", "without"])
def test_with_the_keyboard_alone_somebody_reads_the_days_story_and_follows_its_source(
    site: Site, opened: Callable[..., BrowserContext], with_scripts: bool
) -> None:
    context = opened(PHONE, java_script_enabled=with_scripts)
    noticed = Noticed(site.address)
    noticed.watch(context)
    # What is elsewhere is asked for by nobody but who follows a link, and is not reached from here.
    context.route("https://**", lambda route: route.abort())
    page = context.new_page()
    page.goto(site.address)
    reach(page, "/stories")
    page.keyboard.press("Enter")
    page.wait_for_url("**/stories")
    reach(page, f"/stories/{STORY}")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/stories/{STORY}")
    assert "62/122" in page.get_by_role("main").inner_text()
    reach(page, "Español", 100)
    page.keyboard.press("Enter")
    page.locator("html[lang=es]").wait_for()
    sources = page.get_by_role("main").locator("a[href^='https://']")
    assert sources.count() >= 3
    source = str(sources.first.get_attribute("href"))
    reach(page, urlsplit(source).path)
    assert noticed.faults == []
    with page.expect_request(source):
        page.keyboard.press("Enter")


@pytest.mark.parametrize("with_scripts", [True, False], ids=["with scripts", "without"])
def test_with_the_keyboard_alone_somebody_asks_for_a_thing_to_be_taken_down_and_comes_back_for_the_answer(
    site: Site, opened: Callable[..., BrowserContext], with_scripts: bool
) -> None:
    page = opened(PHONE, java_script_enabled=with_scripts).new_page()
    page.goto(f"{site.address}/items/{site.shelf.items['photo']}")
    press(page, "Ask for this to be taken down", "Enter")
    page.wait_for_url("**/ask*")
    press(page, "That it is taken down", " ")
    reach(page, "textarea")
    page.keyboard.type("It shows my grandmother, who never agreed.")
    press(page, "Send it", "Enter")
    code = page.locator(".code-words").inner_text()
    press(page, "Read the answer", "Enter")
    page.wait_for_url("**/asked")
    reach(page, "Your code")
    page.keyboard.type(code)
    press(page, "Go on", "Enter")
    page.get_by_text("nobody has decided yet").wait_for()


def test_what_is_printed_is_whole_names_its_sources_and_leaves_out_the_ways_around_the_site(
    site: Site, opened: Callable[..., BrowserContext]
) -> None:
    letter = f"/items/{site.shelf.items['letter']}"
    said = {
        letter: (
            "We crossed the river.",
            "Written for tests",
            "publicdomain/mark/1.0",
            site.address + letter,
        ),
        "/search?q=demonstration": ("5 items found", "A talk (demonstration)", "Tells of a flight by night."),
        f"/stories/{STORY}": ("docs.un.org/en/A/RES/62/122", "universal-declaration-of-human-rights"),
    }
    page = opened(PAPER).new_page()
    page.emulate_media(media="print")
    for path, all_words in said.items():
        page.goto(site.address + path)
        assert page.evaluate(WAYS) == []
        assert (sideways(page, path, PAPER), page.evaluate(CUT)) == ({}, [])
        sums = [str(one) for one in page.locator("details.fixity dd code").all_text_contents()]
        assert (len(sums) > 0) == (path == letter)
        paper = printed(page)
        assert [one for one in sums if one not in paper] == []
        assert [one for one in all_words if one.replace(" ", "") not in paper] == []
        ways = ("Skip to the content", "Ways in", "What we promise", "Narrow this search", "Oldest first")
        assert [one for one in ways if one.replace(" ", "") in paper] == []


def printed(page: Page) -> str:
    """The words of a page on paper, without the space between them; none of them reaches into a margin."""
    words = ""
    with pypdfium2.PdfDocument(page.pdf(format="A4", prefer_css_page_size=True)) as paper:
        for leaf in paper:
            text = leaf.get_textpage()
            # The space at the end of a line hangs over.
            signs = [one for one in range(text.count_chars()) if text.get_text_range(one, 1).strip()]
            sides = [text.get_charbox(one) for one in signs]
            assert sides, "an empty leaf"
            assert min(left for left, *_ in sides) >= MARGINS[0] - 1
            assert max(right for *_, right, _ in sides) <= MARGINS[1] + 1
            words += "".join(text.get_text_bounded().split())
    return words
