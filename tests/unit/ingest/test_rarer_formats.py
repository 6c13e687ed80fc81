"""Sound files of rarer kinds are shown as they look, or say in true words why they are not."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ingest.readers.html_text import visible
from tests.fixtures import given
from tests.fixtures.tiffs import tiff


def notes(found) -> set[str]:
    return {note.code for note in found.notes}


def test_a_moving_png_is_shown_by_its_first_picture_and_that_is_said(look) -> None:
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "blue")]
    moving = given.saved(frames[0], "PNG", save_all=True, append_images=frames[1:])
    found = look(moving, "a.png")
    assert {copy.kind for copy in found.copies} == {"thumbnail", "web"}
    assert "first-frame-only" in notes(found)
    assert "first-frame-only" not in notes(look(given.png(), "b.png"))


@pytest.mark.parametrize("form", ["MPO", "HEIF"])
def test_that_a_photograph_holds_others_is_said(form: str, look) -> None:
    pictures = [given.picture(120, 80), given.picture(120, 80)]
    out = io.BytesIO()
    if form == "MPO":
        pictures[0].save(out, "MPO", save_all=True, append_images=pictures[1:])
        single, name = given.jpeg(120, 80), "a.jpg"
    else:
        import pillow_heif

        both = pillow_heif.from_pillow(pictures[0])
        both.add_from_pillow(pictures[1])
        both.save(out)
        single, name = given.heic(), "a.heic"
    found = look(out.getvalue(), name)
    assert {copy.kind for copy in found.copies} == {"thumbnail", "web"}
    assert "pictures-inside" in notes(found)
    assert "pictures-inside" not in notes(look(single, name))


@pytest.mark.parametrize(("photometric", "is_dark_first"), [(1, True), (0, False)])
def test_a_deep_grey_scan_is_not_shown_as_its_negative(
    photometric: int, is_dark_first: bool, look, tmp_path: Path
) -> None:
    ramp = b"".join(struct.pack("<H", 600 * (n % 100)) for n in range(100 * 60))
    assert look(tiff(ramp, 100, 60, (16,), photometric=photometric), "scan.tif").failure is None
    shown = np.asarray(Image.open(tmp_path / "out" / "web.jpg").convert("L"))
    assert bool(shown[:, :10].mean() < shown[:, -10:].mean()) is is_dark_first


@pytest.mark.parametrize(
    "data",
    [
        tiff(bytes(20 * 20 * 5), 20, 20, (8,) * 5, photometric=5, extra=2),
        tiff(bytes(20 * 20 * 12), 20, 20, (32,) * 3, photometric=2, format=3),
        tiff(bytes(20 * 20 * 8), 20, 20, (64,), format=3),
    ],
    ids=["CMYK with alpha", "RGB of fractions", "fractions of 64 bits"],
)
def test_a_sound_scan_of_pixels_that_nobody_here_reads_is_not_called_damaged(data: bytes, look) -> None:
    found = look(data, "scan.tif")
    assert found.failure is not None and found.failure.code == "pixels-unknown"
    broken = look(data[: len(data) - 60], "scan.tif")
    assert broken.failure is not None and broken.failure.code == "damaged"


def test_subrip_without_numbers_is_read(look) -> None:
    said = "00:00:01,000 --> 00:00:02,500\nFirst\n\n00:00:03,000 --> 00:00:04,000\nSecond\n12\n"
    found = look(said.encode(), "talk.srt")
    assert [(one.start_ms, one.text) for one in found.passages] == [(1000, "First"), (3000, "Second\n12")]


def test_the_heading_of_a_part_that_unfolds_stands_by_itself() -> None:
    assert visible("<details open><summary>Where</summary>Lisboa</details>after").split() == [
        "Where",
        "Lisboa",
        "after",
    ]


def test_a_recording_of_a_telephone_in_wide_band_is_heard(look) -> None:
    # Silence: nine frames of 6.6 kbit/s (RFC 4867, 5), each of 17 bytes behind its head.
    frames = (b"\x04" + bytes(17)) * 50
    found = look(b"#!AMR-WB\n" + frames, "voice.awb")
    assert found.failure is None
    assert {copy.kind for copy in found.copies} == {"waveform", "audio"}
