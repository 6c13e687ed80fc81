"""Covers regions of pictures with black: what was there is written over before anything is made of it."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageOps

from ingest.marks import Region

# A smaller picture mixes neighbours: what is just beside the edge holds a little of what was inside.
FEATHER_PX = 2


def cover_source(picture: Image.Image, regions: Sequence[Region]) -> Image.Image:
    """A decoded picture turned upright, and what was in the regions written over, whatever its kind of pixels."""
    upright = ImageOps.exif_transpose(picture)
    bands = len(upright.getbands())
    for region in regions:
        upright.paste(0 if bands == 1 else (0,) * bands, region.box(*upright.size, FEATHER_PX))
    return upright


def cover(picture: Image.Image, regions: Sequence[Region]) -> Image.Image:
    """A clean picture (RGB or grey) with the regions black."""
    for region in regions:
        picture.paste(0 if picture.mode == "L" else (0, 0, 0), region.box(*picture.size, FEATHER_PX))
    return picture
