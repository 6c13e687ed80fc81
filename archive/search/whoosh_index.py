"""The search port kept by Whoosh."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from archive.search import whoosh_writer
from archive.search.alike import once_each
from archive.search.cost import check_cost
from archive.search.generations import Generations
from archive.search.port import (
    FACETS,
    FacetCount,
    Filters,
    IndexDocument,
    SearchPage,
    Sort,
    WordSource,
)
from archive.search.query import Query
from archive.search.suggest import suggest
from archive.search.whoosh_held import held
from archive.search.whoosh_match import Matcher
from archive.search.whoosh_reader import Reader, View
from archive.search.whoosh_schema import SCHEMA_VERSION, schema
from archive.search.whoosh_snapshot import Mask


class WhooshIndex:
    """One index in one folder. Whoosh keeps the postings; matching, ranking and counting are done with numpy."""

    def __init__(self, root: Path, *, facets: tuple[str, ...] = FACETS, lock_timeout: float = 30.0) -> None:
        self._generations = Generations(root, SCHEMA_VERSION)
        self._schema = schema(facets)
        self._facets = facets
        self._lock_timeout = lock_timeout
        self._reader = Reader(self._generations, self._schema, facets)

    def update(self, documents: Iterable[IndexDocument], removed_ids: Iterable[str] = ()) -> None:
        with self._generations.writing(self._lock_timeout):
            now = self._reader.view().snapshot
            whoosh_writer.change(self._folder(), self._schema, self._facets, now, documents, removed_ids)

    def merge_away(self, ids: Iterable[str]) -> None:
        with self._generations.writing(self._lock_timeout):
            now = self._reader.view().snapshot
            whoosh_writer.merge_away(self._folder(), self._schema, now, ids)
            self._generations.sweep()

    def tidy(self, leaves_off: Callable[[], bool] = lambda: False) -> bool:
        with self._generations.writing(self._lock_timeout):
            return whoosh_writer.tidy(self._folder(), self._schema, leaves_off)

    def rebuild(
        self, documents: Iterable[IndexDocument], progress: Callable[[int], None] | None = None
    ) -> int:
        told = progress or (lambda _count: None)

        def build(folder: Path) -> int:
            return whoosh_writer.build(folder, self._schema, self._facets, once_each(documents), told)

        return self._generations.made_anew(self._lock_timeout, build, self._count_in)

    def search(
        self,
        query: Query,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        sort: Sort = "relevance",
        offset: int = 0,
        limit: int = 20,
    ) -> SearchPage:
        view = self._reader.view()
        matcher = Matcher(view.snapshot, view.facets)
        check_cost(query.root, matcher)
        matched = matcher.match(query.root) & view.snapshot.live
        if sort == "relevance":
            matcher.prefer(query.root)
        if filters.first is not None or filters.last is not None:
            matched &= matcher.between(filters.first, filters.last)
        if filters.inside:
            matched &= view.facets.mask("collection", filters.inside)
        if filters.outside:
            matched &= ~view.facets.mask("collection", filters.outside)
        chosen = {name: view.facets.mask(name, values) for name, values in filters.facets.items() if values}
        found = _all(matched, chosen)
        page = view.orders.page(found, matcher.scores, sort, max(0, offset), max(0, limit))
        return SearchPage(
            total=int(np.count_nonzero(found)),
            ids=[view.snapshot.id_of(document) for document, _ in page],
            facets=_facet_counts(view, matched, found, chosen, filters),
            keys=[key for _, key in page],
        )

    def suggest(
        self,
        text: str,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        beside: Sequence[WordSource] = (),
    ) -> str | None:
        own = WordSource(
            partial(held, self._reader.view().snapshot),
            lambda query, kept: self.search(query, kept, limit=0).total,
        )
        return suggest(text, (own, *beside), filters)

    def count(self) -> int:
        return self._reader.view().snapshot.count

    def close(self) -> None:
        self._reader.close()

    def _folder(self) -> Path:
        folder = self._generations.current()
        if folder is None:
            folder = self._generations.fresh()
            whoosh_writer.create(folder, self._schema)
            self._generations.point_to(folder)
        return folder

    def _count_in(self, folder: Path) -> int:
        return Reader(self._generations, self._schema, self._facets).view_of(folder).snapshot.count


def _all(matched: Mask, chosen: dict[str, Mask], but: str = "") -> Mask:
    found = matched
    for name, mask in chosen.items():
        if name != but:
            found = found & mask
    return found


def _facet_counts(
    view: View, matched: Mask, found: Mask, chosen: dict[str, Mask], filters: Filters
) -> dict[str, list[FacetCount]]:
    return {
        name: view.facets.counts(
            name, _all(matched, chosen, but=name) if name in chosen else found, filters.facets.get(name, ())
        )
        for name in view.facets.names
    }
