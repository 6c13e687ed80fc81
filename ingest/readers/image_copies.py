"""Access copies of pictures: a large one first, the smaller from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from PIL import Image, TiffImagePlugin
from PIL.ImageFile import ImageFile

from ingest.marks import Region
from ingest.parcel import Copy
from ingest.readers import pyramid, tiff_pages
from ingest.readers.base import Work
from ingest.readers.pictures import (
    WHITE_IS_ZERO,
    check_size,
    difference_hash,
    open_picture,
    save_jpeg,
    shrink,
)

OCR_PX = 3500
WORTH_TILES = 1.5
HUGE, HUGE_PX = 64_000_000, 4000
# A letter, not a book: the pages of a book are printed, and would take hours.
MOST_TILED_PAGES = 24


def make(work: Work) -> list[Copy]:
    """Make a thumbnail and a web image, or a thumbnail and one image a page; and tiles of what is large."""
    pages = work.inspection.pages or 1
    if pages > 1:
        return _pages(work)
    with open_picture(work.path, work.options.max_pixels) as picture:
        work.progress()
        covered = _turn_to(picture, 1, _frames(picture, work), work)
        web, tiles = _shown(picture, work.options.web_px, work, covered)
    work.progress()
    return [_thumbnail(web, work), _save(web, "web", work), *tiles]


def picture_of(work: Work, number: int, longest: int) -> Image.Image:
    """One page (from 1), clean and upright, its longer side at most that many pixels."""
    with open_picture(work.path, work.options.max_pixels) as picture:
        _turn_to(picture, number, _frames(picture, work), work)
        return shrink(picture, longest)


def pages_to_read(work: Work) -> Iterator[tuple[int, Image.Image]]:
    """Give each page large enough for a machine to read, with its number from 1."""
    with open_picture(work.path, work.options.max_pixels) as picture:
        for number, covered in _seek(picture, work):
            yield number, shrink(picture.copy(), OCR_PX, covered)


def _pages(work: Work) -> list[Copy]:
    made: list[Copy] = []
    with open_picture(work.path, work.options.max_pixels) as picture:
        for number, covered in _seek(picture, work):
            page, tiles = _shown(picture.copy(), work.options.page_px, work, covered, number)
            if number == 1:
                made.append(_thumbnail(page, work))
            made += [_save(page, "page", work, number), *tiles]
    if (work.inspection.pages or 1) > work.options.max_page_images:
        work.note("pages-cut")
    return made


def _shown(
    picture: Image.Image, longest: int, work: Work, covered: Sequence[Region], page: int | None = None
) -> tuple[Image.Image, list[Copy]]:
    """The picture as it is shown, and its copy in tiles if it is large.

    Both come from one picture, so that what is covered in one is covered in the other.
    """
    tiled = _tiled_px(picture, longest, work)
    if not tiled:
        return shrink(picture, longest, covered), []
    large = shrink(picture, tiled, covered, 1.0)
    work.progress()
    name = "tiles.tif" if page is None else f"tiles-{page:04}.tif"
    pyramid.save(large, work.scratch / name, work.progress)
    work.allowance.wrote((work.scratch / name).stat().st_size)
    tiles = Copy("tiles", name, "image/tiff", width=large.width, height=large.height, page=page)
    # Halved in whole steps first: twice as quick, and nobody sees it.
    large.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=1.2)
    return large, [tiles]


def _tiled_px(picture: Image.Image, shown_px: int, work: Work) -> int:
    """The longer side of the copy in tiles; 0 for a picture so little larger than it is shown that it gains nothing."""
    options = work.options
    if max(picture.size) <= WORTH_TILES * shown_px or (work.inspection.pages or 1) > MOST_TILED_PAGES:
        return 0
    # The very largest fill the memory while they are decoded, and leave little for anything beside.
    return min(options.zoom_px, HUGE_PX) if picture.width * picture.height > HUGE else options.zoom_px


def _frames(picture: ImageFile, work: Work) -> Sequence[int]:
    """Which of the pictures in a file (from 0) are its pages: neither a smaller version of one of them nor a mask."""
    return tiff_pages.pages(work.path)[0] if picture.format == "TIFF" else ()


def _turn_to(picture: ImageFile, number: int, frames: Sequence[int], work: Work) -> tuple[Region, ...]:
    """Open a page (from 1), and tell what is to be covered of it."""
    frame = frames[number - 1] if number <= len(frames) else number - 1
    if frame:
        picture.seek(frame)
        check_size(picture, work.options.max_pixels)
    if isinstance(picture, TiffImagePlugin.TiffImageFile):
        picture.info[WHITE_IS_ZERO] = picture.tag_v2.get(TiffImagePlugin.PHOTOMETRIC_INTERPRETATION) == 0
    covered = work.marks.on_page(number)
    # What was marked while smaller versions counted as pages must not come to stand beside what it covers.
    return covered if frame == number - 1 else (*covered, *work.marks.on_page(frame + 1))


def _seek(picture: ImageFile, work: Work) -> Iterator[tuple[int, tuple[Region, ...]]]:
    """Step through the pages one by one, never asking Pillow how many there are (it would walk them all)."""
    frames = _frames(picture, work)
    last = min(work.inspection.pages or 1, work.options.max_page_images)
    for number in range(1, last + 1):
        yield number, _turn_to(picture, number, frames, work)
        work.progress()
        if number < last and work.ends_here():
            break


def _thumbnail(larger: Image.Image, work: Work) -> Copy:
    small = larger.copy()
    small.thumbnail((work.options.thumbnail_px,) * 2, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return replace(_save(small, "thumbnail", work), looks=difference_hash(larger))


def _save(picture: Image.Image, kind: str, work: Work, page: int | None = None) -> Copy:
    name = f"{kind}.jpg" if page is None else f"{kind}-{page:04}.jpg"
    save_jpeg(picture, work.scratch / name, kind)
    work.allowance.wrote((work.scratch / name).stat().st_size)
    return Copy(kind, name, "image/jpeg", width=picture.width, height=picture.height, page=page)
