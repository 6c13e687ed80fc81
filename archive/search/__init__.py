"""Finding items: a port with its query grammar, snippets, and the engines that keep it."""

from archive.search.alike import OUTDATED, nothing_found
from archive.search.days import years
from archive.search.indexes import Indexes, open_indexes
from archive.search.layered import Layer, search_layers
from archive.search.parse import parse_query
from archive.search.port import (
    FACETS,
    KEPT,
    STAFF_FACETS,
    UNDATED,
    FacetCount,
    Filters,
    IndexDocument,
    SearchIndex,
    SearchPage,
    Sort,
    WordSource,
)
from archive.search.query import Query, query_text
from archive.search.snippets import Snippet, best_passages, lacking, snippet

__all__ = [
    "FACETS",
    "KEPT",
    "OUTDATED",
    "STAFF_FACETS",
    "UNDATED",
    "FacetCount",
    "Filters",
    "IndexDocument",
    "Indexes",
    "Layer",
    "Query",
    "SearchIndex",
    "SearchPage",
    "Snippet",
    "Sort",
    "WordSource",
    "best_passages",
    "lacking",
    "nothing_found",
    "open_indexes",
    "parse_query",
    "query_text",
    "search_layers",
    "snippet",
    "years",
]
