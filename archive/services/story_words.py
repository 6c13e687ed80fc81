"""The words of stories, for suggestions: what everybody may read in them, and nothing else."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Sequence
from functools import cached_property, lru_cache

from archive.access import PUBLIC
from archive.search import Filters, Query, WordSource
from archive.search.cost import LetterLimit
from archive.search.port import Leaf
from archive.search.query import Prefix, Word
from archive.search.suggest import suggest
from archive.services.opening import Archive
from archive.services.story_search import Finder, Told, told_to

MOST_READ = 10_000_000
"""Letters of stories whose words are counted, which is about 300 long ones: it takes a sixth of a second, and is kept."""


def word_source(archive: Archive) -> WordSource:
    """Where suggestions are drawn from beside an index: stories, as they are when something is first asked."""
    here = _Here(archive)
    return WordSource(here.held, here.finds)


def suggestion(archive: Archive, text: str) -> str | None:
    """What may have been meant by words that no story holds: words that one does; None where nothing is near."""
    return suggest(text, (word_source(archive),))


class _Here:
    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._limit = LetterLimit()

    @cached_property
    def _told(self) -> tuple[Told, ...]:
        return tuple(told_to(self._archive, PUBLIC))

    def held(self, leaves: Collection[Leaf]) -> dict[Leaf, int]:
        counts, words = _counted(self._told)
        held: dict[Leaf, int] = {}
        for leaf in leaves:
            if isinstance(leaf, Word):
                held[leaf] = counts[leaf.word]
            elif isinstance(leaf, Prefix):
                held[leaf] = _begin(words, leaf.letters)
        return held

    def finds(self, query: Query, filters: Filters) -> int:
        # No story has what items are narrowed by.
        if filters != Filters():
            return 0
        finder = Finder(query, self._limit)
        return sum(map(finder.finds, self._told))


@lru_cache(maxsize=1)
def _counted(told: tuple[Told, ...]) -> tuple[Counter[str], Sequence[str]]:
    """How many stories hold each word, and the words in order."""
    counts: Counter[str] = Counter()
    left = MOST_READ
    for one in told:
        left -= len(one.story.written)
        if left >= 0:
            counts.update(set(one.story.written.split()))
    return counts, sorted(counts)


def _begin(words: Sequence[str], letters: str) -> int:
    first = bisect_left(words, letters)
    return int(first < len(words) and words[first].startswith(letters))
