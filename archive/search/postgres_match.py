"""From a query to conditions on rows: words become one tsquery wherever they can, so that one index answers them together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Any

from archive.search.days import APART, decade_of, decades_around, years_between
from archive.search.kept import stems
from archive.search.postgres_words import RAW_IN, value_mark
from archive.search.query import And, Dates, Decade, Node, Not, Or, Phrase, Prefix, Undated, Value, Word
from archive.search.stems import JOINED, every_name, every_row, every_stem
from archive.search.words import stem

_LETTERS = {
    "title": "T/",
    "creator": "N/",
    "subject": "S/",
    "place": "P/",
    "kind": "K/",
    "language": "L/",
    None: "",
}
BEHIND, BEYOND = "<->", "<2>"
"""How one word stands behind another in a phrase, and where one place lies between them."""

_TOGETHER, _IN_A_ROW, _AS_TYPED = 1.0, 0.5, 0.2
Found = Mapping[Phrase, Mapping[int, bool]]
"""The numbers of the items that hold each phrase, and whether in the title or a name."""


@dataclass
class Conditions:
    """Translates one query; `parameters` gathers what its conditions name."""

    schema: str
    phrases: Found
    parameters: dict[str, Any] = field(default_factory=dict)

    def of(self, node: Node) -> str:
        """The condition on a row of `item` that a node means."""
        match node:
            case Word() | Prefix() | Value() | Decade():
                return self._matches(lexemes(node))
            case Phrase():
                return f"number = ANY({self._named(list(self.phrases[node]))}::bigint[])"
            case Undated():
                return "first_day = 0"
            case Dates(first, last):
                return self.between(first, last)
            case Not(inner):
                # PostgreSQL would read every vector to see that a word is not in it.
                return f"number NOT IN (SELECT number FROM {self.schema}.item WHERE {self.of(inner)})"
            case And(nodes):
                return self._all(nodes)
            case Or(nodes):
                return self._any(nodes)

    def between(self, first: int | None, last: int | None) -> str:
        """Rows that may belong to the days first..last."""
        parts = ["first_day <> 0"]
        if first is not None:
            parts.append(f"last_day >= {int(first)}")
        if last is not None:
            parts.append(f"first_day <= {int(last)}")
        if first is not None and last is not None and (skipping := self._skipping(first, last)):
            parts.append(f"NOT ({skipping})")
        if first is not None and last is not None and (asked := years_between(first, last)):
            of_these = " | ".join(f"'Y/{year}'" for year in asked)
            between = self._matches(f"'Y/{APART}' & !({of_these})")
            # Of the few whose date is of several the index knows; to look at each item found would be slow.
            parts.append(f"number NOT IN (SELECT number FROM {self.schema}.item WHERE {between})")
        return "(" + " AND ".join(parts) + ")"

    def _skipping(self, first: int, last: int) -> str:
        """What finds rows that reach over these days and belong to none of their decades."""
        before, inside, after = decades_around(first, last)
        if not before or not after:
            return ""
        any_before, any_inside, any_after = (
            self._matches(" | ".join(f"'D/{decade}'" for decade in those))
            for those in (before, inside, after)
        )
        reaching = (
            f"first_day < {decade_of(first) * 10_000} AND last_day >= {(decade_of(last) + 10) * 10_000}"
        )
        return f"{reaching} AND {any_before} AND {any_after} AND NOT {any_inside}"

    def bearing(self, codes: Sequence[int]) -> str:
        """Rows with any of these values."""
        return f"codes && {self._named(list(codes))}::bigint[]"

    def kept(self, name: str, values: Sequence[str]) -> str:
        """Rows with any of these values of what is kept beside the facets."""
        return self._matches(" | ".join(f"'{value_mark(name, value)}'" for value in values))

    def _all(self, nodes: Sequence[Node]) -> str:
        asked = [text for node in nodes if (text := together(node))]
        without = [text for node in nodes if isinstance(node, Not) and (text := together(node.node))]
        # `a & !b` is one question; `!b` alone is not.
        one = asked + [f"!{text}" for text in without] if asked else []
        rest = [
            node
            for node in nodes
            if not (together(node) or (asked and isinstance(node, Not) and together(node.node)))
        ]
        parts = ([self._matches(" & ".join(one))] if one else []) + [self.of(node) for node in rest]
        return "(" + " AND ".join(parts) + ")" if parts else "TRUE"

    def _any(self, nodes: Sequence[Node]) -> str:
        asked = [text for node in nodes if (text := together(node))]
        parts = [self._matches(" | ".join(asked))] if asked else []
        parts += [self.of(node) for node in nodes if not together(node)]
        return "(" + " OR ".join(parts) + ")" if parts else "FALSE"

    def _matches(self, asked: str) -> str:
        return f"vector @@ {self._named(asked)}::tsquery"

    def _named(self, value: Any) -> str:
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f"%({name})s"


def together(node: Node) -> str:
    """A node as part of a tsquery, or nothing where it cannot be."""
    match node:
        case Word() | Prefix() | Value() | Decade():
            return lexemes(node)
        case And(nodes) | Or(nodes):
            parts = [together(each) for each in nodes]
            sign = " & " if isinstance(node, And) else " | "
            return f"({sign.join(parts)})" if parts and all(parts) else ""
        case _:
            return ""


def lexemes(node: Word | Prefix | Value | Decade) -> str:
    """What stands in a vector where a node matches."""
    match node:
        case Word(word, name):
            return word_lexemes(word, _LETTERS[name], stemmed=name != "creator")
        case Prefix(letters, None):
            return f"('{letters}':* | 'R/{letters}':*)"
        case Prefix(letters, name) if name in RAW_IN:
            return f"('{_LETTERS[name]}{letters}':* | '{RAW_IN[name]}{letters}':*)"
        case Prefix(letters, name):
            return f"('{_LETTERS[name]}{letters}':* | '{_LETTERS[name]}{JOINED}{letters}':*)"
        case Value(name, words):
            return f"'{_LETTERS[name]}{stems(words)}'"
        case Decade(year):
            return f"'D/{year}'"


def word_lexemes(word: str, before: str, *, stemmed: bool = True) -> str:
    """A word with the letters that mark what it is in."""
    asked = [f"'{before}{one}'" for one in (every_stem(word) if stemmed else (word, JOINED + word))]
    return f"({' | '.join(asked)})"


def phrase_lexemes(phrase: Phrase, name: str | None) -> str:
    """Words that stand one behind the other, in a field."""
    every = every_name if name == "creator" else every_row
    return " | ".join(_in_a_row(row, _LETTERS[name]) for words in phrase.rows for row in every(words))


def _in_a_row(row: Sequence[str], before: str) -> str:
    """A row as a tsquery; behind an empty place a word stands one further on."""
    behind = zip(row, ("", *row), strict=False)
    return f"'{before}{row[0]}'" + "".join(
        f" {BEHIND if previous else BEYOND} '{before}{word}'"
        for word, previous in islice(behind, 1, None)
        if word
    )


def phrases_in(node: Node) -> list[Phrase]:
    """Every phrase of a query, those too that are excluded."""
    match node:
        case Phrase():
            return [node]
        case Not(inner):
            return phrases_in(inner)
        case And(nodes) | Or(nodes):
            return list(dict.fromkeys(found for each in nodes for found in phrases_in(each)))
        case _:
            return []


def preferred(leaves: Sequence[Word | Phrase | Prefix]) -> Iterator[tuple[float, str]]:
    """What raises an item besides having what was asked for, and how much; as `prefer` of whoosh_match.py."""
    anywhere = [leaf for leaf in leaves if isinstance(leaf, Word | Phrase) and leaf.field is None]
    if len(anywhere) > 1:
        yield _TOGETHER, " & ".join(f"({_in_title_or_name(leaf)})" for leaf in anywhere)
    for leaf in anywhere:
        if isinstance(leaf, Word) and stem(leaf.word) != leaf.word:
            yield _AS_TYPED, f"'R/{leaf.word}'"
    for first, second in pairwise(anywhere):
        if isinstance(first, Word) and isinstance(second, Word):
            row, other = Phrase((first.word, second.word)), Phrase((second.word, first.word))
            yield _IN_A_ROW, f"({_in_title_or_name(row)}) | ({phrase_lexemes(other, 'creator')})"


def _in_title_or_name(leaf: Word | Phrase) -> str:
    phrase = Phrase((leaf.word,)) if isinstance(leaf, Word) else leaf
    return f"({phrase_lexemes(phrase, 'title')}) | ({phrase_lexemes(phrase, 'creator')})"
