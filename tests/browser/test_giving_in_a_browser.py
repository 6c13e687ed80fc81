"""Giving and coming back in a real browser: with scripts and without, on a phone, with the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from archive.access import OPERATOR
from archive.models import Item
from archive.services import lifecycle, messages
from tests.fixtures.giving_pages import (
    Site,
    add_plain,
    allow,
    begin,
    give_letter,
    go_on,
    name_otherwise,
    photo,
    see_what_was_noticed,
    site,
    take_code,
)
from tests.fixtures.keyboard import press, reach
from tests.fixtures.looking import (
    DESK,
    PHONE,
    SHARES,
    Noticed,
    axe,
    chromium,
    every,
    faults_here,
    faults_of,
    opened,
)
from tests.fixtures.serving import wait_until

pytestmark = pytest.mark.browser

__all__ = ["axe", "chromium", "opened", "site"]
# What needs no script is proved without one in each run; with them in the thorough one.
WITHOUT_AND_WITH_SCRIPTS = pytest.mark.parametrize(
    "script",
    [pytest.param(True, marks=pytest.mark.slow, id="with-scripts"), pytest.param(False, id="without")],
)
CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:01.000\nWe sang.\n"


@pytest.mark.parametrize(
    "script",
    [pytest.param(True, id="with-scripts"), pytest.param(False, marks=pytest.mark.slow, id="without")],
)
def test_one_photo_from_a_phone(
    site: Site, opened: Callable[..., BrowserContext], tmp_path: Path, script: bool
) -> None:
    site.remember()
    context = opened(PHONE, java_script_enabled=script)
    noticed = Noticed(site.address)
    noticed.watch(context)
    page = context.new_page()
    page.goto(site.address)
    assert context.cookies() == []
    page.get_by_role("main").get_by_role("link", name="Give something to remember").click()
    begin(page, site.address, "Photographs or pictures")
    given = photo(tmp_path, "IMG_2031.jpg", place=True)
    add_plain(page, given)
    go_on(page)
    page.locator("#about-title").fill("Candles by the river")
    page.locator("#about-date").fill("25 March 2026")
    page.locator("#about-place").fill("12 Elm Street, Richmond")
    go_on(page)
    allow(page)
    page.get_by_role("button", name="Send it").wait_for()
    # What was noticed is told before anything is sent: the pipeline has looked by then.
    wait_until(lambda: "says where it was made" in (page.reload() and page.content()))
    expect(page.locator("main img")).to_have_count(1)
    expect(page.get_by_text("March 25, 2026").first).to_be_visible()
    page.get_by_role("button", name="Send it").click()
    take_code(page)
    assert noticed.faults == []
    (item,) = site.newest()
    assert (item.title, item.date_edtf) == ("Candles by the river", "2026-03-25")
    bag = site.archive.settings.home / "objects" / "bags" / item.id / "data"
    wait_until(lambda: bag.is_dir())
    assert [path.read_bytes() for path in bag.iterdir()] == [given.read_bytes()]


def test_a_file_that_is_chosen_before_the_scripts_have_come_in_is_sent(
    site: Site, opened: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    page = opened(PHONE).new_page()
    held: list[Route] = []
    page.route(re.compile(r"/give[^/]*\.js"), lambda route: held.append(route))
    begin(page, site.address, "Photographs or pictures")
    page.locator("input[type=file]").set_input_files(str(photo(tmp_path, "IMG_2032.jpg")))
    wait_until(lambda: page.wait_for_timeout(50) or bool(held))
    held[0].continue_()
    page.locator("input[name^=caption-]").wait_for()


# Through HTTP it is proved in each run; in a browser forty pictures take their time.
@pytest.mark.slow
@pytest.mark.parametrize("script", [True, False], ids=["with-scripts", "without"])
def test_forty_photos_with_three_exceptions(
    site: Site, opened: Callable[..., BrowserContext], tmp_path: Path, script: bool
) -> None:
    site.remember()
    page = opened(DESK, java_script_enabled=script).new_page()
    begin(page, site.address, "Photographs or pictures")
    add_plain(page, *(photo(tmp_path, f"IMG_{number:04}.jpg") for number in range(40)))
    go_on(page)
    page.locator("#about-title").fill("The march")
    go_on(page)
    page.get_by_role("button", name="About it").click()
    for name, title in (
        ("IMG_0003.jpg", "The fountain"),
        ("IMG_0017.jpg", "The choir"),
        ("IMG_0039.jpg", "The end"),
    ):
        page.get_by_role("button", name=name).click()
        page.locator("#about-title").fill(title)
        page.get_by_role("button", name="Save, and go back").click()
    # The page comes in parts.
    page.wait_for_load_state("load")
    page.get_by_text("different", exact=True).nth(2).wait_for()
    expect(page.get_by_text("different", exact=True)).to_have_count(3)
    go_on(page)
    allow(page)
    see_what_was_noticed(page)
    page.get_by_role("button", name="Send it").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    titles = [item.title for item in site.newest()]
    assert (titles[3], titles[17], titles[39]) == ("The fountain", "The choir", "The end")
    assert titles.count("The march") == 37


def test_a_testimony_with_its_transcript_with_the_keyboard_alone(
    site: Site, opened: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    site.remember()
    page = opened(DESK).new_page()
    talk, words = tmp_path / "talk.wav", tmp_path / "talk.en.vtt"
    talk.write_bytes(
        b"RIFF"
        + (36 + 8000).to_bytes(4, "little")
        + b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data"
        + (8000).to_bytes(4, "little")
        + b"\x80" * 8000
    )
    words.write_text(CAPTIONS)
    page.goto(f"{site.address}/give")
    press(page, "A recording", " ")
    press(page, "Go on", "Enter")
    # Which file it is comes from the system's own window, which no page can reach.
    add_plain(page, talk, words)
    press(page, "Go on", "Enter")
    reach(page, "Title")
    page.keyboard.type("What my mother told")
    press(page, "Go on", "Enter")
    press(page, "They agreed to be shown", " ")
    press(page, "Go on", "Enter")
    press(page, "Yes, keep it", " ")
    press(page, "Everyone", " ")
    press(page, "Go on", "Enter")
    press(page, "By no name", " ")
    press(page, "Go on", "Enter")
    press(page, "Send it", "Enter")
    press(page, "Show me my code", "Enter")
    code = page.locator(".code-words").inner_text()
    reach(page, "Type it once more")
    page.keyboard.type(code)
    press(page, "I have it", "Enter")
    page.get_by_role("heading", name="Where things stand").wait_for()
    (item,) = site.newest()
    with site.archive.db.read() as session:
        files = session.get_one(Item, item.id).files
    assert [(one.given_name, one.role) for one in files] == [
        ("talk.wav", "original"),
        ("talk.en.vtt", "captions"),
    ]


@WITHOUT_AND_WITH_SCRIPTS
def test_somebody_without_a_name_comes_back_answers_changes_and_takes_back(
    site: Site, opened: Callable[..., BrowserContext], tmp_path: Path, script: bool
) -> None:
    site.remember()
    page = opened(PHONE, java_script_enabled=script).new_page()
    code = give_letter(page, site.address, tmp_path)
    (item,) = site.newest()
    wait_until(lambda: site.items(item.submission_id)[0].state == "in_review")
    lifecycle.publish(site.archive, OPERATOR, item.id)
    messages.write(site.archive, OPERATOR, item.submission_id, "Who is she?")
    elsewhere = opened(DESK, java_script_enabled=script).new_page()
    elsewhere.goto(site.address)
    elsewhere.get_by_role("link", name="Come back to something you gave").click()
    elsewhere.get_by_label("Your code").fill(code.upper())
    go_on(elsewhere)
    elsewhere.get_by_text("Who is she?").wait_for()
    elsewhere.get_by_label("Write to those who look after the archive").fill("My aunt.")
    elsewhere.get_by_role("button", name="Send the message").click()
    elsewhere.get_by_text("My aunt.").wait_for()
    visitor = opened(DESK, java_script_enabled=script).new_page()
    for audience, status in (("Only those who look after the archive", 404), ("Everyone", 200)):
        elsewhere.get_by_role("button", name="Change what you allow").click()
        elsewhere.get_by_label(audience).check()
        elsewhere.get_by_role("button", name="Save").click()
        elsewhere.get_by_role("heading", name="Where things stand").wait_for()
        assert visitor.goto(f"{site.address}/items/{item.id}").status == status  # type: ignore[union-attr]
    elsewhere.get_by_role("button", name=re.compile("Take it back.*A letter to my sister")).click()
    elsewhere.get_by_label("Hide it", exact=True).check()
    elsewhere.get_by_role("button", name="Take it back").click()
    elsewhere.get_by_text("You took it back. Nobody is shown it.").wait_for()
    assert visitor.goto(f"{site.address}/items/{item.id}").status == 410  # type: ignore[union-attr]


@SHARES
def test_no_page_of_the_way_breaks_a_rule_of_accessibility(
    site: Site, axe: str, opened: Callable[..., BrowserContext], tmp_path: Path, share: int
) -> None:
    turn = every(share)
    context = opened(PHONE)
    noticed = Noticed(site.address)
    noticed.watch(context)
    page = context.new_page()
    found = faults_of(page, "what", f"{site.address}/give", axe)
    begin(page, site.address, "Something I wish to write here")
    found |= faults_here(page, "writing", axe, again=turn())
    page.get_by_role("button", name="Add files instead").click()
    add_plain(page, photo(tmp_path, "one.jpg", place=True), photo(tmp_path, "two.jpg"))
    for name in ("files", "about", "people", "show", "name", "check"):
        found |= faults_of(page, name, f"{site.address}/give/{name}", axe, again=turn())
        found |= faults_of(
            page, f"{name} with troubles", f"{site.address}/give/{name}?told=1", axe, again=False
        )
    page.goto(f"{site.address}/give/about")
    page.locator("#about-date").fill("3/4/1807")
    go_on(page)
    found |= faults_here(page, "two readings", axe, again=turn())
    found |= faults_of(page, "throw away", f"{site.address}/give/throw-away", axe, again=turn())
    page.goto(f"{site.address}/give/about?told=1")
    page.locator("#about-title").fill("Two pictures")
    page.get_by_label("March 4, 1807").check()
    go_on(page)
    allow(page)
    name_otherwise(context.new_page(), site.address)
    page.get_by_role("button", name="Send it").click()
    page.get_by_text("something was changed here since you opened this page").wait_for()
    found |= faults_here(page, "changed since", axe, again=turn())
    page.get_by_role("button", name="Send it").click()
    page.get_by_role("button", name="Show me my code").click()
    found |= faults_here(page, "code", axe, again=turn())
    # Of a code that was not typed again the way back in asks first.
    found |= faults_of(page, "before leaving", f"{site.address}/mine/come-back", axe, again=turn())
    page.get_by_role("link", name="Type it now, or get another").wait_for()
    for name in ("", "/code", "/allow", "/take-back", "/receipt", "/contact"):
        found |= faults_of(page, f"mine{name}", f"{site.address}/mine{name}", axe, again=turn())
    page.goto(f"{site.address}/mine")
    page.get_by_role("button", name=re.compile("Correct it")).first.click()
    page.get_by_text("Say more, if you know it").click()
    page.get_by_label("A few words about “one.jpg”").wait_for()
    found |= faults_here(page, "correct", axe, again=turn())
    for name in ("giving-safely", "receipt", "account/new"):
        found |= faults_of(page, name, f"{site.address}/{name}", axe, again=False)
    page.goto(f"{site.address}/mine/come-back")
    page.get_by_role("button", name="Go on and leave it").click()
    found |= faults_here(page, "come back", axe, again=turn())
    assert found == {}
    assert noticed.faults == []
