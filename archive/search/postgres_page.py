"""One page in one statement: what matches, what it is worth, its order, and the counts of its facets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from archive.search.alike import ALL_LISTED, MOST_VALUES, listed
from archive.search.port import KEPT, FacetCount, Filters, Key, SearchPage, Sort
from archive.search.postgres_cost import look_ahead, weighed
from archive.search.postgres_match import (
    Conditions,
    Found,
    lexemes,
    phrase_lexemes,
    phrases_in,
    preferred,
    word_lexemes,
)
from archive.search.postgres_words import code_of, level_weights
from archive.search.query import Phrase, Prefix, Query, Word, wanted

_IN_TEXT, _IN_TITLE = 0.5, 0.85  # what a phrase is worth, of 1
_PHRASES = """
    WITH asked AS (SELECT * FROM unnest(%(n)s::int[], %(text)s::text[], %(title)s::text[]) a (n, text, title))
    SELECT n, number, false FROM asked JOIN {0}.item ON vector @@ text::tsquery
    UNION ALL SELECT n, number, true FROM asked JOIN {0}.item ON title <> '' AND vector @@ title::tsquery
    UNION ALL SELECT n, number, false FROM asked JOIN {0}.part ON title <> '' AND vector @@ text::tsquery
"""
# `worth` is what each word is worth in each item that has it, in the language in which it is worth most; a word that fewer items have counts for more.
_WORTH = """
    worth AS (
        SELECT n, max(weight) AS weight, number
            FROM unnest(%(n)s::int[], %(weight)s::float8[], %(lexemes)s::text[]) a (n, weight, lexemes)
            JOIN {0}.item ON vector @@ lexemes::tsquery
            GROUP BY n, number
        UNION ALL SELECT * FROM unnest(%(pn)s::int[], %(pweight)s::float8[], %(pnumber)s::bigint[])
    ),
    rarity AS (
        SELECT n, ln(1 + ((SELECT documents FROM {0}.meta) - count(*) + 0.5) / (count(*) + 0.5)) AS rarity
            FROM worth GROUP BY n
    ),
    score AS (
        SELECT number, round(sum(weight * rarity)::numeric, 5) AS score
            FROM worth JOIN rarity USING (n) GROUP BY number
    ),
"""
# The last word has the id, not when it was written: an item that is changed, or an index made anew, moves nothing.
_ORDERS = {
    "relevance": 'score DESC NULLS LAST, added DESC, id COLLATE "C"',
    "newest": 'added DESC, id COLLATE "C"',
    "date": 'order_day = 0, order_day, added DESC, id COLLATE "C"',
}
# The same as numbers, the id aside.
_KEYS = {
    "relevance": "-coalesce(score, 0), -added",
    "newest": "-added",
    "date": "(order_day = 0)::int, order_day, -added",
}
_PAGE = """
    page AS (
        SELECT row_number() OVER (ORDER BY {1}) AS place, id, ARRAY[{5}]::float8[] AS key FROM found {2}
            ORDER BY {1} OFFSET %(offset)s LIMIT %(limit)s
    ),
    counted AS ({3}),
    best AS (
        SELECT facet, value, count, code,
                row_number() OVER (PARTITION BY facet ORDER BY count DESC, code) AS place
            FROM counted JOIN {0}.value USING (code) WHERE facet = ANY(facets)
    )
    SELECT '' AS facet, '' AS value, count(*) AS count, NULL::float8[] AS key FROM found
    UNION ALL (SELECT ' ', id, place, key FROM page)
    UNION ALL SELECT facet, value, count, NULL FROM best
        WHERE place <= {4} OR facet = ANY(%(all)s) OR code = ANY(%(chosen)s::bigint[])
"""
_COUNTED = """
    SELECT {0}::text[] AS facets, code, count(*) AS count FROM (SELECT unnest(codes) AS code FROM {1}) each GROUP BY code
"""


def find_phrases(connection: Connection, schema: str, query: Query) -> Found:
    """Where the phrases of a query stand. Looked for first: a long item's vector does not hold every place."""
    asked = phrases_in(query.root)
    found: dict[Phrase, dict[int, bool]] = {phrase: {} for phrase in asked}
    if asked:
        parameters = {
            "n": list(range(len(asked))),
            "text": [phrase_lexemes(phrase, phrase.field) for phrase in asked],
            "title": ["" if phrase.field else _in_title(phrase) for phrase in asked],
        }
        for n, number, is_title in connection.exec_driver_sql(_PHRASES.format(schema), parameters):
            found[asked[n]][number] = is_title or found[asked[n]].get(number, False)
    return found


def _in_title(phrase: Phrase) -> str:
    return f"({phrase_lexemes(phrase, 'title')}) | ({phrase_lexemes(phrase, 'creator')})"


@dataclass(frozen=True)
class Asked:
    """One page as it is asked for."""

    query: Query
    filters: Filters
    sort: Sort
    offset: int
    limit: int

    @property
    def leaves(self) -> list[Word | Phrase | Prefix]:
        """What the order goes by; where there is nothing, the newest come first."""
        return wanted(self.query.root) if self.sort == "relevance" else []

    @property
    def order(self) -> Sort:
        """By what the items found are ordered."""
        return "newest" if self.sort == "relevance" and not self.leaves else self.sort


def search(connection: Connection, schema: str, asked: Asked, facets: Sequence[str]) -> SearchPage:
    """Find one page."""
    told = look_ahead(connection, schema, asked.query.root)
    leaves = weighed(asked.leaves, told)
    phrases = find_phrases(connection, schema, asked.query)
    conditions = Conditions(schema, phrases)
    matched = [conditions.of(asked.query.root)]
    if asked.filters.first is not None or asked.filters.last is not None:
        matched.append(conditions.between(asked.filters.first, asked.filters.last))
    if asked.filters.inside:
        matched.append(conditions.bearing([code_of("collection", one) for one in asked.filters.inside]))
    if asked.filters.outside:
        matched.append(
            f"NOT {conditions.bearing([code_of('collection', one) for one in asked.filters.outside])}"
        )
    narrowed = {name: values for name, values in asked.filters.facets.items() if values}
    matched += [conditions.kept(name, narrowed.pop(name)) for name in KEPT if name in narrowed]
    chosen = {name: [code_of(name, value) for value in values] for name, values in narrowed.items()}
    bearing = {name: conditions.bearing(codes) for name, codes in chosen.items()}
    parameters = {
        **conditions.parameters,
        **(_worth(leaves, phrases) if leaves else {}),
        "offset": asked.offset,
        "limit": asked.limit,
        "all": list(ALL_LISTED),
        "chosen": [code for codes in chosen.values() for code in codes],
    }
    statement = _statement(schema, asked, matched, bearing, facets)
    return _read(connection.exec_driver_sql(statement, parameters), asked.filters, facets)


def _statement(
    schema: str, asked: Asked, matched: Sequence[str], bearing: dict[str, str], facets: Sequence[str]
) -> str:
    return (
        f"WITH matched AS MATERIALIZED (SELECT number, id, first_day, last_day, order_day, added, codes FROM {schema}.item"
        f"{_where(matched)}),"
        f" found AS MATERIALIZED (SELECT * FROM matched{_where(bearing.values())}),"
        + (_WORTH.format(schema) if asked.leaves else "")
        + _PAGE.format(
            schema,
            _ORDERS[asked.order],
            "LEFT JOIN score USING (number)" if asked.leaves else "",
            _counted(facets, bearing),
            MOST_VALUES,
            _KEYS[asked.order],
        )
    )


def _where(parts: Iterable[str]) -> str:
    joined = " AND ".join(parts)
    return f" WHERE {joined}" if joined else ""


def _counted(facets: Sequence[str], bearing: dict[str, str]) -> str:
    """Counts of all that was found; a facet from which something is chosen is counted without its own choice."""
    counted = [_COUNTED.format(_names(name for name in facets if name not in bearing), "found")]
    for name in bearing:
        others = _where(part for other, part in bearing.items() if other != name)
        counted.append(_COUNTED.format(_names([name]), f"matched{others}"))
    return " UNION ALL ".join(counted)


def _names(facets: Iterable[str]) -> str:
    return "ARRAY[" + ", ".join(f"'{name}'" for name in facets) + "]"


def _worth(leaves: Sequence[Word | Phrase | Prefix], phrases: Found) -> dict[str, list[Any]]:
    """What is asked for, as rows of a word's number, its weight, and where it is found."""
    words: list[tuple[int, float, str]] = []
    numbers: list[tuple[int, float, int]] = []
    for n, leaf in enumerate(leaves):
        match leaf:
            case Word(word):
                words += [(n, weight, word_lexemes(word, f"{level}/")) for level, weight in level_weights()]
            case Prefix():
                words.append((n, 1.0, lexemes(leaf)))
            case Phrase():
                numbers += [
                    (n, _IN_TITLE if is_title else _IN_TEXT, number)
                    for number, is_title in phrases[leaf].items()
                ]
    words += [(n, weight, asked) for n, (weight, asked) in enumerate(preferred(leaves), len(leaves))]
    columns = (("n", "weight", "lexemes"), words), (("pn", "pweight", "pnumber"), numbers)
    return {name: [row[at] for row in rows] for names, rows in columns for at, name in enumerate(names)}


def _read(rows: Iterable[Any], filters: Filters, facets: Sequence[str]) -> SearchPage:
    total = 0
    places: list[tuple[int, str, Key]] = []
    counts: dict[str, list[FacetCount]] = {name: [] for name in facets}
    for facet, value, count, key in rows:
        if not facet:
            total = count
        elif facet == " ":
            places.append((count, value, tuple(key)))
        else:
            counts[facet].append(FacetCount(value, count))
    return SearchPage(
        total=total,
        ids=[id_ for _, id_, _ in sorted(places)],
        facets={name: listed(name, counts[name], filters.facets.get(name, ())) for name in facets},
        keys=[key for _, _, key in sorted(places)],
    )
