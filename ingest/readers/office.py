"""Word processor documents, sheets, slides and e-books: their text, and what their properties say. No picture is made."""

from __future__ import annotations

from ingest.parcel import Copy, Inspection, Passage
from ingest.readers.base import Matches, Work

MATCHES = Matches(
    media_types=frozenset(
        {
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.oasis.opendocument.text",
            "application/msword",
            "application/rtf",
            "text/rtf",
            "application/epub+zip",
        }
    ),
    extensions=frozenset({"docx", "odt", "doc", "rtf", "pptx", "xlsx", "epub"}),
)


def inspect(work: Work) -> Inspection:
    """Return what the document's properties say."""
    from ingest.readers import office_text

    return office_text.inspect(work)


def text(work: Work) -> list[Passage]:
    """Return the whole text as one passage."""
    from ingest.readers import office_text

    return office_text.text(work)


def copies(work: Work) -> list[Copy]:
    """Make one plain UTF-8 text."""
    from ingest.readers import office_text, plain_text

    return plain_text.write_copy(office_text.text(work), work)
