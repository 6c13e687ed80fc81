"""The proof lets a bare copy pass and refuses one that carries anything more."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ingest.allowance import Allowance
from ingest.options import ExamineOptions
from ingest.parcel import FileParcel, Inspection
from ingest.proof import is_proven
from ingest.readers import pyramid
from ingest.sandbox import Limits, Sandbox
from ingest.steps import make_access_copies
from ingest.steps.tools import Patience, Tools
from tests.fixtures import canaries, given

BARE = given.saved(given.picture(), "JPEG")
WEBP = given.saved(given.picture(), "WEBP", lossless=True)
EXTRA = canaries.segment


@pytest.fixture(scope="module", params=["RGB", "L"])
def tiff(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A picture in tiles, on three levels."""
    path = tmp_path_factory.mktemp("tiles") / "tiles.tif"
    pyramid.save(given.picture(1300, 900).convert(request.param), path)
    return path.read_bytes()


def proven(data: bytes, media_type: str, folder: Path) -> bool:
    path = folder / "copy"
    path.write_bytes(data)
    return is_proven(path, media_type)


def test_bare_pictures_pass(tmp_path: Path) -> None:
    assert proven(BARE, "image/jpeg", tmp_path)
    assert proven(given.saved(given.picture(), "JPEG", progressive=True), "image/jpeg", tmp_path)
    assert proven(given.saved(given.picture().convert("L"), "JPEG"), "image/jpeg", tmp_path)
    assert proven(WEBP, "image/webp", tmp_path)


@pytest.mark.parametrize(
    "data",
    [
        BARE[:20] + EXTRA(0xFE, b"comment") + BARE[20:],
        BARE[:20] + EXTRA(0xE1, b"Exif\0\0" + bytes(20)) + BARE[20:],
        BARE[:20] + EXTRA(0xE2, b"ICC_PROFILE\0") + BARE[20:],
        BARE[:20] + EXTRA(0xED, b"Photoshop 3.0\0") + BARE[20:],
        BARE[:20] + EXTRA(0xE0, b"JFXX\0\x10") + BARE[20:],
        BARE[:2] + EXTRA(0xE0, b"JFIF\0\x01\x02\0\0\1\0\1\1\1abc") + BARE[20:],
        BARE + b"behind",
        BARE + BARE,
        BARE[:-2],
        BARE[:500],
        b"",
        WEBP,
    ],
)
def test_a_jpeg_with_anything_more_or_less_is_refused(data: bytes, tmp_path: Path) -> None:
    assert not proven(data, "image/jpeg", tmp_path)


@pytest.mark.parametrize(
    "data",
    [
        WEBP + b"behind",
        WEBP + b"EXIF" + struct.pack("<I", 4) + bytes(4),
        WEBP[:4] + struct.pack("<I", len(WEBP) + 4) + WEBP[8:] + b"XMP " + struct.pack("<I", 4) + bytes(4),
        given.saved(given.picture(), "WEBP", exif=canaries.exif()),
        WEBP[:-3],
        BARE,
    ],
)
def test_a_webp_with_anything_more_or_less_is_refused(data: bytes, tmp_path: Path) -> None:
    assert not proven(data, "image/webp", tmp_path)


def test_a_picture_in_tiles_passes(tiff: bytes, tmp_path: Path) -> None:
    assert proven(tiff, "image/tiff", tmp_path)


def first_directory(tiff: bytes) -> tuple[int, int]:
    """Where the first directory begins, and how many entries it has."""
    at = struct.unpack_from("<I", tiff, 4)[0]
    return at, struct.unpack_from("<H", tiff, at)[0]


def test_a_picture_in_tiles_with_anything_more_or_less_is_refused(tiff: bytes, tmp_path: Path) -> None:
    at, entries = first_directory(tiff)
    entry = tiff[at + 2 : at + 14]
    tile = tiff.index(b"\xff\xd8\xff")
    again = bytearray(tiff)
    # The chain of levels bites its own tail.
    again[at + 2 + 12 * entries : at + 6 + 12 * entries] = struct.pack("<I", at)
    wrong = {
        "behind": tiff + b"behind",
        "zeros behind": tiff + bytes(4),
        "cut": tiff[:-3],
        "words": tiff[: at + 2] + struct.pack("<HHII", 270, 2, 4, 0) + tiff[at + 14 :],
        "words in an allowed tag": tiff[: at + 2]
        + entry[:2]
        + struct.pack("<HII", 2, 9, 8)
        + tiff[at + 14 :],
        "a comment in a tile": tiff[: tile + 2] + EXTRA(0xFE, b"hidden") + tiff[tile + 12 :],
        "round and round": bytes(again),
        "another order of bytes": b"MM\0*" + tiff[4:],
        "nothing": b"II*\0" + bytes(4),
        "a plain one": given.saved(given.picture(), "TIFF"),
        "a jpeg": BARE,
    }
    assert [name for name, data in wrong.items() if proven(data, "image/tiff", tmp_path)] == []


def test_no_value_of_a_picture_in_tiles_can_be_another_and_hold_something(
    tiff: bytes, tmp_path: Path
) -> None:
    """Every number of the first directory, changed: what is not a measure of the picture is always the same."""
    at, entries = first_directory(tiff)
    passed = []
    for number in range(entries):
        place = at + 2 + 12 * number + 8
        changed = bytearray(tiff)
        changed[place] ^= 0x40
        if proven(bytes(changed), "image/tiff", tmp_path):
            passed.append(struct.unpack_from("<H", tiff, place - 8)[0])
    # Two measures may be another: a width or height with as many tiles.
    assert set(passed) <= {256, 257}


@pytest.mark.parametrize("tags", [{}, {"title": "x"}, {"creation_time": "2020-11-20T14:04:36Z"}])
def test_a_film_as_a_camera_writes_it_is_refused(tags: dict[str, str], tmp_path: Path) -> None:
    assert not proven(given.film(tags=tags), "video/mp4", tmp_path)


def test_text_must_be_utf8_without_control_characters(tmp_path: Path) -> None:
    assert proven("Déjà vu\n".encode(), "text/plain; charset=utf-8", tmp_path)
    assert not proven("Déjà vu\n".encode("latin-1"), "text/plain; charset=utf-8", tmp_path)
    assert not proven(b"bell\x07", "text/vtt; charset=utf-8", tmp_path)


def test_a_kind_of_copy_that_nobody_can_prove_is_refused(tmp_path: Path) -> None:
    assert not proven(given.saved(Image.new("RGB", (9, 9)), "PNG"), "image/png", tmp_path)


def test_a_taken_over_reader_cannot_pass_off_another_file_as_a_copy(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret")

    class TakenOver(Sandbox):
        def call(self, function: str, arguments: dict[str, Any], limits: Limits) -> Any:
            guest = "tests.fixtures.sandbox_guests:make_false_copies"
            return super().call(guest, {"secret": str(secret)}, limits)

    parcel = FileParcel(secret, "letter.txt").with_found(inspection=Inspection())
    with TakenOver() as sandbox:
        tools = Tools(sandbox, tmp_path / "out", ExamineOptions(), Patience(3), Allowance(0))
        found = make_access_copies.run(parcel, tools).found
    assert [copy.path for copy in found.copies] == ["good.txt"]
    assert [path.read_text() for path in (tmp_path / "out").iterdir()] == ["good"]
    assert [note.code for note in found.notes] == ["copy-refused"]


def test_a_copy_that_is_not_proven_is_thrown_away_and_that_is_said(
    look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.proof.is_proven", lambda path, media_type: "web.jpg" not in path.name)
    found = look(given.jpeg(), "photo.jpg")
    assert [copy.kind for copy in found.copies] == ["thumbnail"]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["thumbnail.jpg"]
    assert "copy-refused" in {note.code for note in found.notes}
