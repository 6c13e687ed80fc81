"""What a query asks, as a tree that knows no engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from archive.search.words import all_joined

TEXT_FIELDS = ("title", "creator", "subject", "place")
VALUE_FIELDS = ("kind", "language")


@dataclass(frozen=True)
class Word:
    """One folded, unstemmed word, in one text field or (None) anywhere."""

    word: str
    field: str | None = None


@dataclass(frozen=True)
class Phrase:
    """Folded, unstemmed words that stand one behind the other.

    `hyphened` is how they are written where hyphens hold some of them together: so they are found written as one too.
    """

    words: tuple[str, ...]
    field: str | None = None
    hyphened: str = ""

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The words in each way that is meant: "anti slavery" where anti-slavery is asked for, and "antislavery"."""
        return (self.words, all_joined(self.hyphened)) if self.hyphened else (self.words,)


@dataclass(frozen=True)
class Prefix:
    """Every word that begins so; at least three letters."""

    letters: str
    field: str | None = None


@dataclass(frozen=True)
class Value:
    """A whole value of `kind` or `language`, folded and cut into words."""

    field: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Dates:
    """Items that may belong to the days first..last (YYYYMMDD, both included)."""

    first: int
    last: int


@dataclass(frozen=True)
class Decade:
    """Items that may belong to the ten years from `year`."""

    year: int


@dataclass(frozen=True)
class Undated:
    """Items that bear no date."""


@dataclass(frozen=True)
class Not:
    """Everything that `node` does not match."""

    node: Node


@dataclass(frozen=True)
class And:
    """All of the nodes; without any, everything."""

    nodes: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Or:
    """At least one of the nodes; without any, nothing."""

    nodes: tuple[Node, ...] = ()


Node: TypeAlias = Word | Phrase | Prefix | Value | Dates | Decade | Undated | Not | And | Or


@dataclass(frozen=True)
class Query:
    """A parsed query; without a text it asks for everything.

    `no_dates` are the values asked for as dates that are none, `no_beginnings` those with a star that are too short
    for the beginning of a word: they are looked for as words. `bare` are the words as they were typed, without what is
    asked in fields; None where nothing is.
    """

    root: Node = field(default_factory=And)
    no_dates: tuple[str, ...] = field(default=(), compare=False)
    no_beginnings: tuple[str, ...] = field(default=(), compare=False)
    bare: str | None = field(default=None, compare=False)

    @property
    def asks_for_everything(self) -> bool:
        """Whether nothing at all was asked, so that every item is meant."""
        return self.root == And()


def query_text(query: Query) -> str:
    """The query as it was understood, in the grammar itself: parsing it again gives the same query."""
    root = query.root
    return " ".join(map(_show, root.nodes)) if isinstance(root, And) else _show(root)


def wanted(node: Node) -> list[Word | Phrase | Prefix]:
    """The words that a hit may show: those asked for anywhere or in a field, none that are excluded."""
    if isinstance(node, Word | Phrase | Prefix):
        return [node]
    if isinstance(node, And | Or):
        return [leaf for child in node.nodes for leaf in wanted(child)]
    return []


def has_field(node: Node) -> bool:
    """Whether any part of it is asked in a field."""
    match node:
        case Word(_, name) | Phrase(_, name) | Prefix(_, name):
            return name is not None
        case Not(inner):
            return has_field(inner)
        case And(nodes) | Or(nodes):
            return any(map(has_field, nodes))
    return True


def _show(node: Node) -> str:
    match node:
        case And((Word() | Phrase() as row, Prefix(letters, name))):  # within another: "anti/slav*"
            return _in_field(name, "/".join((*_words(row), f"{letters}*")))
        case Or((And((Word() | Phrase() as row, Prefix(letters, name))), Prefix(whole))) if whole == "".join(
            (*_words(row), letters)
        ):  # "anti-slav*"
            return _in_field(name, "-".join((*_words(row), f"{letters}*")))
        case And(nodes):
            return " ".join(map(_show, nodes))
        case Or(nodes):
            return " OR ".join(map(_show, nodes))
        case Not(inner):
            return f"-{_show(inner)}"
        case Dates(first, last):
            return f"date:{_day(first)}..{_day(last)}"
        case Decade(year):
            return f"decade:{year:04}"
        case Undated():
            return "undated:yes"
        case Word(word, name):
            return _in_field(name, word)
        case Prefix(letters, name):
            return _in_field(name, f"{letters}*")
        case Phrase(words, name, hyphened):
            return _in_field(name, f'"{hyphened or " ".join(words)}"')
        case Value(name, words):
            return _in_field(name, '"' + " ".join(words) + '"')


def _words(row: Word | Phrase) -> tuple[str, ...]:
    return (row.word,) if isinstance(row, Word) else row.words


def _in_field(name: str | None, shown: str) -> str:
    return f"{name}:{shown}" if name else shown


def _day(number: int) -> str:
    return f"{number // 10000:04}-{number // 100 % 100:02}-{number % 100:02}"
