"""How many documents of a snapshot hold what suggestions are made of, thousands of words at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from itertools import islice

from archive.search.kept import stems
from archive.search.port import Leaf
from archive.search.query import Prefix, Value
from archive.search.whoosh_schema import RAW, STEMMED, VALUES, value_word
from archive.search.whoosh_segment import Segment
from archive.search.whoosh_snapshot import Snapshot
from archive.search.words import stem

_ALIKE = 3
"""Words that share so many first letters are found by listing all that do, where there are many of them."""

_MANY = 16
_ENOUGH = 20
"""Of the words that begin so no more are counted."""


def held(snapshot: Snapshot, leaves: Collection[Leaf]) -> dict[Leaf, int]:
    """As `held` of WordSource."""
    counts: dict[Leaf, int] = {}
    values: dict[str, list[Leaf]] = defaultdict(list)
    words: dict[str, list[Leaf]] = defaultdict(list)
    for leaf in leaves:
        if isinstance(leaf, Prefix):
            counts[leaf] = sum(_begun(segment, leaf.letters) for segment in snapshot.segments)
        elif isinstance(leaf, Value):
            values[value_word(leaf.field, stems(leaf.words))].append(leaf)
        else:
            words[leaf.word].append(leaf)
    for field, asked in ((VALUES, values), (STEMMED, words), (RAW, words)):
        for word in _among(snapshot.segments, field, asked):
            # A word is kept by its stem and, where that is another, beside it as it is written. What is asked for is stemmed
            # only where it is there: most of it is no word at all.
            if field == VALUES or (stem(word) == word) is (field == STEMMED):
                # Without what was removed.
                counts |= dict.fromkeys(asked[word], len(snapshot.postings(field, word)[0]))
    return counts


def _begun(segment: Segment, letters: str) -> int:
    return sum(1 for field in (STEMMED, RAW) for _ in islice(segment.words_from(field, letters), _ENOUGH))


def _among(segments: Sequence[Segment], field: str, words: Collection[str]) -> set[str]:
    """Those of the words that segments hold: to look up each takes longer than to list its neighbours."""
    begun: dict[str, set[str]] = defaultdict(set)
    for word in words:
        begun[word[:_ALIKE]].add(word)
    found: set[str] = set()
    for letters, some in begun.items():
        for segment in segments:
            if len(some) > _MANY:
                found |= some.intersection(segment.words_from(field, letters))
            else:
                found |= {word for word in some if segment.frequency(field, word)[0]}
    return found
