"""Long texts in pieces that are found and parts that are read: a search and the pages of a text cut them alike."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

PIECE_CHARACTERS = 4_000
"""A text without pages and times is cut into pieces of at most about so many characters; each is a place of its own."""

PART_CHARACTERS = 24_000
"""So much of a text is read on one page."""

_ENDS = ("\n\n", "\n", " ")


class Placed(Protocol):
    """Text that may have a place: a page, a moment in milliseconds, or in mail a message and what it encloses."""

    @property
    def text(self) -> str: ...
    @property
    def page(self) -> int | None: ...
    @property
    def start_ms(self) -> int | None: ...
    @property
    def message(self) -> int | None: ...
    @property
    def enclosure(self) -> int | None: ...


@dataclass(frozen=True)
class Piece:
    """A stretch of text as it is found and read; `goes_on`: it begins within the paragraph that the one before ends in."""

    text: str
    page: int | None = None
    start_ms: int | None = None
    goes_on: bool = False
    message: int | None = None
    enclosure: int | None = None


class _Text(Protocol):
    @property
    def text(self) -> str: ...


_T = TypeVar("_T", bound=_Text)


def pieces(passages: Iterable[Placed]) -> list[Piece]:
    """The passages in order, those that have neither page nor second cut; together they say what the passages say."""
    found: list[Piece] = []
    for one in passages:
        if one.page is not None or one.start_ms is not None:
            found.append(Piece(one.text, one.page, one.start_ms))
            continue
        goes_on = False
        for text in cut(one.text.replace("\r\n", "\n")):
            found.append(Piece(text, goes_on=goes_on, message=one.message, enclosure=one.enclosure))
            goes_on = not text.endswith("\n\n")
    return found


def cut(text: str) -> Iterator[str]:
    """The text in stretches of at most about PIECE_CHARACTERS, which joined are the text.

    They end at a blank line where there is one in their second half, else at the end of a line, else at a space.
    """
    at = 0
    while len(text) - at > PIECE_CHARACTERS:
        end = _end(text, at)
        yield text[at:end]
        at = end
    if at < len(text):
        yield text[at:]


def parts(those: Sequence[_T], size: int) -> tuple[tuple[_T, ...], ...]:
    """Pieces in runs of about `size` characters; none is cut, so that its place stays true."""
    runs: list[list[_T]] = [[]]
    length = 0
    for one in those:
        if runs[-1] and length + len(one.text) > size:
            runs.append([])
            length = 0
        runs[-1].append(one)
        length += len(one.text)
    return tuple(tuple(run) for run in runs)


def _end(text: str, at: int) -> int:
    last = at + PIECE_CHARACTERS
    for sign in _ENDS:
        found = text.rfind(sign, at + PIECE_CHARACTERS // 2, last)
        if found >= 0:
            return found + len(sign)
    # Where no word ends: at least no accent loses its letter.
    while last < len(text) and unicodedata.category(text[last])[0] == "M":
        last += 1
    return last
