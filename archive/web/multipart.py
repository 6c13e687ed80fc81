"""A form with files, read as it arrives: fields and files one after the other, never more than a block in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from archive.web.intake import BLOCK, CutError

# Headers of a part and fields are a few words.
LONGEST_FIELD = 64 * 1024
MOST_FIELDS = 100


@dataclass(frozen=True)
class Part:
    """One field, with its value, or one file, whose bytes are `blocks`: to be read before the next part is."""

    name: str
    value: str = ""
    file_name: str | None = None
    blocks: Iterator[bytes] = iter(())


class Parts:
    """Reads the parts of a form from blocks of its body (RFC 7578); CutError when it breaks off or is none."""

    def __init__(self, body: Iterator[bytes], boundary: bytes, most_files: int) -> None:
        self._body = body
        self.received = 0
        self._decoder = MultipartDecoder(
            boundary, max_form_memory_size=8 * BLOCK, max_parts=most_files + MOST_FIELDS
        )

    def __iter__(self) -> Iterator[Part]:
        while True:
            event = self._next()
            if isinstance(event, Epilogue):
                return
            if isinstance(event, File):
                blocks = self._data()
                yield Part(event.name or "", "", event.filename, blocks)
                for _ in blocks:
                    # Whoever had enough of it leaves the rest unread.
                    pass
            elif isinstance(event, Field):
                yield Part(event.name or "", self._value())

    def _value(self) -> str:
        value = b""
        for block in self._data():
            value += block
            if len(value) > LONGEST_FIELD:
                raise CutError
        return value.decode("utf-8", "replace")

    def _data(self) -> Iterator[bytes]:
        more = True
        while more:
            event = self._next()
            if not isinstance(event, Data):
                raise CutError
            more = event.more_data
            if event.data:
                yield event.data

    def _next(self) -> object:
        try:
            while isinstance(event := self._decoder.next_event(), NeedData):
                block = next(self._body, None)
                self.received += len(block or b"")
                self._decoder.receive_data(block)
        except (ValueError, RequestEntityTooLarge) as error:
            raise CutError from error
        return event
