"""Curators describe in a real browser, with and without scripts: what is typed is kept, previewed, and never lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.fixtures.browser import serving_shelf
from tests.fixtures.looking import DESK, PHONE, Noticed, axe, chromium, faults_here, opened
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import PASSWORD

__all__ = ["axe", "chromium", "opened"]


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shelf, str]]:
    with serving_shelf(tmp_path_factory.mktemp("describing") / "home") as found:
        yield found


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in")
    page.get_by_label("User name").fill("curator")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Desk").wait_for()


def show(page: Page) -> None:
    """Go past the note, and wait for the scripts: what is typed before them, nothing keeps."""
    page.get_by_role("link", name="Show it").press("Enter")
    page.wait_for_url(re.compile(r"show=1"))


def watched(address: str, opened: Callable[..., BrowserContext]) -> tuple[Page, Noticed]:
    """A page of the signed-in curator whose clock is ours, and what goes wrong on it."""
    context = opened(DESK)
    noticed = Noticed(address)
    noticed.watch(context)
    page = context.new_page()
    page.clock.install()
    sign_in(page, address)
    return page, noticed


def test_what_is_typed_is_kept_by_itself_and_is_there_again(
    site: tuple[Shelf, str], opened: Callable[..., BrowserContext]
) -> None:
    shelf, address = site
    page, noticed = watched(address, opened)
    page.goto(f"{address}/desk/items/{shelf.items['letter']}/describe")
    show(page)
    page.get_by_label("What it is").first.fill("Half a sentence")
    page.clock.run_for(10_000)
    page.get_by_text("Kept as a draft at").wait_for()
    page.goto(f"{address}/desk")
    page.goto(f"{address}/desk/items/{shelf.items['letter']}/describe")
    show(page)
    expect(page.get_by_text("This is your draft of")).to_be_visible()
    expect(page.get_by_label("What it is").first).to_have_value("Half a sentence")
    page.get_by_role("button", name="Throw it away").click()
    expect(page.get_by_label("What it is").first).to_have_value("Written for tests.")
    assert noticed.faults == []


def test_so_are_a_transcript_and_a_story(
    site: tuple[Shelf, str], opened: Callable[..., BrowserContext]
) -> None:
    shelf, address = site
    page, noticed = watched(address, opened)
    talk = f"{address}/desk/items/{shelf.items['talk']}/files/{shelf.files['talk', 0]}/transcript"
    for form, label in ((talk, "Its text"), (f"{address}/desk/stories/new", "Text")):
        page.goto(form)
        page.get_by_label(label, exact=True).fill("Half a sentence")
        page.clock.run_for(10_000)
        page.get_by_text("Kept as a draft at").wait_for()
        page.goto(f"{address}/desk")
        page.goto(form)
        expect(page.get_by_text("This is your draft of")).to_be_visible()
        expect(page.get_by_label(label, exact=True)).to_have_value("Half a sentence")
        page.get_by_role("button", name="Throw it away").click()
        expect(page.get_by_text("This is your draft of")).to_have_count(0)
        expect(page.get_by_label(label, exact=True)).not_to_have_value("Half a sentence")
    assert noticed.faults == []


def test_what_is_typed_before_the_script_has_come_is_kept_by_itself_too(
    site: tuple[Shelf, str], opened: Callable[..., BrowserContext]
) -> None:
    shelf, address = site
    page = opened(DESK).new_page()
    page.clock.install()
    sign_in(page, address)
    late: list[Route] = []
    page.route(re.compile(r"keep.*\.js"), lambda route: late.append(route))
    page.goto(f"{address}/desk/items/{shelf.items['letter']}/describe?show=1", wait_until="commit")
    page.get_by_label("What it is").first.fill("Typed on a slow line")
    assert len(late) == 1
    with page.expect_event("load"):
        late[0].continue_()
    page.clock.run_for(10_000)
    page.get_by_text("Kept as a draft at").wait_for()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_description_is_previewed_put_right_and_saved_by_keyboard(
    scripts: bool, site: tuple[Shelf, str], opened: Callable[..., BrowserContext]
) -> None:
    shelf, address = site
    page = opened(DESK, java_script_enabled=scripts).new_page()
    sign_in(page, address)
    page.goto(f"{address}/desk/items/{shelf.items['letter']}/describe")
    show(page)
    page.get_by_label("Title").first.fill("A letter, as it would be called")
    page.get_by_role("button", name="Preview").press("Enter")
    assert page.get_by_role("heading", level=1).inner_text() == "A letter, as it would be called"
    page.get_by_role("button", name="Back to the form").press("Enter")
    title = page.get_by_label("Title").first
    expect(title).to_have_value("A letter, as it would be called")
    title.fill("A letter")
    title.press("Enter")
    page.get_by_role("heading", name="A letter", exact=True).wait_for()


def test_a_transcript_is_written_and_its_lines_are_heard_from_their_second(
    site: tuple[Shelf, str], opened: Callable[..., BrowserContext]
) -> None:
    shelf, address = site
    page = opened(PHONE, java_script_enabled=False).new_page()
    sign_in(page, address)
    page.goto(f"{address}/desk/items/{shelf.items['talk']}/files")
    page.get_by_role("button", name=re.compile("correct its text.*talk.en.vtt")).click()
    text = page.get_by_label("Its text")
    wrong = text.input_value().replace("00:00:02.000", "00:00:00.500")
    text.fill(wrong)
    page.get_by_role("button", name="Save the text").click()
    expect(page.get_by_text("Line 6: This caption ends before it begins.")).to_be_visible()
    expect(text).to_have_value(wrong)
    text.fill(wrong.replace("00:00:00.500", "00:00:01.900").replace("We sang.", "We sang <together>."))
    page.get_by_role("button", name="Save the text").click()
    page.get_by_role("heading", name="Revision 2").wait_for()
    page.goto(f"{address}/items/{shelf.items['talk']}")
    page.get_by_role("link", name="0:01").click()
    expect(page).to_have_url(re.compile(r"t=1#t=1$"))


def test_forms_with_troubles_and_previews_break_no_rule_of_accessibility(
    site: tuple[Shelf, str], axe: str, opened: Callable[..., BrowserContext]
) -> None:
    shelf, address = site
    page = opened(PHONE).new_page()
    sign_in(page, address)
    page.goto(f"{address}/desk/items/{shelf.items['letter']}/describe")
    show(page)
    page.get_by_label("Where", exact=False).first.fill("Norfolk [99, 0]")
    page.get_by_role("button", name="Save the description").last.click()
    found = faults_here(page, "troubled", axe)
    page.get_by_label("Where", exact=False).first.fill("Norfolk [36.85, -76.29, town]")
    page.get_by_role("button", name="Preview").click()
    found |= faults_here(page, "preview", axe)
    page.get_by_role("button", name="Back to the form").click()
    page.get_by_role("button", name="Keep as a draft").click()
    found |= faults_here(page, "draft", axe)
    assert found == {}
