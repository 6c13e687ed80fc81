"""Turns the rows that describe one item into its description, saying what could not be understood."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from archive.dates import Ambiguous, understand
from archive.models.errors import BadInputError
from archive.profiles import CollectionProfile, Field
from archive.services.describe import Description, PlaceGiven
from ingest.bulk.model import Problem
from ingest.bulk.table import OWN_COLUMNS, Row

# What the item has a place for of its own; every other field of a profile is kept under its name in `extra`.
PLAIN_FIELDS = frozenset({"title", "description", "source", "content_note"})
_ROLE = re.compile(r"(.+?)\s*\(([^()]+)\)")
_ADDRESS = re.compile(r"https?://\S+")


def describe_rows(
    rows: Sequence[Row], profile: CollectionProfile, *, fallback_title: str
) -> tuple[Description, list[Problem]]:
    """One description: of single values the first row's, of lists what all rows have; and the problems found.

    A value that cannot be understood is kept as given, under its column in `extra`: nothing typed is lost.
    """
    values: dict[str, Any] = {"extra": {}}
    problems: list[Problem] = []
    for row in rows:
        for field, text in _cells(row, profile, values["extra"]):
            try:
                _take(values, field, text, profile)
            except BadInputError as error:
                problems.append(Problem(row.number, field.column or field.name, str(error)))
                values["extra"].setdefault(field.name, text)
        problems += _take_coordinates(values, row)
    values["title"] = values.get("title") or fallback_title
    for name in ("names", "places", "subjects", "languages"):
        values[name] = tuple(dict.fromkeys(values.get(name, ())))
    return Description(**values), problems


def _cells(row: Row, profile: CollectionProfile, extra: dict[str, Any]) -> Iterator[tuple[Field, str]]:
    for column in row.values:
        text = row.get(column)
        if not text or column in OWN_COLUMNS:
            continue
        field = profile.field_for_column(column)
        if field is not None:
            yield field, text
        else:
            extra.setdefault(column, text)


def _take(values: dict[str, Any], field: Field, text: str, profile: CollectionProfile) -> None:
    match field.kind:
        case "names":
            role = "creator" if field.name == "creators" else "subject"
            values.setdefault("names", []).extend(_names(text, role, field, profile))
        case "date" if field.name == "date":
            _take_date(values, text)
        case "place":
            values.setdefault("places", []).append(_place(text, field, profile))
        case "language":
            values.setdefault("languages", []).extend(_split(text))
        case "rights":
            values.setdefault("rights", text)
            values.setdefault("rights_uri", _rights_uri(text, field, profile))
        case "vocabulary":
            _take_terms(values, field, text, profile)
        case _ if field.name in PLAIN_FIELDS:
            values[field.name] = values.get(field.name) or text
        case _:
            values["extra"].setdefault(field.name, text)


def _take_terms(values: dict[str, Any], field: Field, text: str, profile: CollectionProfile) -> None:
    vocabulary = profile.vocabularies.get(field.vocabulary or "")
    words = _split(text) if field.repeatable else [text]
    if vocabulary is not None and vocabulary.closed:
        found = [vocabulary.find(word) for word in words]
        unknown = [word for word, term in zip(words, found, strict=True) if term is None]
        if unknown:
            raise BadInputError(f"“{unknown[0]}” is not a word of the list “{vocabulary.name}”.")
        words = [term.id for term in found if term is not None]
    if field.name == "subjects":
        values.setdefault("subjects", []).extend(words)
    elif field.name == "kind":
        values.setdefault("kind", words[0])
    else:
        values["extra"].setdefault(field.name, words)


def _take_date(values: dict[str, Any], text: str) -> None:
    if values.get("date_given"):
        return
    values["date_given"] = text
    found = understand(text)
    if isinstance(found, Ambiguous):
        choices = " or ".join(choice.edtf for choice in found.choices)
        raise BadInputError(f"“{text}” can be {choices}: write the one that is meant.")
    values.update(
        date_edtf=found.edtf, date_start=found.start, date_end=found.end, decades=tuple(found.decades)
    )


def _names(text: str, role: str, field: Field, profile: CollectionProfile) -> Iterator[tuple[str, str]]:
    """`Hughes, Fountain; Norwood, Hermond (interviewer)`: a role only counts when the vocabulary knows it."""
    roles = profile.vocabularies.get(field.vocabulary or "")
    for name in _split(text):
        match = _ROLE.fullmatch(name)
        term = roles.find(match[2]) if match and roles else None
        yield (match[1], term.id) if match and term else (name, role)


def _place(text: str, field: Field, profile: CollectionProfile) -> PlaceGiven:
    places = profile.vocabularies.get(field.vocabulary or "")
    term = places.find(text) if places else None
    return PlaceGiven(text, term.latitude, term.longitude) if term else PlaceGiven(text)


def _rights_uri(text: str, field: Field, profile: CollectionProfile) -> str:
    """The address of the rights statement that the text is or names, of those in the vocabulary; "" for others."""
    rights = profile.vocabularies.get(field.vocabulary or "")
    if rights is None:
        return ""
    for words in (text, *_ADDRESS.findall(text)):
        term = rights.find(words)
        if term is not None and term.uri:
            return term.uri
    return ""


def _take_coordinates(values: dict[str, Any], row: Row) -> list[Problem]:
    given = {name: row.get(name) for name in ("latitude", "longitude")}
    if not any(given.values()) or "latitude" in values:
        return []
    found: dict[str, float] = {}
    for name, limit in (("latitude", 90), ("longitude", 180)):
        try:
            found[name] = float(given[name])
        except ValueError:
            return [Problem(row.number, name, f"“{given[name]}” is not a number of degrees.")]
        if not -limit <= found[name] <= limit:
            return [Problem(row.number, name, f"{given[name]} is not between -{limit} and {limit} degrees.")]
    values.update(found)
    return []


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]
