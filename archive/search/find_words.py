"""Where in a text the words of a query stand, by the same folding and stemming that the index uses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import merge

from archive.search.query import Phrase, Prefix, Query, Word, wanted
from archive.search.words import fold, forms, stem, words

Span = tuple[int, int]
_LATIN = re.compile("[\u00c0-\u024f\u1e00-\u1eff\u2018\u2019\u02bb\u02bc]")
_WORD = re.compile("(?:[^\\W_]|[\u0300-\u036f'])+")
_BETWEEN = re.compile(r"[\W_]{1,16}")


@dataclass(frozen=True)
class Target:
    """Stems that must stand in a row, or the beginning of one word."""

    stems: tuple[str, ...]
    is_prefix: bool

    def fits(self, found: Sequence[tuple[str, ...]]) -> bool:
        """Whether these words, each in its forms, are what is meant."""
        if len(found) != len(self.stems):
            return False
        if self.is_prefix:
            return any(form.startswith(self.stems[0]) for form in found[0])
        return all(asked in map(stem, have) for have, asked in zip(found, self.stems, strict=True))


@lru_cache(maxsize=64)
def targets(query: Query) -> tuple[Target, ...]:
    """What a query wants to see."""
    return tuple(dict.fromkeys(_target(leaf) for leaf in wanted(query.root)))


def _target(leaf: Word | Phrase | Prefix) -> Target:
    if isinstance(leaf, Prefix):
        return Target((leaf.letters,), True)
    return Target(tuple(map(stem, (leaf.word,) if isinstance(leaf, Word) else leaf.words)), False)


def find(text: str, target: Target) -> Iterator[Span]:
    """Where the target stands, in order. Latin letters are looked for, other scripts are cut into words first."""
    if not all(each.isascii() for each in target.stems):
        yield from _by_word(text, target)
        return
    plain = _plain(text)
    if len(target.stems) == 1:
        yield from _single(plain, target)
        return
    end = 0
    for start in _starts(plain, target.stems[0]):
        if start >= end and (last := _end(plain, start, target)):
            yield start, last
            end = last


@lru_cache(maxsize=8)
def _plain(text: str) -> str:
    """Lower case, Latin letters without accents, of the same length as the text."""
    if text.isascii():
        return text.lower()
    return _LATIN.sub(lambda letter: _base(letter.group()), text).lower()


@lru_cache(maxsize=2_000)
def _base(letter: str) -> str:
    folded = fold(letter)
    return folded if len(folded) == 1 else letter


def _starts(plain: str, word: str) -> Iterable[int]:
    """Beginnings of words that start as the stem does; a stem keeps all but the last letters of its words."""
    head = word[: min(3, len(word) - 1)] if len(word) > 2 else word
    cut_by_apostrophe = f"{head[0]}'{head[1:]}"
    if cut_by_apostrophe not in plain:
        return _beginnings(plain, head)
    return merge(_beginnings(plain, head), _beginnings(plain, cut_by_apostrophe))


def _beginnings(plain: str, head: str) -> Iterator[int]:
    at = plain.find(head)
    while at >= 0:
        if not at or not plain[at - 1].isalnum():
            yield at
        at = plain.find(head, at + 1)


def _single(plain: str, target: Target) -> Iterator[Span]:
    known: dict[str, bool] = {}
    for start in _starts(plain, target.stems[0]):
        word = _WORD.match(plain, start)
        if word is None:
            continue
        spelled = word.group()
        if spelled not in known:
            known[spelled] = _fits(spelled, target)
        if known[spelled]:
            yield start, word.end() - spelled.endswith("'")


def _end(plain: str, start: int, target: Target) -> int | None:
    """Where a match that begins at `start` ends, or None where it is none."""
    at = start
    missing = len(target.stems)
    while word := _WORD.match(plain, at):
        missing -= _count(word.group())
        if missing <= 0:
            end = word.end() - word.group().endswith("'")
            return end if _fits(plain[start:end], target) else None
        between = _BETWEEN.match(plain, word.end())
        if not between:
            return None
        at = between.end()
    return None


@lru_cache(maxsize=20_000)
def _fits(text: str, target: Target) -> bool:
    return target.fits(list(words(text)))


def _count(word: str) -> int:
    return sum(1 for _ in words(word))


def _by_word(text: str, target: Target) -> Iterator[Span]:
    cut = list(_cut(text))
    length = len(target.stems)
    for at in range(len(cut) - length + 1):
        row = cut[at : at + length]
        if target.fits([forms(word) for word, _ in row]):
            yield row[0][1][0], row[-1][1][1]


def _cut(text: str) -> Iterator[tuple[str, Span]]:
    """The folded words of a text with where they stand in it."""
    start: int | None = None
    for at, letter in enumerate(f"{text} "):
        inside = letter.isalnum() or unicodedata.category(letter)[0] == "M" or letter in "'’ـ"
        if inside and start is None:
            start = at
        elif not inside and start is not None:
            yield from _signs(text, start, at)
            start = None


def _signs(text: str, start: int, end: int) -> Iterator[tuple[str, Span]]:
    whole = [each[0] for each in words(text[start:end])]
    if len(whole) == end - start:  # a script without spaces: each sign is a word
        yield from ((word, (start + at, start + at + 1)) for at, word in enumerate(whole))
    else:
        yield from ((word, (start, end)) for word in whole[:1])
