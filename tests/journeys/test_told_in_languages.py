"""A recording whose words are told in several languages opens in the one that was found, or else in the reader's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask.testing import FlaskClient

from archive.models import Passage
from archive.services import indexing
from archive.services.describe import Description
from archive.web.app import create_app
from tests.fixtures.desk import master
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import copy_of

__all__ = ["master"]

SAID = {
    "eng": ("We kindle a light.", "We kindle another."),
    "spa": ("Encendemos una vela.", "Encendemos otra."),
    "fra": ("Nous allumons une bougie.", "Nous en allumons une autre."),
}
# More than one reads on a page of text, and less than has room beside a recording.
TOLD = [
    f"It was quillwort{n} that grew there, and nobody had planted it; we left it where it was."
    for n in range(300)
]


@pytest.fixture(scope="module")
def shelf(master: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """A filled shelf, and on it a film with captions in three languages."""
    shelf = copy_of(master, tmp_path_factory.mktemp("told") / "home")
    with shelf.archive.db.write() as session:
        item = shelf.item(session, "film", Description(title="Candles (demonstration)", kind="moving-image"))
        film = shelf.file(session, item, b"film", "film.mp4", "video/mp4", duration_ms=8000)
        shelf.copy(session, film, "video", b"film", "video/mp4", duration_ms=8000)
        for code, lines in SAID.items():
            more = {"role": "captions", "accompanies_id": film.id, "language": code}
            file = shelf.file(session, item, code.encode(), f"film.{code}.vtt", "text/vtt", **more)
            shelf.copy(session, file, "captions", b"WEBVTT\n", "text/vtt")
            session.add_all(
                Passage(
                    file_id=file.id, position=n, start_ms=500 + n * 3700, end_ms=4000 * (n + 1), text=text
                )
                for n, text in enumerate(lines)
            )
        item = shelf.item(session, "talk", Description(title="Told without times", kind="sound"))
        sound = shelf.file(session, item, b"sound", "talk.mp3", "audio/mpeg")
        shelf.copy(session, sound, "audio", b"sound", "audio/mpeg")
        more = {"role": "transcript", "accompanies_id": sound.id, "language": "eng"}
        told = shelf.file(session, item, b"told", "talk.txt", "text/plain", **more)
        session.add(Passage(file_id=told.id, position=0, text="\n\n".join(TOLD)))
    indexing.rebuild(shelf.archive)
    yield shelf
    shelf.archive.close()


@pytest.fixture(scope="module")
def visitor(shelf: Shelf) -> FlaskClient:
    return create_app(shelf.archive.settings, shelf.archive).test_client()


def first_told(page: str) -> str:
    """The transcript that the page tells first, as it stands in sight."""
    found = re.search(r'<section class="transcript".*?</section>', page, re.DOTALL)
    assert found is not None
    return found[0]


def shown_at_first(page: str) -> list[str]:
    return re.findall(r'<track [^>]*srclang="(\w+)"[^>]* default>', page)


def test_what_is_found_in_the_second_languages_captions_is_marked_there(visitor: FlaskClient) -> None:
    for address in ("/search?q=encendemos+otra", "/es/search?q=encendemos+otra"):
        found = re.search(r'href="([^"]+[?&;]t=4#t=4)"', visitor.get(address).text)
        assert found is not None
        page = visitor.get(unescape(found[1])).text
        marked = re.findall(r'<li id="t=4" [^>]*aria-current="true">.*?</li>', first_told(page))
        assert len(marked) == 1 and "Encendemos otra." in marked[0]
        assert len(re.findall("<li [^>]*data-t=[^>]*aria-current", page)) == 1
        assert shown_at_first(page) == ["es"]


@pytest.mark.parametrize(
    ("prefix", "code", "language"),
    [("", "eng", "en"), ("/es", "spa", "es"), ("/fr", "fra", "fr"), ("/pt", "eng", "en")],
)
def test_a_recording_that_is_opened_as_a_whole_is_told_in_the_readers_language_or_else_in_its_first(
    visitor: FlaskClient, shelf: Shelf, prefix: str, code: str, language: str
) -> None:
    page = visitor.get(f"{prefix}/items/{shelf.items['film']}").text
    assert SAID[code][0] in first_told(page) and f'<ol lang="{language}">' in first_told(page)
    assert shown_at_first(page) == [language]


def test_every_line_in_every_language_leads_to_its_second_in_that_language(
    visitor: FlaskClient, shelf: Shelf
) -> None:
    page = visitor.get(f"/items/{shelf.items['film']}").text
    lines = re.findall(
        r'data-t="4"[^>]*><a rel="nofollow" href="([^"]+)">0:04</a> <p dir="auto">(.*?)</p>', page
    )
    assert [text for _, text in lines] == [said[1] for said in SAID.values()]
    for address, text in lines:
        there = visitor.get(unescape(address)).text
        assert re.search(rf'aria-current="true">.*?{re.escape(text)}', first_told(there))
        assert "#t=4" in address and re.search(r'<source src="/media/[^"]+#t=4"', there)


def test_what_is_told_already_leaves_no_empty_part_behind_and_each_file_has_its_place(
    visitor: FlaskClient, shelf: Shelf
) -> None:
    page = visitor.get(f"/items/{shelf.items['film']}").text
    assert page.count('<section class="companion"') == 2
    assert not re.search(r'<section class="companion"[^>]*>\s*</section>', page)
    for place in range(4):
        assert page.count(f'id="file-{shelf.files["film", place]}"') == 1


def test_a_file_of_captions_is_followed_with_the_recording_that_it_accompanies(
    visitor: FlaskClient, shelf: Shelf
) -> None:
    page = visitor.get(f"/items/{shelf.items['film']}").text
    assert page.count(f'data-follows="file-{shelf.files["film", 0]}"') == 3


def test_words_without_times_are_all_beside_their_recording_and_where_they_are_found_it_is_heard(
    visitor: FlaskClient, shelf: Shelf
) -> None:
    address = f"/items/{shelf.items['talk']}"
    page = visitor.get(address).text
    assert [one for one in TOLD if page.count(one) != 1] == [] and "Read the whole text" not in page
    parts = re.findall(r"<details open>\s*<summary>(Part \d)</summary>(.*?)</details>", page, re.DOTALL)
    found = re.search(r'href="([^"]+)#place-\d+"', visitor.get("/search?q=quillwort250").text)
    assert found is not None
    there = visitor.get(unescape(found[1])).text
    assert "quillwort250 " in there and "/text/" in found[1]
    heard = re.compile(r'<source src="/media/[^"]+"')
    assert heard.findall(there) == heard.findall(page) != []
    # A part bears the number by which it is read, and cited, on a page of its own.
    (number,) = (name for name, words in parts if "quillwort250 " in words)
    assert [name for name, _ in parts] == ["Part 1", "Part 2"] and found[1].endswith(f"part={number[-1]}")
