"""What a hit shows: the words around what was asked for, and where in a long thing they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from archive.search.find_words import Span, Target, find, targets
from archive.search.query import Query
from archive.search.stems import languages_of

LONGEST_READ = 200_000
"""Characters of a text that are looked at for a snippet."""

_MOST_FOUND = 40
_ELLIPSIS = "…"
_SPACE = re.compile(r"\s+")
Found = tuple[Span, int]
"""Where in the text, and the number of the target that is there."""


@dataclass(frozen=True)
class Snippet:
    """Pieces of text in order, each with whether it is what was asked for."""

    parts: list[tuple[str, bool]]


def snippet(text: str, query: Query, *, languages: Iterable[str] = (), width: int = 240) -> Snippet:
    """About `width` characters of the text where most of the words asked for are, or its beginning where none is.

    A word is found in its forms in English and in those `languages` of the text that have stems of their own.
    """
    text = text[:LONGEST_READ]
    found = _spans(text, targets(query, languages_of(languages)))
    start, end = _at_spaces(text, *_window(found, len(text), width))
    parts: list[tuple[str, bool]] = [(_ELLIPSIS, False)] if start else []
    at = start
    for (first, last), _ in found:
        if first >= at and last <= end:
            parts += [(text[at:first], False), (text[first:last], True)]
            at = last
    parts += [(text[at:end], False), (_ELLIPSIS if end < len(text) else "", False)]
    return Snippet([(_SPACE.sub(" ", part), marked) for part, marked in parts if part])


def best_passages(
    passages: Sequence[str], query: Query, *, languages: Iterable[str] = (), most: int = 3
) -> list[int]:
    """Indexes of the first passages with as many of the words asked for as any has; none where no passage has any."""
    asked = targets(query, languages_of(languages))
    best: list[int] = []
    highest = 1
    for index, passage in enumerate(passages):
        count = sum(1 for target in asked if next(find(passage, target), None))
        if count > highest:
            best, highest = [], count
        if count == highest:
            best.append(index)
        if len(best) == most and highest == len(asked):
            break
    return best[:most]


def lacking(text: str, query: Query, *, languages: Iterable[str] = ()) -> int:
    """How many of the words asked for a text does not hold."""
    return sum(1 for one in targets(query, languages_of(languages)) if not next(find(text, one), None))


def _spans(text: str, asked: Sequence[Target]) -> list[Found]:
    return sorted(
        (span, number)
        for number, target in enumerate(asked)
        for span in islice(find(text, target), _MOST_FOUND)
    )


def _window(found: list[Found], length: int, width: int) -> Span:
    """The stretch with most different words in it; it starts a little before the first of them."""
    different = len({number for _, number in found})
    best, most = (found[0][0][0], 1) if found else (0, 0)
    for index, ((first, _), _) in enumerate(found):
        inside = {number for (_, last), number in found[index : index + 20] if last <= first + width * 3 // 4}
        if len(inside) > most:
            best, most = first, len(inside)
        if most == different:
            break
    start = max(0, min(best - width // 4, length - width)) if most else 0
    return start, min(length, start + width)


def _at_spaces(text: str, start: int, end: int) -> Span:
    if start and (space := text.find(" ", start, start + 30)) >= 0:
        start = space + 1
    if end < len(text) and (space := text.rfind(" ", end - 30, end)) > start:
        end = space
    return start, end
