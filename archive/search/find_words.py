"""Where in a text the words of a query stand, by the same folding and stemming that the index uses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import merge
from itertools import islice, takewhile

from archive.search.query import Phrase, Prefix, Query, Word, wanted
from archive.search.stems import MARK, every_stem, stems_in
from archive.search.words import fold, forms, words

Span = tuple[int, int]
MOST_TARGETS = 16
"""Each of them is looked for in every text of the page."""

_LATIN = re.compile("[\u00c0-\u024f\u1e00-\u1eff\u2018\u2019\u02bb\u02bc]")
_WORD = re.compile("(?:[^\\W_]|[\u0300-\u036f'])+")
_BETWEEN = re.compile(r"[\W_]{1,16}")


@dataclass(frozen=True)
class Target:
    """Words that must stand in a row, each as any of its stems, or the beginning of one word."""

    stems: tuple[tuple[str, ...], ...]
    is_prefix: bool

    def fits(self, found: Sequence[tuple[str, ...]]) -> bool:
        """Whether these words, each in its forms, are what is meant."""
        if len(found) != len(self.stems):
            return False
        if self.is_prefix:
            return any(form.startswith(self.stems[0]) for form in found[0])
        return all(
            any(one in asked for form in have for one in every_stem(form))
            for have, asked in zip(found, self.stems, strict=True)
        )

    @property
    def head(self) -> str:
        """Letters that the first word begins with in any of its forms: a stem keeps all but the last of them."""
        plain = [one.rpartition(MARK)[2] for one in self.stems[0]]
        heads = [one[: min(3, len(one) - 1)] if len(one) > 2 else one for one in plain]
        shared = takewhile(lambda letters: len(set(letters)) == 1, zip(*heads, strict=False))
        return "".join(letters[0] for letters in shared)


@lru_cache(maxsize=256)
def targets(query: Query, languages: tuple[str, ...] = ()) -> tuple[Target, ...]:
    """What a query wants to see in a text of these languages (as of stems.py): the first of many words."""
    every = dict.fromkeys(_target(leaf, languages) for leaf in wanted(query.root))
    return tuple(islice(every, MOST_TARGETS))


def _target(leaf: Word | Phrase | Prefix, languages: tuple[str, ...]) -> Target:
    if isinstance(leaf, Prefix):
        return Target(((leaf.letters,),), True)
    asked = (leaf.word,) if isinstance(leaf, Word) else leaf.words
    return Target(tuple(stems_in(word, languages) for word in asked), False)


def find(text: str, target: Target) -> Iterator[Span]:
    """Where the target stands, in order. Latin letters are looked for, other scripts are cut into words first."""
    if not all(each.isascii() for asked in target.stems for each in asked) or not target.head:
        yield from _by_word(text, target)
        return
    plain = _plain(text)
    if len(target.stems) == 1:
        yield from _single(plain, target)
        return
    end = 0
    for start in _starts(plain, target.head):
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


def _starts(plain: str, head: str) -> Iterable[int]:
    """Beginnings of words that start as what is looked for does."""
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
    for start in _starts(plain, target.head):
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
