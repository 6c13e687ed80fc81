"""A part that is cut out of a picture shows just that part, at the size that was asked for, from either kind of copy."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from archive.exchange import tiles
from archive.exchange.iiif_image import cut
from ingest.readers import pyramid

SIZE = (2100, 1500)
# Where each corner's colour stands, in shares of the picture.
CORNERS = {
    (0.25, 0.25): (220, 30, 30),
    (0.75, 0.25): (30, 200, 40),
    (0.25, 0.75): (30, 40, 220),
    (0.75, 0.75): (230, 220, 40),
}


@pytest.fixture(scope="module", params=[tiles.JPEG, tiles.TIFF])
def kept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A picture in four colours, as an access copy of either kind, and its media type."""
    picture = Image.new("RGB", SIZE)
    for (x, y), colour in CORNERS.items():
        picture.paste(colour, (int((x - 0.25) * SIZE[0]), int((y - 0.25) * SIZE[1]), SIZE[0], SIZE[1]))
    path = tmp_path_factory.mktemp("tiles") / "copy"
    if request.param == tiles.TIFF:
        pyramid.save(picture, path)
    else:
        picture.save(path, "JPEG", quality=90)
    return path, request.param


def part(kept: tuple[Path, str], region: str, size: str) -> Image.Image:
    wanted = cut(region, size, "0", "default.jpg", width=SIZE[0], height=SIZE[1])
    picture = Image.open(io.BytesIO(tiles.render(*kept, wanted, SIZE)))
    assert picture.format == "JPEG" and picture.size == (wanted.out_width, wanted.out_height)
    assert set(picture.info) <= {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
        "progressive",
        "progression",
    }
    return picture


def looks(picture: Image.Image, at: tuple[float, float], colour: tuple[int, int, int]) -> bool:
    found = picture.getpixel((int(at[0] * picture.width), int(at[1] * picture.height)))
    return all(abs(one - other) < 12 for one, other in zip(found, colour, strict=True))  # type: ignore[arg-type]


@pytest.mark.parametrize("size", ["max", "1050,", "300,", "!64,64", "28,20"])
def test_the_whole_picture_at_any_size_has_its_colours_where_they_belong(
    kept: tuple[Path, str], size: str
) -> None:
    whole = part(kept, "full", size)
    assert all(looks(whole, at, colour) for at, colour in CORNERS.items())


@pytest.mark.parametrize("size", ["max", "128,", "16,"])
@pytest.mark.parametrize("at", CORNERS)
def test_a_part_shows_that_part_alone(kept: tuple[Path, str], at: tuple[float, float], size: str) -> None:
    left, top = int(SIZE[0] * at[0]) - 250, int(SIZE[1] * at[1]) - 200
    found = part(kept, f"{left},{top},500,400", size)
    assert all(looks(found, point, CORNERS[at]) for point in [(0.01, 0.01), (0.98, 0.98), (0.5, 0.5)])


def test_an_edge_between_two_colours_stands_where_it_stood(kept: tuple[Path, str]) -> None:
    found = part(kept, "1000,100,100,100", "max")
    assert looks(found, (0.40, 0.5), CORNERS[0.25, 0.25]) and looks(found, (0.60, 0.5), CORNERS[0.75, 0.25])


def test_what_was_taken_back_meanwhile_is_not_there(kept: tuple[Path, str], tmp_path: Path) -> None:
    path = tmp_path / "copy"
    path.write_bytes(kept[0].read_bytes())
    wanted = cut("full", "64,", "0", "default.jpg", width=SIZE[0], height=SIZE[1])
    assert tiles.render(path, kept[1], wanted, SIZE)
    path.unlink()
    with pytest.raises(FileNotFoundError):
        tiles.render(path, kept[1], wanted, SIZE)
