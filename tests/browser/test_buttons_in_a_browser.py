"""Pages of many buttons on a telephone: none stands so close to another that a thumb meets both."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext

from tests.fixtures.browser import serving_shelf
from tests.fixtures.looking import PHONE, chromium, opened
from tests.fixtures.things import PASSWORD
from tests.fixtures.whole_site import show_together

pytestmark = pytest.mark.browser

__all__ = ["chromium", "opened"]
# How far apart any two buttons are that can be seen, in CSS pixels, and what stands on them: those that touch first.
APART = """() => {
    const seen = [...document.querySelectorAll('main button')].map(one => [one.textContent, one.getBoundingClientRect()])
        .filter(([, box]) => box.width);
    const pairs = seen.flatMap(([text, a], at) => seen.slice(at + 1).map(([other, b]) => [
        Math.max(a.left - b.right, b.left - a.right, a.top - b.bottom, b.top - a.bottom), text, other]));
    return pairs.sort((one, other) => one[0] - other[0]);
}"""
LEAST_PX = 4


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The pages at the desk of something with which three others are shown, and of files in their order, by their headings."""
    with serving_shelf(tmp_path_factory.mktemp("together") / "home") as (shelf, site):
        show_together(shelf, "letter", "talk", "papers")
        yield {
            "Shown together": f"{site}/desk/items/{shelf.items['whole']}/together?words=demonstration",
            "Files in their order": f"{site}/desk/items/{shelf.items['talk']}/files",
        }


def test_no_two_buttons_touch_each_other_on_a_telephone(
    addresses: dict[str, str], opened: Callable[..., BrowserContext]
) -> None:
    page = opened(PHONE).new_page()
    page.goto(addresses["Shown together"])
    page.get_by_label("User name").fill("curator")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    for heading, address in addresses.items():
        page.goto(address)
        page.get_by_role("heading", name=heading).wait_for()
        distances = page.evaluate(APART)
        assert len(distances) > 3
        assert distances[0][0] >= LEAST_PX, distances[0]
