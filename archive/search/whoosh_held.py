"""How many documents of a snapshot hold what suggestions are made of, thousands of words at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
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
    asked: dict[str, dict[str, list[Leaf]]] = defaultdict(lambda: defaultdict(list))
    for leaf in leaves:
        if isinstance(leaf, Prefix):
            counts[leaf] = sum(_begun(segment, leaf.letters) for segment in snapshot.segments)
        else:
            field, word = _kept(leaf)
            asked[field][word].append(leaf)
    for field, words in asked.items():
        for word in set().union(*(_among(segment, field, words) for segment in snapshot.segments)):
            # Without what was removed.
            counts |= dict.fromkeys(words[word], len(snapshot.postings(field, word)[0]))
    return counts


def _kept(leaf: Leaf) -> tuple[str, str]:
    if isinstance(leaf, Value):
        return VALUES, value_word(leaf.field, stems(leaf.words))
    word = leaf.letters if isinstance(leaf, Prefix) else leaf.word
    return (STEMMED if stem(word) == word else RAW), word


def _begun(segment: Segment, letters: str) -> int:
    return sum(1 for field in (STEMMED, RAW) for _ in islice(segment.words_from(field, letters), _ENOUGH))


def _among(segment: Segment, field: str, words: Collection[str]) -> set[str]:
    """Those of the words that a segment holds: to look up each takes longer than to list its neighbours."""
    begun: dict[str, list[str]] = defaultdict(list)
    for word in words:
        begun[word[:_ALIKE]].append(word)
    found: set[str] = set()
    for letters, some in begun.items():
        if len(some) > _MANY:
            found |= set(some).intersection(segment.words_from(field, letters))
        else:
            found |= {word for word in some if segment.frequency(field, word)[0]}
    return found
