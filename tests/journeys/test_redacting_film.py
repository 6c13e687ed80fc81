"""A number plate in a film, covered for a time: nobody is sent a frame of it, and the rest of the film stays to be seen."""

from __future__ import annotations

import json
from pathlib import Path

from PIL import Image
from sqlalchemy import select

from archive.access import OPERATOR
from archive.models import File
from archive.services import redacting
from ingest.bulk import ingest
from tests.fixtures.outside import bytes_below
from tests.fixtures.planted import GREEN, film_with_a_plate, planted_green, video_frames
from tests.fixtures.public_bytes import pictures_in, recordings_in
from tests.fixtures.redacting import Place, master, original, place
from tests.fixtures.withdrawn import settle

__all__ = ["master", "place"]

TYPED = {"x_1": "50", "y_1": "25", "width_1": "20", "height_1": "25"}


def with_a_film(place: Place, folder: Path) -> None:
    """Have a film among what everybody sees."""
    folder.mkdir()
    (folder / "film.mkv").write_bytes(film_with_a_plate(1.5, 0, 0, GREEN))
    (folder / "metadata.csv").write_text("file,title\nfilm.mkv,A street (demonstration)\n", encoding="utf-8")
    ingest(place.archive, [folder], "march-25", publish=True)
    settle(place.archive)
    with place.archive.db.read() as session:
        row = session.scalars(select(File).where(File.given_name == "film.mkv")).one()
    place.files["film"], place.items["film"] = row.id, row.item_id


def test_a_region_of_a_film_is_in_no_public_byte_of_its_time(place: Place, tmp_path: Path) -> None:
    with_a_film(place, tmp_path / "given")
    before = original(place, "film")
    for typed, told in (
        (TYPED, "from when to when"),
        ({"start_1": "0:00", "end_1": "0:01"}, "from when to when"),
        (TYPED | {"start_1": "soon", "end_1": "1"}, "where it begins"),
        (TYPED | {"x_1": "101", "start_1": "0", "end_1": "1"}, "are no region"),
    ):
        answer = place.mark("film", **typed, reason="<A plate>")
        assert answer.status_code == 400 and told in answer.text and "&lt;A plate&gt;" in answer.text
        assert all(f'value="{one}"' in answer.text for one in typed.values())
    # A photograph has no time.
    assert place.mark("photo", **TYPED, start_1="0", end_1="1").status_code == 400

    assert place.mark("film", **TYPED, start_1="0:00", end_1="0.7").status_code == 303
    page = place.curator.get(f"/desk/items/{place.items['film']}/redact").text
    assert "From 0:00 to 0:00.7: 50% from the left" in page
    address = f"/items/{place.items['film']}"
    assert "/media/" not in place.visitor.get(address).text
    place.work()
    held = {one: data for one, data in place.all_public().items() if place.files["film"] in one}
    assert len(pictures_in(held)) >= 2
    assert not any(planted_green(one) for one in pictures_in(held).values())
    recordings = recordings_in(place.all_public(), tmp_path)
    films = [one for one in recordings if b"avc1" in one.read_bytes()]
    assert len(films) >= 2, "as it is sent and as it lies on the disk"
    for one in films:
        frames = [(time, planted_green(Image.fromarray(shown))) for time, shown in video_frames(one)]
        assert {seen for time, seen in frames if time < 0.75} == {False}
        assert {seen for time, seen in frames if time > 1.0} == {True}
    assert original(place, "film") == before
    kept = bytes_below(Path(str(place.archive.settings.objects)))
    records = [one for one in kept if one.name == "record.json" and place.items["film"] in str(one)]
    (mark,) = json.loads(kept[max(records, key=lambda one: int(one.parent.name))])["redactions"]
    assert mark["kind"] == "film-region" and (mark["extent"]["start_ms"], mark["extent"]["end_ms"]) == (
        0,
        700,
    )

    marked = redacting.marked(place.archive, OPERATOR, place.items["film"])
    redacting.remove(place.archive, OPERATOR, place.items["film"], marked.marks[0].id, marked.seen)
    place.work()
    held = {one: data for one, data in place.all_public().items() if place.files["film"] in one}
    assert all(planted_green(one) for one in pictures_in(held).values())
