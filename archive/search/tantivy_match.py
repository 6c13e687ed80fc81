"""From a query to what tantivy is asked; a word in the title or a name counts once more there."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from typing import Any

from tantivy import FieldType, Occur, Schema, Searcher
from tantivy import Query as Asked

from archive.search.days import APART, decade_of, decades_around, years_between
from archive.search.kept import stems
from archive.search.port import Filters, Leaf
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
from archive.search.stems import JOINED, every_name, every_row
from archive.search.tantivy_schema import (
    END,
    NAMES,
    PLACE,
    RAW,
    RAW_IN,
    START,
    STEMMED,
    SUBJECT,
    TITLE,
    facet_field,
    value_field,
)
from archive.search.words import stem

_FIELDS = {"title": TITLE, "creator": NAMES, "subject": SUBJECT, "place": PLACE}
# tantivy adds up what a word is worth in each field, instead of weighing how often it stands there: the same order
# for most, as a word is rarer, and so worth more, among titles and names than among texts.
_ALSO = {TITLE: 1.0, NAMES: 1.0}
_TOGETHER, _IN_A_ROW, _AS_TYPED = 1.0, 0.5, 0.2
_MOST_OF_BM25 = 2.2
_PLACES_A_DOCUMENT = 16
_ENOUGH = 20
"""Of the words that begin so no more are counted, where it is to be known whether any does."""


class Matcher:
    """Translates queries for one state of an index."""

    def __init__(self, schema: Schema, searcher: Searcher) -> None:
        self._schema = schema
        self.searcher = searcher

    def held(self, field: str | None, word: str) -> tuple[int, int]:
        """As `Terms` of cost.py; how often a word stands is not told, so the commonest of texts are taken for all."""
        documents = int(self.searcher.doc_freq(STEMMED if field is None else _FIELDS[field], word))
        return documents, documents * _PLACES_A_DOCUMENT

    def begun(self, field: str | None, letters: str) -> int:
        """tantivy tells of no words, and reads them 20 times faster than Python."""
        return 0

    def holding(self, leaves: Collection[Leaf]) -> dict[Leaf, int]:
        """As `held` of WordSource."""
        return {leaf: count for leaf in leaves if (count := self._holding(leaf))}

    def _holding(self, leaf: Leaf) -> int:
        if isinstance(leaf, Prefix):
            return sum(
                len(self.searcher.terms_with_prefix(field, leaf.letters, limit=_ENOUGH))
                for field in (STEMMED, RAW)
            )
        if isinstance(leaf, Value):
            field, word = value_field(leaf.field), stems(leaf.words)
        else:
            field, word = STEMMED if stem(leaf.word) == leaf.word else RAW, leaf.word
        # What was removed is counted at first.
        if not self.searcher.doc_freq(field, word):
            return 0
        return self.count(Asked.term_query(self._schema, field, word, "basic"))

    def match(self, node: Node) -> Asked:
        """What finds the documents that a node means."""
        match node:
            case Word() | Phrase() | Prefix():
                return self._leaf(node)
            case And(nodes):
                return all_of(map(self.match, nodes))
            case Or(nodes):
                return any_of(map(self.match, nodes))
            case Not(inner):
                return Asked.boolean_query([(Occur.Must, _EVERYTHING), (Occur.MustNot, self.match(inner))])
            case Dates(first, last):
                return self.between(first, last)
            case Undated():
                return _unscored(Asked.term_query(self._schema, START, 0))
            case Decade(year):
                return self.bearing("decade", [str(year)])
            case Value(name, words):
                return _unscored(Asked.term_query(self._schema, value_field(name), stems(words)))

    def prefer(self, root: Node, matched: Asked) -> Asked:
        """The same documents, those worth more that bear in title and names what was asked; as `prefer` of whoosh_match.py."""
        leaves = [leaf for leaf in wanted(root) if isinstance(leaf, Word | Phrase) and leaf.field is None]
        if not leaves:
            return matched
        raising: list[tuple[float, Asked]] = []
        if len(leaves) > 1:
            raising.append((_TOGETHER, all_of(self._in_title_or_name(leaf) for leaf in leaves)))
        for leaf in leaves:
            if isinstance(leaf, Word) and stem(leaf.word) != leaf.word:
                raising.append((_AS_TYPED, Asked.term_query(self._schema, RAW, leaf.word, "basic")))
        for first, second in pairwise(leaves):
            if isinstance(first, Word) and isinstance(second, Word):
                row, other = Phrase((first.word, second.word)), Phrase((second.word, first.word))
                raising.append((_IN_A_ROW, any_of([self._in_title_or_name(row), self._words(other, NAMES)])))
        shoulds = ((Occur.Should, self._by_rarity(asked, weight)) for weight, asked in raising)
        return Asked.boolean_query([(Occur.Must, matched), *shoulds])

    def _in_title_or_name(self, leaf: Word | Phrase) -> Asked:
        return any_of(self._words(leaf, field) for field in (TITLE, NAMES))

    def _by_rarity(self, asked: Asked, weight: float) -> Asked:
        """A query whose documents are worth the same: the more, the fewer they are."""
        count = self.count(asked)
        rarity = math.log(1 + (self.searcher.num_docs - count + 0.5) / (count + 0.5))
        return Asked.const_score_query(asked, weight * _MOST_OF_BM25 * rarity)

    def between(self, first: int | None, last: int | None) -> Asked:
        """Documents that may belong to the days first..last."""
        ranges = [self._days(START, 1, last)]
        if first is not None:
            ranges.append(self._days(END, first, None))
        if first is None or last is None:
            return all_of(map(_unscored, ranges))
        before, inside, after = (self.bearing("decade", those) for those in decades_around(first, last))
        reaching = [
            self._days(START, 1, decade_of(first) * 10_000),
            self._days(END, (decade_of(last) + 10) * 10_000, None),
        ]
        skipping = Asked.boolean_query(
            [*((Occur.Must, one) for one in (*reaching, before, after)), (Occur.MustNot, inside)]
        )
        left_out = [skipping]
        if asked := years_between(first, last):
            of_these = any_of(map(self._of_year, asked))
            left_out.append(
                Asked.boolean_query([(Occur.Must, self._of_year(APART)), (Occur.MustNot, of_these)])
            )
        musts = [(Occur.Must, _unscored(one)) for one in ranges]
        return Asked.boolean_query([*musts, *((Occur.MustNot, one) for one in left_out)])

    def _of_year(self, year: str) -> Asked:
        return Asked.term_query(self._schema, value_field("year"), year)

    def bearing(self, facet: str, values: Sequence[str]) -> Asked:
        """Documents that bear any of the values."""
        field = facet_field(facet)
        return _unscored(any_of(Asked.term_query(self._schema, field, value) for value in values))

    def within(self, matched: Asked, filters: Filters) -> Asked:
        """What was matched, of the collections that may be looked through."""
        if filters.inside:
            matched = all_of([matched, self.bearing("collection", filters.inside)])
        if filters.outside:
            outside = self.bearing("collection", filters.outside)
            matched = Asked.boolean_query([(Occur.Must, matched), (Occur.MustNot, outside)])
        return matched

    def filtered(self, matched: Asked, filters: Filters, but: str = "") -> Asked:
        """What was matched and bears what was chosen, one facet left aside."""
        chosen = {name: values for name, values in filters.facets.items() if values and name != but}
        wanted = [self.bearing(name, values) for name, values in chosen.items()]
        if filters.first is not None or filters.last is not None:
            wanted.append(self.between(filters.first, filters.last))
        return all_of([matched, *wanted]) if wanted else matched

    def count(self, asked: Asked) -> int:
        """How many documents something finds."""
        return total_of(self.searcher.search(asked, limit=1))

    def _days(self, field: str, low: int, high: int | None) -> Asked:
        return Asked.range_query(self._schema, field, FieldType.Integer, low, high)

    def _leaf(self, node: Word | Phrase | Prefix) -> Asked:
        field = STEMMED if node.field is None else _FIELDS[node.field]
        if isinstance(node, Prefix):
            raw = RAW if node.field is None else RAW_IN.get(node.field)
            other = (raw, node.letters) if raw else (field, JOINED + node.letters)
            return self._prefix((field, node.letters), other)
        found = self._words(node, field)
        if field != STEMMED:
            return found
        also = (
            (Occur.Should, Asked.boost_query(self._words(node, name), more)) for name, more in _ALSO.items()
        )
        return Asked.boolean_query([(Occur.Must, found), *also])

    def _words(self, node: Word | Phrase, field: str) -> Asked:
        phrases = ((node.word,),) if isinstance(node, Word) else node.rows
        every = every_name if field == NAMES else every_row
        return _best_of([self._row(row, field) for phrase in phrases for row in every(phrase)])

    def _row(self, row: tuple[str, ...], field: str) -> Asked:
        if len(row) == 1:
            return Asked.term_query(self._schema, field, row[0], "freq")
        # At an empty place anything may stand.
        return Asked.phrase_query(self._schema, field, [(at, word) for at, word in enumerate(row) if word])

    def _prefix(self, *begun: tuple[str, str]) -> Asked:
        found = any_of(
            Asked.regex_query(self._schema, field, re.escape(letters) + ".*") for field, letters in begun
        )
        return self._by_rarity(found, 1.0)


def total_of(result: Any) -> int:
    """How many documents a search found; tantivy's own types leave it out."""
    return int(result.count or 0)


def all_of(queries: Iterable[Asked]) -> Asked:
    """What all of the queries find; without any, everything."""
    musts = [(Occur.Must, query) for query in queries]
    return Asked.boolean_query(musts) if musts else _EVERYTHING


def any_of(queries: Iterable[Asked]) -> Asked:
    """What at least one of the queries finds; without any, nothing."""
    coulds = [(Occur.Should, query) for query in queries]
    return Asked.boolean_query(coulds) if coulds else Asked.empty_query()


def _best_of(queries: list[Asked]) -> Asked:
    """What any of the queries finds, worth what it is to the one to which it is worth most."""
    return queries[0] if len(queries) == 1 else Asked.disjunction_max_query(queries)


def _unscored(query: Asked) -> Asked:
    return Asked.const_score_query(query, 0.0)


_EVERYTHING = _unscored(Asked.all_query())
