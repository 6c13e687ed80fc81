"""Takes a file of mail apart into messages as they were written: one alone (EML, EMLX), or a mailbox (mbox, RFC 4155)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.failures import ReadFailure
from ingest.readers.base import Work

LONGEST_MESSAGE, LONGEST_HEAD = 64 << 20, 256 << 10
HEAD_ENDS = re.compile(rb"\n\r?\n")
BOM = b"\xef\xbb\xbf"
# Apple Mail writes how many bytes the message has before it, and what it knows of it behind it.
LENGTH = re.compile(rb"([0-9]{1,9}) *\r?\n")
# Many programs write the sender or the day in another way, or neither; a header follows all the same.
DATED = re.compile(rb"From .*\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b.*\d\d?:\d\d")
HEADER = re.compile(rb"[!-9;-~]{1,100}:[ \t\r\n]|>?From ")
# Of what was deleted, a mailbox keeps the bytes until it is compacted: nsMsgMessageFlags::Expunged; D of the Unix programs.
EXPUNGED = 0x0008
STATUS = re.compile(
    rb"^(?:X-Mozilla-Status:[ \t]*([0-9a-fA-F]{4})|X-Status:[ \t]*[A-Z]*(D))", re.MULTILINE | re.IGNORECASE
)


def split(work: Work) -> Iterator[bytes | None]:
    """Give one message after the other; None in the place of one that its owner had deleted from a mailbox."""
    with work.path.open("rb") as stream:
        if stream.read(len(BOM)) != BOM:
            stream.seek(0)
        first = stream.readline(LONGEST_MESSAGE)
        if not first.startswith(b"From "):
            length = LENGTH.fullmatch(first)
            rest = stream.read(LONGEST_MESSAGE)
            is_counted = length is not None and HEADER.match(rest)
            yield rest[: int(length[1])] if length and is_counted else (first + rest)[:LONGEST_MESSAGE]
            return
        lines: list[bytes] = []
        size, blank = 0, False
        line = stream.readline(LONGEST_MESSAGE)
        while line:
            following = stream.readline(LONGEST_MESSAGE)
            if blank and line.startswith(b"From ") and (DATED.match(line[:999]) or HEADER.match(following)):
                yield _kept(b"".join(lines))
                lines, size = [], 0
            else:
                lines.append(line.removeprefix(b">") if re.match(rb">+From ", line[:99]) else line)
                size += len(line)
            if size > LONGEST_MESSAGE:
                raise ReadFailure("too-much-output")
            blank = not line.strip(b"\r\n")
            line = following
        yield _kept(b"".join(lines))


def _kept(message: bytes) -> bytes | None:
    ends = HEAD_ENDS.search(message, 0, LONGEST_HEAD)
    head = message[: ends.start() if ends else LONGEST_HEAD]
    for status, letter in STATUS.findall(head):
        if letter or int(status, 16) & EXPUNGED:
            return None
    return message
