"""Captions, transcripts and the backs of pictures belong to what they lie beside, not to whatever came first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.models import Audience, File
from archive.profiles import CollectionProfile
from archive.services.beside import accompanied, says_the_same
from archive.services.opening import Archive
from ingest.bulk import plan
from ingest.bulk.send import send

Write = Callable[..., Path]


@pytest.mark.parametrize(
    ("name", "role", "originals", "place"),
    [
        ("p2.en.vtt", "captions", ["p1.mp3", "p2.mp3"], 1),
        ("P2.EN.VTT", "captions", ["p1.mp3", "p2.mp3"], 1),
        ("p2.txt", "transcript", ["p1.mp3", "p2.mp3"], 1),
        ("t.en.vtt", "captions", ["t.jpg", "t.mp3"], 1),
        ("x.vtt", "captions", ["x.mp3", "x.mp4"], 1),
        ("x.vtt", "captions", ["a.mp4", "x.jpg"], 1),
        ("b/x.vtt", "captions", ["a/x.mp3", "b/x.mp3"], 1),
        ("all.vtt", "captions", ["cover.jpg", "one.mp3", "two.mp4"], 1),
        ("all.txt", "transcript", ["cover.jpg", "back.jpg"], 0),
        ("t.verso.jpg", "verso", ["a.jpg", "t.mp3", "t.jpg"], 2),
        ("t.verso.jpg", "verso", ["a.jpg", "t.mp3"], 1),
        ("map.pdf", "attachment", ["one.mp3", "two.mp3"], 0),
    ],
)
def test_a_file_accompanies_the_original_of_its_name_words_a_recording_before_a_picture(
    name: str, role: str, originals: list[str], place: int
) -> None:
    assert accompanied(name, role, originals) == place


@pytest.mark.parametrize(
    ("name", "role", "accompanies", "is_told"),
    [
        ("p2.en.vtt", "captions", "p1.mp3", True),
        ("p2.txt", "transcript", "p1.mp3", True),
        ("p2.srt", "original", "", True),
        ("words.vtt", "captions", "p2.mp4", True),
        ("p1.en.vtt", "captions", "p1.mp3", False),
        ("p2.jpg", "original", "", False),
        ("other/p2.vtt", "captions", "other/p2.mp3", False),
    ],
)
def test_what_a_recording_says_is_sought_in_every_text_of_its_name(
    name: str, role: str, accompanies: str, is_told: bool
) -> None:
    assert says_the_same("p2.mp3", name, role, accompanies) is is_told


def test_of_several_talks_in_one_item_each_keeps_its_own_words_also_where_the_first_did_not_arrive(
    write: Write, tmp_path: Path, profile: CollectionProfile, archive: Archive
) -> None:
    table = "file,title,item\n"
    for name in ("p1.mp3", "p2.mp3", "p1.en.vtt", "p2.en.vtt", "p2.txt"):
        write(f"gift/{name}")
        table += f"{name},Two talks,talks\n"
    write("gift/metadata.csv", table)
    (planned,) = plan([tmp_path / "gift"], profile).submissions
    (item,) = planned.items
    beside = {one.given_name: one.accompanies for one in item.files}
    assert beside == {"p1.mp3": None, "p2.mp3": None, "p1.en.vtt": 0, "p2.en.vtt": 1, "p2.txt": 1}
    (tmp_path / "gift" / "p1.mp3").unlink()
    send(archive, planned, "march-25", Audience.STAFF)
    with archive.db.read() as session:
        files = {one.given_name: one for one in session.scalars(select(File))}
    assert {name for name, one in files.items() if one.accompanies_id is None} == {"p2.mp3", "p1.en.vtt"}
    assert {files[name].accompanies_id for name in ("p2.en.vtt", "p2.txt")} == {files["p2.mp3"].id}
