"""PDF documents, through PDFium: text a page, an image a page."""

from __future__ import annotations

from ingest.parcel import Copy, Inspection, Passage
from ingest.readers.base import Matches, Work

MATCHES = Matches(
    media_types=frozenset({"application/pdf"}),
    extensions=frozenset({"pdf"}),
    upholds=frozenset({"region", "passage"}),
)


def inspect(work: Work) -> Inspection:
    """Return the number of pages and what the document's information dictionary says."""
    from ingest.readers import pdf_pages

    return pdf_pages.inspect(work)


def text(work: Work) -> list[Passage]:
    """Return one passage for each page that has text; a page without is read by a machine when that is asked for."""
    from ingest.readers import pdf_pages

    return pdf_pages.text(work)


def copies(work: Work) -> list[Copy]:
    """Make a thumbnail of the first page and an image of each page."""
    from ingest.readers import pdf_pages

    return pdf_pages.copies(work)
