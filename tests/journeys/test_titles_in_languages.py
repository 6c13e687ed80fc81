"""A title in another language than the page's says so wherever it stands, and one read from right to left moves nothing around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import get_template_attribute
from flask.testing import FlaskClient

from archive.access import OPERATOR
from archive.models import Collection, Passage
from archive.services import days, indexing, together
from archive.services.describe import Description, PlaceGiven
from archive.services.opening import open_archive
from archive.settings import Settings
from archive.web.app import create_app
from archive.web.i18n import said_in
from archive.web.pages_form import question_of
from archive.web.right_to_left import FIRST, LAST, MARKS, SPOKEN, apart, isolated
from tests.fixtures import given
from tests.fixtures.shelf import Shelf

TITLE, WHOLE, WRITER = "رسالة إلى صديق", "دفتر العائلة", "نادية المثال"
SEA, DESERT, LEAF, READ = "البحر", "الصحراء", "الورقة الأولى", "ما كتب عليها"
IN_ARABIC = f'<bdi lang="ar">{TITLE}</bdi>'


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    archive = open_archive(Settings(home=tmp_path_factory.mktemp("titles") / "home"))
    shelf = Shelf(archive)
    arabic = {"languages": ["ara"], "kind": "text", "date_edtf": "1850", "decades": [1850]}
    with archive.db.write() as session:
        session.add(Collection(slug="march-25"))
        session.flush()
        places = [PlaceGiven(SEA), PlaceGiven(DESERT)]
        extra = {"observances": "human-rights-day"}
        said = Description(title=TITLE, names=[(WRITER, "creator")], places=places, extra=extra, **arabic)
        letter = shelf.item(session, "letter", said)
        leaf = shelf.file(session, letter, b"1", "1.jpg", "image/jpeg", title=LEAF)
        shelf.copy(session, leaf, "web", given.jpeg(320, 240), "image/jpeg", width=320, height=240)
        read = {"role": "transcript", "accompanies_id": leaf.id, "title": READ}
        text = shelf.file(session, letter, b"2", "2.txt", "text/plain", **read)
        for place in range(4):
            session.add(Passage(file_id=text.id, position=place, text="كلمة " * 2_000 + "\n\n"))
        sheet = shelf.file(session, letter, b"3", "3.jpg", "image/jpeg", title="الثانية")
        shelf.copy(session, sheet, "web", given.jpeg(320, 240), "image/jpeg", width=320, height=240)
        book = shelf.item(session, "whole", Description(title=WHOLE, **arabic))
        shelf.put_in_place(session, shelf.item(session, "before", Description(title="Both")), letter, book)
    whole = shelf.items["whole"]
    seen = together.look(archive, OPERATOR, whole).seen
    assert together.change(archive, OPERATOR, whole, shelf.items["letter"], seen) is None
    indexing.rebuild(archive)
    yield shelf
    archive.close()


@pytest.fixture(scope="module")
def visitor(shelf: Shelf) -> FlaskClient:
    return create_app(shelf.archive.settings, shelf.archive).test_client()


@pytest.fixture(scope="module")
def page(visitor: FlaskClient, shelf: Shelf) -> str:
    """The page of the item, in English."""
    return visitor.get(f"/items/{shelf.items['letter']}").text.partition("<main")[2]


def test_titles_of_files_and_of_what_an_item_is_part_of_say_their_language(page: str, shelf: Shelf) -> None:
    leaf = shelf.files["letter", 0]
    for words in (
        f'<h1 lang="ar" dir="auto">{TITLE}</h1>',
        f'<li><a href="#file-{leaf}"><bdi lang="ar">{LEAF}</bdi></a></li>',
        f'<h2 lang="ar" dir="auto">{LEAF}</h2>',
        f'<h3 lang="ar" dir="auto">{LEAF}</h3>',
        f'<bdi lang="ar">{READ}</bdi> · Transcript',
        f'alt="{LEAF}" lang="ar"',
        f'>Part of: <bdi lang="ar">{WHOLE}</bdi></a>',
    ):
        assert words in page, words


def test_titles_on_the_pages_that_lead_to_an_item_say_their_language(
    visitor: FlaskClient, shelf: Shelf
) -> None:
    letter, whole = shelf.items["letter"], shelf.items["whole"]
    text = visitor.get(f"/items/{letter}/text/{shelf.files['letter', 1]}?part=2").text
    assert f'<h1>Text of “<bdi lang="ar">{READ}</bdi>”</h1>' in text
    asked = visitor.post(f"/items/{letter}/ask", data={"kind": "note", "words": "I know the writer."}).text
    assert f'<a href="/items/{letter}" lang="ar" dir="auto">{TITLE}</a>' in asked
    assert f"{IN_ARABIC}</span>" in visitor.get(f"/items/{whole}").text
    places = visitor.get(f"/items/{shelf.items['before']}").text
    assert f'<a href="/items/{letter}" lang="ar" dir="auto">{TITLE}</a>' in places


def test_a_story_named_on_the_first_page_says_its_language_where_none_is_in_the_readers(
    shelf: Shelf,
) -> None:
    archive = shelf.archive
    profile = archive.profiles["march-25"]
    english = replace(profile, stories=tuple(one for one in profile.stories if one.language == "en"))
    client = create_app(archive.settings, replace(archive, profiles={"march-25": english})).test_client()
    assert '<span class="facts" lang="en">25 March' in client.get("/fr/").text
    assert '<span class="facts">25 March' in client.get("/").text


def test_what_a_collection_of_fewer_languages_says_of_itself_says_its_language(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(days, "now", lambda: datetime(2026, 12, 10, 18, tzinfo=UTC))
    archive = shelf.archive
    profile = archive.profiles["march-25"]
    english = replace(
        profile,
        title={"en": "Only English"},
        description={"en": "Nobody wrote it in French."},
        observances=tuple(
            replace(one, name={"en": one.name["en"]}, welcome={"en": f"Welcome on {one.id}."})
            for one in profile.observances
        ),
        fields=tuple(replace(one, label={"en": f"English: {one.name}"}, help={}) for one in profile.fields),
        vocabularies={
            name: replace(
                one, terms=tuple(replace(term, label={"en": term.label["en"]}) for term in one.terms)
            )
            for name, one in profile.vocabularies.items()
        },
    )
    client = create_app(archive.settings, replace(archive, profiles={"march-25": english})).test_client()
    item, story = f"/items/{shelf.items['letter']}", "/stories/journee-du-souvenir"
    said = {
        "/": (
            "Human Rights Day",
            "Welcome on human-rights-day.",
            "Only English",
            "Nobody wrote it in French.",
        ),
        "/days": ("Human Rights Day", "Welcome on human-rights-day."),
        "/days/human-rights-day": ("Human Rights Day", "Welcome on human-rights-day.", "Only English"),
        "/collections/march-25": ("Only English", "Nobody wrote it in French.", "Human Rights Day"),
        item: ("Only English", "Writing", "English: observances"),
        "/stories": ("Only English",),
        "/search": ("Only English", "Writing", "Human Rights Day"),
        story: ("Only English", "International Day of Remembrance"),
    }
    for path, those in said.items():
        french = client.get(f"/fr{path}").text.partition("<main")[2].partition("</main>")[0]
        for words in those:
            around = re.findall(rf"<(\w+[^>]*)>{words}", french)
            assert around and all('lang="en"' in one for one in around), (path, words, around)
        read = client.get(path).text.partition("<main")[2]
        assert not re.findall(rf'<[^>]* lang="en"[^>]*>(?:{"|".join(those)})', read), path
    assert '. <bdi lang="en">Only English</bdi>, ' in client.get(f"/fr{item}").text
    with client.application.test_request_context("/"), said_in("fr"):
        asked = question_of(english, english.fields[0], "")
        label = get_template_attribute("partials/form.html", "label_of")(asked)
    assert label.startswith(f'<span lang="en">English: {english.fields[0].name}</span>')
    assert re.search(r"""Prochaine\s: <bdi lang="en">Human Rights Day</bdi>""", client.get("/fr/").text)


def test_words_read_from_right_to_left_leave_what_stands_around_them_in_its_place(
    page: str, visitor: FlaskClient, shelf: Shelf
) -> None:
    (cited, *_) = re.findall(r'<p class="cite">(.*?)</p>', page)
    assert cited.startswith(f"<bdi>{WRITER}</bdi>. “{IN_ARABIC}”, 1850. March 25")
    when = page.partition('class="when-where">')[2].partition("</p>")[0]
    assert re.sub(r"</?a[^>]*>", "", when) == f"1850 · <bdi>{SEA}</bdi>; <bdi>{DESERT}</bdi>"
    found = visitor.get("/search").text
    listed = visitor.get("/").text
    for one in (found, listed):
        assert f'<p class="names"><bdi>{WRITER}</bdi></p>' in one
        assert f"1850 · <bdi>{SEA}</bdi>; <bdi>{DESERT}</bdi> · " in one
    letter = shelf.items["letter"]
    text = visitor.get(f"/items/{letter}/text/{shelf.files['letter', 1]}?part=2").text
    assert f'“{IN_ARABIC}”, 1850, in part 2 of the text, in “<bdi lang="ar">{READ}</bdi>”. ' in text
    # Who copies it copies words alone: no marks that nobody sees, on the page or in what programs read.
    records = [visitor.get(f"/items/{letter}/cite.{kind}").text for kind in ("ris", "bib", "json")]
    assert all(WRITER.split()[0] in one for one in records)
    assert not [one for one in (page, found, listed, text, *records) if MARKS.search(one)]


def test_what_is_set_apart_stays_harmless_and_closed_whatever_somebody_writes() -> None:
    assert apart("A <b> & “c”") == "A &lt;b&gt; &amp; “c”"
    assert apart(isolated(f"{SEA}{LAST}{FIRST}<i>")) == f"<bdi>{SEA}&lt;i&gt;</bdi>"
    stray = apart(f"{FIRST}{FIRST}{SEA}{LAST}{LAST}")
    assert stray.count("<bdi>") == stray.count("</bdi>") == 1
    assert isolated("Philadelphia, 1850") == "Philadelphia, 1850"
    spoken = apart(f"« {isolated(f'Five <i>{SPOKEN}{LAST}', 'en')} », {isolated(SEA, 'ar')}")
    assert spoken == f'« <bdi lang="en">Five &lt;i&gt;</bdi> », <bdi lang="ar">{SEA}</bdi>'
    assert apart(f'{FIRST}en" id="x{SPOKEN}{LAST}').count('"') == 2
