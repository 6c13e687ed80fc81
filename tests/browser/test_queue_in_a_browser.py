"""The desk in a real browser: its queue by single keys, and what is decided there by keyboard alone, with and without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from archive.access import PUBLIC
from archive.models import ItemState
from archive.services import asking
from archive.services.asking import Asking
from ingest.work import worker
from tests.fixtures.browser import serving_shelf
from tests.fixtures.items import item_of, put, reopen
from tests.fixtures.keyboard import press, reach
from tests.fixtures.looking import DESK, PHONE, chromium, opened
from tests.fixtures.serving import wait_until
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import PASSWORD

pytestmark = pytest.mark.browser

__all__ = ["chromium", "opened"]
WAITING = ("papers", "photo", "talk")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shelf, str]]:
    """A filled shelf that is served and worked on by this process."""
    with (
        serving_shelf(tmp_path_factory.mktemp("queue") / "home") as (shelf, address),
        worker(shelf.archive, "browser"),
    ):
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
    expect(page.get_by_role("heading", name=titles[0])).to_be_visible()
    page.keyboard.press("b")
    page.wait_for_url(f"{site}/desk")
    expect(page.get_by_text("You have it since")).to_have_count(0)
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.get_by_role("heading", name=titles[0]).wait_for()


def test_keys_are_told_where_they_are_and_mean_nothing_to_who_types(
    site: str, opened: Callable[..., BrowserContext]
) -> None:
    page = at_the_desk(opened(DESK), site)
    expect(page.get_by_text("press ? to read which")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_text("put it back", exact=True)).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_text("put it back", exact=True)).to_be_hidden()
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
    expect(page.get_by_text("press ? to read which")).to_be_hidden()
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
    expect(page.get_by_role("link", name="Without a title", exact=True)).to_be_visible()
    page.get_by_role("button", name=re.compile("Take it.*Without a title")).press("Enter")
    page.get_by_role("link", name="Show its pictures clearly").press("Enter")
    expect(page.locator(".veil")).to_have_count(0)
    page.get_by_role("button", name="Put it back").press("Enter")
    page.get_by_role("heading", name="Desk").wait_for()
    page.get_by_role("link", name=re.compile("Show the picture.*Without a title")).press("Enter")
    expect(page.locator(".veil")).to_have_count(0)
    expect(page.locator(".picture img")).to_have_count(1)


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


def sign_in_by_keyboard(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    reach(page, "User name")
    page.keyboard.type("curator")
    reach(page, "Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Desk").wait_for()
    page.wait_for_load_state("load")
    return page


def answers(visitor: Page, address: str) -> int:
    answer = visitor.goto(address)
    assert answer is not None
    return answer.status


def is_found(visitor: Page, site: str, item_id: str, word: str) -> bool:
    visitor.goto(f"{site}/search?q={word}")
    return visitor.locator(f"main a[href*='/items/{item_id}']").count() > 0


# Each way with a thing of its own.
@pytest.mark.parametrize(
    ("with_scripts", "name", "title", "word"),
    [
        (True, "letter", "Letter to a friend (demonstration)", "carriage"),
        (False, "book", "A long book (demonstration)", "leaf"),
    ],
    ids=["with scripts", "without"],
)
def test_by_keyboard_a_thing_is_declined_only_with_words_accepted_published_and_found_by_everybody(
    served: tuple[Shelf, str],
    opened: Callable[..., BrowserContext],
    with_scripts: bool,
    name: str,
    title: str,
    word: str,
) -> None:
    shelf, site = served
    item_id = shelf.items[name]
    reopen(shelf.archive, item_id)
    visitor = opened(PHONE, java_script_enabled=with_scripts).new_page()
    page = sign_in_by_keyboard(opened(DESK, java_script_enabled=with_scripts), site)
    press(page, title, "Enter")
    page.wait_for_url(f"**/desk/items/{item_id}")
    press(page, "Take it", "Enter")
    page.get_by_role("button", name="Put it back").wait_for()
    press(page, "Decline it", " ")
    press(page, "Decide", "Enter")
    page.locator("#to-giver-trouble").wait_for()
    expect(page.get_by_label("Decline it")).to_be_checked()
    press(page, "Accept it", " ")
    press(page, "Decide", "Enter")
    page.locator(".kicker", has_text="Accepted").wait_for()
    assert answers(visitor, f"{site}/items/{item_id}") == 404
    assert not is_found(visitor, site, item_id, word)
    press(page, "Publish it", " ")
    press(page, "Decide", "Enter")
    page.locator(".kicker", has_text="Published").wait_for()
    assert answers(visitor, f"{site}/items/{item_id}") == 200
    expect(visitor.get_by_role("heading", level=1, name=title)).to_be_visible()
    # The worker beside the pages tells the index by itself.
    wait_until(lambda: is_found(visitor, site, item_id, word))


def test_by_keyboard_many_are_chosen_looked_at_changed_and_all_of_it_is_taken_back(
    served: tuple[Shelf, str], opened: Callable[..., BrowserContext]
) -> None:
    shelf, site = served
    titles = {"broken": "Broken things (demonstration)", "papers": "Papers (demonstration)"}
    page = sign_in_by_keyboard(opened(DESK, java_script_enabled=False), site)
    page.goto(f"{site}/desk/batch?words=demonstration")
    for title in titles.values():
        press(page, title, " ")
    press(page, "Write it into a field", " ")
    reach(page, "Field")
    page.keyboard.type("Title")
    reach(page, "What is to stand there")
    page.keyboard.type("What the choir gave")
    press(page, "Show what would change", "Enter")
    expect(page.get_by_text("2 items would change")).to_be_visible()
    assert all(said_of(shelf, name) == title for name, title in titles.items())
    press(page, "Do it", "Enter")
    wait_until(lambda: page.reload() and page.get_by_text("2 items were changed.").count())
    assert all(said_of(shelf, name) == "What the choir gave" for name in titles)
    press(page, "Undo", "Enter")
    expect(page.get_by_text("2 items would change")).to_be_visible()
    press(page, "Do it", "Enter")
    wait_until(lambda: page.reload() and page.get_by_text("2 items were changed.").count())
    assert all(said_of(shelf, name) == title for name, title in titles.items())


def said_of(shelf: Shelf, name: str) -> str:
    return item_of(shelf.archive, shelf.items[name]).title


def test_by_keyboard_what_somebody_asks_to_have_taken_down_is_hidden_and_answered(
    served: tuple[Shelf, str], opened: Callable[..., BrowserContext]
) -> None:
    shelf, site = served
    item_id = shelf.items["broken"]
    asked = Asking("take-down", words="It shows my aunt.", why="family")
    code = asking.ask(shelf.archive, PUBLIC, item_id, asked, "en")
    visitor = opened(PHONE, java_script_enabled=False).new_page()
    page = sign_in_by_keyboard(opened(DESK, java_script_enabled=False), site)
    press(page, "1 request waits for an answer", "Enter")
    press(page, "Please take it down: Broken things", "Enter")
    expect(page.get_by_text("It shows my aunt.")).to_be_visible()
    assert answers(visitor, f"{site}/items/{item_id}") == 200
    press(page, "Hide it now, while we think", "Enter")
    assert answers(visitor, f"{site}/items/{item_id}") == 404
    press(page, "Taken down", " ")
    reach(page, "What you say to whoever asked")
    page.keyboard.type("We are sorry that it was shown.")
    press(page, "Decide", "Enter")
    page.get_by_role("heading", name="Taken down").wait_for()
    assert answers(visitor, f"{site}/items/{item_id}") == 404
    visitor.goto(f"{site}/asked")
    reach(visitor, "Your code")
    visitor.keyboard.type(code)
    press(visitor, "Go on", "Enter")
    visitor.get_by_text("We are sorry that it was shown.").wait_for()
