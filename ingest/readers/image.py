"""Photographs and scans: JPEG, PNG, TIFF (one page or many), WebP, GIF, HEIC."""

from __future__ import annotations

from ingest.parcel import Copy, Inspection, Passage
from ingest.readers.base import Matches, Work

MATCHES = Matches(
    media_types=frozenset(
        {
            "image/jpeg",
            "image/png",
            "image/apng",
            "image/tiff",
            "image/webp",
            "image/gif",
            "image/heif",
            "image/heic",
        }
    ),
    # Those PRONOM gives no media type for, or more than one: Exif TIFF, big TIFF, HEIC, DNG is left out on purpose.
    puids=frozenset(
        {"fmt/353", "fmt/154", "fmt/155", "fmt/153", "fmt/152", "fmt/1101", "fmt/1917", "fmt/935"}
    ),
    upholds=frozenset({"region", "passage"}),
)


def inspect(work: Work) -> Inspection:
    """Return pixels as stored, the number of pages, and what EXIF, IPTC and XMP say."""
    from ingest.readers import image_metadata

    return image_metadata.inspect(work)


def text(work: Work) -> list[Passage]:
    """Return what a machine reads in the picture, when that is asked for."""
    from ingest.readers import image_copies, ocr

    if not ocr.wanted(work):
        return []
    return [
        Passage(words, page=number if work.inspection.pages else None)
        for number, page in image_copies.pages_to_read(work)
        if (words := ocr.read(page, work))
    ]


def copies(work: Work) -> list[Copy]:
    """Make a thumbnail and a web image; for a picture of several pages, a thumbnail and an image a page."""
    from ingest.readers import image_copies

    return image_copies.make(work)
