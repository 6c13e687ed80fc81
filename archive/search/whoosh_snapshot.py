"""All segments of an index as of one commit, seen as one; it never changes, so any number of threads may share it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from archive.search.cost import TimeLimit
from archive.search.stems import MARK
from archive.search.whoosh_cache import Cache
from archive.search.whoosh_segment import Beginnings, Ids, Segment, Weights

Mask = NDArray[np.bool_]
MOST_EXPANSIONS = 5_000


class Snapshot:
    """Documents are numbered through all segments, removed ones included; `live` tells which are there."""

    def __init__(self, parts: list[tuple[Segment, list[int]]], cache: Cache) -> None:
        self.segments = [segment for segment, _ in parts]
        self._removed = [np.array(sorted(removed), np.int32) for _, removed in parts]
        self._cache = cache
        self.bases = np.cumsum([0, *(segment.size for segment in self.segments)]).tolist()
        self.size: int = self.bases[-1]
        self.live: Mask = np.ones(self.size, bool)
        for base, removed in zip(self.bases, self._removed, strict=False):
            self.live[removed + base] = False
        self.count = int(np.count_nonzero(self.live))
        self._arrays: dict[tuple[str, str], Any] = {}
        self._has_removed = self.count < self.size

    def postings(self, field: str, word: str) -> tuple[Ids, Weights]:
        """Documents that hold a word, and how often."""
        return self._joined((field, word), lambda segment: segment.postings(field, word))

    def phrase(self, field: str, phrase: tuple[str, ...]) -> tuple[Ids, Weights]:
        """Documents in which the words stand one behind the other, anything where one is empty, and how often."""
        return self._joined((field, *phrase, ""), lambda segment: _phrase(segment, field, phrase))

    def any_word(self, field: str, words: Sequence[str]) -> tuple[Ids, Weights]:
        """Documents that hold any of the words, and how often the most frequent of them."""
        key = (field, *words, "|")
        return self._joined(key, lambda segment: _any([segment.postings(field, word) for word in words]))

    def any_phrase(self, field: str, phrases: Sequence[tuple[str, ...]]) -> tuple[Ids, Weights]:
        """The same of phrases."""
        return _any([self.phrase(field, phrase) for phrase in phrases])

    def prefix(self, begun: Beginnings, limit: TimeLimit) -> tuple[Ids, Weights]:
        """Documents that hold a word which begins so in its field (the first 5,000 such words of each segment count)."""
        return self._joined((*chain(*begun), "*"), lambda segment: _prefix(segment, begun, limit))

    def frequency(self, field: str, word: str) -> tuple[int, int]:
        """How many documents hold a word and how often all together, roughly: what was removed is counted too."""
        found = [segment.frequency(field, word) for segment in self.segments]
        return sum(documents for documents, _ in found), sum(places for _, places in found)

    def begun(self, begun: Beginnings) -> int:
        """How many words `prefix` reads."""

        def count(segment: Segment) -> tuple[Ids, Ids]:
            return np.array([sum(1 for _ in _begun(segment, begun))]), np.empty(0, np.int32)

        key = (*chain(*begun), "#")
        counts = [
            self._cache.get((segment.name, *key), partial(count, segment))[0] for segment in self.segments
        ]
        return sum(int(each[0]) for each in counts)

    def _joined(
        self, key: tuple[str, ...], read: Callable[[Segment], tuple[Ids, Weights]]
    ) -> tuple[Ids, Weights]:
        found = []
        for base, segment in zip(self.bases, self.segments, strict=False):
            ids, weights = self._cache.get((segment.name, *key), partial(read, segment))
            if len(ids):
                found.append((ids + np.int32(base) if base else ids, weights))
        if not found:
            return np.empty(0, np.int32), np.empty(0, np.float32)
        ids, weights = found[0] if len(found) == 1 else tuple(map(np.concatenate, zip(*found, strict=True)))
        if self._has_removed:
            kept = self.live[ids]
            ids, weights = ids[kept], weights[kept]
        return ids, weights

    def numbers(self, column: str) -> NDArray[np.int32]:
        """A column of numbers, one a document."""
        numbers: NDArray[np.int32] = self._through(
            ("numbers", column), lambda segment: segment.numbers(column), np.int32
        )
        return numbers

    def lengths(self, field: str) -> tuple[NDArray[np.float32], float]:
        """Words of each document in a field, and their mean over the documents that have any."""
        every = self._through(("lengths", field), lambda segment: segment.lengths(field), np.float32)
        total = float(every.sum())
        return every, total / max(1, int(np.count_nonzero(every)))

    def _through(self, name: tuple[str, str], read: Callable[[Segment], Any], kind: Any) -> Any:
        if name not in self._arrays:
            parts = [read(segment) for segment in self.segments]
            self._arrays[name] = np.concatenate(parts) if parts else np.empty(0, kind)
        return self._arrays[name]

    def id_of(self, document: int) -> str:
        """The id of a document."""
        index = int(np.searchsorted(self.bases, document, side="right")) - 1
        return self.segments[index].id_of(document - self.bases[index])

    def removed(self, index: int) -> Ids:
        """Removed documents of the segment with this index, numbered within it."""
        return self._removed[index]


def _any(found: Sequence[tuple[Ids, Weights]]) -> tuple[Ids, Weights]:
    filled = [one for one in found if len(one[0])]
    if len(filled) < 2:
        return filled[0] if filled else found[0]
    ids = np.unique(np.concatenate([one for one, _ in filled]))
    weights = np.zeros(len(ids), np.float32)
    for one, counts in filled:
        at = np.searchsorted(ids, one)
        weights[at] = np.maximum(weights[at], counts)
    return ids, weights


def _phrase(segment: Segment, field: str, phrase: tuple[str, ...]) -> tuple[Ids, Weights]:
    """The rarest word is read first, and of every further one only what may still go on from there.

    A block of a frequent word takes milliseconds to read, so none is read twice or for nothing.
    """
    held: dict[str, int] = {}
    # What is marked is rare, and a word that nothing holds ends it all.
    for word in sorted(filter(None, phrase), key=lambda word: MARK not in word):
        held[word] = held.get(word) or segment.frequency(field, word)[0]
        if not held[word]:
            return np.empty(0, np.int32), np.empty(0, np.float32)
    by_rarity = sorted(
        ((offset, word) for offset, word in enumerate(phrase) if word), key=lambda each: held[each[1]]
    )
    candidates: Ids | None = None
    counts = np.empty(0, np.int64)
    starts = np.empty(0, np.int64)
    read: dict[str, NDArray[np.int64]] = {}
    for offset, word in by_rarity:
        if word not in read:
            owners, places = segment.places(field, word, candidates)
            read[word] = (owners.astype(np.int64) << 32) + places
        here = read[word] - offset
        starts = here if candidates is None else _in_both(starts, here)
        candidates, counts = _counted(starts >> 32)
        if not len(candidates):
            break
    return (np.empty(0, np.int32) if candidates is None else candidates), counts.astype(np.float32)


def _in_both(few: NDArray[np.int64], many: NDArray[np.int64]) -> NDArray[np.int64]:
    """What two ascending arrays share; to sort them again took a quarter of the time of a phrase."""
    if not len(many):
        return many
    at = np.searchsorted(many, few)
    shared: NDArray[np.int64] = few[many[np.minimum(at, len(many) - 1)] == few]
    return shared


def _counted(owners: NDArray[np.int64]) -> tuple[Ids, NDArray[np.int64]]:
    """The different ones of ascending numbers, and how often each is there."""
    firsts = np.flatnonzero(np.diff(owners, prepend=np.int64(-1)))
    return owners[firsts].astype(np.int32), np.diff(firsts, append=len(owners))


def _begun(segment: Segment, begun: Beginnings) -> Iterator[tuple[str, str]]:
    words = ((field, word) for field, letters in begun for word in segment.words_from(field, letters))
    return islice(words, MOST_EXPANSIONS)


def _prefix(segment: Segment, begun: Beginnings, limit: TimeLimit) -> tuple[Ids, Weights]:
    counts = segment.counted(begun, MOST_EXPANSIONS, limit.check)
    ids = np.flatnonzero(counts).astype(np.int32)
    return ids, counts[ids]
