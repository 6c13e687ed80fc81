"""Where a search finds nothing, the page says what it is that nothing here is, and leads to where there is something."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.services.opening import open_archive
from archive.settings import Settings
from archive.web.app import create_app

NO_WORDS = "Nothing here holds these words."
NOT_ALL = "Nothing here is all of this at once."
OTHER_WORDS = "Fewer words, or another spelling"
EVERYTHING = "The same words, in everything"


@pytest.fixture
def visitor(gallery_app: Flask) -> FlaskClient:
    return gallery_app.test_client()


def helps(page: str) -> dict[str, str]:
    """The links under what says that nothing was found, by their words."""
    part = page.partition('id="found"')[2].partition("</section>")[0]
    found = re.findall(r'<li><a [^>]*href="([^"]+)">(.*?)</a></li>', part)
    return {re.sub(r"<[^>]+>", "", words): html.unescape(href) for href, words in found}


def test_words_that_only_other_years_hold_are_not_said_to_be_nowhere(visitor: FlaskClient) -> None:
    page = visitor.get("/search?q=carriage&from=1500&to=1501").text
    assert ">0 items found<" in page and NOT_ALL in page and NO_WORDS not in page
    ways = helps(page)
    assert list(ways) == [EVERYTHING, "The ways in on the first page"]
    assert ">1 item found<" in visitor.get(ways[EVERYTHING]).text
    # It may be the words after all.
    assert OTHER_WORDS in page


@pytest.mark.parametrize("words", ["", "carriage"])
@pytest.mark.parametrize(
    "years", ["from=1500&to=1501", "from=2090", "to=1501", "from=1500&to=1501&kind=text"]
)
def test_the_years_that_were_asked_for_can_be_changed_where_they_found_nothing(
    visitor: FlaskClient, years: str, words: str
) -> None:
    page = visitor.get(f"/search?q={words}&{years}").text
    assert ">0 items found<" in page and 'id="from-year"' in page
    for name in ("from", "to"):
        asked = re.search(rf"{name}=(\d+)", years)
        kept = re.search(rf'id="{name}-year" name="{name}" [^>]*value="(\d*)"', page)
        assert kept is not None and kept[1] == (asked[1] if asked else "")
    if "kind" not in years:
        # Nothing is left to narrow it to, and what stands beside it is called what it is.
        assert "Narrow this search" not in page
        assert 'class="narrow" aria-labelledby="years-heading"' in page


def test_of_several_things_at_once_each_can_be_left_out(visitor: FlaskClient) -> None:
    page = visitor.get("/search?q=&kind=sound&decade=1850").text
    assert ">0 items found<" in page and NOT_ALL in page
    assert NO_WORDS not in page and OTHER_WORDS not in page and EVERYTHING not in page, "no word was asked"
    ways = helps(page)
    assert list(ways) == ["Without: Sound", "Without: 1850s", "The ways in on the first page"]
    for words, left in (("Without: Sound", "1850s"), ("Without: 1850s", "Sound")):
        wider = visitor.get(ways[words]).text
        assert ">0 items found<" not in wider and left in wider


def test_a_name_that_nobody_bears_is_left_out_and_no_word_is_blamed(visitor: FlaskClient) -> None:
    page = visitor.get("/search?q=&name=Nobody").text
    assert NOT_ALL in page and OTHER_WORDS not in page and EVERYTHING not in page
    assert ">0 items found<" not in visitor.get(helps(page)["Without: Nobody"]).text


@pytest.mark.parametrize(
    "asked",
    ["carriage date:1500", "date:1500..1501 carriage", "carriage place:Nowhere", "title:carriage date:1500"],
)
def test_words_that_stand_beside_a_field_are_not_said_to_be_nowhere(visitor: FlaskClient, asked: str) -> None:
    page = visitor.get(f"/search?q={asked}&view=grid").text
    assert ">0 items found<" in page and NOT_ALL in page and NO_WORDS not in page and OTHER_WORDS in page
    ways = helps(page)
    assert list(ways) == ["The words alone: carriage", "The ways in on the first page"]
    wider = visitor.get(ways["The words alone: carriage"]).text
    assert ">1 item found<" in wider and 'class="items grid"' in wider


def test_what_was_chosen_and_what_a_field_asks_for_can_be_left_out_one_after_the_other(
    visitor: FlaskClient,
) -> None:
    ways = helps(visitor.get("/search?q=carriage date:1500&kind=sound").text)
    assert list(ways)[:2] == [EVERYTHING, "The words alone: carriage"]
    assert "date%3A1500" in ways[EVERYTHING] or "date:1500" in ways[EVERYTHING]
    assert ">1 item found<" in visitor.get(ways["The words alone: carriage"]).text


@pytest.mark.parametrize(
    ("asked", "ways"), [("q=date:1500", []), ("q=date:1500&kind=sound", ["Without: Sound"])]
)
def test_a_day_of_which_there_is_nothing_blames_no_words(
    visitor: FlaskClient, asked: str, ways: list[str]
) -> None:
    page = visitor.get(f"/search?{asked}").text
    assert NOT_ALL in page and NO_WORDS not in page and OTHER_WORDS not in page
    assert list(helps(page)) == [*ways, "The ways in on the first page"]


def test_words_that_are_nowhere_are_said_to_be_nowhere(visitor: FlaskClient) -> None:
    page = visitor.get("/search?q=nowhereatall").text
    assert NO_WORDS in page and OTHER_WORDS in page and NOT_ALL not in page
    assert list(helps(page)) == ["The ways in on the first page"] and 'id="from-year"' not in page


def test_an_archive_that_holds_nothing_yet_blames_no_words(tmp_path: Path) -> None:
    archive = open_archive(Settings(home=tmp_path / "home"))
    try:
        page = create_app(archive.settings, archive).test_client().get("/search").text
    finally:
        archive.close()
    assert "Nothing is listed here yet." in page and NO_WORDS not in page and OTHER_WORDS not in page
