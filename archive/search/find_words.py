"""Where in a text the words of a query stand, by the same folding and stemming that the index uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import merge
from itertools import islice, takewhile

from archive.search.folded import folded
from archive.search.query import Phrase, Prefix, Query, Word, wanted
from archive.search.stems import MARK, every_stem, stems_in
from archive.search.words import all_joined, is_cut_off, word_begins, word_pattern, words

Span = tuple[int, int]
MOST_TARGETS = 16
"""Each of them is looked for in every text of the page."""

_MORE_PARTS = 2
"""So many words more than one may be what hyphens part: mother-in-law."""

_BETWEEN = 16
"""So many signs may stand between two words of a row."""
_ARABIC = re.compile("[\u0600-\u06ff]")
"""Its stems lose letters at the beginning, those of other scripts at the end alone."""
_IRREGULAR = ("die", "lie", "tie")
"""Stems of words that begin with other letters: dying."""


@dataclass(frozen=True)
class Target:
    """Words that must stand in a row, each as any of its stems, or the beginning of one word.

    `joined` is the row where words that hyphens hold together are written as one, empty where there are none.
    """

    stems: tuple[tuple[str, ...], ...]
    is_prefix: bool
    joined: tuple[tuple[str, ...], ...] = ()

    def fits(self, found: Sequence[tuple[str, ...]]) -> bool:
        """Whether these words, each in its forms, are what is meant."""
        if self.is_prefix:
            return len(found) == 1 and any(form.startswith(self.stems[0]) for form in found[0])
        return _are(found, self.stems) or _are(found, self.joined)

    @property
    def head(self) -> str:
        """Letters that the first word begins with in any of its forms: a stem keeps all but the last of them."""
        firsts = (*self.stems[:1], *self.joined[:1])
        plain = [one.rpartition(MARK)[2] for first in firsts for one in first]
        heads = [one[: 1 if one in _IRREGULAR else _head_length(one)] for one in plain]
        shared = takewhile(lambda letters: len(set(letters)) == 1, zip(*heads, strict=False))
        return "".join(letters[0] for letters in shared)


def _are(found: Sequence[tuple[str, ...]], row: Sequence[tuple[str, ...]]) -> bool:
    return len(found) == len(row) and all(
        any(one in asked for form in have for one in every_stem(form))
        for have, asked in zip(found, row, strict=True)
    )


def _head_length(word: str) -> int:
    return min(3, len(word) - 1) if len(word) > 2 else len(word)


@lru_cache(maxsize=256)
def targets(query: Query, languages: tuple[str, ...] = ()) -> tuple[Target, ...]:
    """What a query wants to see in a text of these languages (as of stems.py): the first of many words."""
    every = dict.fromkeys(_target(leaf, languages) for leaf in wanted(query.root))
    return tuple(islice(every, MOST_TARGETS))


def _target(leaf: Word | Phrase | Prefix, languages: tuple[str, ...]) -> Target:
    if isinstance(leaf, Prefix):
        return Target(((leaf.letters,),), True)
    rows = ((leaf.word,),) if isinstance(leaf, Word) else leaf.rows
    stems, *joined = (tuple(stems_in(word, languages) for word in row) for row in rows)
    return Target(stems, False, *joined)


def find(text: str, target: Target) -> Iterator[Span]:
    """Where the target stands in a text, in order."""
    place = folded(text)
    for start, end in _found(place.plain, target):
        yield place.span(start, end)


def _found(plain: str, target: Target) -> Iterator[Span]:
    pattern = word_pattern(plain)
    head = target.head
    if not head or _ARABIC.search("".join(target.stems[0])):
        starts: Iterable[int] = (word.start() for word in pattern.finditer(plain))
    else:
        starts = _starts(plain, head)
    if len(target.stems) == 1:
        yield from _single(plain, pattern, starts, target)
        return
    end = 0
    for start in starts:
        if start >= end and (last := _end(plain, pattern, start, target)):
            yield start, last
            end = last


def _starts(plain: str, head: str) -> Iterable[int]:
    """Beginnings of words that start as what is looked for does, an apostrophe or a hyphen among their letters or not."""
    heads = [head]
    for sign in "'-":
        if sign in plain:
            heads += [f"{head[:at]}{sign}{head[at:]}" for at in range(1, len(head))]
    held = [one for one in heads if one in plain]
    return (
        merge(*(_beginnings(plain, one) for one in held))
        if len(held) > 1
        else _beginnings(plain, held[0])
        if held
        else ()
    )


def _beginnings(plain: str, head: str) -> Iterator[int]:
    at = plain.find(head)
    while at >= 0:
        if word_begins(plain, at):
            yield at
        at = plain.find(head, at + 1)


def _single(plain: str, pattern: re.Pattern[str], starts: Iterable[int], target: Target) -> Iterator[Span]:
    known: dict[str, bool] = {}
    after = 0
    for start in starts:
        word = pattern.match(plain, start)
        if start < after or word is None or (word.end() - start == 1 and is_cut_off(plain, start)):
            continue
        spelled = word.group()
        if spelled not in known:
            known[spelled] = _fits(spelled, target)
        if known[spelled]:
            yield start, word.end()
        elif plain.startswith("-", word.end()) and (last := _end(plain, pattern, start, target)):
            yield start, last
            after = last


def _end(plain: str, pattern: re.Pattern[str], start: int, target: Target) -> int | None:
    """Where a row of words that begins at `start` ends, or None where it is not what is meant."""
    end = start
    most = len(target.stems)
    for count in range(1, most + _MORE_PARTS + 1):
        word = pattern.search(plain, end)
        if word is None or word.start() - end > _BETWEEN:
            return None
        end = word.end()
        if count >= min(most, len(target.joined) or most) and _fits(plain[start:end], target):
            return end
        if count >= most and "-" not in plain[start : end + 1]:
            return None
    return None


@lru_cache(maxsize=20_000)
def _fits(text: str, target: Target) -> bool:
    """Whether a text is what is meant as it stands, or with what its hyphens hold together written as one."""
    return target.fits(list(words(text))) or (
        "-" in text and target.fits([(one,) for one in all_joined(text)])
    )
