"""What a curator takes out is in no public byte, from the moment it is marked; the original stays as it was given."""

from __future__ import annotations

import hashlib
import html
import json
import re
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from archive.access import OPERATOR
from archive.models import AccessCopy, File, FileState, Passage
from archive.services import fixity, lifecycle, redacting, withdrawing
from ingest import pipeline
from ingest.bulk import ingest
from ingest.item_parcel import Tools
from ingest.work import worker
from tests.fixtures.outside import bytes_below
from tests.fixtures.planted import GREEN, film_with_a_plate, loudest, planted_green, video_frames
from tests.fixtures.public_bytes import (
    everything_kept_for_them,
    everything_sent,
    pictures_in,
    recordings_in,
)
from tests.fixtures.redacting import NAME, PLACE, Place, holding, master, original, place
from tests.fixtures.serving import wait_until
from tests.fixtures.withdrawn import history, settle

__all__ = ["master", "place"]


def test_a_face_that_is_covered_is_in_no_public_picture_and_the_original_stays(place: Place) -> None:
    before = original(place, "photo")
    assert any(planted_green(one) for one in pictures_in(place.all_public()).values())
    old = [one for one in everything_sent(place.visitor, ()) if one.startswith("/media/")]
    assert place.mark("photo", x_1="50", y_1="25", width_1="20", height_1="25").status_code == 303

    # Closed at once: before anything is made anew there is nothing to see, by any address, nor on the disk.
    held = place.all_public()
    assert not any(planted_green(one) for one in pictures_in(held).values())
    mine = [one for one in old if place.visitor.get(one).status_code == 404]
    assert len(mine) >= 2
    assert place.visitor.get(f"/items/{place.items['photo']}").status_code == 200

    place.work()
    held = place.all_public()
    pictures = pictures_in(held)
    assert [name for name, one in pictures.items() if planted_green(one)] == []
    shown = place.visitor.get(f"/items/{place.items['photo']}").text
    assert "/media/" in shown
    black = [one for name, one in pictures.items() if place.files["photo"] in name and one.width == 800]
    assert black and all(max(one.getpixel((480, 220))) < 20 for one in black)  # type: ignore[type-var]
    # Whoever marks it, and nobody else, sees it whole; that they did is told.
    page = place.curator.get(place.page("photo")).text
    (sealed,) = sealed_in(page)
    picture = place.curator.get(sealed)
    assert picture.status_code == 200 and picture.headers["Cache-Control"] == "no-store"
    assert planted_green(pictures_in({"sealed": picture.data})["sealed"])
    assert place.visitor.get(sealed).status_code == 303
    looks = [one for one in history(place.archive, place.items["photo"]) if one.kind == "sealed-read"]
    assert [one.detail for one in looks] == [{"file": place.files["photo"]}]

    assert original(place, "photo") == before
    assert fixity.bags(place.archive, [place.items["photo"]])
    kept = bytes_below(Path(str(place.archive.settings.objects)))
    record = max(
        (path for path in kept if path.name == "record.json" and place.items["photo"] in str(path)), key=str
    )
    assert b'"kind": "region"' in kept[record]


def sealed_in(page: str) -> set[str]:
    return {html.unescape(one) for one in re.findall(r'<img src="([^"]*/sealed/[^"]*)"', page)}


def test_a_name_that_is_taken_out_is_on_no_page_in_no_search_no_copy_and_no_index(place: Place) -> None:
    assert holding(place.all_public(NAME), NAME)
    for name, typed in (
        ("note", {"words": NAME}),
        ("letter", {"words": NAME.upper()}),
        ("captions", {"words": f"with {NAME}", "everywhere": "yes"}),
        ("transcript", {"words": f"{NAME} by"}),
    ):
        assert place.mark(name, **typed).status_code == 303
    place.work()
    held = place.all_public(NAME)
    assert holding(held, NAME) == []
    assert b">0 items found<" in held[f"/search?q={NAME}"]
    # No suggestion knows it either.
    assert NAME.lower() not in place.visitor.get(f"/search?q={NAME[:-2]}ht").text.lower()
    assert place.visitor.get(f"/search?q={PLACE}").text.count("demonstration") >= 2
    note = place.visitor.get(f"/items/{place.items['note']}").text
    assert f"[removed] lived in {PLACE}." in note
    transcript = place.visitor.get(f"/items/{place.items['talk']}").text
    assert "from far [removed]" in transcript or "[removed] by night" in transcript
    for file_id in place.files.values():
        with place.archive.db.read() as session:
            assert session.get_one(File, file_id).state == FileState.EXAMINED
    for name in ("note", "letter", "talk"):
        assert NAME.encode() in original(place, "note")
        assert fixity.bags(place.archive, [place.items[name]])


def test_a_name_that_is_taken_out_is_not_left_before_what_they_said(place: Place) -> None:
    assert holding(place.all_public("Rosa"), "Rosa")
    assert place.mark("captions", words="rosa", everywhere="yes").status_code == 303
    place.work()
    assert holding(place.all_public("Rosa"), "Rosa") == []
    assert "We came" in place.visitor.get(f"/items/{place.items['talk']}").text


def test_one_of_several_is_taken_out_and_the_others_stay(place: Place) -> None:
    place.mark("note", words=PLACE, which="2")
    place.work()
    assert (
        f"{NAME} lived in {PLACE}.\n[removed] is far."
        in place.visitor.get(f"/items/{place.items['note']}").text
    )


def test_seconds_that_are_taken_out_are_silent_in_every_copy_and_gone_from_the_captions(
    place: Place, tmp_path: Path
) -> None:
    assert loudest(recordings_in(place.all_public(), tmp_path)[0], 2.0, 3.0) > 0.2
    assert place.mark("talk", start="0:02", end="3").status_code == 303
    # Captions and transcript are closed with it: they say what is to be heard no more.
    assert recordings_in(place.all_public(), tmp_path) == []
    assert holding(everything_sent(place.visitor, ()), f"with {NAME}") == []
    place.work()
    held = place.all_public()
    recordings = recordings_in(held, tmp_path)
    assert len(recordings) >= 2, "as it is sent and as it lies on the disk"
    for one in recordings:
        assert loudest(one, 2.0, 3.0) < 0.001 and loudest(one, 0.3, 1.5) > 0.2
    about = {name: data for name, data in held.items() if place.items["talk"] in name or "captions" in name}
    assert about and holding(about, NAME) == []
    page = place.visitor.get(f"/items/{place.items['talk']}").text
    assert "[removed]" in page and "from far" in page and "We came from far" not in page
    # The transcript has no times: it is shown again when somebody says that it may.
    assert "is not shown" in place.curator.get(f"/desk/items/{place.items['talk']}/redact").text


def test_while_it_cannot_be_made_anew_nothing_is_shown(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise OSError("the disk is broken")

    place.mark("note", words=NAME)
    monkeypatch.setattr(pipeline, "examine_file", breaks)
    with worker(place.archive, "test"):
        wait_until(lambda: not place.archive.jobs.pending_count() or place.archive.jobs.failed(), 30)
    page = place.visitor.get(f"/items/{place.items['note']}")
    assert page.status_code == 200 and NAME not in page.text and "lived in" not in page.text


def test_what_was_made_before_a_mark_is_not_shown_after_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A maker at work while a mark is made finishes without it: what it made is thrown away."""
    true_write = pipeline.write_down
    written: list[bool] = []

    def marked_meanwhile(*arguments: object, **more: object) -> bool:
        if not written:
            monkeypatch.setattr(pipeline, "write_down", true_write)
            assert place.mark("note", words=NAME).status_code == 303
        written.append(true_write(*arguments, **more))  # type: ignore[arg-type]
        return written[-1]

    with place.archive.db.write() as session:
        session.get_one(File, place.files["note"]).state = FileState.RECEIVED
    monkeypatch.setattr(pipeline, "write_down", marked_meanwhile)
    tools = Tools(place.archive, 1)
    try:
        pipeline.examine_arrived(tools, place.files["note"])
    finally:
        tools.close()
    assert written == [False]
    with place.archive.db.read() as session:
        assert (
            session.scalars(select(AccessCopy).where(AccessCopy.file_id == place.files["note"])).all() == []
        )
        assert session.scalars(select(Passage).where(Passage.file_id == place.files["note"])).all() == []
    assert (
        holding(
            {k: v for k, v in everything_kept_for_them(place.archive).items() if place.files["note"] in k},
            NAME,
        )
        == []
    )
    place.work()
    assert NAME not in place.visitor.get(f"/items/{place.items['note']}").text


def test_copies_that_are_made_again_for_another_reason_uphold_the_marks(place: Place) -> None:
    place.mark("note", words=NAME)
    place.work()
    item_id = place.items["note"]
    withdrawing.withdraw_item(place.archive, OPERATOR, item_id)
    settle(place.archive)
    assert not (place.archive.settings.sealed / place.files["note"]).exists()
    withdrawing.reinstate(place.archive, OPERATOR, item_id)
    place.work()
    lifecycle.publish(place.archive, OPERATOR, item_id)
    settle(place.archive)
    page = place.visitor.get(f"/items/{item_id}").text
    assert "lived in" in page and NAME not in page


def test_the_record_and_the_checksum_of_the_original_are_in_the_bag(place: Place) -> None:
    before = hashlib.sha512(original(place, "letter")).hexdigest()
    place.mark("letter", x_1="0", y_1="0", width_1="100", height_1="50")
    place.work()
    held = everything_sent(place.visitor, ())
    assert holding({one: data for one, data in held.items() if place.items["letter"] in one}, NAME) == []
    with place.archive.db.read() as session:
        assert session.get_one(File, place.files["letter"]).sha512 == before
    assert hashlib.sha512(original(place, "letter")).hexdigest() == before


PLATE_TYPED = {"x_1": "50", "y_1": "25", "width_1": "20", "height_1": "25"}


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


def shown_of(place: Place, address: str) -> dict[str, bytes]:
    """Every copy that a page leads to, and those that lie on the disk for it."""
    links = set(re.findall(r'(?:href|src|poster)="(/media/[^"]*)', place.visitor.get(address).text))
    kept = everything_kept_for_them(place.archive)
    held = {one: data for one, data in kept.items() if place.files["film"] in one}
    return held | {one: place.visitor.get(html.unescape(one)).data for one in links}


def test_a_region_of_a_film_is_in_no_public_byte_of_its_time(place: Place, tmp_path: Path) -> None:
    with_a_film(place, tmp_path / "given")
    before = original(place, "film")
    for typed, told in (
        (PLATE_TYPED, "from when to when"),
        ({"start_1": "0:00", "end_1": "0:01"}, "from when to when"),
        (PLATE_TYPED | {"start_1": "soon", "end_1": "1"}, "where it begins"),
        (PLATE_TYPED | {"x_1": "101", "start_1": "0", "end_1": "1"}, "are no region"),
    ):
        answer = place.mark("film", **typed, reason="<A plate>")
        assert answer.status_code == 400 and told in answer.text and "&lt;A plate&gt;" in answer.text
        assert all(f'value="{one}"' in answer.text for one in typed.values())
    # A photograph has no time.
    assert place.mark("photo", **PLATE_TYPED, start_1="0", end_1="1").status_code == 400

    assert place.mark("film", **PLATE_TYPED, start_1="0:00", end_1="0.7").status_code == 303
    page = place.curator.get(f"/desk/items/{place.items['film']}/redact").text
    assert "From 0:00 to 0:00.7: 50% from the left" in page
    address = f"/items/{place.items['film']}"
    assert "/media/" not in place.visitor.get(address).text
    place.work()
    held = shown_of(place, address)
    assert len(pictures_in(held)) >= 3
    assert not any(planted_green(one) for one in pictures_in(held).values())
    films = recordings_in(held, tmp_path)
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
    assert all(planted_green(one) for one in pictures_in(shown_of(place, address)).values())
