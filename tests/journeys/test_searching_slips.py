"""A slip of the pen is helped wherever it was made, and the help keeps what was chosen; a date that is none is told."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from archive.access import OPERATOR, PUBLIC
from archive.cli.look import as_values, print_results
from archive.models import Collection, ItemState, Story, today
from archive.models.errors import BadInputError
from archive.search import cost
from archive.services import indexing
from archive.services.describe import Description
from archive.services.find import find
from archive.services.opening import open_archive
from archive.settings import Settings
from archive.web.app import create_app
from tests.fixtures.shelf import Shelf


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    archive = open_archive(Settings(home=tmp_path_factory.mktemp("slips") / "home"))
    shelf = Shelf(archive)
    with archive.db.write() as session:
        session.add(Collection(slug="march-25"))
        session.flush()
        dated = {"date_edtf": "1863", "date_start": 18630101, "date_end": 18631231, "decades": [1860]}
        shelf.item(session, "night", Description(title="Five candles", kind="text", **dated))
        shelf.item(session, "day", Description(title="A lantern", kind="sound"))
        for name in ("fair", "market"):
            shelf.item(session, name, Description(title="Candies", kind="sound"))
        later = {"date_edtf": "1852-11-18", "date_start": 18521118, "date_end": 18521118, "decades": [1850]}
        shelf.item(session, "later", Description(title="A crossing", kind="text", **later))
        hidden = Description(title="Zanzibarine papers", kind="text")
        shelf.item(session, "hidden", hidden, state=ItemState.IN_REVIEW)
        for slug, word, published in (("dancers", "kalinda", True), ("drummers", "bamboula", False)):
            told = {"title": "At the square", "body": f"They danced the {word}.", "published": published}
            session.add(Story(slug=slug, collection="march-25", published_on=today(), **told))
    indexing.rebuild(archive)
    yield shelf
    archive.close()


@pytest.fixture(scope="module")
def visitor(shelf: Shelf) -> FlaskClient:
    return create_app(shelf.archive.settings, shelf.archive).test_client()


def suggested(page: str) -> tuple[str, dict[str, list[str]]]:
    """The words that are offered, and what the link to them asks for."""
    found = re.search(r'class="suggestion">[^<]*<a rel="nofollow" href="([^"]+)">([^<]+)<', page)
    assert found is not None
    return html.unescape(found[2]), parse_qs(urlsplit(html.unescape(found[1])).query)


@pytest.mark.parametrize(
    ("typed", "better"),
    [
        ("candels", "candles"),
        ("five candels", "five candles"),
        ('"five candels"', '"five candles"'),
        ("xandles", "candles"),
    ],
)
@pytest.mark.parametrize("chosen", ["", "&kind=text", "&kind=text&from=1860&to=1865"])
def test_a_slip_is_helped_wherever_it_is_and_whatever_is_chosen(
    visitor: FlaskClient, typed: str, better: str, chosen: str
) -> None:
    words, asked = suggested(visitor.get(f"/search?q={typed}{chosen}").text)
    assert words == better and asked["q"] == [better]
    assert ">1 item found<" in visitor.get("/search", query_string=asked).text


def test_of_several_that_are_near_the_one_is_offered_that_is_among_what_was_chosen(
    visitor: FlaskClient,
) -> None:
    assert suggested(visitor.get("/search?q=candees").text)[0] == "candies"
    assert suggested(visitor.get("/search?q=candees&kind=text").text)[0] == "candles"


def test_the_link_to_what_was_meant_keeps_all_that_was_chosen(visitor: FlaskClient) -> None:
    chosen = {
        "kind": ["text"],
        "decade": ["1860"],
        "from": ["1860"],
        "to": ["1865"],
        "sort": ["date"],
        "view": ["grid"],
    }
    _words, asked = suggested(
        visitor.get("/search", query_string={"q": "candels", "page": "3", **chosen}).text
    )
    assert asked == {"q": ["candles"], **chosen}


def test_nothing_is_offered_that_finds_nothing_where_the_search_was_narrowed_to(visitor: FlaskClient) -> None:
    for narrowed in ("&kind=sound", "&to=1850"):
        assert 'class="suggestion"' not in visitor.get(f"/search?q=candels{narrowed}").text


def test_staff_too_are_offered_words_of_public_items_alone(shelf: Shelf) -> None:
    assert find(shelf.archive, OPERATOR, "zanzibarine").total == 1, "staff find what is not public"
    for narrowed in ({}, {"kind": ["text"]}, {"state": ["in_review"]}):
        assert find(shelf.archive, OPERATOR, "zanzibarime", filters=narrowed).suggestion is None
    assert find(shelf.archive, OPERATOR, "candels").suggestion == "candles"
    # What only they can narrow to is kept too: nothing is offered that is not found there.
    published, received = {"state": [ItemState.PUBLISHED]}, {"state": [ItemState.RECEIVED]}
    assert find(shelf.archive, OPERATOR, "candels", filters=published).suggestion == "candles"
    assert find(shelf.archive, OPERATOR, "candels", filters=received).suggestion is None


def test_a_word_that_only_a_story_holds_is_offered_where_stories_are_shown(
    visitor: FlaskClient, shelf: Shelf
) -> None:
    words, asked = suggested(visitor.get("/search?q=kalidna").text)
    assert words == "kalinda" and ">They danced the <" in visitor.get("/search", query_string=asked).text
    assert suggested(visitor.get("/search?q=danced+kalidn*").text)[0] == "danced kalind*"
    # One that a story holds is no slip, and of what is not published nothing is told.
    for typed in ("kalinda", "bamboual", "kalidna&kind=text"):
        assert 'class="suggestion"' not in visitor.get(f"/search?q={typed}").text, typed
    assert find(shelf.archive, PUBLIC, "kalidna").suggestion is None, (
        "no story stands beside what is found so"
    )


def test_among_stories_what_may_have_been_meant_is_what_a_story_holds(visitor: FlaskClient) -> None:
    words, asked = suggested(visitor.get("/stories?q=kalidna").text)
    assert words == "kalinda" and ">They danced the <" in visitor.get("/stories", query_string=asked).text
    # What an item alone holds leads nowhere here; nor does what is not published, or what is spelled right.
    for typed in ("candels", "bamboual", "kalinda", "nowhereatall"):
        assert 'class="suggestion"' not in visitor.get(f"/stories?q={typed}").text, typed


def test_what_stories_would_be_looked_through_too_long_for_is_refused_in_words(
    visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cost, "MOST_LETTERS", 0)
    for address in ("/search?q=candles", "/stories?q=candles", "/search?q=candels"):
        answer = visitor.get(address)
        assert answer.status_code == 400 and "This search would take too long" in answer.text, address
    assert visitor.get("/search?q=candles&kind=text").status_code == 200, "no story is looked through"


def test_a_suggestion_that_costs_too_much_is_none_and_the_search_is_answered(
    visitor: FlaskClient, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> str:
        raise cost.too_costly()

    def wrong(*_: object) -> str:
        raise BadInputError("Not this.", code="bad-search")

    monkeypatch.setattr(type(shelf.archive.indexes.public), "suggest", refused)
    answer = visitor.get("/search?q=candels")
    assert answer.status_code == 200 and 'class="suggestion"' not in answer.text
    monkeypatch.setattr(type(shelf.archive.indexes.public), "suggest", wrong)
    with pytest.raises(BadInputError):
        find(shelf.archive, PUBLIC, "candels")


@pytest.mark.parametrize(
    "value", ["1863?", "1863~", "1863/1865", "1860s", "1863-5", "[1863,1870]", '"about 1862"', "../1863"]
)
def test_a_date_is_asked_for_in_all_the_ways_that_dates_are_written(visitor: FlaskClient, value: str) -> None:
    page = visitor.get("/search", query_string={"q": f"date:{value} candles"}).text
    assert ">1 item found<" in page and "could not be read as a date" not in page


def test_of_several_days_each_is_found(shelf: Shelf) -> None:
    found = find(shelf.archive, PUBLIC, "date:[1852-11-17,1852-11-19]")
    assert [card.id for card in found.cards] == [shelf.items["later"]]


def test_what_is_no_date_is_told_above_what_is_found(visitor: FlaskClient) -> None:
    page = visitor.get("/search?q=candles+OR+date:<b>someday").text
    told = page.index("“&lt;b&gt;someday” could not be read as a date, so it was looked for as words")
    assert told < page.index("1 item found")
    assert "could not be read" not in visitor.get("/search?q=candles").text


def test_the_command_line_tells_it_too(shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    found = find(shelf.archive, PUBLIC, "candles OR date:someday")
    print_results(shelf.archive, found)
    assert "1 found\nNot a date, so looked for as words: someday\n" in capsys.readouterr().out
    assert as_values(shelf.archive, found)["no_dates"] == ["someday"]


def test_a_star_behind_too_few_letters_is_told_on_the_page_and_on_the_command_line(
    visitor: FlaskClient, shelf: Shelf, capsys: pytest.CaptureFixture[str]
) -> None:
    page = visitor.get("/search?q=candles+OR+c<*").text
    told = page.index("“c&lt;*” has fewer than three letters before the star")
    assert told < page.index("1 item found")
    assert "fewer than three letters" not in visitor.get("/search?q=candl*").text
    print_results(shelf.archive, find(shelf.archive, PUBLIC, "candles OR c*"))
    assert (
        "1 found\nFewer than three letters before the star, so looked for as a word: c*\n"
        in capsys.readouterr().out
    )
