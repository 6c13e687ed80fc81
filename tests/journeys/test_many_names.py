"""Sixty people who signed one petition are all named on its page, and its title is met before the last of them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from archive.models import Collection
from archive.services import indexing
from archive.services.opening import open_archive
from archive.settings import Settings
from archive.web.app import create_app
from archive.web.pages_few import SHOWN, Few
from tests.fixtures.petitions import COUNTIES, SIGNATORIES, TITLE, petition
from tests.fixtures.shelf import Shelf


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    shelf = Shelf(open_archive(Settings(home=tmp_path_factory.mktemp("names") / "home")))
    with shelf.archive.db.write() as session:
        session.add(Collection(slug="march-25"))
        session.flush()
        petition(shelf, session)
        petition(shelf, session, "six", people=SHOWN + 1, places=SHOWN + 1)
        petition(shelf, session, "three", people=3, places=3)
    indexing.rebuild(shelf.archive)
    yield shelf
    shelf.archive.close()


@pytest.fixture(scope="module")
def visitor(shelf: Shelf) -> FlaskClient:
    return create_app(shelf.archive.settings, shelf.archive).test_client()


def head(visitor: FlaskClient, shelf: Shelf, name: str, language: str = "") -> str:
    page = visitor.get(f"{language}/items/{shelf.items[name]}").text
    return page.partition('<header class="about-item">')[2].partition("</header>")[0]


def named(part: str, words: str) -> list[str]:
    return re.findall(rf'<a href="[^"]+" rel="nofollow">(?:<bdi>)?({words} \d\d)(?:</bdi>)?</a>', part)


def test_every_name_is_read_in_its_order_and_all_but_the_first_are_folded_before_the_title(
    visitor: FlaskClient, shelf: Shelf
) -> None:
    part = head(visitor, shelf, "petition")
    before, _, after = part.partition("<h1")
    open_names, _, folded = before.partition("<details>")
    assert named(open_names, "Signatory") == SIGNATORIES[:SHOWN] and "</ul>" in open_names
    assert "<summary>55 more names</summary>" in folded and folded.rstrip().endswith("</details>")
    assert named(folded, "Signatory") == SIGNATORIES[SHOWN:]
    # How somebody had to do with it is said there too, and each name leads on.
    assert f'{SIGNATORIES[-1]}</a> <span class="facts">' in folded
    href = re.search(rf'<a href="([^"]+)" rel="nofollow">{SIGNATORIES[30]}</a>', folded)
    assert href is not None and ">1 item found<" in visitor.get(html.unescape(href[1])).text
    assert after.startswith(f' dir="auto">{TITLE}</h1>')


def test_many_places_do_not_push_away_what_there_is_to_see(visitor: FlaskClient, shelf: Shelf) -> None:
    after = head(visitor, shelf, "petition").partition("</h1>")[2]
    line, _, folded = after.partition("</p>")
    assert named(line, "County") == COUNTIES[:SHOWN] and "</details>" not in line
    assert "<summary>25 more places</summary>" in folded and named(folded, "County") == COUNTIES[SHOWN:]
    french = head(visitor, shelf, "petition", "/fr")
    assert "<summary>55 autres noms</summary>" in french and "<summary>25 autres lieux</summary>" in french


def test_where_hardly_more_would_be_folded_nothing_is(visitor: FlaskClient, shelf: Shelf) -> None:
    part = head(visitor, shelf, "six")
    assert "<details" not in part
    assert named(part, "Signatory") == SIGNATORIES[: SHOWN + 1]
    assert named(part, "County") == COUNTIES[: SHOWN + 1]
    assert [Few.of(range(count)).more for count in (0, SHOWN, SHOWN + 1)] == [(), (), ()]
    assert Few.of(range(SHOWN + 2)) == Few(tuple(range(SHOWN)), (SHOWN, SHOWN + 1))


def test_a_list_names_three_of_the_people_and_three_of_the_places(visitor: FlaskClient, shelf: Shelf) -> None:
    found = visitor.get("/search").text.split('<li class="item')[1:]
    (many,) = (one for one in found if shelf.items["petition"] in one)
    assert re.sub(r"<[^>]+>|[\u2066-\u2069]", "", many).count("Signatory 0") == 3
    facts = re.sub(r"<[^>]+>|[\u2066-\u2069]", "", many.partition('class="facts">')[2].partition("</p>")[0])
    assert facts == "County 00; County 01; County 02 and other places · Writing"
    (few,) = (one for one in found if shelf.items["three"] in one)
    assert "County 02" in few and "other places" not in few and "and others" not in few
