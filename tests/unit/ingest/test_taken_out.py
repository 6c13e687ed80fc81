"""What a mark takes out is in nothing that is made of a file: no pixel, no sample, no word."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ingest.examine import examine
from ingest.marks import REMOVED, Region
from ingest.options import ExamineOptions
from ingest.parcel import Examination
from ingest.readers import pictures as pictures_reader
from ingest.sandbox import Sandbox
from tests.fixtures import given
from tests.fixtures.planted import (
    GREEN,
    PLATE,
    film_region,
    film_with,
    film_with_a_plate,
    loudest,
    pdf_saying,
    planted_green,
    region,
    saying,
    seconds,
    sound,
    video_frames,
    wave_with,
    words,
)

SECRET = "Zibbleforth"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def made(
    sandbox: Sandbox, out: Path, data: bytes, name: str, *marks: dict[str, Any], **how: Any
) -> Examination:
    kept = out.with_name("kept")
    kept.write_bytes(data)
    return examine(kept, name, out, sandbox, ExamineOptions(**how), marks)


def pictures(out: Path) -> dict[str, Image.Image]:
    return {path.name: Image.open(path).convert("RGB") for path in out.glob("*.jpg")}


def green_photo(**how: Any) -> bytes:
    """A grey photograph with a green face in it, at 0.5 to 0.7 across and 0.25 to 0.5 down."""
    picture = Image.new("RGB", (800, 600), (128, 120, 118))
    ImageDraw.Draw(picture).rectangle((400, 150, 560, 300), fill=GREEN)
    return given.saved(picture, how.pop("kind", "JPEG"), **how)


FACE = region(0.5, 0.25, 0.2, 0.25)


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


def copies_of(
    sandbox: Sandbox, out: Path, data: bytes, name: str, mark: dict[str, Any], **how: Any
) -> dict[str, bytes]:
    shutil.rmtree(out, ignore_errors=True)
    assert made(sandbox, out, data, name, mark, **how).failure is None
    return {path.name: path.read_bytes() for path in out.iterdir()}


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


def test_of_a_range_of_moving_pictures_every_frame_is_black_and_silent(sandbox: Sandbox, out: Path) -> None:
    data = given.film(seconds=6.0)
    found = made(sandbox, out, data, "film.mp4", seconds(2.0, 4.0))
    assert found.failure is None
    frames = video_frames(out / "video.mp4")
    inside = [picture for time, picture in frames if 2.0 <= time < 4.0]
    outside = [picture for time, picture in frames if time < 1.7 or time > 4.4]
    assert len(inside) >= 19 and all(picture.max() < 24 for picture in inside)
    assert len(outside) > 20 and all(picture.max() > 100 for picture in outside)
    assert loudest(out / "video.mp4", 2.0, 4.0) < 0.001 and loudest(out / "video.mp4", 0.5, 1.5) > 0.1
    # The poster of a film that is hidden from its beginning shows nothing of that beginning.
    made(sandbox, out, data, "film.mp4", seconds(0.0, 6.0))
    assert max(high for _, high in Image.open(out / "poster.jpg").convert("RGB").getextrema()) < 24  # type: ignore[misc]


def test_a_region_of_a_film_is_in_no_frame_of_its_time_and_there_at_every_other(
    sandbox: Sandbox, out: Path
) -> None:
    data = film_with_a_plate(3.0, 1.0, 2.0, GREEN)
    found = made(sandbox, out, data, "film.mkv", film_region(*PLATE, 1.0, 2.0))
    assert found.failure is None and len(found.copies) == 3
    frames = [(time, Image.fromarray(picture)) for time, picture in video_frames(out / "video.mp4")]
    inside = [picture for time, picture in frames if 0.9 <= time < 2.1]
    outside = [picture for time, picture in frames if time < 0.8 or time >= 2.3]
    assert len(inside) == 12 and not any(planted_green(one) for one in inside)
    assert len(outside) == 15 and all(planted_green(one) for one in outside)
    # Beside the region everything stays to be seen.
    assert all(min(one.getpixel((40, 90))) > 80 for one in inside)  # type: ignore[type-var]
    assert planted_green(Image.open(out / "poster.jpg"))
    # What the poster and the small picture show is covered where its moment lies in that time.
    made(sandbox, out, data, "film.mkv", film_region(*PLATE, 0.0, 0.5))
    for name in ("poster.jpg", "thumbnail.jpg"):
        assert not planted_green(Image.open(out / name)), name


def test_a_region_of_a_film_is_one_of_the_upright_picture(sandbox: Sandbox, out: Path) -> None:
    data = given.turned(given.film(seconds=1.0))
    assert made(sandbox, out, data, "film.mp4").failure is None
    corner = (200, 10, 235, 60)
    assert Image.open(out / "poster.jpg").crop(corner).resize((1, 1)).getpixel((0, 0))[0] > 110  # type: ignore[index]
    made(sandbox, out, data, "film.mp4", film_region(0.5, 0.0, 0.5, 0.5, 0.0, 1.0))
    poster = Image.open(out / "poster.jpg")
    assert max(high for _, high in poster.crop(corner).getextrema()) < 24  # type: ignore[misc]
    assert poster.crop((0, 200, 240, 320)).resize((1, 1)).getextrema()[1][1] > 60  # type: ignore[index]


@pytest.mark.parametrize(
    "kind",
    [
        "yuv420p",
        *(
            pytest.param(one, marks=pytest.mark.slow)
            for one in (
                "yuv411p",
                "yuv420p10le",
                "yuv422p10le",
                "yuv444p",
                "gbrp10le",
                "gray",
                "bgra",
                "yuva420p",
            )
        ),
    ],
)
def test_films_that_differ_only_in_a_covered_region_give_the_same_copies_byte_for_byte(
    kind: str, sandbox: Sandbox, out: Path
) -> None:
    # Made smaller, so that the edges fall between the pixels of the copy.
    mark = film_region(*PLATE, 0.5, 1.0)
    films = [film_with_a_plate(1.5, 0.5, 1.0, colour, kind) for colour in ((240, 20, 200), (0, 0, 0))]
    assert films[0] != films[1]
    seen = [copies_of(sandbox, out, one, "film.mkv", mark, video_px=77) for one in films]
    assert len(seen[0]) == 3 and seen[0] == seen[1]


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
