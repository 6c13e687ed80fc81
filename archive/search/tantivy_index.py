"""The search port kept by tantivy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from archive.search import tantivy_writer
from archive.search.alike import check_facets, nothing_found, once_each
from archive.search.cost import check_cost
from archive.search.generations import Generations
from archive.search.port import FACETS, Filters, IndexDocument, SearchPage, Sort, WordSource
from archive.search.query import Query, wanted
from archive.search.suggest import suggest
from archive.search.tantivy_match import Matcher
from archive.search.tantivy_page import facet_counts, page_of
from archive.search.tantivy_reader import Reader
from archive.search.tantivy_schema import SCHEMA_VERSION, schema


class TantivyIndex:
    """One index in one folder: tantivy matches, ranks and counts; words are folded and stemmed before."""

    def __init__(self, root: Path, *, facets: tuple[str, ...] = FACETS, lock_timeout: float = 30.0) -> None:
        self._generations = Generations(root, SCHEMA_VERSION)
        self._schema = schema(facets)
        self._facets = facets
        self._lock_timeout = lock_timeout
        self._reader = Reader(self._generations)

    def update(self, documents: Iterable[IndexDocument], removed_ids: Iterable[str] = ()) -> None:
        latest = {document.id: document for document in documents}
        with self._generations.writing(self._lock_timeout):
            view = self._reader.view() or self._reader.view_of(self._first_folder())
            tantivy_writer.change(view, self._facets, latest, removed_ids)

    def merge_away(self, ids: Iterable[str]) -> None:
        with self._generations.writing(self._lock_timeout):
            view = self._reader.view()
            if view is not None:
                tantivy_writer.merge_away(view, self._facets, set(ids))
            self._generations.sweep()

    def tidy(self, leaves_off: Callable[[], bool] = lambda: False) -> bool:
        """Nothing to do: it is done with each commit, beside it."""
        return True

    def rebuild(
        self, documents: Iterable[IndexDocument], progress: Callable[[int], None] | None = None
    ) -> int:
        told = progress or (lambda _count: None)

        def build(folder: Path) -> int:
            return tantivy_writer.build(folder, self._schema, self._facets, once_each(documents), told)

        return self._generations.made_anew(self._lock_timeout, build, self._count_in)

    def search(
        self,
        query: Query,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        sort: Sort = "relevance",
        offset: int = 0,
        limit: int = 20,
    ) -> SearchPage:
        check_facets(filters, self._facets)
        view = self._reader.view()
        if view is None:
            return nothing_found(filters, self._facets)
        matcher = Matcher(self._schema, view.searcher)
        check_cost(query.root, matcher)
        matched = matcher.within(matcher.match(query.root), filters)
        found = matcher.filtered(matched, filters)
        # Where nothing is worth more than anything else, the newest come first.
        order: Sort = sort if sort != "relevance" or wanted(query.root) else "newest"
        if order == "relevance":
            found = matcher.prefer(query.root, found)
        total, page = page_of(view.searcher, found, order, max(0, offset), max(0, limit))
        return SearchPage(
            total=total,
            ids=[view.id_of(address) for address, _ in page],
            facets=facet_counts(matcher, matched, filters, self._facets),
            keys=[key for _, key in page],
        )

    def suggest(
        self,
        text: str,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        beside: Sequence[WordSource] = (),
    ) -> str | None:
        view = self._reader.view()
        own = WordSource(
            Matcher(self._schema, view.searcher).holding if view is not None else lambda _leaves: {},
            lambda query, kept: self.search(query, kept, limit=0).total,
        )
        return suggest(text, (own, *beside), filters)

    def count(self) -> int:
        view = self._reader.view()
        return view.searcher.num_docs if view is not None else 0

    def close(self) -> None:
        self._reader.close()

    def _first_folder(self) -> Path:
        folder = self._generations.fresh()
        tantivy_writer.create(folder, self._schema)
        self._generations.point_to(folder)
        return folder

    def _count_in(self, folder: Path) -> int:
        return int(self._reader.view_of(folder).searcher.num_docs)
