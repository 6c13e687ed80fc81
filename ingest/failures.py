"""The one exception that means: this file cannot be read, and here is why."""

from __future__ import annotations

from ingest.words import FAILURES


class ReadFailure(Exception):
    """A file could not be read; `code` is a key of `ingest.words.FAILURES`."""

    def __init__(self, code: str) -> None:
        super().__init__(FAILURES[code])
        self.code = code
