"""One page of what tantivy found, in an order that is total, and the facets of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tantivy import DocAddress, Order, Searcher
from tantivy import Query as Asked

from archive.search.alike import ALL_LISTED, MOST_VALUES, listed
from archive.search.port import FacetCount, Filters, Key, Sort
from archive.search.tantivy_match import Matcher, all_of, total_of
from archive.search.tantivy_schema import ADDED, BY_DATE, facet_field

_ORDERS = {"date": (BY_DATE, Order.Asc), "newest": (ADDED, Order.Desc)}
_VALUES_A_SEGMENT = 10_000


def page_of(
    searcher: Searcher, found: Asked, sort: Sort, offset: int, limit: int
) -> tuple[int, list[tuple[DocAddress, Key]]]:
    """How many were found, and where those of the page lie, each with its key; equally good ones by newness."""
    if not limit:
        return total_of(searcher.search(found, limit=1)), []
    if sort in _ORDERS:
        field, order = _ORDERS[sort]
        result = searcher.search(found, limit, order_by_field=field, offset=offset, order=order)
        addresses = [address for _, address in result.hits]
        return total_of(result), list(zip(addresses, _keys(searcher, addresses, sort), strict=True))
    total, hits = _best(searcher, found, offset + limit)
    addresses = [address for _, address in hits]
    keys = [(-float(hit[0]), *key) for hit, key in zip(hits, _keys(searcher, addresses, sort), strict=True)]
    # Sorting keeps what is equal in its order, which is tantivy's own and always the same.
    order_of = sorted(range(len(hits)), key=keys.__getitem__)
    return total, [(addresses[each], keys[each]) for each in order_of[offset : offset + limit]]


def _keys(searcher: Searcher, addresses: list[DocAddress], sort: Sort) -> list[Key]:
    """By what documents stand where they do, how well they are found aside."""
    newest = [-float(day or 0) for day in searcher.fast_field_values(ADDED, addresses)]
    if sort != "date":
        return [(one,) for one in newest]
    # What is undated stands behind every day there is.
    days = [float(day or 0) for day in searcher.fast_field_values(BY_DATE, addresses)]
    return list(zip(days, newest, strict=True))


def _best(searcher: Searcher, found: Asked, wanted: int) -> tuple[int, list[tuple[Any, DocAddress]]]:
    """The best, at least as many as wanted: all that are worth the same as the last of them are among them."""
    asked = wanted + 1
    while True:
        result = searcher.search(found, asked)
        hits = result.hits
        if len(hits) < asked or hits[-1][0] != hits[wanted - 1][0]:
            return total_of(result), hits
        asked *= 4


def facet_counts(
    matcher: Matcher, matched: Asked, filters: Filters, facets: Sequence[str]
) -> dict[str, list[FacetCount]]:
    """The facets of all that was found; a facet's counts leave its own chosen values aside."""
    chosen = [name for name, values in filters.facets.items() if values and name in facets]
    free = [name for name in facets if name not in chosen]
    counts = _counted(matcher.searcher, matcher.filtered(matched, filters), free)
    for name in chosen:
        others = matcher.filtered(matched, filters, but=name)
        counts |= _counted(matcher.searcher, others, [name])
        unlisted = set(filters.facets[name]) - {each.value for each in counts[name]}
        counts[name] += [
            FacetCount(value, matcher.count(all_of([others, matcher.bearing(name, [value])])))
            for value in unlisted
        ]
    return {name: listed(name, counts[name], filters.facets.get(name, ())) for name in facets}


def _counted(searcher: Searcher, found: Asked, names: Iterable[str]) -> dict[str, list[FacetCount]]:
    most = {name: _VALUES_A_SEGMENT if name in ALL_LISTED else MOST_VALUES for name in names}
    asked = {
        name: {"terms": {"field": facet_field(name), "size": size, "segment_size": _VALUES_A_SEGMENT}}
        for name, size in most.items()
    }
    if not asked:
        return {}
    told: dict[str, Any] = searcher.aggregate(found, asked)
    return {
        name: [FacetCount(str(each["key"]), int(each["doc_count"])) for each in told[name]["buckets"]]
        for name in asked
    }
