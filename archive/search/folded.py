"""A text folded letter by letter, with where each letter of it stands in the text as it was written."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from archive.search.words import fold, fold_letter, without_notes

_MANY = 60
"""So many different letters are put in place of others by one look at each letter, fewer by one look for each of them."""


@dataclass(frozen=True)
class Folded:
    """What `fold` makes of a text; `knots` are where in it and in the text places drift apart, or do no more."""

    plain: str
    knots: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in the text a stretch of the plain letters stands, accents written behind their letter with it."""
        if not self.knots[0]:
            return start, end
        return self._written(start, 1), self._written(end, 0)

    def _written(self, place: int, inside: int) -> int:
        """A place between two of the letters that were one (æ) is moved back before it (1) or on behind it (0)."""
        plain, text = self.knots
        knot = bisect_right(plain, place)
        found = text[knot - 1] + place - plain[knot - 1] if knot else place
        return min(found, text[knot] - inside) if knot < len(text) else found


@lru_cache(maxsize=8)
def folded(text: str) -> Folded:
    """The text as `fold` gives it, lower case without accents, and how to come back from there."""
    if text.isascii():
        return Folded(fold(text))
    lower = without_notes(text).replace("İ", "I").lower()  # the only letter of which lower case makes two
    changed = {
        letter: plain
        for letter in set(lower)
        if (letter == "`" or not letter.isascii()) and (plain := fold_letter(letter)) != letter
    }
    drifting = {letter: len(plain) for letter, plain in changed.items() if len(plain) != 1}
    found = Folded(_replaced(lower, changed), _knots(lower, drifting) if drifting else ((), ()))
    return found if unicodedata.is_normalized("NFC", found.plain) else _joined(found)


def _replaced(text: str, changed: dict[str, str]) -> str:
    if len(changed) > _MANY:
        return text.translate({ord(letter): plain for letter, plain in changed.items()})
    for letter, plain in changed.items():
        text = text.replace(letter, plain)
    return text


def _knots(text: str, lengths: dict[str, int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    plain: list[int] = []
    written: list[int] = []
    drift = 0
    for one in re.finditer(_any_of(lengths), text):
        drift += lengths[one.group()] - 1
        plain.append(one.end() + drift)
        written.append(one.end())
    return tuple(plain), tuple(written)


def _joined(found: Folded) -> Folded:
    """Signs and letters that are kept as one though they were written one behind the other: Hangul, Kana, Indic vowels."""
    marks = [sign for sign in set(found.plain) if unicodedata.category(sign)[0] == "M" or "ᅠ" <= sign <= "ᇿ"]
    pieces: list[str] = []
    plain: list[int] = []
    written: list[int] = []
    at = size = 0
    for one in re.finditer(f".?(?:{_any_of(marks)})+", found.plain, re.DOTALL):
        composed = unicodedata.normalize("NFC", one.group())
        if composed == one.group():
            continue
        pieces += (found.plain[at : one.start()], composed)
        size += one.start() - at + len(composed)
        at = one.end()
        plain.append(size)
        written.append(at)
    # What drifted before drifts here too: every knot of the text is told by where it stands now.
    now = Folded("".join([*pieces, found.plain[at:]]), (tuple(plain), tuple(written)))
    return now if not found.knots[0] else _one_behind_the_other(now, found)


def _one_behind_the_other(now: Folded, before: Folded) -> Folded:
    ends = range(1, len(now.plain) + 1)
    written = tuple(before.span(0, now.span(0, end)[1])[1] for end in ends)
    return Folded(now.plain, (tuple(ends), written))


def _any_of(letters: Iterable[str]) -> str:
    return f"[{re.escape(''.join(letters))}]"
