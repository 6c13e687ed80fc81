"""Cuts parts out of pictures that are access copies: from JPEG, or from TIFF that holds the picture in tiles, level by level.

Only these two are ever opened, by their own loaders, and nothing of them is remembered from one request to the next.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from archive.exchange.iiif_image import Cut

QUALITY = 82
JPEG, TIFF = "image/jpeg", "image/tiff"
# A JPEG decoder leaves out what would be thrown away, by these factors.
SHRINKS = (8, 4, 2)


def render(path: Path, media_type: str, wanted: Cut, whole: tuple[int, int]) -> bytes:
    """A JPEG of what is wanted of the access copy that lies there and has that many pixels, without any metadata.

    FileNotFoundError where it is gone.
    """
    if not path.is_file():
        raise FileNotFoundError(path)
    vips = _vips()
    scale = min(wanted.width / wanted.out_width, wanted.height / wanted.out_height)
    picture = _level(vips, path, media_type, scale)
    part = _crop(picture, wanted, whole)
    if (part.width, part.height) != (wanted.out_width, wanted.out_height):
        part = part.thumbnail_image(wanted.out_width, height=wanted.out_height, size=vips.enums.Size.FORCE)
    return bytes(part.jpegsave_buffer(Q=QUALITY, keep="none"))


def _level(vips: Any, path: Path, media_type: str, scale: float) -> Any:
    """The smallest kept form of the picture that has all the pixels that are wanted."""
    if media_type == JPEG:
        shrink = next((one for one in SHRINKS if one <= scale), 1)
        return vips.Image.jpegload(str(path), shrink=shrink)
    picture = vips.Image.tiffload(str(path))
    page = min(int(scale).bit_length() - 1, int(picture.get("n-pages")) - 1)
    return vips.Image.tiffload(str(path), page=page) if page > 0 else picture


def _crop(picture: Any, wanted: Cut, whole: tuple[int, int]) -> Any:
    """The part of a smaller form of the picture; edges that lie between two of its pixels take both."""
    across, down = picture.width / whole[0], picture.height / whole[1]
    left = min(int(wanted.left * across), picture.width - 1)
    top = min(int(wanted.top * down), picture.height - 1)
    right = min(max(round((wanted.left + wanted.width) * across), left + 1), picture.width)
    bottom = min(max(round((wanted.top + wanted.height) * down), top + 1), picture.height)
    return picture.crop(left, top, right - left, bottom - top)


@cache
def _vips() -> Any:
    """The library, loaded when the first part is asked for; what was taken back must not live on in its memory."""
    import pyvips

    pyvips.cache_set_max(0)
    return pyvips
