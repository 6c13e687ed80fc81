"""What a query takes PostgreSQL, told before it is run: one item in so many is asked first, through a small index of theirs.

Figures are milliseconds of one processor, as in cost.py (python -m bench.search --dearest prints what they are held against).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from archive.search import cost
from archive.search.cost import leaves_of, too_costly
from archive.search.postgres_match import BEHIND, BEYOND, lexemes, phrase_lexemes
from archive.search.query import Node, Phrase, Prefix, Value, Word

ONE_IN = 64
ASKED_FIRST = f"mod(number, {ONE_IN}) = 0"
"""The items that are asked first; as the small index says it, word by word, or it is not used."""

FEWEST = 20_000
"""So few items take less than looking ahead is worth."""

MOST_WEIGHED = 60_000
"""Items that the words of a search are weighed in, the rarest words first: the commonest hardly tell one item from another."""

_AN_ITEM = 0.000_1
# To see whether words stand in a row an item is read, all of it.
_AN_ITEM_READ, _A_WORD_READ = 0.007, 0.000_006
# `item` is named first: whoever puts new tables in the place of these holds it while waiting for the others.
_AHEAD = """
    SELECT n, (SELECT count(*) FROM {0}.item WHERE vector @@ lexemes::tsquery AND {1}),
            (SELECT words / greatest(documents, 1) FROM {0}.meta)
        FROM unnest(%(n)s::int[], %(lexemes)s::text[]) asked (n, lexemes)
        WHERE (SELECT documents FROM {0}.meta) >= {2}
"""
Leaf = Word | Phrase | Prefix | Value
Told = Mapping[Leaf, int]
"""About how many items hold each word, the words of each phrase, what begins so; empty where there are few items."""


def look_ahead(connection: Connection, schema: str, root: Node) -> Told:
    """How many items each piece of a query would find; BadInputError `query-too-costly` where that is too much to read."""
    leaves = leaves_of(root)
    parameters = {"n": list(range(len(leaves))), "lexemes": [_together(leaf) for leaf in leaves]}
    if not leaves:
        return {}
    rows = connection.exec_driver_sql(_AHEAD.format(schema, ASKED_FIRST, FEWEST), parameters)
    told: dict[Leaf, int] = {}
    spent = 0.0
    for n, count, mean_words in rows:
        told[leaves[n]] = found = int(count) * ONE_IN
        is_read = isinstance(leaves[n], Phrase)
        spent += found * (_AN_ITEM_READ + mean_words * _A_WORD_READ if is_read else _AN_ITEM)
    if spent > cost.MOST_MS:
        raise too_costly()
    return told


def weighed(leaves: Sequence[Word | Phrase | Prefix], told: Told) -> list[Word | Phrase | Prefix]:
    """Those of what is asked for that the order goes by: all, but of many common words the rarest."""
    room = MOST_WEIGHED
    kept = set[Leaf]()
    for leaf in sorted(dict.fromkeys(leaves), key=lambda one: told.get(one, 0)):
        room -= told.get(leaf, 0)
        if room < 0 and kept:
            break
        kept.add(leaf)
    return [leaf for leaf in leaves if leaf in kept]


def _together(leaf: Leaf) -> str:
    """What finds the items that a leaf must be looked for in: of a phrase those that hold its words."""
    if not isinstance(leaf, Phrase):
        return lexemes(leaf)
    return phrase_lexemes(leaf, leaf.field).replace(BEHIND, "&").replace(BEYOND, "&")
