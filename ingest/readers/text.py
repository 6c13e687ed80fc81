"""Plain text, CSV and HTML: decoded to Unicode, shown as plain text."""

from __future__ import annotations

from ingest.parcel import Copy, Inspection, Passage
from ingest.readers.base import Matches, Work

MATCHES = Matches(
    media_types=frozenset(
        {
            "text/plain",
            "text/csv",
            "text/html",
            "text/markdown",
            "text/tab-separated-values",
            "application/xhtml+xml",
        }
    ),
    extensions=frozenset({"txt", "text", "md", "csv", "tsv", "htm", "html"}),
    upholds=frozenset({"passage"}),
)


def inspect(work: Work) -> Inspection:
    """Return the encoding the file seems to be in, and for HTML its title."""
    from ingest.readers import html_text, plain_text

    words, encoding = plain_text.decode_file(work)
    says = {"encoding": encoding}
    if "html" in work.media_type and (title := html_text.title(words)):
        says["title"] = title
    return Inspection(says=says)


def text(work: Work) -> list[Passage]:
    """Return the whole text as one passage; of HTML what a reader would see, without scripts and comments."""
    from ingest.readers import html_text, plain_text

    words, _ = plain_text.decode_file(work)
    words = html_text.visible(words, lambda: work.note("seen-unsure")) if "html" in work.media_type else words
    return [Passage(words)] if words.strip() else []


def copies(work: Work) -> list[Copy]:
    """Make one plain UTF-8 text."""
    from ingest.readers import plain_text

    return plain_text.write_copy(text(work), work)
