"""On a telephone no word makes a page scroll sideways, and none of ordinary length is broken where there is room for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext

from archive.services import indexing
from archive.services.describe import Description, PlaceGiven
from tests.fixtures.browser import serving_shelf
from tests.fixtures.looking import DESK, NARROWEST, PHONE, SPLIT, chromium, opened, sideways
from tests.fixtures.shelf import Shelf

pytestmark = pytest.mark.browser

__all__ = ["chromium", "opened"]
TITLE = "IMG_20260325_182233_family_reunion_in_the_garden_final_version_2_copy"
PLACE = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
NAME, SUBJECT = "Rindfleischetikettierungsueberwachungsbeauftragte", "Donaudampfschifffahrtsgesellschaft" * 2


@pytest.fixture(scope="module")
def shelf_and_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shelf, str]]:
    with serving_shelf(tmp_path_factory.mktemp("long") / "home") as (shelf, address):
        with shelf.archive.db.write() as session:
            said = Description(
                title=TITLE,
                names=[(NAME, "creator"), ("Ada", "interviewer")],
                places=[PlaceGiven(PLACE)],
                subjects=[SUBJECT, "Letters"],
                kind="text",
                content_note=f"Tells of {PLACE}.",
            )
            shelf.item(session, "long", said)
        indexing.rebuild(shelf.archive)
        yield shelf, address


@pytest.mark.parametrize("size", [NARROWEST, PHONE, DESK])
def test_a_word_as_long_as_a_file_name_makes_no_page_scroll_sideways_and_breaks_no_other_word(
    shelf_and_address: tuple[Shelf, str], opened: Callable[..., BrowserContext], size: tuple[int, int]
) -> None:
    shelf, address = shelf_and_address
    page = opened(size).new_page()
    found: dict[str, object] = {}
    for path in (
        *("/", "/search?q=IMG*", "/search?q=IMG*&view=grid", f"/search?place={PLACE}&kind=sound"),
        *(f"/search?place={PLACE * 3}", f"/items/{shelf.items['long']}", f"/items/{shelf.items['long']}/ask"),
        *("/collections/march-25", "/places", "/people", "/subjects", "/years"),
    ):
        page.goto(address + path)
        found |= sideways(page, path, size)
        if split := page.evaluate(SPLIT):
            found[f"{path}: split"] = split
    assert found == {}
