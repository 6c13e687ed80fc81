"""E-mail: single messages (EML, RFC 5322; EMLX of Apple Mail) and mailboxes (mbox, RFC 4155)."""

from __future__ import annotations

from ingest.parcel import Copy, Inspection, Passage
from ingest.readers.base import Matches, Work

MATCHES = Matches(
    puids=frozenset({"fmt/278", "fmt/950", "fmt/720"}),
    media_types=frozenset({"message/rfc822", "application/mbox"}),
    extensions=frozenset({"eml", "emlx", "mbox"}),
    upholds=frozenset({"passage"}),
)


def inspect(work: Work) -> Inspection:
    """Return from, to, date and subject, and the attachments by name, type and size."""
    from ingest.readers import messages

    return messages.inspect(work)


def text(work: Work) -> list[Passage]:
    """Return the words of each message, then those of attachments whose format is safe to read."""
    from ingest.readers import messages

    return messages.text(work)


def copies(work: Work) -> list[Copy]:
    """Make one plain text of what the messages say, without headers and attachments."""
    from ingest.readers import messages, plain_text

    return plain_text.write_copy(messages.bodies(work), work)
