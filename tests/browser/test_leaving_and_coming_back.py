"""Leaving the pages of giving and coming back to them in a real browser: nothing typed is lost on any way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from archive.access import OPERATOR
from archive.services import messages
from tests.fixtures.giving_pages import (
    Site,
    add_plain,
    begin,
    give_letter,
    photo,
    see_what_was_noticed,
    site,
)
from tests.fixtures.keyboard import press, reach
from tests.fixtures.looking import DESK, PHONE, axe, chromium, opened

pytestmark = pytest.mark.browser

__all__ = ["axe", "chromium", "opened", "site"]


@pytest.mark.slow
@pytest.mark.parametrize("photos", [1, 40])
def test_photographs_are_given_with_the_keyboard_alone(
    site: Site, opened: Callable[..., BrowserContext], tmp_path: Path, photos: int
) -> None:
    site.remember()
    page = opened(PHONE if photos == 1 else DESK).new_page()
    page.goto(f"{site.address}/give")
    press(page, "Photographs or pictures", " ")
    press(page, "Go on", "Enter")
    add_plain(page, *(photo(tmp_path, f"IMG_{number:04}.jpg") for number in range(photos)))
    press(page, "Go on", "Enter")
    reach(page, "Title")
    page.keyboard.type("The march")
    press(page, "Go on", "Enter")
    others = {"IMG_0003.jpg": "The fountain", "IMG_0017.jpg": "The choir", "IMG_0039.jpg": "The end"}
    if photos > 1:
        press(page, "About it", "Enter")
        for name, title in others.items():
            press(page, name, "Enter")
            reach(page, "Title")
            page.keyboard.press("Control+A")
            page.keyboard.type(title)
            press(page, "Save, and go back", "Enter")
        press(page, "Go on", "Enter")
    for what, key in (
        *(("Nobody can be recognized", " "), ("Go on", "Enter"), ("Yes, keep it", " "), ("Everyone", " ")),
        *(("Go on", "Enter"), ("By no name", " "), ("Go on", "Enter")),
    ):
        press(page, what, key)
    page.get_by_role("heading", name="Check your answers").wait_for()
    see_what_was_noticed(page)
    press(page, "Send it", "Enter")
    page.get_by_role("heading", name="Thank you").wait_for()
    titles = [item.title for item in site.newest()]
    assert len(titles) == photos and titles.count("The march") == (37 if photos > 1 else 1)
    assert photos == 1 or (titles[3], titles[17], titles[39]) == tuple(others.values())


@pytest.mark.slow
@pytest.mark.parametrize("script", [True, False], ids=["with-scripts", "without"])
def test_somebody_comes_back_with_the_keyboard_alone(
    site: Site, opened: Callable[..., BrowserContext], tmp_path: Path, script: bool
) -> None:
    site.remember()
    page = opened(PHONE, java_script_enabled=script).new_page()
    code = give_letter(page, site.address, tmp_path)
    (item,) = site.newest()
    messages.write(site.archive, OPERATOR, item.submission_id, "Who is she?")
    page = opened(DESK, java_script_enabled=script).new_page()
    page.goto(f"{site.address}/mine/come-back")
    reach(page, "Your code")
    page.keyboard.type(code)
    press(page, "Go on", "Enter")
    page.get_by_text("Who is she?").wait_for()
    reach(page, "Write to those who look after the archive")
    page.keyboard.type("My aunt.")
    press(page, "Send the message", "Enter")
    page.get_by_text("My aunt.").wait_for()
    press(page, "Change what you allow", "Enter")
    press(page, "Only those who look after the archive", " ")
    press(page, "Save", "Enter")
    page.get_by_role("heading", name="Where things stand").wait_for()
    press(page, "Take it back", "Enter")
    press(page, "Hide it", " ")
    press(page, "Take it back", "Enter")
    page.get_by_text("You took it back. Nobody is shown it.").wait_for()


def test_every_way_off_a_page_keeps_what_was_typed_and_enter_goes_on(
    site: Site, opened: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    page = opened(PHONE, java_script_enabled=False).new_page()
    begin(page, site.address, "Photographs or pictures")
    add_plain(page, photo(tmp_path, "one.jpg"), photo(tmp_path, "two.jpg"))
    page.locator("input[name^=caption-]").first.fill("My mother, by the river")
    page.get_by_role("button", name="About it").click()
    page.locator("#about-title").fill("The river")
    page.get_by_role("button", name="My mother, by the river").click()
    assert page.locator("#about-title").input_value() == "The river"
    page.locator("#about-place").fill("Richmond")
    page.get_by_role("button", name="Back", exact=True).click()
    page.get_by_text("different", exact=True).wait_for()
    page.locator("#about-title").press("Enter")
    page.wait_for_url("**/give/people")
    page.locator("#people_words").fill("My cousins agreed.")
    page.get_by_role("button", name="Français").click()
    page.wait_for_url("**/fr/give/people")
    assert page.locator("#people_words").input_value() == "My cousins agreed."
    page.get_by_role("button", name="English").click()
    page.wait_for_url("**/give/people")
    page.locator("#people_words").fill("All of my cousins agreed.")
    page.get_by_role("button", name="Giving safely").click()
    page.wait_for_url("**/giving-safely")
    page.go_back()
    page.reload()
    assert page.locator("#people_words").input_value() == "All of my cousins agreed."
    page.locator("#people_words").fill("All of them, and my aunt.")
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_url("**/search")
    page.get_by_role("link", name="Give", exact=True).click()
    page.get_by_role("button", name="Who is in it").click()
    page.wait_for_url("**/give/people")
    assert page.locator("#people_words").input_value() == "All of them, and my aunt."


def test_without_a_script_no_button_of_the_page_of_files_loses_what_was_typed(
    site: Site, opened: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    page = opened(PHONE, java_script_enabled=False).new_page()
    begin(page, site.address, "Photographs or pictures")
    add_plain(page, photo(tmp_path, "one.jpg"), photo(tmp_path, "two.jpg"))
    page.locator("input[name^=caption-]").first.fill("My mother, by the river")
    page.get_by_label("They are all one thing").check()
    page.locator("input[type=file]").set_input_files(str(photo(tmp_path, "three.jpg")))
    page.get_by_role("button", name="Add these files").click()
    page.locator("input[name^=caption-]").nth(2).wait_for()
    assert page.locator("input[name^=caption-]").first.input_value() == "My mother, by the river"
    assert page.get_by_label("They are all one thing").is_checked()
    # Enter goes on.
    page.locator("input[name^=caption-]").first.press("Enter")
    page.wait_for_url("**/give/about")
