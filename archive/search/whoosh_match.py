"""From a query to the documents that match it and how well: BM25F with numpy instead of one posting at a time."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from archive.search.cost import TimeLimit
from archive.search.days import APART, decade_of, years_between
from archive.search.kept import stems
from archive.search.query import (
    And,
    Dates,
    Decade,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Undated,
    Value,
    Word,
    wanted,
)
from archive.search.stems import JOINED, every_name, every_row, every_stem
from archive.search.whoosh_facets import FacetTable
from archive.search.whoosh_schema import (
    END,
    NAMES,
    PLACE,
    RAW,
    RAW_IN,
    START,
    STEMMED,
    SUBJECT,
    TITLE,
    VALUES,
    value_word,
)
from archive.search.whoosh_segment import Ids, Weights
from archive.search.whoosh_snapshot import Mask, Snapshot
from archive.search.words import stem

_FIELDS = {"title": TITLE, "creator": NAMES, "subject": SUBJECT, "place": PLACE}
# (weight, how much a long field counts against a word in it), see Robertson and Zaragoza, "The Probabilistic
# Relevance Framework: BM25 and Beyond", 2009, section 3.6. Title and names are part of STEMMED too.
_WEIGHTS = {STEMMED: (1.0, 0.75), TITLE: (4.0, 0.5), NAMES: (4.0, 0.3)}
_SATURATION = 1.2
# What title and names say of it is what a record is about: so much more for all the words asked for standing there
# together, for two that follow each other there, and for a word in the very form that was typed.
_TOGETHER, _IN_A_ROW, _AS_TYPED = 1.0, 0.5, 0.2


def _begun(name: str | None, letters: str) -> tuple[tuple[str, str], ...]:
    """The fields to look in, each with how a word begins there."""
    if name is None:
        return (STEMMED, letters), (RAW, letters)
    other = (RAW_IN[name], letters) if name in RAW_IN else (_FIELDS[name], JOINED + letters)
    return (_FIELDS[name], letters), other


class Matcher:
    """Answers one query on one snapshot; `scores` gathers what each document is worth."""

    def __init__(self, snapshot: Snapshot, facets: FacetTable) -> None:
        self._snapshot = snapshot
        self._facets = facets
        self._limit = TimeLimit()
        self.scores: NDArray[np.float32] = np.zeros(snapshot.size, np.float32)

    def held(self, field: str | None, word: str) -> tuple[int, int]:
        """As `Terms` of cost.py."""
        return self._snapshot.frequency(STEMMED if field is None else _FIELDS[field], word)

    def begun(self, field: str | None, letters: str) -> int:
        """As `Terms` of cost.py."""
        return self._snapshot.begun(_begun(field, letters))

    def match(self, node: Node, *, scored: bool = True) -> Mask:
        """Which documents match, removed ones possibly among those that Not lets in."""
        match node:
            case Word() | Phrase() | Prefix():
                return self._leaf(node, scored)
            case And(nodes):
                found = np.ones(self._snapshot.size, bool)
                for child in nodes:
                    found &= self.match(child, scored=scored)
                return found
            case Or(nodes):
                found = np.zeros(self._snapshot.size, bool)
                for child in nodes:
                    found |= self.match(child, scored=scored)
                return found
            case Not(inner):
                return np.logical_not(self.match(inner, scored=False))
            case Dates(first, last):
                return self.between(first, last)
            case Undated():
                return np.equal(self._snapshot.numbers(START), 0)
            case Decade(year):
                return self._facets.mask("decade", [str(year)])
            case Value(name, words):
                bearing = np.zeros(self._snapshot.size, bool)
                bearing[self._snapshot.postings(VALUES, value_word(name, stems(words)))[0]] = True
                return bearing

    def prefer(self, root: Node) -> None:
        """Raise the scores of what bears in its title and names what was asked, the more of it the higher."""
        leaves = [leaf for leaf in wanted(root) if isinstance(leaf, Word | Phrase) and leaf.field is None]
        rarities = [self._rarity(len(self._postings(leaf, STEMMED)[0])) for leaf in leaves]
        if len(leaves) > 1:
            borne = np.zeros(self._snapshot.size, np.float32)
            for leaf, rarity in zip(leaves, rarities, strict=True):
                here = np.zeros(self._snapshot.size, np.float32)
                here[self._postings(leaf, TITLE)[0]] = rarity
                here[self._postings(leaf, NAMES)[0]] = rarity
                borne += here
            self.scores += np.float32(_TOGETHER / sum(rarities)) * borne * borne
        for leaf, rarity in zip(leaves, rarities, strict=True):
            if isinstance(leaf, Word) and stem(leaf.word) != leaf.word:
                self.scores[self._snapshot.postings(RAW, leaf.word)[0]] += np.float32(_AS_TYPED * rarity)
        for first, second in pairwise(leaves):
            if isinstance(first, Word) and isinstance(second, Word):
                self._prefer_row(first.word, second.word)

    def _prefer_row(self, first: str, second: str) -> None:
        title = self._snapshot.any_phrase(TITLE, every_row((first, second)))[0]
        # Names are written both ways round, and what is added here is added once.
        names = [
            self._snapshot.any_phrase(NAMES, every_name(row))[0] for row in ((first, second), (second, first))
        ]
        filled = [ids for ids in (title, *names) if len(ids)]
        if filled:
            found = filled[0] if len(filled) == 1 else np.unique(np.concatenate(filled))
            self.scores[found] += np.float32(_IN_A_ROW * self._rarity(len(found)))

    def between(self, first: int | None, last: int | None) -> Mask:
        """Documents that may belong to the days first..last."""
        start, end = self._snapshot.numbers(START), self._snapshot.numbers(END)
        found: Mask = np.not_equal(start, 0)
        if first is not None:
            found &= end >= first
        if last is not None:
            found &= start <= last
        if first is not None and last is not None:
            low, high = decade_of(first), decade_of(last)
            wide = found & (start < low * 10_000) & (end >= (high + 10) * 10_000)
            if wide.any():
                found &= ~self._facets.skipping("decade", wide, low, high)
            apart = self._of_year(APART)
            over = apart[found[apart]]
            if len(over) and (asked := years_between(first, last)):
                found[over[~np.isin(over, np.concatenate([self._of_year(year) for year in asked]))]] = False
        return found

    def _of_year(self, year: str) -> Ids:
        return self._snapshot.postings(VALUES, value_word("year", year))[0]

    def _leaf(self, node: Word | Phrase | Prefix, scored: bool) -> Mask:
        self._limit.check()
        field = STEMMED if node.field is None else _FIELDS[node.field]
        found = self._postings(node, field)
        mask = np.zeros(self._snapshot.size, bool)
        mask[found[0]] = True
        if scored and len(found[0]):
            self._score(node, field, found)
        return mask

    def _postings(self, node: Word | Phrase | Prefix, field: str) -> tuple[Ids, Weights]:
        match node:
            case Word(word) if field == NAMES:  # names are kept as they are written
                return self._snapshot.any_word(field, (word, JOINED + word))
            case Word(word):
                return self._snapshot.any_word(field, every_stem(word))
            case Phrase():
                every = every_name if field == NAMES else every_row
                return self._snapshot.any_phrase(field, [row for words in node.rows for row in every(words)])
            case Prefix(letters):
                return self._snapshot.prefix(_begun(node.field, letters), self._limit)

    def _score(self, node: Word | Phrase | Prefix, field: str, found: tuple[Ids, Weights]) -> None:
        rarity = self._rarity(len(found[0]))
        if isinstance(node, Prefix):
            self.scores[found[0]] += np.float32(rarity)
            return
        frequency = np.zeros(self._snapshot.size, np.float32)
        searched = (STEMMED, TITLE, NAMES) if field == STEMMED else (field,)
        for name in searched:
            ids, counts = found if name == field else self._postings(node, name)
            if not len(ids):
                continue
            weight, slope = _WEIGHTS.get(name, (1.0, 0.0))
            if slope:
                lengths, mean = self._snapshot.lengths(name)
                counts = counts / (1 - slope + slope * lengths[ids] / max(mean, 1.0))
            frequency[ids] += weight * counts
        ids = found[0]
        self.scores[ids] += np.float32(rarity) * frequency[ids] / (_SATURATION + frequency[ids])

    def _rarity(self, found: int) -> float:
        """How much it says that a document is among so many found."""
        return math.log(1 + (self._snapshot.count - found + 0.5) / (found + 0.5))
