"""Of several indexes in one search each measures its hits by its own words, and none is worth less for being small."""

from __future__ import annotations

from pathlib import Path

from archive.search import Filters, IndexDocument, Layer, parse_query, search_layers
from archive.search.whoosh_index import WhooshIndex


def ids(layers: list[Layer], text: str, limit: int = 20) -> list[str]:
    return search_layers(layers, parse_query(text), Filters(), "relevance", 0, limit).ids


def test_the_best_of_a_small_index_stands_beside_the_best_of_a_large_one(tmp_path: Path) -> None:
    small, large = (Layer(WhooshIndex(tmp_path / name)) for name in ("small", "large"))
    # Everything here bears the word, which is worth little here and much there.
    small.index.update(
        [IndexDocument(f"small{one}", "Bell", text="bell", added=20240100 + one) for one in (1, 2)]
    )
    large.index.update(
        [
            IndexDocument("large", "Bell", text="bell", added=20240103),
            IndexDocument("mentioned", "Of towers", text="there was a bell among many words", added=20240109),
            *(IndexDocument(f"none{one}", "Silence") for one in range(50)),
        ]
    )
    for layers in ([small, large], [large, small]):
        assert ids(layers, "bell") == ["large", "small2", "small1", "mentioned"]
        assert ids(layers, "bell", limit=2) == ["large", "small2"]
        assert ids(layers, "bell -silence") == ["large", "small2", "small1", "mentioned"]


def test_what_is_on_its_way_from_one_index_to_another_is_found_once(tmp_path: Path) -> None:
    layers = [Layer(WhooshIndex(tmp_path / name)) for name in ("one", "other")]
    for layer in layers:
        layer.index.update([IndexDocument("moving", "Bell")])
    found = search_layers(layers, parse_query("bell"), Filters(), "newest", 0, 20)
    assert (found.total, found.ids) == (1, ["moving"])
