"""What a mark takes out of a film is in no frame and no picture of it, and the rest stays to be seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from ingest.sandbox import Sandbox
from tests.fixtures import given
from tests.fixtures.planted import (
    GREEN,
    PLATE,
    film_region,
    film_with_a_plate,
    loudest,
    planted_green,
    seconds,
    video_frames,
)
from tests.fixtures.taking_out import copies_of, made, out

__all__ = ["out"]


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
