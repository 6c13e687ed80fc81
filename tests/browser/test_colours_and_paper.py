"""Nothing rests on a background alone: not where somebody's own colours are forced upon a page, and not on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.fixtures.browser import serving_shelf
from tests.fixtures.looking import DESK, PHONE, STYLED, chromium, opened
from tests.fixtures.shelf import Shelf

pytestmark = pytest.mark.browser

__all__ = ["chromium", "opened"]

MAPS = Path(__file__).parents[2] / "archive" / "web" / "static" / "vendor"
BARS, DOTS = ".bar { visibility: hidden !important; }", ".dots { visibility: hidden !important; }"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shelf, str]]:
    with serving_shelf(tmp_path_factory.mktemp("colours") / "home") as served:
        yield served


def is_seen(page: Page, draw: Callable[[], object], without: str) -> bool:
    """Whether what a rule would hide is drawn at all."""
    page.evaluate(STYLED, [])
    whole = draw()
    page.evaluate(STYLED, [without])
    return whole != draw()


def paper(page: Page) -> bytes:
    """The first leaf of a page, printed as browsers do unless they are told otherwise: without backgrounds."""
    with pypdfium2.PdfDocument(page.pdf(format="A4", print_background=False)) as leaves:
        return bytes(leaves[0].render().to_numpy().tobytes())


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_the_line_that_is_open_is_told_from_its_neighbours_where_colours_are_forced(
    site: tuple[Shelf, str], opened: Callable[..., BrowserContext], size: tuple[int, int]
) -> None:
    shelf, address = site
    page = opened(size, forced_colors="active").new_page()
    page.goto(f"{address}/items/{shelf.items['talk']}?t=1")
    line = page.locator(".transcript [aria-current]")
    expect(line).to_contain_text("Every evening.")
    marked = page.screenshot(full_page=True)
    line.evaluate("line => line.removeAttribute('aria-current')")
    assert page.screenshot(full_page=True) != marked


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_the_years_have_their_bars_where_colours_are_forced(
    site: tuple[Shelf, str], opened: Callable[..., BrowserContext], size: tuple[int, int]
) -> None:
    page = opened(size, forced_colors="active").new_page()
    page.goto(f"{site[1]}/years")
    assert is_seen(page, page.screenshot, BARS)


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_the_years_have_their_bars_and_the_map_its_dots_on_paper(
    site: tuple[Shelf, str], opened: Callable[..., BrowserContext], size: tuple[int, int]
) -> None:
    if not list(MAPS.glob("map-*.png")):
        pytest.fail("Building the project draws the maps: pip install -e .")
    page = opened(size).new_page()
    for path, hidden in (("/years", BARS), ("/places", DOTS)):
        page.goto(site[1] + path)
        assert is_seen(page, lambda: paper(page), hidden), path
