"""Word processor documents, sheets, slides and e-books: their text, and what their properties say. No picture is made."""

from __future__ import annotations

from ingest.parcel import Copy, Inspection, Passage
from ingest.readers.base import Matches, Work
from ingest.readers.office_kinds import BY_EXTENSION

MATCHES = Matches(
    # Locked documents have a format of their own; the reader says that they are locked.
    puids=frozenset({"fmt/494"}),
    media_types=frozenset({*BY_EXTENSION.values(), "text/rtf", "application/encrypted"}),
    extensions=frozenset(BY_EXTENSION),
    upholds=frozenset({"passage"}),
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
