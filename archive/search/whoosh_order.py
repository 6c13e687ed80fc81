"""The order of what was found; every order is total, so pages neither overlap nor leave a gap."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from archive.search.port import Sort
from archive.search.whoosh_schema import ADDED, BY_DATE
from archive.search.whoosh_snapshot import Mask, Snapshot


class Orders:
    """The ranks of all documents of a snapshot by date and by newness, made when first needed."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._ranks: dict[str, NDArray[np.int32]] = {}

    def page(
        self, found: Mask, scores: NDArray[np.float32], sort: Sort, offset: int, limit: int
    ) -> list[int]:
        """The documents of one page; by relevance means by newness where all are worth the same."""
        ids = np.flatnonzero(found)
        wanted = min(offset + limit, len(ids))
        if wanted <= offset:
            return []
        if sort == "relevance":
            best = _best(ids, -scores[ids], wanted)
            order = np.lexsort((self._rank("newest")[best], -scores[best]))
            return [int(document) for document in best[order][offset:wanted]]
        ranks = self._rank(sort)
        best = _best(ids, ranks[ids], wanted)
        return [int(document) for document in best[np.argsort(ranks[best])][offset:wanted]]

    def _rank(self, sort: str) -> NDArray[np.int32]:
        if sort not in self._ranks:
            newest = -self._snapshot.numbers(ADDED)
            if sort == "date":
                day = self._snapshot.numbers(BY_DATE)
                order = np.lexsort((newest, day, day == 0))  # the undated come last
            else:
                order = np.lexsort((newest,))
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
