"""What a query costs, told before it is run from how often its words stand in an index: what costs too much is refused.

Figures are milliseconds of one processor (python -m bench.search --dearest prints what they are held against).
"""

from __future__ import annotations

import time
from typing import Protocol

from archive.models.errors import BadInputError
from archive.search.query import And, Node, Not, Or, Phrase, Prefix, Value, Word
from archive.search.words import stem

TOO_COSTLY = "query-too-costly"

MOST_MS = 450.0
"""The rest of a second is for the page: its order, its facets, the words around what was found."""

MOST_CPU_SECONDS = 0.85
"""Where an estimate was wrong or a machine is slow, matching ends after so long."""

MOST_LETTERS = 600_000_000
"""Where texts are looked through letter by letter: a processor does so many in about as long."""

_A_LEAF, _A_DOCUMENT, _A_PLACE, _A_WORD_BEGUN = 0.3, 0.000_25, 0.000_05, 0.02
_FREE_LEAVES = 4
"""So few words cost little whatever they are, and are not looked up first."""


class Terms(Protocol):
    """What an index knows of its words without reading where they stand; `field` is None for anywhere."""

    def held(self, field: str | None, word: str) -> tuple[int, int]:
        """How many documents hold a word as it is kept, and how often all of them together."""

    def begun(self, field: str | None, letters: str) -> int:
        """How many different words begin so, as far as they are read."""


class TimeLimit:
    """Processor time of this thread that matching may take from now on: the net under the estimate."""

    def __init__(self) -> None:
        self._until = time.thread_time() + MOST_CPU_SECONDS

    def check(self) -> None:
        """BadInputError `query-too-costly` when it is over."""
        if time.thread_time() > self._until:
            raise too_costly()


class LetterLimit:
    """Letters that may be looked through from now on, counted, so that the same is refused on every machine."""

    def __init__(self) -> None:
        self._left = MOST_LETTERS

    def spend(self, letters: int) -> None:
        """BadInputError `query-too-costly` when there are not so many left."""
        self._left -= letters
        if self._left < 0:
            raise too_costly()


def check_cost(root: Node, terms: Terms) -> None:
    """BadInputError `query-too-costly` for what would take too long on an index of this size."""
    leaves = leaves_of(root)
    if len(leaves) <= _FREE_LEAVES and all(isinstance(leaf, Word) for leaf in leaves):
        return
    spent = 0.0
    for leaf in leaves:
        spent += _cost(leaf, terms)
        if spent > MOST_MS:
            raise too_costly()


def too_costly() -> BadInputError:
    """The error `query-too-costly`."""
    return BadInputError(
        "This search would take too long: its words are in too many of the items here.",
        code=TOO_COSTLY,
        remedy="Search for fewer words; leave out phrases of common words, and write more letters before a star.",
    )


def _cost(leaf: Word | Phrase | Prefix | Value, terms: Terms) -> float:
    if isinstance(leaf, Word):
        return _A_LEAF + _A_DOCUMENT * terms.held(leaf.field, _kept(leaf.word, leaf.field))[0]
    if isinstance(leaf, Prefix):
        return _A_LEAF + _A_WORD_BEGUN * terms.begun(leaf.field, leaf.letters)
    if isinstance(leaf, Value):
        return _A_LEAF
    return _A_LEAF + sum(_row_cost(row, leaf.field, terms) for row in leaf.rows)


def _row_cost(row: tuple[str, ...], field: str | None, terms: Terms) -> float:
    held = [terms.held(field, word) for word in {_kept(word, field) for word in row}]
    # A word that nothing holds ends the phrase before anything is read.
    rarest = min(documents for documents, _ in held)
    return _A_PLACE * sum(places for _, places in held) if rarest else 0


def _kept(word: str, field: str | None) -> str:
    return word if field == "creator" else stem(word)


def leaves_of(node: Node) -> list[Word | Phrase | Prefix | Value]:
    """All that a query reads from an index, once each, excluded or not."""
    match node:
        case Word() | Phrase() | Prefix() | Value():
            return [node]
        case Not(inner):
            return leaves_of(inner)
        case And(nodes) | Or(nodes):
            return list(dict.fromkeys(leaf for child in nodes for leaf in leaves_of(child)))
        case _:
            return []
