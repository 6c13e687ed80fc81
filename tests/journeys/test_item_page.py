"""The page of an item: people first, what one may do with it, how to cite it, how it is kept, what is near."""

from __future__ import annotations

import hashlib
import json
import re
from html import unescape
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.access import PUBLIC
from archive.models import today
from archive.search import cost, postgres_cost
from archive.services import near, show
from archive.web import words
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import LETTER, SECRET
from tests.fixtures.walking import sign_in


@pytest.fixture
def visitor(gallery_app: Flask) -> FlaskClient:
    return gallery_app.test_client()


@pytest.fixture
def letter(gallery: Shelf) -> str:
    return f"/items/{gallery.items['letter']}"


class Details(HTMLParser):
    """Which texts of a page are inside of something that is folded."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[bool] = []
        self.in_summary = 0
        self.folded = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "details":
            self.opened.append("open" in dict(attrs))
        self.in_summary += tag == "summary"

    def handle_endtag(self, tag: str) -> None:
        if tag == "details":
            self.opened.pop()
        self.in_summary -= tag == "summary"

    def handle_data(self, data: str) -> None:
        if not all(self.opened) and not self.in_summary:
            self.folded += data


def test_the_page_goes_from_people_to_what_there_is_and_then_to_where_it_comes_from(
    visitor: FlaskClient, letter: str
) -> None:
    page = visitor.get(letter).text.partition("<main")[2]
    order = (
        ">Writer, A.</a>",
        ">Letter to a friend",
        "Tells of a flight by night.",
        "the carriage came at dusk",
        'id="description"',
        "Written for tests.",
        "Where it comes from",
        'id="rights"',
        'id="cite"',
        'id="downloads"',
        "How it is kept",
        "What became of it here",
        'id="near"',
        'id="tell"',
    )
    places = [page.index(words) for words in order]
    assert places == sorted(places), [word for word, _ in zip(order, places, strict=True)]


def test_a_voice_that_reads_is_told_the_language_of_what_it_reads(visitor: FlaskClient, letter: str) -> None:
    spanish, english = visitor.get(f"/es{letter}").text, visitor.get(letter).text
    assert '<h1 lang="en" dir="auto">Letter to a friend' in spanish
    assert '<p class="as-typed" lang="en" dir="auto">Written for tests.</p>' in spanish
    assert '<h1 dir="auto">Letter to a friend' in english
    assert '<p class="as-typed" dir="auto">Written for tests.</p>' in english
    listed = '<h3 {}dir="auto" class="title"><a href="{}/items/'
    found = visitor.get("/es/search?q=carriage").text
    assert found.count('class="title"') == 1 and listed.format('lang="en" ', "/es") in found
    assert listed.format("", "") in visitor.get("/search?q=carriage").text
    # What bears no language, or several, is told in that in which its collection speaks first.
    assert listed.format('lang="en" ', "/es") in visitor.get('/es/search?q="answer 1"').text


def test_a_content_note_prepares_and_locks_nothing(visitor: FlaskClient, letter: str, gallery: Shelf) -> None:
    page = visitor.get(letter).text
    reading = Details()
    reading.feed(page)
    assert "Tells of a flight by night." in page and "Tells of a flight" not in reading.folded
    assert "the carriage came" not in reading.folded and "Go to the description first" not in reading.folded
    # Nor does it travel without its note: no picture of it stands in a message that leads here.
    assert 'property="og:title"' in page and "og:image" not in page
    photo = f"http://localhost/media/{gallery.copies['photo'][0]}/"
    assert f'property="og:image" content="{photo}' in visitor.get(f"/items/{gallery.items['photo']}").text


def test_what_others_may_do_is_said_in_sentences_in_every_language(
    visitor: FlaskClient, gallery: Shelf, letter: str
) -> None:
    page = visitor.get(letter).text.partition('id="rights"')[2].partition("</section>")[0]
    assert 'rel="license" href="http://creativecommons.org/publicdomain/mark/1.0/"' in page
    assert "You may copy it and pass it on." in page and "with respect for them" in page
    unsaid = visitor.get(f"/items/{gallery.items['photo']}").text
    assert "Nobody has said yet what others may do with it." in unsaid


def test_the_citation_says_who_what_when_where_and_the_day_it_was_looked_at(
    visitor: FlaskClient, letter: str
) -> None:
    page = unescape(visitor.get(letter).text)
    said = (
        "Writer, A. “Letter to a friend (demonstration)”, August 7, 1850. March 25, Remembrance. "
        f"http://localhost{letter} (looked at on "
    )
    assert said in page
    spanish = unescape(visitor.get(f"/es{letter}").text)
    assert f"http://localhost{letter} (" in spanish and "7 de agosto de 1850" in spanish


def test_programs_that_keep_citations_get_it_in_their_form(visitor: FlaskClient, letter: str) -> None:
    page = visitor.get(letter).text
    for style, media_type, inside in (
        ("ris", "application/x-research-info-systems", "TI  - Letter to a friend (demonstration)\r\n"),
        ("bib", "application/x-bibtex", "author = {Writer, A.}"),
        ("json", "application/vnd.citationstyles.csl+json", '"family": "Writer"'),
    ):
        address = f"{letter}/cite.{style}"
        assert f'href="{address}" download' in page
        answer = visitor.get(address)
        assert answer.status_code == 200 and inside in answer.text
        assert answer.content_type == f"{media_type}; charset=utf-8"
        assert f".{style}" in answer.headers["Content-Disposition"]
    # Languages as they are told everywhere on the web (BCP 47), not as they are kept.
    for form, told in (
        ("cite.ris", "LA  - en\r\n"),
        ("cite.bib", "language = {en}"),
        ("cite.json", '"language": "en"'),
        ("record.jsonld", '"en"'),
    ):
        said = visitor.get(f"{letter}/{form}").text
        assert told in said and '"eng"' not in said
    assert visitor.get(f"{letter}/cite.exe").status_code == 404


def test_from_a_search_somebody_comes_to_a_moment_and_takes_its_citation_along(visitor: FlaskClient) -> None:
    found = re.search(r'class="title"><a href="([^"]+)"', visitor.get('/search?q="every evening"').text)
    assert found is not None
    page = visitor.get(unescape(found[1])).text
    assert '<li id="t=1" data-t="1" aria-current="true">' in page
    form = re.search(r'href="([^"]+)" download>RIS</a>', page)
    assert form is not None
    assert "TI  - A talk (demonstration)\r\nAU  - Rosa\r\nA2  - Ada\r\n" in visitor.get(form[1]).text


def test_the_head_of_the_page_speaks_to_programs(visitor: FlaskClient, letter: str, gallery: Shelf) -> None:
    answer = visitor.get(letter)
    for one in (
        '<meta name="z.itemType" content="manuscript">',
        '<meta name="citation_author" content="Writer, A.">',
        '<meta property="og:title" content="Letter to a friend (demonstration)">',
        f'<link rel="canonical" href="http://localhost{letter}">',
        f'<link rel="alternate" hreflang="fr" href="http://localhost/fr{letter}">',
        f'<link rel="alternate" type="application/ld+json" href="{letter}/record.jsonld">',
    ):
        assert one in answer.text
    link = answer.headers["Link"]
    assert f'<http://localhost{letter}>; rel="cite-as"' in link
    assert '<http://creativecommons.org/publicdomain/mark/1.0/>; rel="license"' in link
    record = visitor.get(f"/pt{letter}/record.jsonld")
    assert record.content_type == "application/ld+json"
    said = json.loads(record.text)
    assert said["@id"] == f"http://localhost{letter}" and said["name"] == "Letter to a friend (demonstration)"
    for media in said["associatedMedia"]:
        assert visitor.get(media["contentUrl"]).status_code == 200


def test_an_archive_with_a_public_address_cites_that(gallery: Shelf) -> None:
    from dataclasses import replace

    from archive.web.app import create_app

    settings = replace(gallery.archive.settings, public_url="https://archive.example/keep/")
    archive = replace(gallery.archive, settings=settings)
    client = create_app(settings, archive).test_client()
    address = f"https://archive.example/keep/items/{gallery.items['letter']}"
    page = client.get(f"/es/items/{gallery.items['letter']}").text
    assert f"{address} (" in page and "localhost" not in page
    assert address in client.get(f"/items/{gallery.items['letter']}/cite.ris").text


def test_it_says_when_it_was_last_checked_and_never_what_nobody_did(
    visitor: FlaskClient, letter: str, gallery: Shelf
) -> None:
    page = visitor.get(letter).text
    assert "Checked 12 days ago (" in page
    assert f"SHA-512 <code>{hashlib.sha512(LETTER.encode()).hexdigest()[:12]}" in page
    never = visitor.get(f"/items/{gallery.items['photo']}").text
    assert "SHA-512" in never and "Checked" not in never and "A checksum proves it.</p>" in never


def test_the_history_tells_what_happened_on_which_day_and_by_nobody(
    visitor: FlaskClient, letter: str, gallery_app: Flask
) -> None:
    page = visitor.get(letter).text.partition("What became of it here")[2].partition("</section>")[0]
    told = re.findall(r"</span> ([^<]+)</li>", page)
    # What was written before anybody could read it is not told; neither is a look at somebody's address.
    assert told == ["Received", "Accepted · Published", "Described again", "Moved to another collection"]
    assert SECRET not in page
    with gallery_app.test_request_context():
        assert words.day(today()) in page
    view = show.item(gallery_app.extensions["archive"], PUBLIC, letter.rpartition("/")[2])
    assert {(one.agent, str(one.detail)) for one in view.events} == {("", "{}")}
    curator = gallery_app.test_client()
    sign_in(curator, "curator")
    seen = curator.get(letter).text
    assert (
        re.findall(
            r"</span> ([^<]+)</li>", seen.partition("What became of it here")[2].partition("</section>")[0]
        )
        == told
    )


def test_near_to_it_are_six_others_that_everybody_may_see(
    visitor: FlaskClient, letter: str, gallery: Shelf, gallery_app: Flask
) -> None:
    part = visitor.get(letter).text.partition('id="near"')[2].partition("</section>")[0]
    found = re.findall(r'class="title"><a href="/items/(\w+)"', part)
    assert len(found) == len(set(found)) == 6
    assert set(found) <= {one for name, one in gallery.items.items() if name.startswith("answer-")}
    curator = gallery_app.test_client()
    sign_in(curator, "curator")
    assert SECRET not in curator.get(letter).text.partition('id="near"')[2]
    view = show.item(gallery.archive, PUBLIC, gallery.items["answer-0"])
    seen = [card.id for card in near.near(gallery.archive, view)]
    assert len(seen) == 6 and gallery.items["answer-0"] not in seen and SECRET not in str(seen)


def test_an_item_whose_words_are_in_too_many_others_is_shown_with_nothing_near(
    visitor: FlaskClient, letter: str, gallery: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cost, "MOST_MS", -1.0)
    # PostgreSQL looks ahead only where there are many items.
    monkeypatch.setattr(postgres_cost, "FEWEST", 0)
    assert near.near(gallery.archive, show.item(gallery.archive, PUBLIC, gallery.items["answer-0"])) == ()
    assert visitor.get(letter).status_code == 200


def test_an_item_with_the_oddest_names_has_its_page_and_its_citations(
    visitor: FlaskClient, gallery: Shelf
) -> None:
    address = f"/items/{gallery.items['odd']}"
    answer = visitor.get(address)
    assert answer.status_code == 200 and "<b>{here}" not in answer.text
    # Nothing of what it is called becomes part of the question what is near to it.
    assert 'id="near"' not in answer.text
    assert "license" not in answer.headers["Link"] and '<p class="as-typed" dir="auto">Two</p>' in answer.text
    for end in ("cite.ris", "cite.bib", "cite.json", "record.jsonld"):
        assert visitor.get(f"{address}/{end}").status_code == 200


def test_whoever_knows_more_or_wants_it_gone_is_led_to_a_form_that_knows_what_for(
    visitor: FlaskClient, letter: str
) -> None:
    part = visitor.get(letter).text.partition('id="tell"')[2]
    for kind, label in (
        ("note", "Tell us something about this"),
        ("take-down", "Ask for this to be taken down"),
    ):
        href = f"{letter}/ask?kind={kind}"
        assert f'href="{href}">{label}</a>' in part
        assert re.search(rf'value="{kind}"[^>]* checked', visitor.get(href).text)
    assert " checked" not in visitor.get(f"{letter}/ask?kind=<script>").text
