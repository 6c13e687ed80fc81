"""Reading e-mail messages with the standard library, one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email.errors import CloseBoundaryNotFoundDefect, StartBoundaryNotFoundDefect
from email.message import EmailMessage, Message, MIMEPart
from pathlib import Path
from typing import Any

from ingest.failures import ReadFailure
from ingest.parcel import Identification, Inspection, Passage, Says
from ingest.readers.base import Work, clean
from ingest.readers.headings import Mailbox
from ingest.readers.html_text import declared_encoding, visible
from ingest.readers.mailboxes import HEAD_ENDS, LONGEST_HEAD, split
from ingest.readers.plain_text import decode
from ingest.readers.text import MATCHES as TEXTS

MOST_MESSAGES, MOST_PARTS, MOST_READ, MOST_LISTED = 10_000, 2_000, 20, 200
MOST_LEVELS = 100
BROKEN_OFF = (CloseBoundaryNotFoundDefect, StartBoundaryNotFoundDefect)
SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
ENVELOPES = frozenset({"enveloped-data", "authenveloped-data"})
ARMOURED, ARMOUR_ENDS = "-----BEGIN PGP MESSAGE-----", "-----END PGP MESSAGE-----"
HEADERS = {"From": "from", "To": "to", "Cc": "cc", "Date": "date", "Subject": "subject"}


def inspect(work: Work) -> Inspection:
    """Return the headers of the first message, and of all where there are several; how many there are; what is attached."""
    heads: list[dict[str, str]] = []
    attachments: list[dict[str, Any]] = []
    number = locked = deleted = 0
    last = None
    for number, message in _messages(work):
        last = last if message is None else message
        deleted += message is None
        locked += message is not None and _is_locked(message)
        if number <= MOST_LISTED:
            heads.append({} if message is None else _head(message))
        attachments += [] if message is None else map(_attachment, _attached(message))
    if not number:
        raise ReadFailure("damaged")
    if locked and locked == number - deleted:
        raise ReadFailure("encrypted")
    if locked:
        work.note("messages-locked")
    if deleted:
        work.note("messages-deleted")
    # Any but the last one is followed by another: it was only written carelessly.
    if last is not None and any(isinstance(one, BROKEN_OFF) for one in last.defects):
        work.note("cut-short")
    says: Says = {**heads[0]}
    if number > 1:
        says |= {"messages": number, "heads": heads}
    if attachments:
        says["attachments"] = attachments[:MOST_LISTED]
        work.note("attachments-inside")
    return Inspection(says=says)


def _head(message: EmailMessage) -> dict[str, str]:
    return {word: value for header, word in HEADERS.items() if (value := _header(message, header))}


def _is_locked(message: EmailMessage) -> bool:
    """Whether all that a message says is for the keys of its readers alone (S/MIME, RFC 8551; OpenPGP, RFC 3156 and 9580)."""
    body = message.get_body(("plain", "html"))
    if body is None:
        return any(_is_envelope(part) for part in message.walk())
    words = str(body.get_payload()).strip()
    return words.startswith(ARMOURED) and words.endswith(ARMOUR_ENDS)


def _is_envelope(part: Message) -> bool:
    kind = part.get_content_type()
    # What is only signed, and what only holds keys, is of this type as well, and says so.
    sealed = str(part.get_param("smime-type", "enveloped-data")).lower() in ENVELOPES
    return kind == "multipart/encrypted" or (kind in SMIME and sealed)


def text(work: Work) -> list[Passage]:
    """Return the words of the messages, then of their attachments, each saying which it is from.

    The order is for marks, which count through all of it where they mean one of several like words.
    """
    return bodies(work) + _attachment_text(work)


def bodies(work: Work) -> list[Passage]:
    """Return one passage a message that has words."""
    return [
        Passage(words, message=number)
        for number, message in _messages(work)
        if message is not None and (words := _body(message))
    ]


def _messages(work: Work) -> Iterator[tuple[int, EmailMessage | None]]:
    """Each message with its number (from 1); None for what its owner had deleted, of which nothing is said."""
    mailbox = Mailbox()
    for count, data in enumerate(split(work), 1):
        if count > MOST_MESSAGES:
            raise ReadFailure("too-many-parts")
        if data is None:
            work.progress()
            yield count, None
            continue
        # Each part stands behind a line that begins with two hyphens: counted before anything is built from them.
        if data.count(b"\n--") > 2 * MOST_PARTS or data.count(b"boundary=") > MOST_LEVELS:
            raise ReadFailure("too-many-parts")
        # The standard library takes minutes and gigabytes for a heading that is one long list or riddle.
        if not HEAD_ENDS.search(data, 0, LONGEST_HEAD) and len(data) > LONGEST_HEAD:
            raise ReadFailure("too-many-parts")
        message = mailbox.message(data)
        work.progress()
        yield count, message


def _header(message: EmailMessage, name: str) -> str:
    # The standard library's header parser raises IndexError and others on malformed addresses.
    try:
        return clean(str(message.get(name, "")))
    except Exception:
        return ""


def _body(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    words = _part_text(part)
    return (visible(words) if part.get_content_subtype() == "html" else words).strip()


def _part_text(part: MIMEPart) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    return _decoded(payload, part)


def _decoded(payload: bytes, part: MIMEPart) -> str:
    """The words of a part in the encoding that its heading names, or else the page in it (RFC 2046, 4.1.2; RFC 2854, 3)."""
    within = declared_encoding(payload) if part.get_content_subtype() == "html" else None
    return decode(payload, part.get_content_charset() or within)[0]


def _attached(message: EmailMessage) -> list[EmailMessage]:
    body = message.get_body(("plain", "html"))
    alternatives = {id(part) for part in (message.get_body(("html",)), message.get_body(("plain",)), body)}
    return [
        part
        for part in message.walk()
        if isinstance(part, EmailMessage) and not part.is_multipart() and id(part) not in alternatives
    ]


def _attachment(part: EmailMessage) -> dict[str, Any]:
    payload = part.get_payload(decode=True)
    return {
        "name": _file_name(part),
        "media_type": part.get_content_type(),
        "size": len(payload) if isinstance(payload, bytes) else 0,
    }


def _file_name(part: EmailMessage) -> str:
    try:
        return clean(part.get_filename() or "")
    except Exception:
        return ""


def _attachment_text(work: Work) -> list[Passage]:
    parts = [
        (number, part)
        for number, message in _messages(work)
        if message is not None
        for part in _attached(message)
    ]
    found: list[Passage] = []
    for enclosure, (number, part) in enumerate(parts[:MOST_READ], 1):
        path = work.scratch / f"attachment-{enclosure}"
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes) and payload:
            found += (
                Passage(words, message=number, enclosure=enclosure)
                for words in _read_attachment(path, payload, part, work)
            )
            path.unlink(missing_ok=True)
            work.progress()
    if len(parts) > MOST_READ:
        work.note("attachments-unread")
    return found


def _read_attachment(path: Path, payload: bytes, part: EmailMessage, work: Work) -> list[str]:
    reader = work.reader_of(Identification(None, "", part.get_content_type()), _file_name(part))
    if reader is None:
        return []
    inner = replace(work, path=path, media_type=part.get_content_type(), name=_file_name(part))
    try:
        if part.get_content_type() in TEXTS.media_types:
            payload = _decoded(payload, part).encode()
        path.write_bytes(payload)
        return [passage.text for passage in reader.text(inner)]
    except Exception:
        work.note("attachments-unread")
        return []
