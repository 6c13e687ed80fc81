"""Messages and their headings, each heading read once, and no more of it than is kept: the standard library is slow on long ones."""

from __future__ import annotations

import time
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import EmailPolicy
from functools import lru_cache
from typing import Any

from ingest.failures import ReadFailure
from ingest.readers.base import LONGEST_SAYING
from ingest.readers.plain_text import decode

# A type and its parameters: a boundary has 70 letters at most (RFC 2046, 5.1.1), a file's name 255, which may be written as threefold.
LONGEST_TYPE, MOST_PARAMETERS = 2000, 16
KEPT = 64
# Seconds of a processor to take the messages of a mailbox apart, for any and for each byte: letters of 1 kB with two bodies, which are
# the heaviest that people write, take 0.3 millionths a byte, ordinary ones a third of that. What stands in them is not counted.
FREE_S, SECONDS_A_BYTE = 1.0, 0.8e-6


class _Headings(EmailPolicy):
    """As the standard library reads them, without what of a long one is not kept."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """A heading as it reads; the same one again is not read anew."""
        # What was made by this policy bears its name.
        if hasattr(value, "name"):
            return value
        return _read(name, _shortened(name, _in_letters("".join(value.splitlines()))))


@lru_cache(maxsize=KEPT)
def _read(name: str, value: str) -> Any:
    return POLICY.header_factory(name, value)


def _in_letters(value: str) -> str:
    """A heading with letters as they are, though a mailer of old wrote them without saying in which encoding (RFC 2047 asks for it)."""
    if value.isascii():
        return value
    try:
        return decode(value.encode("ascii", "surrogateescape"))[0]
    except (UnicodeEncodeError, ReadFailure):
        return value


def _shortened(name: str, value: str) -> str:
    if not name.lower().startswith("content-"):
        return value[:LONGEST_SAYING]
    return ";".join(value[:LONGEST_TYPE].split(";", MOST_PARAMETERS)[:MOST_PARAMETERS])


POLICY = _Headings()


class Mailbox:
    """The messages of one file, one after the other, for no more time than what they hold is worth."""

    def __init__(self) -> None:
        self._left = FREE_S

    def message(self, data: bytes) -> EmailMessage:
        """Take one apart; ReadFailure (`took-too-long`) where those so far asked for more than messages of their size can need."""
        begun = time.process_time()
        message = message_from_bytes(data, policy=POLICY)
        self._left += SECONDS_A_BYTE * len(data) - (time.process_time() - begun)
        if self._left < 0:
            raise ReadFailure("took-too-long")
        assert isinstance(message, EmailMessage)
        return message
