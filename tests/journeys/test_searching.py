"""A visitor searches through HTTP: hits are places, narrowing is links, and nothing that is asked breaks it."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from archive.access import PUBLIC
from archive.models import Collection, Passage, today
from archive.search import cost
from archive.services import indexing
from archive.services.describe import Description
from archive.services.find import PER_PAGE, find
from archive.services.opening import open_archive
from archive.services.text_parts import PIECE_CHARACTERS
from archive.settings import Settings
from archive.web.app import create_app
from tests.fixtures import given
from tests.fixtures.hostile_searches import HOSTILE, TAKEN_AS_WORDS
from tests.fixtures.shelf import Shelf

LETTERS = 23
LINE = "Nobody knew how long the road was, and so we went on. "


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    archive = open_archive(Settings(home=tmp_path_factory.mktemp("searching") / "home"))
    shelf = Shelf(archive)
    with archive.db.write() as session:
        session.add(Collection(slug="march-25"))
        session.flush()
        for number in range(LETTERS):
            letter = shelf.item(
                session, f"letter {number}", _dated(f"Harvest letter {number}", 1860 + number)
            )
            letter.published_on = today() - timedelta(days=1 + number * 7 % LETTERS)
        shelf.item(session, "undated", Description(title="Harvest song", kind="sound", languages=["por"]))
        talk = shelf.item(session, "talk", Description(title="A talk", kind="sound"))
        sound = shelf.file(session, talk, given.mp3(), "talk.mp3", "audio/mpeg", duration_ms=400_000)
        shelf.copy(session, sound, "audio", given.mp3(), "audio/mpeg", duration_ms=400_000)
        more = {"role": "captions", "accompanies_id": sound.id}
        captions = shelf.file(session, talk, b"WEBVTT", "talk.vtt", "text/vtt", **more)
        said = {
            3: "We came by night.",
            83: "The lantern was lit.",
            86: "A lantern, yes.",
            200: "No lantern then.",
            300: "One lantern.",
        }
        for position, (second, words) in enumerate(said.items()):
            times = {"start_ms": second * 1000, "end_ms": second * 1000 + 900}
            session.add(Passage(file_id=captions.id, position=position, text=words, **times))
        papers = shelf.item(session, "papers", Description(title="Papers", description="About a well."))
        pages = shelf.file(session, papers, given.pdf(4), "papers.pdf", "application/pdf", pages=4)
        for page in range(1, 5):
            words = "The orchard gate." if page in (2, 4) else "Nothing of it."
            session.add(Passage(file_id=pages.id, position=page, page=page, text=words))
        verses = Description(title="Verses", description="Um poema de saudade.", languages=["por"])
        poem = shelf.item(session, "verses", verses)
        written = {"words.txt": {}, "english.txt": {"language": "eng", "role": "translation"}}
        for position, (name, more) in enumerate(written.items()):
            text = shelf.file(session, poem, b".", name, "text/plain", **more)
            words = ("A noite do jasmim.", "The night of jessamine.")[position]
            session.add(Passage(file_id=text.id, position=0, text=words))
        for name, length in (("book", 900_000), ("leaflet", 9_000)):
            of = shelf.item(session, name, Description(title=f"A {name}", kind="text"))
            text = shelf.file(session, of, b".", f"{name}.txt", "text/plain")
            plain = (LINE * (length // len(LINE))).split(" ")
            plain.insert(len(plain) * 3 // 4, f"zarzuela-{name}")
            session.add(Passage(file_id=text.id, position=0, text=" ".join(plain)))
        of = shelf.item(session, "ferry", Description(title="A crossing", kind="text"))
        text = shelf.file(session, of, b".", "ferry.txt", "text/plain")
        # No blank line is near: the cut comes at the last space, inside the phrase.
        plain = (LINE * 90)[: PIECE_CHARACTERS - 13].rstrip(" ") + " ferry that never came " + LINE * 90
        session.add(Passage(file_id=text.id, position=0, text=plain))
    indexing.rebuild(archive)
    yield shelf
    archive.close()


def _dated(title: str, year: int) -> Description:
    return Description(
        title=title,
        kind="text",
        date_edtf=f"{year}?",
        date_start=year * 10000 + 101,
        date_end=year * 10000 + 1231,
        decades=[year // 10 * 10],
        languages=["eng"],
    )


@pytest.fixture(scope="module")
def visitor(shelf: Shelf) -> FlaskClient:
    return create_app(shelf.archive.settings, shelf.archive).test_client()


def links(page: str, pattern: str) -> list[str]:
    return [html.unescape(href) for href in re.findall(pattern, page)]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_search_is_refused_in_words_within_a_second(visitor: FlaskClient, text: str) -> None:
    start = time.process_time()
    answer = visitor.get("/search", query_string={"q": text})
    assert time.process_time() - start < 1
    assert answer.status_code == (200 if len(text) <= 500 and not set(text) & {"*", '"'} else 400)
    assert "Traceback" not in answer.text and len(answer.data) < 60_000


@pytest.mark.sqlite(
    "PostgreSQL breaks off by itself what takes too long: tests/unit/search/test_postgres_index.py"
)
def test_too_long_a_search_is_refused(visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    text = '"the road" OR "and so" OR harvest*'
    assert visitor.get("/search", query_string={"q": text}).status_code == 200
    monkeypatch.setattr(cost, "MOST_MS", 0.0)
    answer = visitor.get("/search", query_string={"q": text})
    assert answer.status_code == 400 and "would take too long" in answer.text
    assert text in html.unescape(answer.text)


@pytest.mark.parametrize("text", TAKEN_AS_WORDS)
def test_signs_are_taken_as_words_or_as_nothing(visitor: FlaskClient, text: str) -> None:
    assert visitor.get("/search", query_string={"q": text}).status_code == 200


def test_an_address_that_makes_no_sense_is_read_as_far_as_it_does(visitor: FlaskClient) -> None:
    assert (
        visitor.get(f"/search?q={'%ff' * 9}&page=0&sort=colour&view=x&from=-1&to=99999&kind=").status_code
        == 200
    )
    assert visitor.get("/search?q=harvest&page=501").status_code == 200  # beyond the last is the last
    for odd in ("²", "①", "9" * 5_000):
        found = visitor.get("/search", query_string={"q": "harvest", "decade": ["1870", odd]})
        assert found.status_code == 200 and f"{odd}s" not in found.text
    many = "&".join(f"kind=k{number}" for number in range(5_000))
    assert len(visitor.get(f"/search?q=harvest&{many}").data) < 400_000


def test_a_hit_in_what_was_said_leads_to_its_second_without_a_script(
    visitor: FlaskClient, shelf: Shelf
) -> None:
    found = visitor.get("/search?q=lantern").text
    hits = links(found, r'class="where" rel="nofollow" href="([^"]+)"')
    assert [href.rpartition("#")[2] for href in hits] == ["t=83", "t=200", "t=300"]
    assert "at 1:23" in found and "The <mark>lantern</mark> was lit." in found
    page = visitor.get(hits[0]).text
    assert '<li id="t=83" data-t="83" aria-current="true">' in page


def test_a_hit_in_a_document_leads_to_its_page(visitor: FlaskClient, shelf: Shelf) -> None:
    found = visitor.get("/search?q=orchard").text
    hits = links(found, r'class="where" rel="nofollow" href="([^"]+)"')
    assert [parse_qs(urlsplit(href).query)["page"] for href in hits] == [["2"], ["4"]]
    assert "on page 2" in found and "on page 4" in found


@pytest.mark.parametrize(
    ("name", "part", "where"), [("book", "29", "in part 29 of the text"), ("leaflet", "1", "in the text")]
)
def test_a_hit_deep_in_a_long_text_leads_to_its_place(
    visitor: FlaskClient, shelf: Shelf, name: str, part: str, where: str
) -> None:
    found = visitor.get(f"/search?q=zarzuela+{name}").text
    assert f"<mark>zarzuela</mark>-<mark>{name}</mark>" in found and f">{where}</a>" in found
    (href,) = links(found, r'class="where" rel="nofollow" href="([^"]+)"')
    address = urlsplit(href)
    assert address.path == f"/items/{shelf.items[name]}/text/{shelf.files[(name, 0)]}"
    assert parse_qs(address.query) == {"part": [part]}
    _, _, behind = visitor.get(href).text.partition(f'<span id="{address.fragment}"></span>')
    assert f"zarzuela-{name}" in behind[:4_200]


def test_a_part_of_a_long_text_is_cited_with_the_address_that_opens_it(
    visitor: FlaskClient, shelf: Shelf
) -> None:
    book, leaflet = (f"/items/{shelf.items[one]}/text/{shelf.files[one, 0]}" for one in ("book", "leaflet"))
    (said,) = links(visitor.get(f"/es{book}?part=29").text, r'<p class="cite">(.*?)</p>')
    assert f"http://localhost{book}?part=29 (" in said
    assert ", in part 29 of the text" in visitor.get(f"{book}?part=29").text
    assert 'id="cite"' not in visitor.get(leaflet).text


def test_a_phrase_is_found_also_where_a_long_text_is_cut(visitor: FlaskClient) -> None:
    found = visitor.get('/search?q="ferry+that+never+came"').text
    assert "<mark>ferry that never came</mark>" in found and ">in the text</a>" in found


def test_what_only_the_description_says_is_shown_from_there(visitor: FlaskClient) -> None:
    found = visitor.get("/search?q=about+well").text
    assert "<mark>About</mark> a <mark>well</mark>." in found and 'class="where"' not in found


def test_twenty_are_on_a_page_and_beyond_the_last_page_is_the_last(
    visitor: FlaskClient, shelf: Shelf
) -> None:
    first, last, beyond = (visitor.get(f"/search?q=harvest&page={page}").text for page in (1, 2, 400))
    titles = [len(links(page, r'class="title"><a href="([^"]+)"')) for page in (first, last, beyond)]
    assert titles == [PER_PAGE, LETTERS + 1 - PER_PAGE, LETTERS + 1 - PER_PAGE]


@pytest.mark.parametrize(
    ("sort", "first"),
    # Every letter came seven days after the one before it, round and round in so many days as there are letters.
    [("date", [0, 1, 2, 3]), ("newest", [0, 10, 20, 7])],
)
def test_what_is_found_stands_in_the_order_that_is_asked_for(
    visitor: FlaskClient, sort: str, first: list[int]
) -> None:
    start = visitor.get("/search?q=harvest+OR+12&kind=text").text
    titles = re.findall(r'class="title"><a href="[^"]+">([^<]+)<', start)
    assert titles[0] == "Harvest letter 12", (
        "what holds more of what was asked comes first, where no order is"
    )
    (address,) = links(start, rf'href="([^"]*sort={sort}[^"]*)"')
    titles = re.findall(r'class="title"><a href="[^"]+">([^<]+)<', visitor.get(address).text)
    assert titles[: len(first)] == [f"Harvest letter {number}" for number in first]


def test_what_bears_no_date_comes_last_in_the_order_of_dates(visitor: FlaskClient) -> None:
    last = visitor.get("/search?q=harvest&sort=date&page=2").text
    titles = re.findall(r'class="title">?[^>]*>?<a href="[^"]+">([^<]+)<', last)
    assert titles[-2:] == [f"Harvest letter {LETTERS - 1}", "Harvest song"]


def test_years_narrow_a_search_and_can_be_taken_away_again(visitor: FlaskClient) -> None:
    found = visitor.get("/search?q=harvest&from=1872&to=1870&view=grid&kind=text").text
    assert ">3 items found<" in found and "1870–1872" in found
    (away,) = links(found, r'href="([^"]+)">1870–1872 <span class="remove">')
    assert parse_qs(urlsplit(away).query) == {"q": ["harvest"], "kind": ["text"], "view": ["grid"]}
    assert f">{LETTERS} items found<" in visitor.get(away).text


def test_a_year_is_found_as_a_word_where_only_the_date_says_it(visitor: FlaskClient) -> None:
    assert ">1 item found<" in visitor.get("/search?q=harvest+1870").text


def test_every_facet_is_links_that_crawlers_do_not_follow(visitor: FlaskClient) -> None:
    found = visitor.get("/search?q=harvest").text
    assert '<meta name="robots" content="noindex, nofollow">' in found
    aside = found[found.index('id="narrow"') :]
    assert re.search(r'href="[^"]*decade=undated[^"]*">Undated</a> <span class="count">1<', aside)
    inside = found[found.index("<main") : found.index("</main>")]
    assert [link for link in re.findall(r"<a [^>]*/search\?[^>]*>", inside) if "nofollow" not in link] == []
    assert "Disallow: /*?*" in visitor.get("/robots.txt").text


def test_a_grid_keeps_to_itself_through_every_link(visitor: FlaskClient) -> None:
    found = visitor.get("/search?q=harvest&view=grid").text
    assert '<ol class="items grid">' in found
    for href in links(found[found.index("<main") :], r'href="(/search\?[^"]+)"'):
        assert "view=grid" in href or href == "/search?q=harvest"


def test_dates_are_said_in_words_and_doubted_ones_say_so(visitor: FlaskClient) -> None:
    assert "perhaps 1870" in visitor.get("/search?q=harvest+1870").text


@pytest.mark.parametrize(
    ("asked", "written", "lang"),
    [
        ("saudade", "", ' lang="pt"'),
        ("jasmim", "", ' lang="pt"'),
        ("jessamine", "", ""),
        ("saudade", "/pt", ""),
        ("jessamine", "/pt", ' lang="en"'),
    ],
)
def test_what_was_found_says_its_language_where_it_is_not_that_of_the_page(
    visitor: FlaskClient, asked: str, written: str, lang: str
) -> None:
    found = visitor.get(f"{written}/search?q={asked}").text
    assert f'<p class="snippet"{lang} dir="auto">' in found
    assert found.count('class="snippet"') == 1


def test_scripts_get_one_place_a_card(shelf: Shelf) -> None:
    (card,) = find(shelf.archive, PUBLIC, "lantern").cards
    assert (card.start_ms, card.snippet) == (card.hits[0].start_ms, card.hits[0].snippet)
