"""On a telephone the title of what sixty people signed is in sight at once, and every name is a step away, or on the paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pypdfium2
import pytest
from playwright.sync_api import BrowserContext, expect

from tests.fixtures.browser import serving_shelf
from tests.fixtures.looking import DESK, PHONE, chromium, opened
from tests.fixtures.petitions import COUNTIES, SIGNATORIES, TITLE, petition

pytestmark = pytest.mark.browser

__all__ = ["chromium", "opened"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving_shelf(tmp_path_factory.mktemp("petition") / "home") as (shelf, site):
        with shelf.archive.db.write() as session:
            item = petition(shelf, session)
        yield f"{site}/items/{item.id}"


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_the_title_is_in_sight_and_the_other_names_are_opened_without_a_script(
    address: str, opened: Callable[..., BrowserContext], size: tuple[int, int]
) -> None:
    page = opened(size, java_script_enabled=False).new_page()
    page.goto(address)
    title = page.get_by_role("heading", name=TITLE)
    box = title.bounding_box()
    assert box is not None and box["y"] + box["height"] < size[1] * 2 / 3
    last = page.get_by_role("link", name=SIGNATORIES[-1])
    expect(last).not_to_be_visible()
    page.get_by_text("55 more names").focus()
    page.keyboard.press("Enter")
    expect(last).to_be_visible()
    expect(page.get_by_role("link", name=COUNTIES[-1])).not_to_be_visible()
    # It is as small beside its people as it is where there are few of them.
    sizes = (title, page.get_by_role("link", name=SIGNATORIES[0]))
    small, large = (one.evaluate("one => parseFloat(getComputedStyle(one).fontSize)") for one in sizes)
    assert small < large


def test_on_paper_every_name_and_every_place_is_read(
    address: str, opened: Callable[..., BrowserContext]
) -> None:
    page = opened(DESK).new_page()
    page.goto(address)
    with pypdfium2.PdfDocument(page.pdf(format="A4")) as leaves:
        words = "".join(leaf.get_textpage().get_text_bounded() for leaf in leaves)
    # On paper the space between words is no sign.
    head = "".join(words.split()).partition("Howtociteit")[0]
    assert [one for one in (*SIGNATORIES, *COUNTIES, TITLE) if one.replace(" ", "") not in head] == []
