"""With the keyboard alone and without scripts: a spreadsheet out and in, an item split, joined and moved."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page
from sqlalchemy import update

from archive.copies_version import COPIES_VERSION
from archive.models import File
from archive.services.opening import Archive
from archive.web.app import create_app
from ingest.work import worker
from tests.fixtures.arranging import archive, files_of, master, named
from tests.fixtures.browser import serving
from tests.fixtures.items import item_of
from tests.fixtures.keyboard import press, reach
from tests.fixtures.looking import DESK, chromium, opened
from tests.fixtures.serving import wait_until
from tests.fixtures.things import PASSWORD

pytestmark = pytest.mark.browser

__all__ = ["archive", "chromium", "master", "opened"]


@pytest.fixture
def address(archive: Archive) -> Iterator[str]:
    """Where the archive is served and worked on by this process."""
    with archive.db.write() as session:
        # Or they are made anew just now, and what is made anew is no more what somebody had before them.
        session.execute(update(File).values(copies_version=COPIES_VERSION))
    with serving(create_app(archive.settings, archive)) as found, worker(archive, "browser"):
        yield found


def write(page: Page, name: str, words: str) -> None:
    """Reach a field, and type into it."""
    reach(page, name)
    page.keyboard.type(words)


def choose_before(page: Page, name: str, beginning: str) -> None:
    """Choose what begins so from the list that stands before something."""
    reach(page, name)
    page.keyboard.press("Shift+Tab")
    page.keyboard.type(beginning)


def look_again_until(page: Page, words: str) -> None:
    """As somebody does for whom a job is done: by the link that is there for it."""

    def is_done() -> bool:
        if page.get_by_text(words).count():
            return True
        press(page, "Look again", "Enter")
        return False

    wait_until(is_done)


def opened_to_arrange(archive: Archive, page: Page, item_id: str) -> None:
    """The page on which an item is put together in another way, once all that is made of its files is made."""

    def is_settled() -> bool:
        row, files = item_of(archive, item_id), files_of(archive, item_id)
        return row.record_revision == row.bag_revision and all(one.copies_version for one in files)

    wait_until(is_settled)
    press(page, "Put together in another way", "Enter")


def test_a_sheet_goes_out_and_in_and_an_item_is_split_joined_and_moved(
    archive: Archive, address: str, opened: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    page = opened(DESK, java_script_enabled=False).new_page()
    page.goto(f"{address}/sign-in")
    write(page, "User name", "curator")
    write(page, "Password", PASSWORD)
    press(page, "Sign in", "Enter")
    page.goto(f"{address}/desk/spreadsheet")
    choose_before(page, "State", "March")
    reach(page, "Take it out")
    with page.expect_download() as out:
        page.keyboard.press("Enter")
    sheet = tmp_path / "sheet.csv"
    sheet.write_bytes(out.value.path().read_bytes().replace(b"Beside it", b"The fourth page"))
    # Which file it is, is chosen in a window of the system's own.
    page.get_by_label("Spreadsheet (CSV)").set_input_files(sheet)
    press(page, "Show what would change", "Enter")
    page.get_by_text("Nothing is changed yet. 1 item would change.").wait_for()
    assert named(archive, "The fourth page") == ""
    press(page, "Do it", "Enter")
    look_again_until(page, "1 item was changed.")
    fourth = named(archive, "The fourth page")
    # Split: the last of three files becomes an item of its own.
    whole = named(archive, "Three pages")
    page.goto(f"{address}/desk/items/{whole}")
    opened_to_arrange(archive, page, whole)
    press(page, "page-2.txt", " ")
    write(page, "Title of the new item", "Something else")
    press(page, "Split it", "Enter")
    look_again_until(page, "In its place are")
    # Joined: what was left of it, and what was given beside it.
    rest, new = named(archive, "Three pages", without=whole), named(archive, "Something else")
    assert [len(files_of(archive, one)) for one in (rest, new)] == [2, 1]
    press(page, page.locator(f"a[href$='{rest}']").inner_text(), "Enter")
    opened_to_arrange(archive, page, rest)
    choose_before(page, "Make one item of both", "The")
    press(page, "Make one item of both", "Enter")
    look_again_until(page, "In its place are")
    press(page, "Item 1", "Enter")
    both = page.url.rpartition("/")[2]
    assert both not in (rest, fourth) and len(files_of(archive, both)) == 3
    # Moved to another collection, as it is.
    opened_to_arrange(archive, page, both)
    choose_before(page, "Move it", "Conv")
    press(page, "Move it", "Enter")
    page.wait_for_url(re.compile(f"/desk/items/{both}"))
    assert item_of(archive, both).collection == "convenings"
