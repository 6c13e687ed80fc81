"""What a mark takes out is in nothing that is made of a file: no pixel, no sample, no word."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, TiffImagePlugin

from ingest.marks import REMOVED, Region
from ingest.readers import pictures as pictures_reader
from ingest.sandbox import Sandbox
from tests.fixtures import given
from tests.fixtures.planted import (
    GREEN,
    film_with,
    loudest,
    pdf_saying,
    planted_green,
    region,
    saying,
    seconds,
    sound,
    wave_with,
    words,
)
from tests.fixtures.taking_out import copies_of, made, out

__all__ = ["out"]

SECRET = "Zibbleforth"


def pictures(out: Path) -> dict[str, Image.Image]:
    return {path.name: Image.open(path).convert("RGB") for path in out.glob("*.jpg")}


def green_photo(**how: Any) -> bytes:
    """A grey photograph with a green face in it, at 0.5 to 0.7 across and 0.25 to 0.5 down."""
    picture = Image.new("RGB", (800, 600), (128, 120, 118))
    ImageDraw.Draw(picture).rectangle((400, 150, 560, 300), fill=GREEN)
    return given.saved(picture, how.pop("kind", "JPEG"), **how)


FACE = region(0.5, 0.25, 0.2, 0.25)


def test_a_region_marked_while_a_smaller_version_counted_as_a_page_still_covers_what_it_was_marked_on(
    sandbox: Sandbox, out: Path
) -> None:
    small, page = Image.new("RGB", (80, 60)), Image.open(io.BytesIO(green_photo(kind="PNG")))
    page.encoderinfo = {"tiffinfo": TiffImagePlugin.ImageFileDirectory_v2()}
    reduced = TiffImagePlugin.ImageFileDirectory_v2()
    reduced[254] = 1
    tiff = given.saved(small, "TIFF", save_all=True, append_images=[page], tiffinfo=reduced)
    found = made(sandbox, out, tiff, "scan.tif", FACE | {"page": 2})
    assert found.failure is None and found.inspection is not None and found.inspection.pages is None
    assert [one for one in pictures(out).values() if planted_green(one)] == []


def test_a_region_is_black_in_every_picture_and_no_pixel_of_what_was_there_is_left(
    sandbox: Sandbox, out: Path
) -> None:
    assert planted_green(Image.open(io.BytesIO(green_photo())))
    found = made(sandbox, out, green_photo(quality=95), "photo.jpg", FACE)
    assert found.failure is None
    assert {copy.kind for copy in found.copies} == {"thumbnail", "web"}
    for name, picture in pictures(out).items():
        assert not planted_green(picture), name
        middle = picture.getpixel((int(picture.width * 0.6), int(picture.height * 0.37)))
        assert max(middle) < 20, name  # type: ignore[type-var]


def test_a_region_of_a_large_picture_is_black_at_every_level_of_its_tiles(
    sandbox: Sandbox, out: Path
) -> None:
    large = Image.new("RGB", (2800, 2100), (128, 120, 118))
    ImageDraw.Draw(large).rectangle((1400, 525, 1959, 1049), fill=GREEN)
    found = made(sandbox, out, given.saved(large, "JPEG", quality=95), "photo.jpg", FACE)
    assert {copy.kind for copy in found.copies} == {"thumbnail", "web", "tiles"}
    with Image.open(out / "tiles.tif") as tiles:
        assert tiles.n_frames >= 3  # type: ignore[attr-defined]
        for level in range(tiles.n_frames):  # type: ignore[attr-defined]
            tiles.seek(level)
            picture = tiles.convert("RGB")
            assert not planted_green(picture), level
            assert max(picture.getpixel((int(picture.width * 0.6), int(picture.height * 0.37)))) < 20  # type: ignore[type-var]
    assert not any(planted_green(picture) for picture in pictures(out).values())


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_pictures_that_differ_only_where_they_are_covered_give_the_same_copies_byte_for_byte(
    mode: str, sandbox: Sandbox, out: Path
) -> None:
    # Made smaller three times and more, and with edges that fall between the pixels of the copies.
    grey = Image.radial_gradient("L").resize((4001, 3001)).convert(mode)
    seen = []
    for shade in (0, 255):
        picture = grey.copy()
        ImageDraw.Draw(picture).rectangle(
            (1111, 777, 1866, 1501), fill=shade if mode == "L" else (shade, 255 - shade, 90)
        )
        mark = region(1111 / 4001, 777 / 3001, 756 / 4001, 725 / 3001)
        seen.append(copies_of(sandbox, out, given.saved(picture, "PNG", compress_level=1), "photo.png", mark))
    assert len(seen[0]) == 3 and seen[0] == seen[1]


@pytest.mark.parametrize("orientation", [1, 6])
def test_what_is_covered_is_written_over_before_a_picture_is_made_smaller(
    orientation: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    upright = Image.open(io.BytesIO(green_photo(kind="PNG")))
    stored = upright.transpose(Image.Transpose.ROTATE_90) if orientation == 6 else upright
    picture = Image.open(io.BytesIO(given.saved(stored, "PNG", exif=exif)))
    # Without the second covering, of the copy itself.
    monkeypatch.setattr(pictures_reader, "cover", lambda small, _: small)
    small = pictures_reader.shrink(picture, 200, [Region(1, 0.5, 0.25, 0.2, 0.25)])
    assert not planted_green(small) and max(small.getpixel((120, 74))) < 20  # type: ignore[type-var]


def test_recordings_that_differ_only_where_they_are_silenced_give_the_same_copies_byte_for_byte(
    sandbox: Sandbox, out: Path
) -> None:
    voices = [
        copies_of(sandbox, out, wave_with(4.0, 1.5, 2.5, pitch), "voice.wav", seconds(1.5, 2.5))
        for pitch in (1000.0, 3000.0)
    ]
    assert len(voices[0]) == 2 and voices[0] == voices[1]
    films = [
        copies_of(sandbox, out, film_with(4.0, 1.5, 2.5, colour), "film.mkv", seconds(1.5, 2.5))
        for colour in (GREEN, (240, 20, 200))
    ]
    assert len(films[0]) == 3 and films[0] == films[1]


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_region_is_one_of_the_upright_picture_however_the_camera_was_held(
    orientation: int, sandbox: Sandbox, out: Path
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    # As it is stored, it lies; set upright, the green is where the region says.
    turn = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    upright = Image.open(io.BytesIO(green_photo(quality=95)))
    stored = upright.transpose(turn[orientation]) if orientation in turn else upright
    made(sandbox, out, given.saved(stored, "JPEG", quality=95, exif=exif), "photo.jpg", FACE)
    assert pictures(out)
    for name, picture in pictures(out).items():
        assert picture.width > picture.height and not planted_green(picture), name


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("TIFF", "CMYK"), ("PNG", "LA")])
def test_a_region_is_covered_whatever_the_kind_of_pixels(
    kind: str, mode: str, sandbox: Sandbox, out: Path
) -> None:
    picture = Image.open(io.BytesIO(green_photo(kind="PNG"))).convert(mode)
    found = made(sandbox, out, given.saved(picture, kind), f"photo.{kind.lower()}", FACE)
    assert found.failure is None and pictures(out)
    for name, one in pictures(out).items():
        assert not planted_green(one), name
        assert max(one.getpixel((int(one.width * 0.6), int(one.height * 0.37)))) < 20, name  # type: ignore[type-var]


def test_only_the_page_that_is_meant_is_covered(sandbox: Sandbox, out: Path) -> None:
    page = Image.open(io.BytesIO(green_photo(kind="PNG")))
    data = given.saved(page, "TIFF", save_all=True, append_images=[page])
    made(sandbox, out, data, "pages.tiff", region(0.5, 0.25, 0.2, 0.25, page=2))
    found = pictures(out)
    assert planted_green(found["page-0001.jpg"]) and not planted_green(found["page-0002.jpg"])


def test_words_of_a_document_go_from_its_text_and_from_the_picture_of_its_page(
    sandbox: Sandbox, out: Path
) -> None:
    data = pdf_saying("Dear Ada", f"ask {SECRET} for it", page_two="Nobody here")
    plain = made(sandbox, out, data, "letter.pdf")
    before = pictures(out)
    found = made(sandbox, out, data, "letter.pdf", words(SECRET.lower()))
    assert found.failure is None and len(found.copies) == len(plain.copies)
    assert [one.text for one in found.passages] == [f"Dear Ada\nask {REMOVED} for it", "Nobody here"]
    after = pictures(out)
    for name in ("page-0001.jpg", "thumbnail.jpg"):
        shown, covered = np.asarray(before[name].convert("L")), np.asarray(after[name].convert("L"))
        assert (covered < 20).sum() > 3 * (shown < 20).sum(), name
    # Where the letters were, nothing differs any more: one black line.
    rows = np.asarray(after["page-0001.jpg"].convert("L"))
    black = rows[(rows < 20).mean(axis=1) > 0.15]
    assert len(black) > 20
    assert np.array_equal(np.asarray(before["page-0002.jpg"]), np.asarray(after["page-0002.jpg"]))


def test_a_region_on_a_page_takes_the_whole_text_of_that_page_with_it(sandbox: Sandbox, out: Path) -> None:
    data = pdf_saying("Dear Ada", f"ask {SECRET} for it", page_two="Nobody here")
    found = made(sandbox, out, data, "letter.pdf", region(0.0, 0.0, 1.0, 0.7, page=1))
    assert [one.text for one in found.passages] == ["Nobody here"]


def test_of_a_range_of_sound_no_sample_is_left_and_the_rest_is_as_loud_as_before(
    sandbox: Sandbox, out: Path
) -> None:
    found = made(sandbox, out, sound(6.0), "voice.mp3", seconds(2.0, 4.0))
    assert found.failure is None
    heard = out / "audio.m4a"
    assert loudest(heard, 2.0, 4.0) < 0.001
    assert loudest(heard, 0.3, 1.7) > 0.2 and loudest(heard, 4.3, 5.7) > 0.2
    drawn = np.asarray(Image.open(out / "waveform.webp").convert("L"))
    middle = drawn[:, 1200 * 21 // 60 : 1200 * 39 // 60]
    # A line of silence, two or three pixels high.
    assert (middle < 200).sum(axis=0).max() < 6 and (drawn[:, 200:300] < 200).sum(axis=0).max() > 20


def test_captions_of_a_range_are_replaced_whole_and_lose_their_speaker(sandbox: Sandbox, out: Path) -> None:
    cues = "".join(
        f"00:0{n}.000 --> 00:0{n + 1}.000\n<v Rosa{n}>Line {n} of {SECRET}{n}\n\n" for n in range(5)
    )
    found = made(
        sandbox,
        out,
        f"WEBVTT\n\n{cues}".encode(),
        "talk.vtt",
        seconds(1.5, 3.0, own=False),
        words(f"{SECRET}4"),
    )
    written = (out / "captions.vtt").read_text()
    told = written + "".join(one.text + (one.speaker or "") for one in found.passages)
    for gone in (f"{SECRET}1", f"{SECRET}2", f"{SECRET}4", "Rosa1", "Rosa2"):
        assert gone not in told
    for stays in (f"{SECRET}0", f"{SECRET}3", "Rosa0", "Rosa3"):
        assert stays in written
    assert written.count(REMOVED) == 3


def test_a_name_that_is_taken_out_of_captions_is_not_left_as_that_of_the_speaker(
    sandbox: Sandbox, out: Path
) -> None:
    cues = "00:00.000 --> 00:01.000\n<v Rosa Lee>I am.\n\n00:01.000 --> 00:02.000\n<v Ada>Who?\n\n"
    found = made(sandbox, out, f"WEBVTT\n\n{cues}".encode(), "talk.vtt", words("ROSA"))
    assert [one.speaker for one in found.passages] == [f"{REMOVED} Lee", "Ada"]
    written = (out / "captions.vtt").read_text()
    assert "Rosa" not in written and "<v Ada>Who?" in written
    assert "words-not-found" not in {note.code for note in found.notes}
    only_once = made(sandbox, out, f"WEBVTT\n\n{cues}".encode(), "talk.vtt", words("I am", occurrence=1))
    assert [one.speaker for one in only_once.passages] == ["Rosa Lee", "Ada"]


def test_a_word_that_only_the_speaker_bears_is_not_the_second_of_the_text(
    sandbox: Sandbox, out: Path
) -> None:
    cues = "00:00.000 --> 00:01.000\n<v Rosa>Rosa is here.\n\n"
    found = made(sandbox, out, f"WEBVTT\n\n{cues}".encode(), "talk.vtt", words("Rosa", occurrence=2))
    assert [one.text for one in found.passages] == ["Rosa is here."]
    assert "words-not-found" in {note.code for note in found.notes}


def test_a_text_without_times_beside_a_range_is_not_shown_unless_somebody_says_that_it_may(
    sandbox: Sandbox, out: Path
) -> None:
    data = f"Rosa: {SECRET}".encode()
    found = made(sandbox, out, data, "talk.txt", seconds(1.0, 2.0, own=False))
    assert (found.passages, found.copies, found.failure) == ((), (), None)
    assert "beside-a-range" in {note.code for note in found.notes}
    found = made(sandbox, out, data, "talk.txt", seconds(1.0, 2.0, own=False, untimed=True))
    assert found.passages and found.copies
    # Said later, of the same part: nothing has to be shown in between.
    both = (seconds(1.0, 2.0, own=False), seconds(0.9, 2.0, own=False, untimed=True))
    assert made(sandbox, out, data, "talk.txt", *both).copies
    part = (seconds(1.0, 2.0, own=False), seconds(1.5, 2.0, own=False, untimed=True))
    assert not made(sandbox, out, data, "talk.txt", *part).copies


def test_words_go_from_a_text_wherever_they_stand_or_only_where_they_are_meant(
    sandbox: Sandbox, out: Path
) -> None:
    data = saying(f"{SECRET} came.", f"Then {SECRET}\nleft.", f"{SECRET.upper()} again")
    found = made(sandbox, out, data, "letter.txt", words(SECRET))
    for told in (found.passages[0].text, (out / "text.txt").read_text()):
        assert SECRET.lower() not in told.lower() and told.count(REMOVED) == 3
    found = made(sandbox, out, data, "letter.txt", words(f"{SECRET}", occurrence=2))
    for told in (found.passages[0].text, (out / "text.txt").read_text()):
        assert told.strip() == f"{SECRET} came.\nThen {REMOVED}\nleft.\n{SECRET.upper()} again"


def test_words_that_are_not_there_are_told(sandbox: Sandbox, out: Path) -> None:
    found = made(sandbox, out, b"Dear friend", "letter.txt", words(SECRET))
    assert "words-not-found" in {note.code for note in found.notes}
    found = made(sandbox, out, b"Dear friend", "letter.txt", words(SECRET, own=False))
    assert found.notes == ()


def test_a_mark_that_a_format_does_not_allow_closes_the_file(sandbox: Sandbox, out: Path) -> None:
    found = made(sandbox, out, SECRET.encode(), "letter.txt", region(0.1, 0.1, 0.1, 0.1))
    assert (found.passages, found.copies) == ((), ())
    assert found.failure is not None and found.failure.code == "mark-not-upheld"
    assert not list(out.glob("*")) if out.exists() else True
