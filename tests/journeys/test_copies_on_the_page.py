"""What stands on the page of a recording: its poster, its waveform, and what can be taken away, in what format and how large."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask.testing import FlaskClient

from archive.services.describe import Description
from archive.web.app import create_app
from tests.fixtures import given
from tests.fixtures.desk import master
from tests.fixtures.shelf import Shelf
from tests.fixtures.things import copy_of

__all__ = ["master"]

POSTER, WAVE, SMALL = given.jpeg(320, 240), given.jpeg(300, 40), b"v" * 1_234_567


@pytest.fixture(scope="module")
def shelf(master: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """A filled shelf, and on it a film with a poster and a sound with its waveform."""
    shelf = copy_of(master, tmp_path_factory.mktemp("copies") / "home")
    with shelf.archive.db.write() as session:
        film = shelf.item(session, "film", Description(title="A film", kind="moving-image"))
        file = shelf.file(session, film, b"film", "film.mp4", "video/mp4", duration_ms=8000)
        shelf.copy(session, file, "poster", POSTER, "image/jpeg", width=320, height=240)
        shelf.copy(session, file, "video", SMALL, "video/mp4", duration_ms=8000)
        sound = shelf.item(session, "sound", Description(title="A sound", kind="sound"))
        file = shelf.file(session, sound, b"sound", "sound.flac", "audio/flac", duration_ms=4000)
        shelf.copy(session, file, "waveform", WAVE, "image/jpeg", width=300, height=40)
        shelf.copy(session, file, "audio", given.mp3(), "audio/mpeg", duration_ms=4000)
        more = {"role": "captions", "accompanies_id": file.id, "language": "en"}
        captions = shelf.file(session, sound, b"WEBVTT", "sound.vtt", "text/vtt", **more)
        shelf.copy(session, captions, "captions", b"WEBVTT\n" * 200, "text/vtt; charset=utf-8")
    yield shelf
    shelf.archive.close()


@pytest.fixture(scope="module")
def visitor(shelf: Shelf) -> FlaskClient:
    return create_app(shelf.archive.settings, shelf.archive).test_client()


def page(visitor: FlaskClient, shelf: Shelf, name: str) -> str:
    return visitor.get(f"/items/{shelf.items[name]}").text


def test_a_film_shows_its_poster_until_it_plays_and_says_how_long_it_is(
    visitor: FlaskClient, shelf: Shelf
) -> None:
    text = page(visitor, shelf, "film")
    poster = re.search(r'<video controls [^>]*poster="([^"]+)"', text)
    assert poster is not None and visitor.get(unescape(poster[1])).data == POSTER
    assert "Length: 0:08" in text and "autoplay" not in text


def test_a_sound_shows_its_waveform_above_the_player(visitor: FlaskClient, shelf: Shelf) -> None:
    text = page(visitor, shelf, "sound")
    wave = re.search(r'<img class="waveform" src="([^"]+)" alt=""', text)
    assert wave is not None and visitor.get(unescape(wave[1])).data == WAVE
    assert wave.end() < text.index("<audio controls")


def test_what_can_be_taken_away_says_in_which_format_and_how_large_it_is(
    visitor: FlaskClient, shelf: Shelf
) -> None:
    def offered(name: str) -> list[tuple[str, str, str]]:
        found = page(visitor, shelf, name).split('<section id="downloads">')[1].split("</section>")[0]
        return re.findall(
            r'<li><a href="([^"]+)" download>(.*?)</a> <span class="facts">([^<]+)</span></li>', found
        )

    ((address, words, facts),) = offered("film")
    assert (words, facts) == ("Moving image", "MP4, 1.2 MB")
    answer = visitor.get(unescape(address))
    assert len(answer.data) == len(SMALL) and "attachment" in answer.headers["Content-Disposition"]
    sound, captions = offered("sound")
    assert sound[1:] == ("Sound", f"MP3, {len(given.mp3()) / 1000:.1f} KB")
    assert captions[1:] == ("Captions · English", "WebVTT, 1.4 KB")
    answer = visitor.get(unescape(captions[0]))
    assert answer.data == b"WEBVTT\n" * 200 and answer.content_type == "text/vtt; charset=utf-8"


def test_in_french_sizes_are_told_in_octets(visitor: FlaskClient, shelf: Shelf) -> None:
    text = visitor.get(f"/fr/items/{shelf.items['sound']}").text.replace("\N{NO-BREAK SPACE}", " ")
    told = set(re.findall(r"\d (bytes?|octets?|[kKMGT][Bo])\b", text))
    assert "WebVTT, 1,4 ko" in text and "5 octets" in text
    assert told <= {"octets", "ko"}
