"""What a hit shows: the words around what was asked for, and where in a long thing they are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from archive.search.query import Phrase, Prefix, Query, Word, wanted
from archive.search.words import fold, forms, stem, words

LONGEST_READ = 200_000
"""Characters of a text that are looked at for a snippet."""

_ELLIPSIS = "…"
_SPACE = re.compile(r"\s+")
_ACCENTED = {
    letter: letter + "".join(chr(code) for code in range(0xC0, 0x250) if fold(chr(code))[:1] == letter)
    for letter in "abcdefghijklmnopqrstuvwxyz"
}
_JOINED = r"(?:[^\W_]|[\u0300-\u036f'’])*"
Span = tuple[int, int]


@dataclass(frozen=True)
class Snippet:
    """Pieces of text in order, each with whether it is what was asked for."""

    parts: list[tuple[str, bool]]


@dataclass(frozen=True)
class _Target:
    """Stems that must stand in a row, or one beginning of a word; with a pattern that finds every candidate."""

    stems: tuple[str, ...]
    is_prefix: bool
    pattern: re.Pattern[str]


def snippet(text: str, query: Query, *, width: int = 240) -> Snippet:
    """About `width` characters of the text where most of the words asked for are, or its beginning where none is."""
    text = text[:LONGEST_READ]
    spans = [(span, number) for number, target in enumerate(_targets(query)) for span in _found(text, target)]
    spans.sort()
    start, end = _window(spans, len(text), width)
    start, end = _at_spaces(text, start, end)
    parts: list[tuple[str, bool]] = [(_ELLIPSIS, False)] if start else []
    at = start
    for (first, last), _ in spans:
        if first >= at and last <= end:
            parts += [(text[at:first], False), (text[first:last], True)]
            at = last
    parts += [(text[at:end], False), (_ELLIPSIS if end < len(text) else "", False)]
    return Snippet([(_SPACE.sub(" ", part), marked) for part, marked in parts if part])


def best_passage(passages: Sequence[str], query: Query) -> int | None:
    """Index of the passage with most of the words asked for (the first of equals), or None where no passage has any."""
    targets = _targets(query)
    best, most = None, 0
    for index, passage in enumerate(passages):
        count = sum(1 for target in targets if next(_found(passage, target), None))
        if count > most:
            best, most = index, count
            if most == len(targets):
                break
    return best


def _targets(query: Query) -> list[_Target]:
    return [_target(leaf) for leaf in wanted(query.root)]


@lru_cache(maxsize=1_000)
def _target(leaf: Word | Phrase | Prefix) -> _Target:
    if isinstance(leaf, Prefix):
        return _Target((leaf.letters,), True, _pattern((leaf.letters,)))
    asked = (leaf.word,) if isinstance(leaf, Word) else leaf.words
    stems = tuple(map(stem, asked))
    return _Target(stems, False, _pattern(stems))


def _pattern(stems: tuple[str, ...]) -> re.Pattern[str]:
    if not all(each.isascii() for each in stems):
        return re.compile("")  # other scripts are cut into words instead
    pieces = (_accents(each[: min(3, max(1, len(each) - 1))]) + _JOINED for each in stems)
    return re.compile(r"(?<![^\W_])(?:[^\W\d_]{1,6}['’])?" + r"[\W_]{1,5}".join(pieces), re.IGNORECASE)


def _accents(letters: str) -> str:
    return "".join(f"[{_ACCENTED.get(letter, letter)}][\u0300-\u036f]*" for letter in letters)


def _found(text: str, target: _Target) -> Iterator[Span]:
    """Where the target stands in the text."""
    if not target.pattern.pattern:
        yield from _found_by_word(text, target)
        return
    for match in target.pattern.finditer(text):
        if _matches(list(words(match.group())), target):
            yield match.span()


def _matches(found: Sequence[tuple[str, ...]], target: _Target) -> bool:
    if len(found) != len(target.stems):
        return False
    if target.is_prefix:
        return any(form.startswith(target.stems[0]) for form in found[0])
    return all(asked in map(stem, have) for have, asked in zip(found, target.stems, strict=True))


def _found_by_word(text: str, target: _Target) -> Iterator[Span]:
    cut = list(_cut(text))
    length = len(target.stems)
    for at in range(len(cut) - length + 1):
        row = cut[at : at + length]
        if _matches([forms(word) for word, _ in row], target):
            yield row[0][1][0], row[-1][1][1]


def _cut(text: str) -> Iterator[tuple[str, Span]]:
    """The folded words of a text with where they stand in it."""
    start: int | None = None
    for at, letter in enumerate(text):
        inside = letter.isalnum() or unicodedata.category(letter).startswith("M") or letter in "'’ـ"
        if inside and start is None:
            start = at
        elif not inside and start is not None:
            yield from _signs(text, start, at)
            start = None
    if start is not None:
        yield from _signs(text, start, len(text))


def _signs(text: str, start: int, end: int) -> Iterator[tuple[str, Span]]:
    whole = [each[0] for each in words(text[start:end])]
    if len(whole) == end - start:  # a script without spaces: each sign is a word
        yield from ((word, (start + at, start + at + 1)) for at, word in enumerate(whole))
    else:
        yield from ((word, (start, end)) for word in whole[:1])


def _window(spans: list[tuple[Span, int]], length: int, width: int) -> Span:
    """The stretch with most different words in it; it starts a little before the first of them."""
    best, most = 0, 0
    for index, ((first, _), _) in enumerate(spans):
        inside = {number for (_, last), number in spans[index : index + 20] if last <= first + width * 3 // 4}
        if len(inside) > most:
            best, most = first, len(inside)
    start = max(0, min(best - width // 4, length - width)) if most else 0
    return start, min(length, start + width)


def _at_spaces(text: str, start: int, end: int) -> Span:
    if start and (space := text.find(" ", start, start + 30)) >= 0:
        start = space + 1
    if end < len(text) and (space := text.rfind(" ", end - 30, end)) > start:
        end = space
    return start, end
