"""A form with files, read as it arrives (RFC 7578): never more than a block in memory, and hardly a byte copied.

Werkzeug's decoder copies each byte five times, which costs as much as hashing it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from werkzeug.http import parse_options_header

from archive.web.connection import Block, CutError
from archive.web.limits import LARGEST_HEARD

# Headers of a part are a few words, and so is what stands before the first of them, if anything does.
LONGEST_HEAD = 16 * 1024
LONGEST_PREAMBLE = 64 * 1024
LONGEST_BOUNDARY = 200
MOST_FIELDS = 100
END_OF_HEAD = b"\r\n\r\n"


@dataclass(frozen=True)
class Part:
    """One field, with its value, or one file, whose bytes are `blocks`: to be read before the next part is.

    Bytes of a file's name that are no UTF-8 stand in it as half characters (PEP 383), for they are kept. Unless it
    `is_heard`, it is more than is taken of one form: of a field that is its value, and the others are read; a file is
    the first of those of which none is.
    """

    name: str
    value: str = ""
    file_name: str | None = None
    blocks: Iterator[Block] = iter(())
    is_heard: bool = True


class Parts:
    """Reads the parts of a form from blocks of its body; CutError when it breaks off or is none.

    The names and values of all fields together are `most_text` bytes at most; one that goes past that is not heard.
    """

    def __init__(
        self, body: Iterator[Block], boundary: bytes, most_files: int, most_text: int = LARGEST_HEARD
    ) -> None:
        self._body = body
        self._delimiter = b"\r\n--" + boundary
        # The first delimiter may stand at the very beginning.
        self._buffer = bytearray(b"\r\n")
        # Each file that is there already has a field of its own.
        self._left = 2 * most_files + MOST_FIELDS
        self._text_left = most_text
        self.received = 0

    def __iter__(self) -> Iterator[Part]:
        before = 0
        for block in self._data():
            before += len(block)
            if before > LONGEST_PREAMBLE:
                raise CutError
        while not self._is_last():
            name, file_name = self._head()
            self._left -= 1
            if self._left < 0:
                yield Part(name, "", file_name, is_heard=False)
                return
            if file_name is None:
                yield self._field(name)
                continue
            blocks = self._data()
            yield Part(name, "", file_name, blocks)
            for _ in blocks:
                # Whoever had enough of it leaves the rest unread.
                pass

    def _is_last(self) -> bool:
        """Past a delimiter: whether it was the last; else the rest of its line is skipped."""
        self._need(2)
        if self._buffer.startswith(b"--"):
            return True
        self._until(b"\r\n", LONGEST_BOUNDARY)
        return False

    def _head(self) -> tuple[str, str | None]:
        """The part's name, and the file's where it is one."""
        # A head without a header ends where it begins.
        self._buffer[:0] = b"\r\n"
        lines = self._until(END_OF_HEAD, LONGEST_HEAD).decode("utf-8", "surrogateescape").split("\r\n")
        headers = (line.partition(":") for line in lines)
        found = (value for name, _, value in headers if name.strip().lower() == "content-disposition")
        disposition, options = parse_options_header(next(found, ""))
        if disposition != "form-data":
            raise CutError
        # A part may end with its head (RFC 2046, section 5.1.1): the line end before the delimiter is the head's own.
        self._need(len(self._delimiter) - 2)
        if self._buffer.startswith(self._delimiter[2:]):
            self._buffer[:0] = b"\r\n"
        name = options.get("name", "").encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        return name, options.get("filename")

    def _field(self, name: str) -> Part:
        """A field, and so much less room for those that come after it."""
        most = self._text_left - len(name)
        value = self._collect(most)
        if value is None:
            return Part(name, is_heard=False)
        self._text_left = most - len(value)
        return Part(name, value.decode("utf-8", "replace"))

    def _collect(self, most: int) -> bytes | None:
        """What is before the next delimiter; None, and nothing of it is held, where that is more."""
        found = bytearray()
        size = 0
        for block in self._data():
            size += len(block)
            if size > most:
                found.clear()
            else:
                found += block
        return None if size > most else bytes(found)

    def _data(self) -> Iterator[Block]:
        """What is before the next delimiter, in blocks."""
        # So much of the end may be the beginning of a delimiter.
        keep = len(self._delimiter) - 1
        at = self._buffer.find(self._delimiter)
        while at < 0:
            ready = len(self._buffer) - keep
            if ready > 0:
                yield from self._lend(ready)
                del self._buffer[:ready]
            yield from self._pass_on(keep)
            at = self._buffer.find(self._delimiter)
        yield from self._lend(at)
        del self._buffer[: at + len(self._delimiter)]

    def _pass_on(self, keep: int) -> Iterator[Block]:
        """Lend the next block as it came, all but its end; where a delimiter is in it or begins before it, it is collected."""
        block = self._next()
        seam = self._buffer + block[:keep]
        if len(block) <= keep or self._delimiter in seam or _holds(block, self._delimiter):
            self._buffer += block
            return
        yield from self._lend(len(self._buffer))
        with memoryview(block) as whole, whole[:-keep] as part:
            yield part
        self._buffer[:] = block[-keep:]

    def _lend(self, size: int) -> Iterator[Block]:
        if size:
            with memoryview(self._buffer) as whole, whole[:size] as part:
                yield part

    def _until(self, mark: bytes, most: int) -> bytes:
        while (at := self._buffer.find(mark)) < 0:
            if len(self._buffer) > most:
                raise CutError
            self._more()
        if at > most:
            raise CutError
        found = bytes(self._buffer[:at])
        del self._buffer[: at + len(mark)]
        return found

    def _need(self, size: int) -> None:
        while len(self._buffer) < size:
            self._more()

    def _more(self) -> None:
        self._buffer += self._next()

    def _next(self) -> Block:
        block = next(self._body, None)
        if block is None:
            raise CutError
        self.received += len(block)
        return block


def _holds(block: Block, delimiter: bytes) -> bool:
    """Whether a delimiter is in a block; one that is lent is looked through where it lies, at the beginning of its buffer."""
    if isinstance(block, bytes):
        return delimiter in block
    lent = block.obj
    if not isinstance(lent, bytearray):
        return delimiter in block.tobytes()
    return lent.find(delimiter, 0, len(block)) >= 0
