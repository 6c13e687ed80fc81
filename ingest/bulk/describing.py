"""Turns the rows that describe one item into its description, saying what could not be understood."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from archive.models.errors import BadInputError
from archive.profiles import CollectionProfile, Field
from archive.services.describe import Description
from archive.services.describing import Understanding
from ingest.bulk.model import Problem
from ingest.bulk.table import OWN_COLUMNS, Row


def describe_rows(
    rows: Sequence[Row], profile: CollectionProfile, *, fallback_title: str
) -> tuple[Description, list[Problem]]:
    """One description: of single values the first row's, of lists what all rows have; and the problems found."""
    given = Understanding(profile)
    problems: list[Problem] = []
    for row in rows:
        for field, text in _cells(row, profile, given.values["extra"]):
            if field.kind == "parts":
                words = "What is shown together is chosen at the desk, where it is asked who may do it."
                problems.append(Problem(row.number, field.column or field.name, words))
                continue
            try:
                given.take(field, text)
            except BadInputError as error:
                problems.append(Problem(row.number, field.column or field.name, str(error)))
        problems += _take_coordinates(given.values, row)
    return given.description(fallback_title), problems


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
