"""Access copies of pictures: a large one first, the smaller from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from PIL import Image

from ingest.parcel import Copy
from ingest.readers.base import Work
from ingest.readers.pictures import check_size, difference_hash, open_picture, save_jpeg, shrink

OCR_PX = 3500


def make(work: Work) -> list[Copy]:
    """Make a thumbnail and a web image, or a thumbnail and one image a page."""
    pages = work.inspection.pages or 1
    if pages > 1:
        return _pages(work)
    with open_picture(work.path, work.options.max_pixels) as picture:
        work.progress()
        web = shrink(picture, work.options.web_px)
    work.progress()
    return [_thumbnail(web, work), _save(web, "web", work)]


def pages_to_read(work: Work) -> Iterator[tuple[int, Image.Image]]:
    """Give each page large enough for a machine to read, with its number from 1."""
    with open_picture(work.path, work.options.max_pixels) as picture:
        for number in _seek(picture, work):
            yield number, shrink(picture.copy(), OCR_PX)


def _pages(work: Work) -> list[Copy]:
    made: list[Copy] = []
    with open_picture(work.path, work.options.max_pixels) as picture:
        for number in _seek(picture, work):
            page = shrink(picture.copy(), work.options.page_px)
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
