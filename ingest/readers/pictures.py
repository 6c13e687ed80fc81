"""Opening pictures safely with Pillow, and turning them into clean ones: upright, sRGB, with nothing but pixels."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError
from PIL.ImageFile import ImageFile
from pillow_heif import register_heif_opener

from ingest.failures import ReadFailure
from ingest.marks import Region
from ingest.readers import tiff_pages
from ingest.readers.covering import cover, cover_source

# Never Pillow's full list: its EPS reader starts Ghostscript.
FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "GIF", "HEIF")
QUALITY = {"thumbnail": 80, "web": 84, "page": 80, "poster": 82}
LEAST_CONTRAST = 16
# Said in a picture's `info` by whoever opens it, for a copy of it keeps nothing else: of deep grey Pillow does not heed it.
WHITE_IS_ZERO = "white is zero"
DEEP_GREY = frozenset({"I", "F", "I;16", "I;16B", "I;16L", "I;16N"})


def open_picture(path: Path, max_pixels: int) -> ImageFile:
    """Open a picture lazily; refuses one that claims more pixels than may be opened."""
    register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    Image.MAX_IMAGE_PIXELS = None  # our own limit, below, answers with a failure of ours
    try:
        picture = Image.open(path, formats=FORMATS)
    except UnidentifiedImageError as error:
        # Pixels of a kind that Pillow does not know, such as CMYK with an alpha channel, are no damage.
        raise ReadFailure("pixels-unknown" if tiff_pages.is_sound(path) else "damaged") from error
    check_size(picture, max_pixels)
    return picture


def check_size(picture: Image.Image, max_pixels: int) -> None:
    """Raise ReadFailure when a picture (or the frame of it that is open) claims too many pixels."""
    if picture.width * picture.height > max_pixels:
        raise ReadFailure("too-many-pixels")


def shrink(
    picture: Image.Image, longest: int, covered: Sequence[Region] = (), gap: float = 2.0
) -> Image.Image:
    """Return a clean picture whose longer side is at most `longest` pixels; decodes no more of it than it needs.

    What is `covered` is written over before the picture is made smaller, and black in what is returned. A smaller `gap`
    (1 at least) takes less memory and is a little less fine.
    """
    _decode_small(picture, longest)
    if covered:
        picture = cover_source(picture, covered)
    if picture.mode in DEEP_GREY:
        is_negative = picture.info.get(WHITE_IS_ZERO)
        picture = ImageOps.invert(_eight_bit(picture)) if is_negative else _eight_bit(picture)
    elif picture.mode in ("P", "PA"):
        picture = picture.convert("RGBA" if "transparency" in picture.info or picture.mode == "PA" else "RGB")
    elif picture.mode == "1":
        picture = picture.convert("L")
    picture.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=gap)
    return cover(pixels_only(_to_srgb(ImageOps.exif_transpose(picture))), covered)


def difference_hash(picture: Image.Image) -> int | None:
    """How a picture looks, in 64 bits (dHash): whether each point of an 8 by 8 grid is darker than the next one to its right.

    None for a picture without light and shade, which looks like every other of them.
    """
    grey = picture.convert("L").resize((9, 8), Image.Resampling.LANCZOS).tobytes()
    if max(grey) - min(grey) < LEAST_CONTRAST:
        return None
    bits = (grey[9 * row + x] < grey[9 * row + x + 1] for row in range(8) for x in range(8))
    return sum(bit << place for place, bit in enumerate(bits)) or None


def pixels_only(picture: Image.Image) -> Image.Image:
    """Return a new RGB or grey picture that holds the pixels and not one byte of the other's metadata."""
    if picture.mode in ("RGBA", "LA", "La", "RGBa"):
        clean = Image.new("RGB", picture.size, "white")
        clean.paste(picture.convert("RGB"), mask=picture.convert("RGBA").getchannel("A"))
        return clean
    picture = picture if picture.mode in ("RGB", "L") else picture.convert("RGB")
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    return clean


def save_jpeg(picture: Image.Image, path: Path, kind: str) -> None:
    """Write a JPEG file with no comment, profile or any other metadata."""
    picture.save(path, "JPEG", quality=QUALITY[kind], comment=b"", exif=b"", icc_profile=None)


def save_webp(picture: Image.Image, path: Path) -> None:
    """Write a lossless WebP file of pixels alone; for drawings."""
    picture.save(path, "WEBP", lossless=True, exif=b"", xmp=b"", icc_profile=b"")


def _decode_small(picture: Image.Image, longest: int) -> None:
    """Let the JPEG decoder leave out what would be thrown away; by itself Pillow would decode twice the size and more."""
    share = longest / max(picture.size)
    if isinstance(picture, ImageFile) and share < 1:
        picture.draft(picture.mode, (round(picture.width * share), round(picture.height * share)))


def _eight_bit(picture: Image.Image) -> Image.Image:
    """Scale deep grey into 0..255; a plain conversion would cut everything above 255 to white."""
    if picture.mode.startswith("I;16"):
        picture = picture.convert("I")
    low, high = picture.getextrema()
    assert isinstance(low, int | float) and isinstance(high, int | float)
    scale = 255.0 / (high - low) if high > low else 0.0
    return picture.point(lambda value: value * scale + -low * scale).convert("L")


def _to_srgb(picture: Image.Image) -> Image.Image:
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "RGBA", "L", "CMYK", "LAB"):
        return picture
    mode = picture.mode if picture.mode in ("RGB", "RGBA") else "RGB"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            done = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture  # a broken profile: the colours as they are
    return picture if done is None else done
