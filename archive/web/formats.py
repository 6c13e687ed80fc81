"""Numbers, sizes and formats as people read them."""

from __future__ import annotations

from archive.web.words import number

# What people call the kinds of files that access copies are.
NAMES = {
    "application/pdf": "PDF",
    "audio/mp4": "M4A",
    "audio/mpeg": "MP3",
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/tiff": "TIFF",
    "image/webp": "WebP",
    "text/plain": "TXT",
    "text/vtt": "WebVTT",
    "video/mp4": "MP4",
}
UNITS = ("bytes", "KB", "MB", "GB", "TB")


def size_words(size: int | None) -> str:
    """A size in bytes, in decimal units: `1.5 MB`; "" for one that is not told."""
    if size is None:
        return ""
    amount, unit = float(size), 0
    while amount >= 1000 and unit < len(UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{number(round(amount, 1 if unit else 0))} {UNITS[unit]}"


def format_words(media_type: str) -> str:
    """A media type by the name that people know, or as it is written: `JPEG`, `model/stl`."""
    plain = media_type.partition(";")[0]
    return NAMES.get(plain, plain)


def clock(milliseconds: int) -> str:
    """A moment or a duration as a clock shows it: `1:23` or `1:02:03`."""
    seconds = milliseconds // 1000
    hours, minutes = seconds // 3600, seconds // 60 % 60
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"
