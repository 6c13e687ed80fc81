"""One search of several indexes of one engine, each of them looked through for what it alone may tell of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import merge
from itertools import islice

from archive.search.alike import ALL_LISTED, MOST_VALUES, listed
from archive.search.port import FacetCount, Filters, Key, SearchIndex, SearchPage, Sort
from archive.search.query import Query

STATE = "state"


@dataclass(frozen=True)
class Layer:
    """An index with the collections of it that are looked through; where it keeps no `state`, the one in which all of it is.

    Layers that name no item both are searched as if they were one index.
    """

    index: SearchIndex
    inside: Sequence[str] = ()
    outside: Sequence[str] = ()
    state: str = ""

    def search(self, query: Query, filters: Filters, sort: Sort, offset: int, limit: int) -> SearchPage:
        """As that of the index, with the facet of states where staff ask."""
        within = replace(filters, inside=self.inside, outside=self.outside)
        if not self.state:
            return self.index.search(query, within, sort, offset, limit)
        kept = {name: values for name, values in filters.facets.items() if name != STATE}
        found = self.index.search(query, replace(within, facets=kept), sort, offset, limit)
        # What a facet counts leaves its own choice aside.
        counted = {STATE: [FacetCount(self.state, found.total)] if found.total else []}
        chosen = filters.facets.get(STATE, ())
        if chosen and self.state not in chosen:
            return SearchPage(0, [], {name: [] for name in found.facets} | counted)
        return replace(found, facets=found.facets | counted)


def search_layers(
    layers: Sequence[Layer], query: Query, filters: Filters, sort: Sort, offset: int, limit: int
) -> SearchPage:
    """One page of what all layers find together.

    How well something is found is told by how many others hold its words, and so means another thing in each index:
    the best of one counts as much as the best of another, and everything by how near it comes to the best.
    """
    if len(layers) == 1:
        return layers[0].search(query, filters, sort, offset, limit)
    leaves = [layer.search(query, filters, sort, 0, offset + limit if limit else 0) for layer in layers]
    ordered = merge(*(_ordered(leaf, sort) for leaf in leaves))
    ids = dict.fromkeys(item_id for _, item_id in ordered)
    # What is on its way from one index to another may be in both for a moment.
    twice = sum(len(leaf.ids) for leaf in leaves) - len(ids)
    return SearchPage(
        total=sum(leaf.total for leaf in leaves) - twice,
        ids=list(islice(ids, offset, offset + limit)),
        facets=_added_up([*leaves, *_left_out(layers, leaves, query, filters, sort)], filters),
    )


def _ordered(leaf: SearchPage, sort: Sort) -> Iterator[tuple[Key, str]]:
    best = leaf.keys[0][0] if leaf.keys else 0.0
    for item_id, key in zip(leaf.ids, leaf.keys, strict=True):
        # Where nothing is found better than anything else, the key begins with the day, which is the same in all.
        by_worth = sort == "relevance" and len(key) > 1
        yield ((-key[0] / best if best else 0.0, *key[1:]) if by_worth else key), item_id


def _left_out(
    layers: Sequence[Layer], leaves: Sequence[SearchPage], query: Query, filters: Filters, sort: Sort
) -> Iterator[SearchPage]:
    """What layers that list no more values count of those that others list."""
    for layer, leaf in zip(layers, leaves, strict=True):
        for name, values in leaf.facets.items():
            known = {one.value for one in values}
            others = {one.value for other in leaves for one in other.facets.get(name, ()) if one.count}
            if len(known) < MOST_VALUES or name in ALL_LISTED or not (missing := others - known):
                continue
            # A facet's counts leave its own choice aside, and list every value of it.
            asked = replace(filters, facets={**filters.facets, name: sorted(missing)})
            counted = layer.search(query, asked, sort, 0, 0).facets[name]
            yield SearchPage(0, [], {name: [one for one in counted if one.value in missing]})


def _added_up(leaves: Sequence[SearchPage], filters: Filters) -> dict[str, list[FacetCount]]:
    added: dict[str, Counter[str]] = {}
    for leaf in leaves:
        for name, values in leaf.facets.items():
            added.setdefault(name, Counter()).update({one.value: one.count for one in values})
    return {name: _listed(name, counts, filters.facets.get(name, ())) for name, counts in added.items()}


def _listed(name: str, counts: Counter[str], chosen: Sequence[str]) -> list[FacetCount]:
    most = [FacetCount(value, count) for value, count in counts.items()]
    best = sorted(most, key=lambda one: (-one.count, one.value))
    kept = best if name in ALL_LISTED else best[:MOST_VALUES]
    return listed(name, [*kept, *(one for one in best if one.value in chosen)], chosen)
