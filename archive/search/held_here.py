"""What is held and found where suggestions may be drawn from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from archive.search.cost import TimeLimit
from archive.search.near import two_slips
from archive.search.parse import parse_query
from archive.search.port import Filters, Leaf, WordSource
from archive.search.query import Query

NO_FILTERS = Filters()

MOST_FAR = 16_000
"""So much of what is two slips away is looked up for one text: what there is for a word of 14 letters, or for two of ten."""


class Here:
    """The words of all sources, within the time that matching may take."""

    def __init__(self, drawn_from: Sequence[WordSource], filters: Filters) -> None:
        self._sources = drawn_from
        self._filters = filters
        self._limit = TimeLimit()
        self._far = MOST_FAR

    def held(self, leaves: Collection[Leaf]) -> Counter[Leaf]:
        """How many hold each; a word with a field is counted anywhere."""
        self._limit.check()
        counts: Counter[Leaf] = Counter()
        for source in self._sources:
            counts.update(source.held(leaves))
        return counts

    def two_slips(self, word: str) -> set[str]:
        """What is two slips away from a word; nothing where others were looked for so and too much would be looked up."""
        far = two_slips(word)
        self._far -= len(far)
        return far if self._far >= 0 else set()

    def is_known(self, leaf: Leaf) -> bool:
        """Whether anything holds it in any form, whatever was chosen."""
        return self._is_found(Query(leaf), NO_FILTERS)

    def is_found(self, leaf: Leaf) -> bool:
        """Whether it finds anything where the search was narrowed to."""
        return self._is_found(Query(leaf), self._filters)

    def finds(self, text: str) -> bool:
        """The same of a whole text."""
        return self._is_found(parse_query(text), self._filters)

    def _is_found(self, query: Query, filters: Filters) -> bool:
        self._limit.check()
        return any(source.finds(query, filters) for source in self._sources)
