"""A curator draws on a picture what is to be taken out, or types it with the keyboard alone; both send the same numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page
from sqlalchemy import select

from archive.models import Redaction
from tests.fixtures.browser import serving_shelf
from tests.fixtures.looking import DESK, PHONE, Noticed, axe, chromium, faults_here, opened
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import PASSWORD

pytestmark = pytest.mark.browser

__all__ = ["axe", "chromium", "opened"]

SIDES = ("x", "y", "width", "height")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Shelf, str]]:
    with serving_shelf(tmp_path / "home") as served:
        yield served


def at_the_photo(page: Page, site: tuple[Shelf, str]) -> None:
    shelf, address = site
    page.goto(f"{address}/sign-in")
    page.get_by_label("User name").fill("curator")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Desk").wait_for()
    page.goto(f"{address}/desk/items/{shelf.items['photo']}/redact/{shelf.files['photo', 0]}")


def numbers(page: Page, row: int) -> list[str]:
    return [page.locator(f"#{side}-{row}").input_value() for side in SIDES]


def marks(shelf: Shelf) -> list[dict[str, float]]:
    with shelf.archive.db.read() as session:
        rows = session.scalars(select(Redaction)).all()
    return sorted((row.extent for row in rows), key=lambda one: one["x"])


def draw(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Press at one share of the picture, pull, and let go at another."""
    page.locator("#canvas").scroll_into_view_if_needed()
    box = page.locator("#canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + start[0] * box["width"], box["y"] + start[1] * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + end[0] * box["width"], box["y"] + end[1] * box["height"], steps=4)
    page.mouse.up()


@pytest.mark.parametrize(
    "size", [pytest.param(PHONE, id="phone"), pytest.param(DESK, marks=pytest.mark.slow, id="desk")]
)
def test_what_is_drawn_is_what_is_marked(
    size: tuple[int, int], site: tuple[Shelf, str], axe: str, opened: Callable[..., BrowserContext]
) -> None:
    context = opened(size)
    noticed = Noticed(site[1])
    noticed.watch(context)
    page = context.new_page()
    at_the_photo(page, site)
    page.locator("#canvas.is-ready").wait_for()
    draw(page, (0.1, 0.2), (0.4, 0.6))
    # From any corner to any other, also beyond the edge of the picture.
    draw(page, (0.9, 0.8), (0.5, 0.7))
    assert [float(one) for one in numbers(page, 1)] == pytest.approx([10, 20, 30, 40], abs=1)
    assert [float(one) for one in numbers(page, 2)] == pytest.approx([50, 70, 40, 10], abs=1)
    # A click that was none marks nothing.
    draw(page, (0.5, 0.5), (0.5, 0.5))
    assert numbers(page, 3) == ["", "", "", ""]
    assert faults_here(page, "drawn", axe) == {}
    page.get_by_role("button", name="Take it out").click()
    page.get_by_text("being made anew").first.wait_for()
    first, second = marks(site[0])
    assert first == pytest.approx({"x": 0.1, "y": 0.2, "width": 0.3, "height": 0.4}, abs=0.01)
    assert second == pytest.approx({"x": 0.5, "y": 0.7, "width": 0.4, "height": 0.1}, abs=0.01)
    assert faults_here(page, "marked", axe) == {}
    assert noticed.faults == []


def test_with_the_keyboard_alone_the_region_is_shown_while_it_is_typed(
    site: tuple[Shelf, str], opened: Callable[..., BrowserContext]
) -> None:
    page = opened(DESK).new_page()
    at_the_photo(page, site)
    page.locator("#x-1").focus()
    for typed in ("25", "10", "50", "12,5"):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    drawn = page.locator("#canvas rect.is-drawn").first
    assert [drawn.get_attribute(side) for side in SIDES] == ["25", "10", "50", "12.5"]
    page.locator("#reason").focus()
    page.keyboard.press("Enter")
    page.get_by_text("being made anew").first.wait_for()
    assert marks(site[0]) == [pytest.approx({"x": 0.25, "y": 0.1, "width": 0.5, "height": 0.125})]


def test_without_javascript_the_numbers_are_read_from_the_rulers(
    site: tuple[Shelf, str], opened: Callable[..., BrowserContext]
) -> None:
    page = opened(PHONE, java_script_enabled=False).new_page()
    at_the_photo(page, site)
    assert page.locator(".ruler.across").is_visible() and page.locator(".ruler.down").is_visible()
    for side, typed in zip(SIDES, ("64", "48", "128", "96"), strict=True):
        page.locator(f"#{side}-1").fill(typed)
    page.get_by_label("pixels of the picture beside").check()
    page.get_by_role("button", name="Take it out").click()
    page.get_by_text("being made anew").first.wait_for()
    assert marks(site[0]) == [pytest.approx({"x": 0.1, "y": 0.1, "width": 0.2, "height": 0.2})]
