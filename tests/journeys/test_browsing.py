"""Whoever comes without a question finds ways in: a place, a year, a name, a subject, a day; without a script or a cookie."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from xml.etree import ElementTree as Tree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from archive.exchange import atom, sitemap
from archive.models import File, Item, ItemPlace, Place, today
from archive.services import days, indexing, show
from archive.services.browse import Counted
from archive.services.browse_kept import Listed
from archive.web import pages_browse
from archive.web.app import create_app
from tests.fixtures import given
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import fill

LETTER = "Letter to a friend (demonstration)"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    shelf = fill(tmp_path_factory.mktemp("browsing") / "home")
    with shelf.archive.db.write() as session:
        session.get_one(Item, shelf.items["talk"]).extra = {"observances": "human-rights-day"}
        near = [Place(name=name, latitude=37.8, longitude=-122.27) for name in ("Oakland", "Berkeley")]
        session.add_all(near)
        session.flush()
        for name, places in (("photo", near), ("papers", near[:1])):
            session.get_one(Item, shelf.items[name]).places = [
                ItemPlace(place=place, position=n) for n, place in enumerate(places)
            ]
        # The picture came before what is written, of which a page is seen too.
        session.get_one(Item, shelf.items["photo"]).published_on = today() - timedelta(days=1)
        page = session.scalars(select(File).where(File.item_id == shelf.items["papers"])).one()
        shelf.copy(
            session, page, "thumbnail", given.jpeg(240, 320), "image/jpeg", page=1, width=240, height=320
        )
    indexing.rebuild(shelf.archive)
    yield shelf
    shelf.archive.close()


@pytest.fixture(scope="module", params=[True, False], ids=["with maps", "where no map was drawn"])
def app(request: pytest.FixtureRequest, shelf: Shelf) -> Flask:
    app = create_app(shelf.archive.settings, shelf.archive)
    app.context_processor(lambda: {"has_static": lambda _name: request.param})
    app.config["with_maps"] = request.param
    return app


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    return app.test_client()


def href(page: str, words: str) -> str:
    """The address of the link that says these words."""
    found = re.search(rf'<a [^>]*href="([^"]+)"[^>]*>(?:<span>)?{re.escape(words)}', page)
    assert found is not None, words
    return unescape(found[1])


@pytest.mark.parametrize(
    ("way", "name"),
    [
        ("Places", "Philadelphia"),
        ("Years", "1850s"),
        ("People", "Writer, A."),
        ("Subjects", "Letters"),
    ],
)
def test_from_the_first_page_a_way_leads_to_a_thing(visitor: FlaskClient, way: str, name: str) -> None:
    page = visitor.get(href(visitor.get("/").text, way)).text
    found = visitor.get(href(page, name)).text
    assert ">1 item found<" in found and LETTER in found


def test_no_way_into_a_search_is_one_that_crawlers_follow(
    visitor: FlaskClient, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(days, "now", lambda: datetime(2026, 12, 10, 18, tzinfo=UTC))
    ways = ("/places", "/years", "/people", "/subjects", "/days/human-rights-day", "/collections/march-25")
    for address in ("/", "/search?q=letter", *ways, f"/items/{shelf.items['letter']}"):
        page = visitor.get(address).text
        links = re.findall(r"<a [^>]*/search\?[^>]*>", page[page.index("<main") : page.index("</main>")])
        assert links, address
        assert [link for link in links if not re.search(r'rel="[^"]*\bnofollow\b', link)] == [], address


def test_a_dot_on_the_map_leads_to_what_is_from_there_and_without_a_map_the_table_stands_alone(
    app: Flask, visitor: FlaskClient
) -> None:
    page = visitor.get("/places").text
    assert "<table" in page
    assert ('class="map"' in page) == ("<img" in page) == app.config["with_maps"]
    if app.config["with_maps"]:
        assert LETTER in visitor.get(href(page, "Philadelphia: 1 item")).text


def test_a_dot_for_two_places_counts_what_it_leads_to(app: Flask, visitor: FlaskClient) -> None:
    page = visitor.get("/places").text
    assert ("Oakland; Berkeley: 2 items" in page) == app.config["with_maps"]
    if app.config["with_maps"]:
        assert ">2 items found<" in visitor.get(href(page, "Oakland; Berkeley: 2 items")).text


def test_what_bears_no_date_is_found_on_the_timeline_too(visitor: FlaskClient) -> None:
    found = visitor.get(href(visitor.get("/years").text, "Undated")).text
    assert ">4 items found<" in found and LETTER not in found


def test_on_its_day_a_day_is_welcomed_with_its_things_and_only_then(
    visitor: FlaskClient, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day, is_kept in ((9, False), (10, True)):
        monkeypatch.setattr(days, "now", lambda day=day: datetime(2026, 12, day, 18, tzinfo=UTC))
        page = visitor.get("/").text
        assert ('class="observance"' in page) == is_kept
    welcome = page.split('class="observance"')[1].split("</section>")[0]
    assert re.findall('href="/items/([^"]+)"', welcome) == [shelf.items["talk"]]
    assert "Universal Declaration" in welcome and "A talk (demonstration)" in welcome
    # What is shown for the day is not shown again as new.
    assert page.count("A talk (demonstration)") == 1
    found = visitor.get(href(welcome, "1 item for this day")).text
    assert ">1 item found<" in found and "A talk (demonstration)" in found


def test_the_first_page_shows_the_newest_picture_once_and_on_a_day_the_days_own(
    visitor: FlaskClient, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = f'/items/{shelf.items["photo"]}"'
    monkeypatch.setattr(days, "now", lambda: datetime(2026, 12, 9, 18, tzinfo=UTC))
    opening, rest = visitor.get("/").text.split('id="ways"')
    assert "<img" in opening and photo in opening and photo not in rest
    monkeypatch.setattr(days, "now", lambda: datetime(2026, 12, 10, 18, tzinfo=UTC))
    page = visitor.get("/").text
    assert "<figure" not in page and page.count(photo) == 2


def test_where_there_is_no_picture_the_first_page_shows_a_page_of_what_is_new(
    visitor: FlaskClient, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(days, "now", lambda: datetime(2026, 12, 9, 18, tzinfo=UTC))
    monkeypatch.setattr(show, "LOOKED_AT", frozenset())
    papers = f'/items/{shelf.items["papers"]}"'
    opening, rest = visitor.get("/").text.split('id="ways"')
    assert "<img" in opening and papers in opening and papers not in rest


def test_days_of_two_collections_that_are_kept_at_once_are_both_welcomed_each_with_its_own(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = shelf.archive
    theirs = archive.profiles["march-25"].observances[-1]
    own = [replace(theirs, id=f"own-{n}", day=n, welcome={"en": f"Ours of {n}."}) for n in (10, 11)]
    second = replace(archive.profiles["convenings"], observances=tuple(own))
    profiles = {**archive.profiles, "convenings": second}
    client = create_app(archive.settings, replace(archive, profiles=profiles)).test_client()
    # In the evening of the 10th in Hawaii the 11th has begun in Puerto Rico.
    for hour, kept in (
        (8, ["Universal", "of 10."]),
        (29, ["Universal", "of 10.", "of 11."]),
        (34, ["of 11."]),
    ):
        monkeypatch.setattr(
            days, "now", lambda hour=hour: datetime(2026, 12, 10, tzinfo=UTC) + timedelta(hours=hour)
        )
        page = client.get("/").text
        welcomes = [one.split("</section>")[0] for one in page.split('class="observance"')[1:]]
        assert len(welcomes) == len(kept)
        assert all(words in welcome for words, welcome in zip(kept, welcomes, strict=True))
        assert ["A talk" in one for one in welcomes] == ["Universal" in one for one in welcomes]
        assert page.count("A talk (demonstration)") == 1 and page.count('id="today-1"') == 1


def test_a_day_of_remembrance_has_its_welcome_in_the_readers_language(
    visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(days, "now", lambda: datetime(2026, 3, 24, 18, tzinfo=UTC))
    assert 'class="observance"' not in visitor.get("/").text
    monkeypatch.setattr(days, "now", lambda: datetime(2026, 3, 25, 18, tzinfo=UTC))
    page = visitor.get("/pt/").text
    assert "Dia Internacional" in page and page.index('class="observance"') < page.index("<h1")


def test_the_page_of_a_day_keeps_what_is_of_the_day_apart_from_what_is_new(
    visitor: FlaskClient, shelf: Shelf
) -> None:
    page = visitor.get("/days/human-rights-day").text
    of_the_day, new = page.split(">For this day<")[1].split(">New here<")
    assert re.findall(r'<h3[^>]*><a [^>]*href="/items/([^"]+)"', of_the_day) == [shelf.items["talk"]]
    assert LETTER in new and "A talk (demonstration)" not in new
    page = visitor.get("/days/day-of-remembrance").text
    assert ">For this day<" not in page and LETTER in page.split(">New here<")[1]


def test_every_day_has_a_page_with_when_it_comes_next(
    visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(days, "now", lambda: datetime(2026, 11, 1, 18, tzinfo=UTC))
    page = visitor.get("/days").text
    assert page.index("Human Rights Day") < page.index("International Day of Remembrance")
    assert "December 10, 2026" in page and "March 25, 2027" in page
    day = visitor.get(href(page, "Human Rights Day")).text
    assert "A talk (demonstration)" in day and "March 25" in day
    assert visitor.get("/days/never").status_code == 404
    calendar = visitor.get(href(page.replace("These days", "Calendar: these days"), "Calendar"))
    assert calendar.mimetype == "text/calendar" and calendar.text.startswith("BEGIN:VCALENDAR")
    assert "10 de diciembre" in visitor.get("/es/days.ics").text.replace("\r\n ", "")


def test_programs_find_every_public_thing_and_follow_what_is_new(
    visitor: FlaskClient, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap, "MOST", 4)
    feed = Tree.fromstring(visitor.get("/new.atom").data)
    space = f"{{{atom.NAMESPACE}}}"
    public_ids = {one for name, one in shelf.items.items() if not name.startswith("hidden")}
    entries = {entry.findtext(f"{space}id", "").rsplit("/", 1)[1] for entry in feed.iter(f"{space}entry")}
    assert entries == public_ids
    found: list[str] = []
    robots = visitor.get("/robots.txt").text
    parts = addresses(visitor, robots.split("Sitemap: ")[1].strip())
    assert len(parts) == 1 + -(-len(public_ids) // 4) > 2
    for address in parts:
        found += addresses(visitor, address)
    assert len(found) == len(set(found))
    assert {one.rsplit("/", 1)[1] for one in found if "/items/" in one} == public_ids
    # Nothing is named that is not there.
    assert {visitor.get(one).status_code for one in found} == {200}


def addresses(visitor: FlaskClient, address: str) -> list[str]:
    root = Tree.fromstring(visitor.get(address).data)
    return [one.findtext(f"{{{sitemap.NAMESPACE}}}loc", "") for one in root]


def test_the_first_page_is_light(visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(days, "now", lambda: datetime(2026, 3, 25, 18, tzinfo=UTC))
    page = visitor.get("/")
    parts = re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)
    assert len(parts) >= 3
    assert len(page.data) + sum(len(visitor.get(unescape(one)).data) for one in parts) < 150_000


def test_a_long_list_of_names_is_read_letter_by_letter(
    visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.web.pages_browse.ALL_AT_ONCE", 2)
    page = visitor.get("/people").text
    assert "Ada" in page and "Writer, A." not in page
    assert "Writer, A." in visitor.get(href(page, "W")).text
    assert "Ada" in visitor.get("/people?letter=nothing").text


def test_a_letter_with_many_names_is_read_leaf_by_leaf_and_each_is_on_one(app: Flask) -> None:
    names = [Counted(f"Bell, {number:03}", 1) for number in range(2 * pages_browse.ALL_AT_ONCE + 1)]
    found = Listed((Counted("Ada", 1), *names))
    with app.test_request_context("/people"):
        leaves = [pages_browse.people_page(found, pages_browse.At("B", page)) for page in (1, 2, 3, 4)]
        first = pages_browse.people_page(found, pages_browse.At())
    shown = [[entry.name for one in leaf.shown for entry in one.entries] for leaf in leaves]
    assert [*shown[0], *shown[1], *shown[2]] == [one.name for one in names] and shown[3] == shown[2]
    assert leaves[0].pager and leaves[0].pager.next == "/people?letter=B&page=2"
    assert [entry.name for one in first.shown for entry in one.entries] == ["Ada"]
    assert first.total == len(names) + 1 and [one.letter for one in first.letters] == ["A", "B"]


def test_the_story_on_the_first_page_is_one_in_the_visitors_language(visitor: FlaskClient) -> None:
    assert "25 March: what the Day asks of us" in visitor.get("/").text
    assert "25 de marzo" in visitor.get("/es/").text
