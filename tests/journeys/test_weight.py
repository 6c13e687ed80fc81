"""Pages are light enough for a slow connection that is paid by the megabyte."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path
from string import ascii_lowercase

import pytest
from flask.testing import FlaskClient

from archive.access import PUBLIC
from archive.models import Collection, Passage
from archive.services import find
from archive.services.describe import Description
from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from archive.web import app
from archive.web.app import create_app
from tests.fixtures import given
from tests.fixtures.shelf import Shelf

# Of a page with its styles and scripts, in bytes; without originals, and without pictures.
HEAVIEST = 150_000
STYLES_TOGETHER = 40_000
MINUTES_90 = 90 * 60_000
LINES = 1_500
NOTHING: Mapping[str, str] = {}
STATIC = Path(app.__file__).parent / "static"


def weight(visitor: FlaskClient, path: str, headers: Mapping[str, str] = NOTHING) -> int:
    """Bytes of a page and of every style and script that comes with it, as who asks with `headers` gets them."""
    page = visitor.get(path)
    assert page.status_code == 200
    parts = {
        unescape(one) for one in re.findall(r'(?:src|href)="(/static/[^"]+\.(?:css|js)[^"]*)"', page.text)
    }
    assert any("remembrance.css" in one for one in parts)
    return sum(len(visitor.get(one, headers=headers).data) for one in (path, *parts))


def test_the_first_page_a_full_page_of_a_search_and_every_item_are_light(filled_archive: Archive) -> None:
    visitor = create_app(filled_archive.settings, filled_archive).test_client()
    items = [card.id for card in find.find(filled_archive, PUBLIC, "").cards]
    assert len(items) == find.PER_PAGE
    paths = ["/", "/search", "/pt/search?q=demonstration", *(f"/items/{one}" for one in items)]
    assert {path: found for path in paths if (found := weight(visitor, path)) >= HEAVIEST} == {}


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    archive = open_archive(Settings(home=tmp_path / "home"))
    with archive.db.write() as session:
        session.add(Collection(slug="march-25"))
    yield Shelf(archive)
    archive.close()


def test_a_testimony_of_an_hour_and_a_half_and_an_album_of_sixty_pictures_are_light_as_they_are_sent(
    shelf: Shelf,
) -> None:
    chance = random.Random(25)
    with shelf.archive.db.write() as session:
        talk = shelf.item(session, "talk", Description(title="A long talk", kind="sound"))
        sound = shelf.file(session, talk, given.mp3(), "talk.mp3", "audio/mpeg", duration_ms=MINUTES_90)
        shelf.copy(session, sound, "audio", given.mp3(), "audio/mpeg", duration_ms=MINUTES_90)
        captions = {"role": "captions", "accompanies_id": sound.id}
        said = shelf.file(session, talk, b"WEBVTT", "talk.vtt", "text/vtt", **captions)
        for position in range(LINES):
            start = position * MINUTES_90 // LINES
            line = " ".join(
                "".join(chance.choices(ascii_lowercase, k=chance.randint(2, 9))) for _ in range(10)
            )
            session.add(
                Passage(file_id=said.id, position=position, text=line, start_ms=start, end_ms=start + 900)
            )
        album = shelf.item(session, "album", Description(title="An album", kind="image"))
        for number in range(60):
            picture = shelf.file(
                session, album, given.jpeg(), f"{number}.jpg", "image/jpeg", width=16, height=12
            )
            for kind in ("web", "thumbnail"):
                shelf.copy(session, picture, kind, given.jpeg(), "image/jpeg", width=16, height=12)
    visitor = create_app(shelf.archive.settings, shelf.archive).test_client()
    long_talk = visitor.get(f"/items/{shelf.items['talk']}").text
    assert long_talk.count("data-t=") == LINES
    for item in ("talk", "album"):
        assert weight(visitor, f"/items/{shelf.items[item]}", {"Accept-Encoding": "gzip"}) < HEAVIEST, item


def test_a_text_as_long_as_a_book_is_light_wherever_it_is_opened_and_can_be_read_to_its_end(
    shelf: Shelf,
) -> None:
    line = "Nobody knew how long the road was, and so we went on. "
    with shelf.archive.db.write() as session:
        book = shelf.item(session, "book", Description(title="A life", kind="text"))
        text = shelf.file(session, book, b".", "life.txt", "text/plain")
        whole = line * (900_000 // len(line)) + "The end of the road."
        session.add(Passage(file_id=text.id, position=0, text=whole))
        talk = shelf.item(session, "talk", Description(title="A life, told", kind="sound"))
        sound = shelf.file(session, talk, given.mp3(), "talk.mp3", "audio/mpeg", duration_ms=MINUTES_90)
        shelf.copy(session, sound, "audio", given.mp3(), "audio/mpeg", duration_ms=MINUTES_90)
        for role in ("transcript", "translation"):
            said = shelf.file(
                session, talk, b".", f"{role}.txt", "text/plain", role=role, accompanies_id=sound.id
            )
            session.add(Passage(file_id=said.id, position=0, text=whole))
    visitor = create_app(shelf.archive.settings, shelf.archive).test_client()
    page = f"/items/{shelf.items['book']}"
    assert weight(visitor, page) < HEAVIEST
    (more,) = re.findall(r'href="([^"]+)">Read the whole text', visitor.get(page).text)
    talk = f"/items/{shelf.items['talk']}"
    heard = visitor.get(talk).text
    # What is heard is read beside it for as long as there is room, in either of its two languages.
    assert heard.count(line) > 2 * 600 and heard.count("Read the whole text") == 2
    assert weight(visitor, talk) < HEAVIEST
    first = visitor.get(more).text
    last = max(int(number) for number in re.findall(r"part=(\d+)", first))
    assert last > 30 and "The end of the road." in visitor.get(f"{more}?part={last}").text
    assert [n for n in range(1, last + 1) if weight(visitor, f"{more}?part={n}") >= HEAVIEST] == []


def test_all_styles_together_are_small() -> None:
    assert sum(path.stat().st_size for path in STATIC.glob("css/*.css")) < STYLES_TOGETHER


def test_an_item_of_very_many_files_is_light_and_shows_each_of_them_on_one_of_its_pages(shelf: Shelf) -> None:
    line = "Nobody knew how long the road was, and so we went on. "
    given_files = {"slips": (150, "A slip. "), "letters": (30, line * 550), "cards": (200, "")}
    with shelf.archive.db.write() as session:
        for name, (count, words) in given_files.items():
            box = shelf.item(session, name, Description(title="A box", kind="text"))
            for number in range(count):
                row = shelf.file(session, box, b".", f"{number}.txt", "text/plain", title=f"Number {number}")
                if words:
                    session.add(Passage(file_id=row.id, position=0, text=words))
                else:
                    for kind in ("web", "thumbnail"):
                        shelf.copy(session, row, kind, given.jpeg(), "image/jpeg", width=16, height=12)
    visitor = create_app(shelf.archive.settings, shelf.archive).test_client()
    for name, (count, _) in given_files.items():
        first = path = f"/items/{shelf.items[name]}"
        seen: list[str] = []
        while path:
            assert weight(visitor, path) < HEAVIEST, path
            page = visitor.get(path).text
            shown = re.findall(r'<section class="file" id="file-([^"]+)"', page)
            assert re.findall(r'<a href="#file-([^"]+)"', page) == shown and page.count(
                'class="fixity"'
            ) == len(shown)
            assert shown and not set(shown) & set(seen), path
            seen += shown
            onward = re.search(r'rel="next nofollow" href="([^"]+)"', page)
            path = unescape(onward[1]) if onward else ""
        assert seen == [shelf.files[name, number] for number in range(count)]
        # Where an address leads to a file, that one is there.
        for number in (0, count // 2, count - 1):
            file = shelf.files[name, number]
            assert f'id="file-{file}"' in visitor.get(f"{first}?file={file}").text
