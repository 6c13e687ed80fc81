"""A voice that reads is told the language of notes, notices, fields and formats, and of what stands inside of a story."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from archive.models import Collection
from archive.services import indexing
from archive.services.describe import Description
from archive.services.opening import open_archive
from archive.services.story_items import Shown
from archive.services.views import Card, CopyView
from archive.settings import Settings
from archive.web.app import create_app
from archive.web.i18n import said_in
from archive.web.markdown import rendered
from tests.fixtures.shelf import Shelf

NOTE, NOTICE, FIELD = "Tells of a sale.", "Please read it aloud.", "Three leaves"
KNOWN = "0123456789abcdef"
FACE = CopyView("0", "thumbnail", "image/webp", 1, "0", width=320, height=200)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    archive = open_archive(Settings(home=tmp_path_factory.mktemp("notes") / "home"))
    shelf = Shelf(archive)
    with archive.db.write() as session:
        session.add(Collection(slug="march-25"))
        session.flush()
        extra = {"community_notice": NOTICE, "source": FIELD, "observances": "human-rights-day"}
        decades = [{"decades": [1920]}, {"decades": [2020]}]
        for number, more in enumerate(decades):
            said = Description(title="A letter", languages=["eng"], content_note=NOTE, extra=extra, **more)
            item = shelf.item(session, f"letter {number}", said)
            shelf.file(session, item, b".", "a.txt", "text/plain", format_name="Plain Text File")
    indexing.rebuild(archive)
    yield shelf
    archive.close()


@pytest.fixture(scope="module")
def visitor(shelf: Shelf) -> FlaskClient:
    return create_app(shelf.archive.settings, shelf.archive).test_client()


def test_notes_notices_fields_and_formats_say_their_language(visitor: FlaskClient, shelf: Shelf) -> None:
    address = f"/items/{shelf.items['letter 0']}"
    spanish, english = visitor.get(f"/es{address}").text, visitor.get(address).text
    for words in (
        f'</strong> <span lang="en">{NOTE}</span></summary>',
        f'<span class="as-typed" lang="en" dir="auto">{NOTICE}</span>',
        f'<p class="as-typed" lang="en" dir="auto">{FIELD}</p>',
        '<dd lang="en">Plain Text File</dd>',
        # What a collection has words for in the reader's language is in that.
        '<dd dir="auto">Día de los Derechos Humanos</dd>',
    ):
        assert words in spanish, words
    inside = english.split("<main")[1].split("</main>")[0]
    assert all(words in inside for words in (NOTE, NOTICE, FIELD)) and 'lang="en"' not in inside
    assert f'<span lang="en">{NOTE}</span></p>' in visitor.get("/es/search").text
    assert f"{NOTE}</p>" in visitor.get("/search").text


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("es", "De la década de 1920 a la década de 2020"),
        ("fr", "Des années 1920 aux années 2020"),
        ("pt", "Da década de 1920 à década de 2020"),
    ],
)
def test_the_years_of_the_first_page_are_said_as_people_say_them(
    visitor: FlaskClient, code: str, words: str
) -> None:
    assert words in visitor.get(f"/{code}/").text


def shown(**more: object) -> dict[str, Shown]:
    values = {"title": "A letter", "content_note": "", "thumbnail": FACE, "written_in": "eng"} | more
    card = Card(KNOWN, "march-25", "published", kind="", names=(), date_words="", places=(), **values)  # type: ignore[arg-type]
    return {KNOWN: Shown(KNOWN, card)}


def test_what_the_archive_says_inside_of_a_story_is_in_the_language_of_the_page(visitor: FlaskClient) -> None:
    with visitor.application.test_request_context("/"), said_in("es"):
        gone = rendered(f"![]({KNOWN})", {KNOWN: Shown(KNOWN, None)})
        assert '<span class="taken-back" lang="es">' in gone
        noted = rendered(f"![la carta]({KNOWN})", shown(content_note="<Sold> away"))
        assert '>la carta</a> <span lang="es">(' in noted
        assert '<span lang="en">&lt;Sold&gt; away</span>)</span>' in noted
        # A title is in the language of its item, what stands for none in that of the page.
        assert f'href="/items/{KNOWN}" lang="en"><img' in rendered(f"![]({KNOWN})", shown())
        assert f'href="/items/{KNOWN}" lang="es"><img' in rendered(f"![]({KNOWN})", shown(title=""))


def test_pictures_in_a_story_keep_their_room_while_they_load(visitor: FlaskClient) -> None:
    with visitor.application.test_request_context("/"):
        assert ' alt="a leaf" width="320" height="200" loading="lazy">' in rendered(
            f"![a leaf]({KNOWN})", shown()
        )
