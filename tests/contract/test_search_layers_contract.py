"""Several layers of a search are one: what each alone may tell of is found, counted and ordered together."""

from __future__ import annotations

import pytest

from archive.search import (
    FACETS,
    Filters,
    IndexDocument,
    Layer,
    SearchIndex,
    Sort,
    parse_query,
    search_layers,
)
from archive.search.alike import MOST_VALUES
from tests.fixtures.search_backends import page

# Written for these tests.
THINGS = [
    IndexDocument(
        f"thing{number}",
        f"{'Bell' if number % 3 else 'Bell bell'} {number}",
        text="bell " * (number % 5) + "tower",
        kind=("letter", "song")[number % 2],
        collection=("north", "south", "west")[number % 3],
        date_start=18500000 + number * 10_101 if number % 4 else None,
        date_end=18500000 + number * 10_101 if number % 4 else None,
        decades=[1850 + number // 10 * 10] if number % 4 else [],
        # Two of a day each, so that what goes by the id alone is told apart too.
        added=20240100 + number // 2,
    )
    for number in range(1, 13)
]
SORTS: tuple[Sort, ...] = ("relevance", "date", "newest")


def layered(
    index: SearchIndex, text: str, filters: Filters, sort: Sort, offset: int = 0, limit: int = 20
) -> tuple[int, list[str], dict[str, dict[str, int]]]:
    layers = [Layer(index, inside=("north",)), Layer(index, outside=("north",))]
    found = search_layers(layers, parse_query(text), filters, sort, offset, limit)
    counted = {name: {one.value: one.count for one in values} for name, values in found.facets.items()}
    return found.total, found.ids, counted


@pytest.mark.parametrize("sort", SORTS)
def test_layers_find_count_and_order_what_one_index_does(empty_index: SearchIndex, sort: Sort) -> None:
    empty_index.update(THINGS)
    for text in ("", "bell", "tower -song"):
        for filters in (Filters(), Filters({"kind": ["song"]}), Filters({"collection": ["south", "north"]})):
            whole = page(empty_index, text, filters=filters, sort=sort)
            total, ids, counted = layered(empty_index, text, filters, sort)
            assert (total, set(ids)) == (whole.total, set(whole.ids))
            assert counted == {
                name: {one.value: one.count for one in values} for name, values in whole.facets.items()
            }
            if sort != "relevance" or not text:
                assert ids == whole.ids
            leaves = [layered(empty_index, text, filters, sort, at, 2)[1] for at in range(0, total, 2)]
            assert [one for leaf in leaves for one in leaf] == ids


def test_a_value_that_a_layer_lists_no_more_is_counted_there_all_the_same(empty_index: SearchIndex) -> None:
    # In one layer a hundred places are borne twice, and one of those that are borne once is frequent in the other.
    many = [
        IndexDocument(f"many{one}-{place}", "Bell", collection="north", places=[f"place{place}"])
        for place in range(101)
        for one in range(2)
    ]
    rare = [IndexDocument("once", "Bell", collection="north", places=["rare"])]
    rare += [IndexDocument(f"rare{one}", "Bell", collection="south", places=["rare"]) for one in range(3)]
    empty_index.update([*many, *rare])
    _, _, counted = layered(empty_index, "bell", Filters(), "relevance")
    assert counted["place"]["rare"] == 4 and len(counted["place"]) == MOST_VALUES


def test_what_a_layer_keeps_no_facet_of_bears_one_value_throughout(empty_index: SearchIndex) -> None:
    empty_index.update(THINGS)
    layer = Layer(empty_index, inside=("north",), state="published")
    inside = page(empty_index, "", filters=Filters(inside=("north",)))
    both = [layer, Layer(empty_index, outside=("north", "south", "west"))]
    for chosen, total in ((("published",), inside.total), (("received",), 0), ((), inside.total)):
        found = search_layers(both, parse_query(""), Filters({"state": chosen}), "newest", 0, 20)
        assert (found.total, len(found.ids)) == (total, total)
        assert {one.value: one.count for one in found.facets["state"] if one.count} == {
            "published": inside.total
        }
        assert {one.value for one in found.facets["kind"] if one.count} == (
            {"letter", "song"} if total else set()
        )
    found = search_layers(both, parse_query(""), Filters({"kind": ["song"]}), "newest", 0, 20)
    assert [one.count for one in found.facets["state"]] == [found.total] and set(found.facets) == {
        *FACETS,
        "state",
    }
