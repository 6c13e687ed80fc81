"""Reads vocabularies and checks what they say of each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archive.profiles.check import Table
from archive.profiles.model import Term, Vocabulary, fold
from archive.profiles.problems import Problem


def read_vocabularies(
    tables: Mapping[str, dict[str, Any]], slug: str, languages: tuple[str, ...], problems: list[Problem]
) -> dict[str, Vocabulary]:
    """Vocabularies by name from their parsed files; problems are added to the list."""
    return {
        name: _read_vocabulary(name, Table(values, f"{slug}/vocabularies/{name}.toml", problems), languages)
        for name, values in tables.items()
    }


def _read_vocabulary(name: str, table: Table, languages: tuple[str, ...]) -> Vocabulary:
    below = table.tables("terms")
    vocabulary = Vocabulary(
        name=name,
        title=table.texts("title", languages),
        terms=tuple(_read_term(one, languages) for one in below),
        closed=table.flag("closed"),
    )
    table.done()
    _check_ids(vocabulary, table)
    _check_labels(vocabulary, table, languages)
    for term, where in zip(vocabulary.terms, below, strict=True):
        _check_links(term, vocabulary, where)
    return vocabulary


def _read_term(table: Table, languages: tuple[str, ...]) -> Term:
    term = Term(
        id=table.slug("id"),
        label=table.texts("label", languages),
        alternatives=table.strings("alternatives"),
        note=table.texts("note", languages, required=False),
        uri=table.address("uri"),
        broader=table.string("broader", required=False) or None,
        use=table.string("use", required=False) or None,
        latitude=table.degrees("latitude", 90),
        longitude=table.degrees("longitude", 180),
    )
    if (term.latitude is None) != (term.longitude is None):
        table.wrong(
            "longitude" if term.longitude is None else "latitude", "a place has both coordinates or none"
        )
    table.done()
    return term


def _check_ids(vocabulary: Vocabulary, table: Table) -> None:
    ids = [term.id for term in vocabulary.terms]
    for double in sorted({one for one in ids if one and ids.count(one) > 1}):
        table.wrong(f"terms[{double}].id", "is used by more than one term")


def _check_labels(vocabulary: Vocabulary, table: Table, languages: tuple[str, ...]) -> None:
    """Two terms with one label in one language could not be told apart by the person who chooses."""
    for language in languages:
        seen: dict[str, str] = {}
        for term in vocabulary.terms:
            label = fold(term.label.get(language, ""))
            if label and seen.setdefault(label, term.id) != term.id:
                table.wrong(f"terms[{term.id}].label.{language}", f"is also the label of {seen[label]}")


def _check_links(term: Term, vocabulary: Vocabulary, table: Table) -> None:
    for key, other in (("broader", term.broader), ("use", term.use)):
        if other and (other == term.id or other not in vocabulary.by_id):
            table.wrong(key, f"there is no other term “{other}” in this vocabulary")
    if term.use and term.use in vocabulary.by_id and vocabulary.by_id[term.use].use:
        table.wrong("use", f"“{term.use}” is itself replaced by another term; name that one")
    if _goes_round(term, vocabulary):
        table.wrong("broader", "following the broader terms comes back to this one")


def _goes_round(term: Term, vocabulary: Vocabulary) -> bool:
    seen, above = {term.id}, term.broader
    while above and above in vocabulary.by_id:
        if above in seen:
            return above == term.id
        seen.add(above)
        above = vocabulary.by_id[above].broader
    return False
