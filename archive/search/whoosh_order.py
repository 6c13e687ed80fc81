"""The order of what was found; every order is total, so pages neither overlap nor leave a gap."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from archive.search.port import Key, Sort
from archive.search.whoosh_schema import ADDED, BY_DATE, BY_ID
from archive.search.whoosh_snapshot import Mask, Snapshot


class Orders:
    """The ranks of all documents of a snapshot by date and by newness, made when first needed."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._ranks: dict[str, NDArray[np.int32]] = {}

    def page(
        self, found: Mask, scores: NDArray[np.float32], sort: Sort, offset: int, limit: int
    ) -> list[tuple[int, Key]]:
        """The documents of one page, each with its key; by relevance means by newness where all are worth the same."""
        ids = np.flatnonzero(found)
        wanted = min(offset + limit, len(ids))
        if wanted <= offset:
            return []
        if sort == "relevance":
            best = _best(ids, -scores[ids], wanted)
            order = np.lexsort((self._rank("newest")[best], -scores[best]))
            page = best[order][offset:wanted]
            return self._keyed(page, -scores[page])
        ranks = self._rank(sort)
        best = _best(ids, ranks[ids], wanted)
        page = best[np.argsort(ranks[best])][offset:wanted]
        if sort != "date":
            return self._keyed(page)
        day = self._snapshot.numbers(BY_DATE)[page]
        return self._keyed(page, day == 0, day)

    def _keyed(self, page: NDArray[Any], *columns: NDArray[Any]) -> list[tuple[int, Key]]:
        newest = -self._snapshot.numbers(ADDED)[page]
        keys = zip(*(map(float, column) for column in (*columns, newest)), strict=True)
        return [(int(document), key) for document, key in zip(page, keys, strict=True)]

    def _rank(self, sort: str) -> NDArray[np.int32]:
        if sort not in self._ranks:
            newest, last = -self._snapshot.numbers(ADDED), self._snapshot.numbers(BY_ID)
            if sort == "date":
                day = self._snapshot.numbers(BY_DATE)
                order = np.lexsort((last, newest, day, day == 0))  # the undated come last
            else:
                order = np.lexsort((last, newest))
            rank = np.empty(len(order), np.int32)
            rank[order] = np.arange(len(order), dtype=np.int32)
            self._ranks[sort] = rank
        return self._ranks[sort]


def _best(ids: NDArray[Any], keys: NDArray[Any], wanted: int) -> NDArray[Any]:
    """The ids with the smallest keys, at least as many as wanted: all that share the last key are among them."""
    if len(ids) <= wanted:
        return ids
    best: NDArray[Any] = ids[keys <= np.partition(keys, wanted - 1)[wanted - 1]]
    return best
