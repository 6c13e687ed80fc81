"""What a picture says of itself: EXIF through exifread, IPTC through Pillow, XMP through our own small parser."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import exifread
from exifread.utils import get_gps_coords
from PIL import Image, IptcImagePlugin
from PIL.ImageFile import ImageFile

from ingest.parcel import Inspection, Says
from ingest.readers import tiff_pages, xmp
from ingest.readers.base import TooSlow, Work, clean, within
from ingest.readers.breaking_off import breaks_off
from ingest.readers.pictures import open_picture

EXIF_PATIENCE_S = 1.0
# IPTC IIM 4.2, record 2: number of the data set -> our word.
IPTC = {
    5: "title",
    25: "keywords",
    80: "creator",
    90: "place",
    101: "country",
    105: "headline",
    116: "rights",
    120: "caption",
}
EXIF = {
    "Image ImageDescription": "caption",
    "Image Artist": "creator",
    "Image Copyright": "rights",
    "Image Software": "software",
}
DATES = (
    ("EXIF DateTimeOriginal", "EXIF OffsetTimeOriginal"),
    ("EXIF DateTimeDigitized", "EXIF OffsetTimeDigitized"),
)


def inspect(work: Work) -> Inspection:
    """Return pixels as stored, pages of a TIFF, and what EXIF, IPTC and XMP say (XMP over IPTC over EXIF)."""
    with open_picture(work.path, work.options.max_pixels) as picture:
        work.progress()
        says = {**_exif(work), **_iptc(picture, work), **_xmp(picture, work)}
        pages, lacks_pages = tiff_pages.pages(work.path) if picture.format == "TIFF" else ([], False)
        if lacks_pages or breaks_off(work.path):
            work.note("cut-short")
        if picture.format in ("GIF", "WEBP", "PNG") and _moves(picture):
            work.note("first-frame-only")
        if picture.format in ("MPO", "HEIF") and getattr(picture, "n_frames", 1) > 1:
            work.note("pictures-inside")
        if pages and pages[0]:
            picture.seek(pages[0])
        width, height = picture.size
    if "latitude" in says:
        work.note("says-where")
    if "camera" in says:
        work.note("says-camera")
    if "creator" in says:
        work.note("says-who")
    return Inspection(width, height, len(pages) if len(pages) > 1 else None, says=says)


def _exif(work: Work) -> Says:
    # exifread can run for ever on 26 bytes, and raises half the exceptions there are.
    try:
        with within(EXIF_PATIENCE_S), work.path.open("rb") as stream:
            tags = exifread.process_file(stream, details=False, extract_thumbnail=False)
            return _exif_says(tags)
    except (Exception, TooSlow):
        work.note("details-unreadable")
        return {}


def _exif_says(tags: dict[str, Any]) -> Says:
    says: Says = {}
    for tag, word in EXIF.items():
        if tag in tags and (value := clean(str(tags[tag]))):
            says[word] = value
    for tag, offset in DATES:
        if tag in tags and (date := _date(str(tags[tag]), str(tags.get(offset, "")))):
            says.setdefault("date_taken", date)
    camera = _camera(clean(str(tags.get("Image Make", ""))), clean(str(tags.get("Image Model", ""))))
    if camera:
        says["camera"] = camera
    if "Image Orientation" in tags and tags["Image Orientation"].values:
        says["orientation"] = int(tags["Image Orientation"].values[0])
    if place := _place(tags):
        says["latitude"], says["longitude"] = place
    return says


def _camera(make: str, model: str) -> str:
    return model if model.lower().startswith(make.lower()) else f"{make} {model}".strip()


def _date(value: str, offset: str) -> str | None:
    """EXIF `2012:09:29 14:03:11` (and `+02:00`) as ISO 8601; None when it was never set."""
    day, _, time = value.strip().partition(" ")
    parts = day.replace("-", ":").split(":")
    if len(parts) != 3 or not all(part.isdigit() for part in parts) or int(parts[0]) == 0:
        return None
    return "-".join(parts) + (f"T{time}{offset.strip()}" if time.count(":") == 2 else "")


def _place(tags: dict[str, Any]) -> tuple[float, float] | None:
    with suppress(ValueError, TypeError, ZeroDivisionError, KeyError, AttributeError, IndexError):
        place = get_gps_coords(tags)
        if place and abs(place[0]) <= 90 and abs(place[1]) <= 180 and any(place):
            return round(place[0], 7), round(place[1], 7)
    return None


def _iptc(picture: ImageFile, work: Work) -> Says:
    try:
        found = IptcImagePlugin.getiptcinfo(picture) or {}
    except Exception:
        work.note("details-unreadable")
        return {}
    coded = found.get((1, 90)) == b"\x1b%G"
    says: Says = {}
    for (record, number), value in found.items():
        if record == 2 and number in IPTC:
            values = [_iptc_text(one, coded) for one in (value if isinstance(value, list) else [value])]
            says[IPTC[number]] = values if IPTC[number] == "keywords" else "; ".join(values)
    return says


def _iptc_text(value: Any, utf8: bool) -> str:
    data = bytes(value)
    try:
        return clean(data.decode("utf-8"))
    except UnicodeDecodeError:
        return clean(data.decode("utf-8" if utf8 else "cp1252", "replace"))


def _xmp(picture: Image.Image, work: Work) -> Says:
    packet = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp") or b""
    if not packet:
        return {}
    try:
        return xmp.says(packet.encode() if isinstance(packet, str) else packet)
    except xmp.Unreadable:
        work.note("details-unreadable")
        return {}


def _moves(picture: Image.Image) -> bool:
    try:
        picture.seek(1)
        picture.seek(0)
    except EOFError:
        return False
    return True
