"""Finds what may be faces in a picture, with the cascades that OpenCV ships; nothing is recognised, and nothing is kept.

OpenCV is an extra of its own: `pip install remembrance[faces]`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import cv2  # type: ignore[import-not-found,unused-ignore]
import numpy as np
from PIL import Image

from ingest.readers.base import Work

LOOKED_AT_PX = 1400
SHIPPED = Path(cv2.__file__).parent / "data"
CASCADES = ("haarcascade_frontalface_alt2.xml", "haarcascade_profileface.xml")
# Rather one that is none than one that is missed: somebody looks at each.
NEIGHBOURS, STEP, SMALLEST_PX = 3, 1.1, 24
# What is found is eyes, nose and mouth: so much more on each side takes in hair, ears and chin.
ROOM = 0.2
MOST = 60
Box = tuple[float, float, float, float]


def find(work: Work, page: int) -> list[Box]:
    """Left, top, width and height of each, in shares of the upright picture, from left to right."""
    picture = _picture(work, page).convert("L")
    work.progress()
    found: list[Box] = []
    for box in sorted(_seen(picture, work), key=lambda one: -one[2]):
        if not any(_is_the_same(box, known) for known in found):
            found.append(box)
    return sorted(_with_room(box) for box in found[:MOST])


def _picture(work: Work, page: int) -> Image.Image:
    if work.media_type == "application/pdf":
        from ingest.readers import pdf_pages

        return pdf_pages.picture_of(work, page, LOOKED_AT_PX)
    from ingest.readers import image_copies

    return image_copies.picture_of(work, page, LOOKED_AT_PX)


def _seen(picture: Image.Image, work: Work) -> Iterator[Box]:
    cv2.setNumThreads(1)
    width, height = picture.size
    grey = cv2.equalizeHist(np.asarray(picture))
    for name in CASCADES:
        cascade = cv2.CascadeClassifier(str(SHIPPED / name))
        # The cascade of profiles knows those that look to one side.
        for pixels, is_mirrored in ((grey, False), (cv2.flip(grey, 1), True)):
            boxes: Iterable[Any] = cascade.detectMultiScale(
                pixels, scaleFactor=STEP, minNeighbors=NEIGHBOURS, minSize=(SMALLEST_PX, SMALLEST_PX)
            )
            for x, y, w, h in boxes:
                left = width - x - w if is_mirrored else x
                yield float(left) / width, float(y) / height, float(w) / width, float(h) / height
            work.progress()


def _is_the_same(one: Box, other: Box) -> bool:
    """Whether most of the smaller one lies in the other."""
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    smaller = min(one[2] * one[3], other[2] * other[3])
    return across > 0 and down > 0 and across * down > smaller / 2


def _with_room(box: Box) -> Box:
    x, y, width, height = box
    left, top = max(0.0, x - ROOM * width), max(0.0, y - ROOM * height)
    right, bottom = min(1.0, x + (1 + ROOM) * width), min(1.0, y + (1 + ROOM) * height)
    return left, top, right - left, bottom - top
