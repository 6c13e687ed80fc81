"""Numbers, sizes and formats as people read them."""

from __future__ import annotations

from archive.web.words import bytes_counted, later, number

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
# Each a thousand times the one before it, the first a thousand bytes.
UNITS = (later("%(size)s KB"), later("%(size)s MB"), later("%(size)s GB"), later("%(size)s TB"))


def size_words(size: int | None) -> str:
    """A size in bytes, in decimal units as the visitor's language calls them: `1.5 MB`; "" for one that is not told."""
    if size is None:
        return ""
    if size < 1000:
        return bytes_counted(size)
    amount, unit = size / 1000, 0
    while amount >= 1000 and unit < len(UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return str(UNITS[unit]) % {"size": number(round(amount, 1))}


def format_words(media_type: str) -> str:
    """A media type by the name that people know, or as it is written: `JPEG`, `model/stl`."""
    plain = media_type.partition(";")[0]
    return NAMES.get(plain, plain)


def clock(milliseconds: int) -> str:
    """A moment or a duration as a clock shows it: `1:23` or `1:02:03`."""
    seconds = milliseconds // 1000
    hours, minutes = seconds // 3600, seconds // 60 % 60
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"
