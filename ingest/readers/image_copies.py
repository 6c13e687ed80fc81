"""Access copies of pictures: a large one first, the smaller from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from PIL import Image

from ingest.parcel import Copy
from ingest.readers import pyramid
from ingest.readers.base import Work
from ingest.readers.pictures import check_size, difference_hash, open_picture, save_jpeg, shrink

OCR_PX = 3500
WORTH_TILES = 1.5
HUGE, HUGE_PX = 64_000_000, 4000


def make(work: Work) -> list[Copy]:
    """Make a thumbnail and a web image, and tiles of a large picture; or a thumbnail and one image a page."""
    pages = work.inspection.pages or 1
    if pages > 1:
        return _pages(work)
    covered = work.marks.on_page(1)
    with open_picture(work.path, work.options.max_pixels) as picture:
        work.progress()
        longest = _tiled_px(picture, work)
        # Everything that is shown comes from one picture, so what is covered in one is covered in all.
        large = (
            shrink(picture, longest, covered, 1.0)
            if longest
            else shrink(picture, work.options.web_px, covered)
        )
    work.progress()
    tiles = [_tiles(large, work)] if longest else []
    # Halved in whole steps first: twice as quick, and nobody sees it.
    large.thumbnail((work.options.web_px,) * 2, Image.Resampling.LANCZOS, reducing_gap=1.2)
    return [_thumbnail(large, work), _save(large, "web", work), *tiles]


def picture_of(work: Work, number: int, longest: int) -> Image.Image:
    """One page (from 1), clean and upright, its longer side at most that many pixels."""
    with open_picture(work.path, work.options.max_pixels) as picture:
        if number > 1:
            picture.seek(number - 1)
            check_size(picture, work.options.max_pixels)
        return shrink(picture, longest)


def pages_to_read(work: Work) -> Iterator[tuple[int, Image.Image]]:
    """Give each page large enough for a machine to read, with its number from 1."""
    with open_picture(work.path, work.options.max_pixels) as picture:
        for number in _seek(picture, work):
            yield number, shrink(picture.copy(), OCR_PX, work.marks.on_page(number))


def _tiled_px(picture: Image.Image, work: Work) -> int:
    """The longer side of the copy in tiles; 0 for a picture so little larger than its web image that it gains nothing."""
    options = work.options
    if max(picture.size) <= WORTH_TILES * options.web_px:
        return 0
    # The very largest fill the memory while they are decoded, and leave little for anything beside.
    return min(options.zoom_px, HUGE_PX) if picture.width * picture.height > HUGE else options.zoom_px


def _tiles(large: Image.Image, work: Work) -> Copy:
    pyramid.save(large, work.scratch / "tiles.tif", work.progress)
    work.progress()
    return Copy("tiles", "tiles.tif", "image/tiff", width=large.width, height=large.height)


def _pages(work: Work) -> list[Copy]:
    made: list[Copy] = []
    with open_picture(work.path, work.options.max_pixels) as picture:
        for number in _seek(picture, work):
            page = shrink(picture.copy(), work.options.page_px, work.marks.on_page(number))
            if number == 1:
                made.append(_thumbnail(page, work))
            made.append(_save(page, "page", work, number))
    if (work.inspection.pages or 1) > work.options.max_page_images:
        work.note("pages-cut")
    return made


def _seek(picture: Image.Image, work: Work) -> Iterator[int]:
    """Step through the pages one by one, never asking Pillow how many there are (it would walk them all)."""
    for number in range(1, min(work.inspection.pages or 1, work.options.max_page_images) + 1):
        picture.seek(number - 1)
        check_size(picture, work.options.max_pixels)
        yield number
        work.progress()


def _thumbnail(larger: Image.Image, work: Work) -> Copy:
    small = larger.copy()
    small.thumbnail((work.options.thumbnail_px,) * 2, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return replace(_save(small, "thumbnail", work), looks=difference_hash(larger))


def _save(picture: Image.Image, kind: str, work: Work, page: int | None = None) -> Copy:
    name = f"{kind}.jpg" if page is None else f"{kind}-{page:04}.jpg"
    save_jpeg(picture, work.scratch / name, kind)
    return Copy(kind, name, "image/jpeg", width=picture.width, height=picture.height, page=page)
