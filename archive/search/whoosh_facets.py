"""Facet values as arrays: counting and filtering without a loop over documents."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archive.search.alike import ALL_LISTED, MOST_VALUES, listed, unknown_facet
from archive.search.port import KEPT, FacetCount
from archive.search.whoosh_segment import Ids
from archive.search.whoosh_snapshot import Mask, Snapshot

_FEW = 8  # where fewer than one document in this many was found, only their values are looked at


@dataclass(frozen=True)
class _Facet:
    values: list[str]
    codes: dict[str, int]
    documents: Ids
    numbers: Ids
    starts: NDArray[np.int64]
    """Where the values of each document begin; one more at the end."""


class FacetTable:
    """The facets of one snapshot, each read when it is first asked for."""

    def __init__(self, snapshot: Snapshot, names: Iterable[str]) -> None:
        self.names = tuple(names)
        self._snapshot = snapshot
        self._facets: dict[str, _Facet] = {}
        self._lock = threading.Lock()

    def mask(self, name: str, values: Iterable[str]) -> Mask:
        """Documents that bear any of the values."""
        facet = self._facet(name)
        return self._bearing(facet, [facet.codes[value] for value in values if value in facet.codes])

    def skipping(self, name: str, among: Mask, low: int, high: int) -> Mask:
        """Documents among these with values (numbers) below `low` and above `high`, and none between."""
        facet = self._facet(name)
        numbers = np.array([int(value) if value.isdecimal() else 0 for value in facet.values], np.int64)
        those = among[facet.documents]
        values, owners = numbers[facet.numbers[those]], facet.documents[those]
        found: list[Mask] = []
        for fits in ((values > 0) & (values < low), values > high, (values >= low) & (values <= high)):
            mask = np.zeros(self._snapshot.size, bool)
            mask[owners[fits]] = True
            found.append(mask)
        below, above, between = found
        return below & above & ~between

    def counts(self, name: str, found: Mask, chosen: Sequence[str] = ()) -> list[FacetCount]:
        """The most frequent values with their counts (decades in order of time), the chosen ones always there."""
        facet = self._facet(name)
        counts = np.bincount(_numbers(facet, found), minlength=len(facet.values))
        best = np.argsort(-counts, kind="stable")[: None if name in ALL_LISTED else MOST_VALUES]
        counted = [FacetCount(facet.values[code], int(counts[code])) for code in best if counts[code]]
        also = (value for value in chosen if value in facet.codes)
        counted += [FacetCount(value, int(counts[facet.codes[value]])) for value in also]
        return listed(name, counted, chosen)

    def _bearing(self, facet: _Facet, codes: list[int]) -> Mask:
        found = np.zeros(self._snapshot.size, bool)
        if codes:
            found[facet.documents[np.isin(facet.numbers, codes)]] = True
        return found

    def _facet(self, name: str) -> _Facet:
        if name not in (*self.names, *KEPT):
            raise unknown_facet(name, self.names)
        with self._lock:
            if name not in self._facets:
                self._facets[name] = _join(self._snapshot, name)
            return self._facets[name]


def _join(snapshot: Snapshot, name: str) -> _Facet:
    codes: dict[str, int] = {}
    documents, numbers = [np.empty(0, np.int32)], [np.empty(0, np.int32)]
    for base, segment in zip(snapshot.bases, snapshot.segments, strict=False):
        values, owners, local = segment.facet(name)
        renumbered = np.array([codes.setdefault(value, len(codes)) for value in values], np.int32)
        documents.append(owners + np.int32(base))
        numbers.append(renumbered[local] if len(local) else local)
    all_documents = np.concatenate(documents)
    starts = np.searchsorted(all_documents, np.arange(snapshot.size + 1))
    return _Facet(list(codes), codes, all_documents, np.concatenate(numbers), starts)


def _numbers(facet: _Facet, found: Mask) -> Ids:
    """The value numbers of every document found."""
    ids = np.flatnonzero(found)
    if len(ids) * _FEW > len(found):
        return facet.numbers[found[facet.documents]]
    first, last = facet.starts[ids], facet.starts[ids + 1]
    lengths = last - first
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return facet.numbers[np.repeat(first - (ends - lengths), lengths) + np.arange(total)]
