"""The query grammar: words, "phrases", -not, OR, prefix*, and fields from a closed list. Anything else is words."""

from __future__ import annotations

import re
from typing import TypeAlias

from archive.models.errors import BadInputError
from archive.search.days import day_range
from archive.search.languages import language_code
from archive.search.query import (
    TEXT_FIELDS,
    VALUE_FIELDS,
    And,
    Dates,
    Decade,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Undated,
    Value,
    Word,
    has_field,
)
from archive.search.words import UNSEEN, all_joined, as_one, held_together, words

LONGEST_QUERY = 500
MOST_WORDS = 64
"""What a query may cost, counted in words, whatever the index: one takes up to 2 ms of CPU with 10,000 records; cost.py knows of more."""

PHRASE_WORDS = 4
"""A phrase counts as so many words more than it has: where each of them stands is read too (30 to 60 ms of common words)."""

PREFIX_WORDS = {3: 16, 4: 8}
"""So many words the beginning of a word counts as, by its letters: thousands may begin so (40 to 90 ms with three)."""

LONG_PREFIX_WORDS = 4
"""And with more letters."""

FEWEST_PREFIX_LETTERS = 3
_FIRST_UNSPACED = 0xE00

_KNOWN = "|".join((*TEXT_FIELDS, *VALUE_FIELDS, "date", "decade", "undated"))
_PIECE = re.compile(r'(?P<not>-)?(?P<field>[A-Za-z]+:)?(?:"(?P<phrase>[^"]*)"|(?P<plain>[^\s"]+))')
_BLANK_AFTER_FIELD = re.compile(rf"(?<!\S)(-?(?:{_KNOWN}):)\s+(?!OR\b)(?=[^\s*-])", re.IGNORECASE)
_FIELD_AT_END = re.compile(rf"(?<!\S)(-?(?:{_KNOWN}):)\s+$", re.IGNORECASE)
_NOT_SEEN = dict.fromkeys(UNSEEN)
_QUOTATION_MARKS = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_DECADE = re.compile(r"(\d{3})0s?")
_Asked: TypeAlias = tuple[re.Match[str], Node]


def parse_query(text: str) -> Query:
    """Understand what a person typed.

    BadInputError `query-too-long` or `query-too-many-words` beyond the limits, `query-star` where a star stands before
    a word, or nothing but stars is asked for: every word of the archive would have to be looked through.
    """
    if len(text) > LONGEST_QUERY:
        raise BadInputError(
            f"This search is longer than {LONGEST_QUERY} characters.",
            code="query-too-long",
            remedy="Search for fewer words.",
        )
    text = _as_typed_by_the_rules(text)
    if not text.strip():
        return Query()
    groups = _groups(text)
    nodes = [_any_of([node for _piece, node in group]) for group in groups]
    if sum(map(weight, nodes)) > MOST_WORDS:
        raise BadInputError(
            f"This search asks for more than {MOST_WORDS} words can; phrases and beginnings with a star count for several.",
            code="query-too-many-words",
            remedy="Search for fewer words.",
        )
    if not nodes and "*" in text:
        raise _star()
    if not nodes:  # signs alone: nothing was understood, so nothing is found
        return Query(Or())
    root = nodes[0] if len(nodes) == 1 else And(tuple(nodes))
    return Query(root, _no_dates(text), _no_beginnings(text), _bare(groups))


def _as_typed_by_the_rules(text: str) -> str:
    """The marks of phrases that any language has as one, each phrase closed, no blank between a field and its value."""
    # What is not seen goes as it does from what is kept; what else is no sign parts words.
    text = text.translate(_NOT_SEEN)
    text = "".join(letter if letter.isprintable() else " " for letter in text).translate(_QUOTATION_MARKS)
    if text.count('"') % 2:
        text += '"'
    # Within a phrase a word with a colon is a word.
    pieces = text.split('"')
    pieces[::2] = (_BLANK_AFTER_FIELD.sub(r"\1", piece) for piece in pieces[::2])
    pieces[:-1:2] = (_before_a_phrase(piece) for piece in pieces[:-1:2])
    return '"'.join(pieces)


def _before_a_phrase(piece: str) -> str:
    return _FIELD_AT_END.sub(r"\1", piece)


def _groups(text: str) -> list[list[_Asked]]:
    """The pieces in order; OR binds its two neighbours closer than the space between words does."""
    groups: list[list[_Asked]] = []
    join_next = False
    for piece in _PIECE.finditer(text):
        if piece.group() == "OR":
            join_next = bool(groups)
            continue
        node = _node(piece)
        if node is None:
            continue
        if join_next:
            groups[-1].append((piece, node))
        else:
            groups.append([(piece, node)])
        join_next = False
    return groups


def _any_of(nodes: list[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))


def _bare(groups: list[list[_Asked]]) -> str | None:
    """The words without what is asked in fields; where all is, those that titles, names, subjects or places were to hold."""
    anywhere = [group for group in groups if not any(has_field(node) for _piece, node in group)]
    if len(anywhere) == len(groups):
        return None
    if any(not piece["not"] for group in anywhere for piece, _node in group):
        return " ".join(" OR ".join(piece.group() for piece, _node in group) for group in anywhere)
    held = [[_held(piece) for piece, _node in group if not piece["not"]] for group in groups]
    return " ".join(" OR ".join(filter(None, group)) for group in held if any(group))


def _held(piece: re.Match[str]) -> str:
    """What a piece wants a text to hold; "" where it asks for something else."""
    name = piece["field"] or ""
    is_text = name.lower().rstrip(":") in TEXT_FIELDS
    return piece.group().removeprefix(name).lstrip("-") if is_text else ""


def _no_dates(text: str) -> tuple[str, ...]:
    """What was asked for as a date and is none."""
    pieces = (piece for piece in _PIECE.finditer(text) if (piece["field"] or "").lower() == "date:")
    values = ((piece["phrase"] if piece["plain"] is None else piece["plain"]).strip() for piece in pieces)
    return tuple(dict.fromkeys(value for value in values if value and day_range(value) is None))


def _no_beginnings(text: str) -> tuple[str, ...]:
    """What was asked for as the beginning of a word and is too short for one."""
    asked = [
        piece["plain"]
        for piece in _PIECE.finditer(text)
        if piece["plain"] is not None
        and piece["plain"].endswith("*")
        and (piece["field"] or "").lower().rstrip(":") not in VALUE_FIELDS
    ]
    return tuple(dict.fromkeys(value for value in asked if _is_short(value)))


def _is_short(value: str) -> bool:
    last = [forms[0] for forms in words(value)][-1:]
    # Scripts without blanks between words need no star: each sign is found by itself.
    return any(len(word) < FEWEST_PREFIX_LETTERS and ord(word[0]) < _FIRST_UNSPACED for word in last)


def _node(piece: re.Match[str]) -> Node | None:
    phrase, plain = piece["phrase"], piece["plain"]
    name = (piece["field"] or "").lower().rstrip(":")
    value = phrase if plain is None else plain
    # A star by itself among words is a sign like others: titles have rows of them.
    if plain is not None and plain.startswith("*") and plain.strip("*"):
        raise _star()
    found = _field_node(name, value, quoted=phrase is not None) if name else None
    if found is None:
        whole = f"{piece['field'] or ''}{value}"
        found = _text_node(whole, None, quoted=phrase is not None)
    return Not(found) if found is not None and piece["not"] else found


def _star() -> BadInputError:
    return BadInputError(
        "A star stands behind the beginning of a word.",
        code="query-star",
        remedy="Write the beginning of the word and then the star, such as remem*.",
    )


def _field_node(name: str, value: str, *, quoted: bool) -> Node | None:
    if name in TEXT_FIELDS:
        return _text_node(value, name, quoted=quoted)
    if name in VALUE_FIELDS:
        whole = language_code(value) if name == "language" else value
        spelled = tuple(forms[0] for forms in words(whole))
        return Value(name, spelled) if spelled else None
    if name == "date":
        days = day_range(value)
        return Dates(*days) if days else None
    if name == "decade" and (decade := _DECADE.fullmatch(value)):
        return Decade(int(decade[1]) * 10)
    if name == "undated" and value.lower() == "yes":
        return Undated()
    return None


def _text_node(value: str, name: str | None, *, quoted: bool) -> Node | None:
    spelled = tuple(forms[0] for forms in words(value))
    if not spelled:
        return None
    *before, last = spelled
    if value.endswith("*") and not quoted and len(last) >= FEWEST_PREFIX_LETTERS:
        begun = Prefix(last, name)
        if not before:
            return begun
        behind = And((_row(tuple(before), name), begun))
        whole = as_one(spelled) if len(list(held_together(value))) == 1 else ""
        return Or((behind, Prefix(whole, name))) if whole else behind
    return _row(spelled, name, "" if all_joined(value) == spelled else _hyphened(value))


def _row(spelled: tuple[str, ...], name: str | None, hyphened: str = "") -> Word | Phrase:
    return Phrase(spelled, name, hyphened) if len(spelled) > 1 else Word(spelled[0], name)


def _hyphened(value: str) -> str:
    return " ".join(map("-".join, held_together(value)))


def weight(node: Node) -> int:
    """What a part of a query costs, counted in words."""
    match node:
        case Not(inner):
            return weight(inner)
        case And(nodes) | Or(nodes):
            return sum(map(weight, nodes))
        case Phrase(spelled):
            return len(spelled) + PHRASE_WORDS
        case Prefix(letters):
            return PREFIX_WORDS.get(len(letters), LONG_PREFIX_WORDS)
        case Value(_, spelled):
            return len(spelled)
        case _:
            return 1
