"""Whatever a recording came in, as telephones, cameras and recorders write them, parts of it can be taken out by form."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from archive.models import File
from archive.services import accounts
from archive.services.opening import open_archive
from archive.settings import Settings
from archive.web.app import create_app
from ingest.bulk import ingest
from tests.fixtures import given
from tests.fixtures.planted import GREEN, film_with_a_plate, loudest, planted_green, video_frames
from tests.fixtures.public_bytes import everything_kept_for_them, pictures_in, recordings_in
from tests.fixtures.redacting import Place, original, sign_in
from tests.fixtures.things import PASSWORD
from tests.fixtures.withdrawn import settle

# By name, how FFmpeg calls the sound; PRONOM calls an M4A without a word of Apple's, and a 3G2, `application/mp4`.
SOUNDS = {
    "telephone.m4a": "aac",
    "generic.mp4": "aac",
    "call.3gp": "aac",
    "call.3g2": "aac",
    "broadcast.ts": "aac",
    "recorder.caf": "pcm_s16le",
    "voice.mov": "aac",
}
FILMS = ("street.mp4", "street.m4v", "street.mov", "street.3gp", "street.3g2", "street.ts", "street.m2ts")
SECONDS, PLATE = (
    {"start": "0:00.5", "end": "1"},
    {"x_1": "50", "y_1": "25", "width_1": "20", "height_1": "25"},
)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    archive = open_archive(Settings(home=tmp_path / "home", staff_second_factor=False))
    accounts.create_user(archive, "curator", PASSWORD, {"curator": ""})
    app = create_app(archive.settings, archive)
    yield Place(archive, {}, {}, sign_in(app.test_client(), "curator"), app.test_client())
    archive.close()


def give(place: Place, folder: Path, files: dict[str, bytes]) -> None:
    """Have files that everybody sees, each an item, known by the name it was given under."""
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    rows = (f"{name},item-{number},{name} (demonstration)" for number, name in enumerate(files))
    (folder / "metadata.csv").write_text("\n".join(("file,item,title", *rows)), encoding="utf-8")
    ingest(place.archive, [folder], "march-25", publish=True)
    settle(place.archive)
    with place.archive.db.read() as session:
        for row in session.scalars(select(File)):
            place.files[row.given_name], place.items[row.given_name] = row.id, row.item_id
    assert set(place.files) == set(files)


def shown_of(place: Place, name: str) -> dict[str, bytes]:
    """Every copy that the page of an item leads to, and those that lie on the disk for it."""
    page = place.visitor.get(f"/items/{place.items[name]}").text
    links = set(re.findall(r'(?:href|src|poster)="(/media/[^"]*)', page))
    kept = everything_kept_for_them(place.archive)
    held = {one: data for one, data in kept.items() if place.files[name] in one}
    return held | {one: place.visitor.get(html.unescape(one)).data for one in links}


def test_seconds_of_a_recording_are_silent_whatever_it_came_in(place: Place, tmp_path: Path) -> None:
    give(place, tmp_path / "given", {name: given.recording(name, codec) for name, codec in SOUNDS.items()})
    whole = {name: original(place, name) for name in SOUNDS}
    for name in SOUNDS:
        heard = recordings_in(shown_of(place, name), tmp_path)
        assert len(heard) >= 2 and all(loudest(one, 0.5, 1.0) > 0.2 for one in heard), name
        form = place.curator.get(place.page(name)).text
        # It has no picture of which a region could be covered, and no words.
        assert 'name="start"' in form and 'name="start-1"' not in form and 'name="words"' not in form, name
        assert place.mark(name, **PLATE, start_1="0", end_1="1").status_code == 400, name
        assert place.mark(name, **SECONDS).status_code == 303, name
        assert recordings_in(shown_of(place, name), tmp_path) == [], name
    place.work()
    for name in SOUNDS:
        heard = recordings_in(shown_of(place, name), tmp_path)
        assert len(heard) >= 2, f"{name}: as it is sent and as it lies on the disk"
        for one in heard:
            assert loudest(one, 0.5, 1.0) < 0.001 and loudest(one, 1.1, 1.5) > 0.2, name
        assert original(place, name) == whole[name]


def test_a_part_of_the_picture_is_in_no_frame_whatever_the_film_came_in(place: Place, tmp_path: Path) -> None:
    films = {name: film_with_a_plate(2.0, 0, 0, GREEN, name=name, codec="libx264") for name in FILMS}
    give(place, tmp_path / "given", films)
    for name in FILMS:
        assert any(planted_green(one) for one in pictures_in(shown_of(place, name)).values()), name
        form = place.curator.get(place.page(name)).text
        assert 'name="start-1"' in form and 'name="start"' in form and 'name="words"' not in form, name
        assert place.mark(name, **PLATE, start_1="0:00", end_1="0.7").status_code == 303, name
        # A span of it all goes too.
        assert place.mark(name, start="1.6", end="2").status_code == 303, name
    place.work()
    for name in FILMS:
        held = shown_of(place, name)
        pictures = pictures_in(held)
        assert len(pictures) >= 3 and not any(planted_green(one) for one in pictures.values()), name
        shown = recordings_in(held, tmp_path)
        assert len(shown) >= 2, f"{name}: as it is sent and as it lies on the disk"
        for one in shown:
            frames = [(time, planted_green(Image.fromarray(frame))) for time, frame in video_frames(one)]
            assert {seen for time, seen in frames if time < 0.75} == {False}, name
            assert {seen for time, seen in frames if 1.05 < time < 1.25} == {True}, name
            assert {seen for time, seen in frames if time > 1.55} == {False}, name
        assert original(place, name) == films[name]
