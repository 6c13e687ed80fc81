"""Pictures of every kind come out as sound JPEG copies of the right size, colour and number."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms, TiffImagePlugin

from tests.fixtures import given


def opened(folder: Path, name: str) -> Image.Image:
    return Image.open(folder / "out" / name)


@pytest.mark.parametrize(
    ("kind", "name"), [("JPEG", "a.jpg"), ("PNG", "a.png"), ("WEBP", "a.webp"), ("TIFF", "a.tif")]
)
def test_a_large_picture_gets_a_thumbnail_a_web_image_and_tiles_of_all_of_it(
    kind: str, name: str, look, tmp_path: Path
) -> None:
    found = look(given.saved(given.picture(3000, 2000), kind), name)
    assert found.state == "examined"
    assert [(copy.kind, copy.width, copy.height, copy.media_type) for copy in found.copies] == [
        ("thumbnail", 360, 240, "image/jpeg"),
        ("web", 1600, 1067, "image/jpeg"),
        ("tiles", 3000, 2000, "image/tiff"),
    ]
    for copy in found.copies:
        assert (tmp_path / "out" / copy.path).stat().st_size == copy.size
        with opened(tmp_path, copy.path) as picture:
            form = "TIFF" if copy.kind == "tiles" else "JPEG"
            assert (picture.format, picture.size) == (form, (copy.width, copy.height))


def test_a_small_picture_is_never_made_larger(look) -> None:
    found = look(given.jpeg(200, 100), "small.jpg")
    assert {(copy.width, copy.height) for copy in found.copies} == {(200, 100)}


def test_every_page_of_a_scan_gets_an_image_and_no_more_than_are_asked_for(look) -> None:
    pages = [given.picture(300 + n, 400) for n in range(5)]
    out = io.BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
    found = look(out.getvalue(), "scan.tif", max_page_images=3)
    assert found.inspection.pages == 5
    assert [(copy.page, copy.width) for copy in found.copies if copy.kind == "page"] == [
        (1, 300),
        (2, 301),
        (3, 302),
    ]
    assert "pages-cut" in {note.code for note in found.notes}


def directories(*subfiles: dict[int, int], big: bool = False) -> bytes:
    """A TIFF of one picture for each, every one a little wider, with what it says of itself."""
    made = [given.picture(300 + n, 400) for n in range(len(subfiles))]
    for picture, said in zip(made, subfiles, strict=True):
        picture.encoderinfo = {"tiffinfo": TiffImagePlugin.ImageFileDirectory_v2()}
        for tag, value in said.items():
            picture.encoderinfo["tiffinfo"][tag] = value
    out = io.BytesIO()
    made[0].save(
        out, "TIFF", save_all=True, append_images=made[1:], tiffinfo=made[0].encoderinfo["tiffinfo"], big_tiff=big
    )  # fmt: skip
    return out.getvalue()


PAGE, OF_SEVERAL, REDUCED, MASK, OLD_REDUCED, OLD_PAGE = {}, {254: 2}, {254: 1}, {254: 4}, {255: 2}, {255: 3}


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize(
    ("subfiles", "widths"),
    [
        ([PAGE, REDUCED], [300]),
        ([REDUCED, PAGE], [301]),
        ([PAGE, MASK, PAGE, {254: 5}], [300, 302]),
        ([OLD_PAGE, OLD_REDUCED, OF_SEVERAL], [300, 302]),
        ([REDUCED, OF_SEVERAL, OF_SEVERAL], [301, 302]),
        ([REDUCED, REDUCED], [300]),
    ],
)
def test_a_smaller_version_or_a_mask_inside_a_scan_is_no_page_of_it(
    subfiles: list[dict[int, int]], widths: list[int], big: bool, look
) -> None:
    found = look(directories(*subfiles, big=big), "scan.tif")
    assert found.inspection.pages == (len(widths) if len(widths) > 1 else None)
    assert found.inspection.width == widths[0]
    kind = "page" if len(widths) > 1 else "web"
    assert [copy.width for copy in found.copies if copy.kind == kind] == widths


def test_every_page_of_a_large_scan_can_be_looked_into_but_not_those_of_a_book(look, tmp_path: Path) -> None:
    def scan(pages: int) -> bytes:
        out = io.BytesIO()
        sheet = Image.new("L", (1200, 2200), 200)
        sheet.save(out, "TIFF", save_all=True, append_images=[sheet] * (pages - 1), compression="packbits")
        return out.getvalue()

    found = look(scan(2), "scan.tif")
    assert [(copy.kind, copy.page, copy.height) for copy in found.copies][1:] == [
        ("page", 1, 1400),
        ("tiles", 1, 2200),
        ("page", 2, 1400),
        ("tiles", 2, 2200),
    ]
    assert "tiles" not in {copy.kind for copy in look(scan(25), "book.tif", page_px=200).copies}


def test_transparent_parts_are_shown_white(look, tmp_path: Path) -> None:
    look(given.saved(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "PNG"), "mark.png")
    with opened(tmp_path, "web.jpg") as picture:
        assert picture.getpixel((25, 25)) == (255, 255, 255)


def test_a_deep_grey_scan_keeps_its_shades(look, tmp_path: Path) -> None:
    ramp = np.tile(np.linspace(1000, 60000, 256, dtype=np.uint16), (64, 1))
    look(given.saved(Image.fromarray(ramp), "TIFF"), "deep.tif")
    with opened(tmp_path, "web.jpg") as picture:
        shades = [picture.getpixel((x, 30)) for x in (4, 128, 250)]
    assert shades[0] < 20 < 100 < shades[1] < 160 < 235 < shades[2]


def test_colours_of_another_profile_are_brought_to_srgb(look, tmp_path: Path) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    swapped = given.saved(Image.new("LAB", (40, 40), (140, 200, 180)), "TIFF", icc_profile=lab)
    look(swapped, "lab.tif")
    with opened(tmp_path, "web.jpg") as picture:
        red, green, blue = picture.convert("RGB").getpixel((20, 20))
    assert red > green + 60 and red > blue + 60
    assert "icc_profile" not in picture.info


def test_a_broken_profile_does_not_hide_the_picture(look) -> None:
    found = look(given.saved(given.picture(), "JPEG", icc_profile=b"no profile at all"), "photo.jpg")
    assert found.state == "examined"
    assert len(found.copies) == 2


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "RGBA", "LA", "YCbCr", "I;16"])
def test_pictures_of_every_mode_are_shown(mode: str, look) -> None:
    kind, name = ("TIFF", "a.tif") if mode in ("CMYK", "YCbCr") else ("PNG", "a.png")
    picture = (
        given.picture(80, 60).convert("L").convert(mode) if mode != "I;16" else Image.new("I;16", (80, 60), 9)
    )
    found = look(given.saved(picture, kind), name)
    assert found.state == "examined", found.failure
    assert len(found.copies) == 2


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_taken_with_a_turned_camera_stands_upright(orientation: int, look, tmp_path: Path) -> None:
    marks = Image.Exif()
    marks[0x0112] = orientation
    upright = given.picture(300, 200)
    turn = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    stored = upright if orientation == 1 else upright.transpose(Image.Transpose(turn[orientation]))
    look(given.saved(stored, "JPEG", exif=marks, quality=95), "photo.jpg")
    with opened(tmp_path, "web.jpg") as picture:
        assert picture.size == (300, 200)
        red, green, _ = picture.getpixel((10, 10))
        assert red > 150 > 90 > green


def test_an_animation_is_shown_by_its_first_frame_and_that_is_said(look) -> None:
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "blue", "green")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    found = look(out.getvalue(), "moving.gif")
    assert "first-frame-only" in {note.code for note in found.notes}
    assert len(found.copies) == 2


def test_the_same_file_examined_twice_gives_the_same_bytes(look, tmp_path: Path) -> None:
    first = look(given.jpeg(), "photo.jpg")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert look(given.jpeg(), "photo.jpg") == first
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_a_name_that_lies_about_the_format_is_told_and_the_picture_shown(look) -> None:
    found = look(given.png(), "photo.jpg")
    assert found.identification.media_type == "image/png"
    assert "extension mismatch" in found.identification.warnings
    assert len(found.copies) == 2
