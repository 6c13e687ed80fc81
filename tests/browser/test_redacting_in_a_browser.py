"""A curator draws on a picture or a stopped film what is to be taken out, or types it with the keyboard alone; both send the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from archive.models import Redaction
from archive.services.describe import Description
from tests.fixtures import given
from tests.fixtures.browser import serving_shelf
from tests.fixtures.looking import DESK, PHONE, Noticed, axe, chromium, faults_here, opened, until
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import PASSWORD

pytestmark = pytest.mark.browser

__all__ = ["axe", "chromium", "opened"]

SIDES = ("x", "y", "width", "height")
FILM = "document.querySelector('#canvas video')"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Shelf, str]]:
    with serving_shelf(tmp_path / "home") as served:
        yield served


@pytest.fixture
def with_a_film(site: tuple[Shelf, str]) -> tuple[Shelf, str]:
    """The same with a film of two seconds."""
    shelf = site[0]
    with shelf.archive.db.write() as session:
        item = shelf.item(session, "film", Description(title="A street", kind="moving-image"))
        size = {"width": 320, "height": 240, "duration_ms": 2000}
        # As PRONOM calls it.
        file = shelf.file(session, item, given.mp4(), "film.mp4", "application/mp4", **size)
        shelf.copy(session, file, "video", given.mp4(), "video/mp4", **size)
    return site


def at_the(name: str, page: Page, site: tuple[Shelf, str]) -> None:
    shelf, address = site
    page.goto(f"{address}/sign-in")
    page.get_by_label("User name").fill("curator")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Desk").wait_for()
    page.goto(f"{address}/desk/items/{shelf.items[name]}/redact/{shelf.files[name, 0]}")


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
    at_the("photo", page, site)
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


def test_a_region_for_each_face_is_drawn_and_none_takes_the_place_of_another(
    site: tuple[Shelf, str], axe: str, opened: Callable[..., BrowserContext]
) -> None:
    page = opened(DESK).new_page()
    at_the("photo", page, site)
    page.locator("#canvas.is-ready").wait_for()
    page.evaluate("document.getElementById('one-more').dataset.most = '6'")
    lefts = [0.02 + 0.15 * number for number in range(6)]
    for left in lefts:
        draw(page, (left, 0.1), (left + 0.1, 0.3))
    drawn = [float(numbers(page, row)[0]) for row in range(1, 7)]
    assert drawn == pytest.approx([left * 100 for left in lefts], abs=1)
    assert page.get_by_role("group", name="Region 6").is_visible()
    # As many as are sent at once: the next is not drawn, and that is said.
    draw(page, (0.4, 0.6), (0.6, 0.9))
    expect(page.get_by_role("status").filter(has_text="This was not drawn")).to_be_visible()
    assert [float(numbers(page, row)[0]) for row in range(1, 7)] == drawn
    assert page.locator("#canvas rect.is-drawn").count() == 6
    assert faults_here(page, "more than the first rows", axe) == {}
    page.get_by_role("button", name="Take it out").click()
    page.get_by_text("being made anew").first.wait_for()
    assert [one["x"] for one in marks(site[0])] == pytest.approx(lefts, abs=0.01)


def test_with_the_keyboard_alone_the_region_is_shown_while_it_is_typed(
    site: tuple[Shelf, str], opened: Callable[..., BrowserContext]
) -> None:
    page = opened(DESK).new_page()
    at_the("photo", page, site)
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
    at_the("photo", page, site)
    for ruler in (".ruler.across", ".ruler.down"):
        expect(page.locator(ruler)).to_be_visible()
    for side, typed in zip(SIDES, ("64", "48", "128", "96"), strict=True):
        page.locator(f"#{side}-1").fill(typed)
    page.get_by_label("pixels of the picture beside").check()
    page.get_by_role("button", name="Take it out").click()
    page.get_by_text("being made anew").first.wait_for()
    assert marks(site[0]) == [pytest.approx({"x": 0.1, "y": 0.1, "width": 0.2, "height": 0.2})]


def stop_at(page: Page, second: float) -> None:
    """Have the film show that moment; at the desk nothing of it is fetched before somebody plays it."""
    page.evaluate(f"{FILM}.readyState || ({FILM}.preload = 'auto', {FILM}.load())")
    until(page, f"{FILM}.readyState > 0")
    page.evaluate(f"second => {{ {FILM}.currentTime = second; }}", second)
    until(page, f"!{FILM}.seeking && {FILM}.readyState > 1")


@pytest.mark.parametrize(
    "size", [pytest.param(PHONE, id="phone"), pytest.param(DESK, marks=pytest.mark.slow, id="desk")]
)
def test_what_is_drawn_on_a_stopped_film_is_marked_for_the_moments_that_were_shown(
    size: tuple[int, int],
    with_a_film: tuple[Shelf, str],
    axe: str,
    opened: Callable[..., BrowserContext],
) -> None:
    context = opened(size)
    noticed = Noticed(with_a_film[1])
    noticed.watch(context)
    page = context.new_page()
    at_the("film", page, with_a_film)
    film = page.locator("#canvas video")
    # Its own buttons work until somebody wants to draw; then what is pressed is drawn, and the film stands still.
    draw(page, (0.1, 0.2), (0.4, 0.6))
    assert numbers(page, 1) == ["", "", "", ""] and film.get_attribute("controls") is not None
    stop_at(page, 0.5)
    page.evaluate(f"{FILM}.play()")
    button = page.get_by_role("button", name="Draw on the moment that is shown")
    button.click()
    assert button.get_attribute("aria-pressed") == "true" and film.get_attribute("controls") is None
    assert page.evaluate(f"{FILM}.paused")
    stop_at(page, 0.7)
    draw(page, (0.1, 0.2), (0.4, 0.6))
    assert [float(one) for one in numbers(page, 1)] == pytest.approx([10, 20, 30, 40], abs=1)
    assert page.locator("#start-1").input_value() == "0.7"
    # One region is drawn at a time: the film plays on, and the last moment is taken over from it.
    assert button.get_attribute("aria-pressed") == "false" and film.get_attribute("controls") is not None
    stop_at(page, 1.4)
    page.get_by_role("button", name=re.compile("^To the moment that is shown ?: Region 1$")).click()
    assert page.locator("#end-1").input_value() == "1.4"
    assert faults_here(page, "drawn on a film", axe) == {}
    page.get_by_role("button", name="Take it out").click()
    page.get_by_text("being made anew").first.wait_for()
    (mark,) = marks(with_a_film[0])
    assert (mark["start_ms"], mark["end_ms"]) == (700, 1400)
    sides = {side: mark[side] for side in SIDES}
    assert sides == pytest.approx({"x": 0.1, "y": 0.2, "width": 0.3, "height": 0.4}, abs=0.01)
    assert noticed.faults == []


def test_a_click_on_a_film_marks_nothing_and_a_moment_that_was_written_stays(
    with_a_film: tuple[Shelf, str], opened: Callable[..., BrowserContext]
) -> None:
    page = opened(DESK).new_page()
    at_the("film", page, with_a_film)
    button = page.get_by_role("button", name="Draw on the moment that is shown")
    button.click()
    draw(page, (0.5, 0.5), (0.5, 0.5))
    assert numbers(page, 1) == ["", "", "", ""] and page.locator("#start-1").input_value() == ""
    # Still drawing; a moment that was written down already stays.
    assert button.get_attribute("aria-pressed") == "true"
    page.locator("#start-1").fill("0:01")
    draw(page, (0.9, 0.8), (0.5, 0.6))
    assert [float(one) for one in numbers(page, 1)] == pytest.approx([50, 60, 40, 20], abs=1)
    assert page.locator("#start-1").input_value() == "0:01"
    button.click()
    stop_at(page, 1.5)
    draw(page, (0, 0), (0.2, 0.1))
    assert [float(one) for one in numbers(page, 2)] == pytest.approx([0, 0, 20, 10], abs=1)
    assert page.locator("#start-2").input_value() == "1.5"
    for row in (3, 4, 5):
        button.click()
        draw(page, (0, 0.1 * row), (0.2, 0.1 * row + 0.1))
    # The row that was added for it has its buttons too.
    stop_at(page, 0.4)
    page.get_by_role("button", name=re.compile("^From the moment that is shown ?: Region 5$")).click()
    assert page.locator("#start-5").input_value() == "0.4"


def test_without_javascript_a_region_and_a_span_of_a_film_are_typed(
    with_a_film: tuple[Shelf, str], opened: Callable[..., BrowserContext]
) -> None:
    page = opened(PHONE, java_script_enabled=False).new_page()
    at_the("film", page, with_a_film)
    for ruler in (".ruler.across", ".ruler.down"):
        expect(page.locator(ruler)).to_be_visible()
    # What only a script can do is not offered.
    expect(page.get_by_role("button", name="that is shown").first).to_be_hidden()
    for side, typed in zip((*SIDES, "start", "end"), ("25", "10", "50", "12,5", "0:00.5", "1"), strict=True):
        page.locator(f"#{side}-1").fill(typed)
    page.get_by_label("Begins at").fill("1.2")
    page.get_by_label("Ends at").fill("0:01.6")
    page.get_by_role("button", name="Take it out").click()
    page.get_by_text("being made anew").first.wait_for()
    with with_a_film[0].archive.db.read() as session:
        found = {row.kind: row.extent for row in session.scalars(select(Redaction))}
    region = {"x": 0.25, "y": 0.1, "width": 0.5, "height": 0.125, "start_ms": 500, "end_ms": 1000}
    assert found.pop("film-region") == pytest.approx(region)
    assert [(one["start_ms"], one["end_ms"]) for one in found.values()] == [(1200, 1600)]
