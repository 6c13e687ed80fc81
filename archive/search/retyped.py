"""A text as it was typed, with other words in the place of some."""

from __future__ import annotations

from collections.abc import Iterator

from archive.search.folded import folded
from archive.search.words import forms, word_pattern


def spelled(text: str) -> Iterator[str]:
    """The words of a text in all their `forms`, folded."""
    plain = folded(text).plain
    for word in word_pattern(plain).finditer(plain):
        yield from forms(word.group())


def replaced(text: str, word: str, better: str) -> str:
    """The text with another word for this one, and all else as it was typed."""
    place = folded(text)
    pieces: list[str] = []
    at = 0
    for found in word_pattern(place.plain).finditer(place.plain):
        if word in forms(found.group()):
            start, end, instead = _part(found.group(), word, better)
            first, last = place.span(found.start() + start, found.start() + end)
            pieces += (text[at:first], instead)
            at = last
    return "".join([*pieces, text[at:]])


def _part(spelled: str, word: str, better: str) -> tuple[int, int, str]:
    """From where to where a word stands among its apostrophes (as of `forms`), and what to write there instead of it."""
    end = len(spelled.removesuffix("'s"))
    head, apostrophe, tail = spelled[:end].partition("'")
    behind = len(head) + len(apostrophe)
    if apostrophe and tail.replace("'", "") == word:
        return behind, end, better
    if apostrophe and better.startswith(head) and better != head:
        return behind, end, better.removeprefix(head)
    return 0, end, better
