"""Writes a large picture as TIFF in tiles, at its own size and at every half of it, so that any part is read at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image

TILE = 512
QUALITY = 84


def save(picture: Image.Image, path: Path, progress: Callable[[], None] = lambda: None) -> None:
    """Write the pixels of a clean picture (RGB or grey) and nothing else; `progress` is called every now and then."""
    # Few pictures are as large, and the library takes a moment to load.
    import pyvips

    bands = len(picture.getbands())
    pixels = pyvips.Image.new_from_memory(
        picture.tobytes(), picture.width, picture.height, bands, "uchar"
    ).copy(interpretation="srgb" if bands > 1 else "b-w")
    pixels.set_progress(True)
    pixels.signal_connect("eval", lambda *_: progress())
    # By way of memory: beside a file the library would put others, outside of the one folder that may be written in.
    data = pixels.tiffsave_buffer(
        compression="jpeg",
        Q=QUALITY,
        tile=True,
        tile_width=TILE,
        tile_height=TILE,
        pyramid=True,
        keep="none",
    )
    path.write_bytes(data)
