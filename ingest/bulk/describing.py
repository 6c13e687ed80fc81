"""Turns the rows that describe one item into its description, saying what could not be understood."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archive.models.errors import BadInputError
from archive.plain_text import in_its_order
from archive.profiles import CollectionProfile, Field
from archive.services.answers import LONGEST
from archive.services.describe import Description
from archive.services.describing import AS_GIVEN, Understanding, grows, one_line, split
from ingest.bulk.model import Problem
from ingest.bulk.table import OWN_COLUMNS, Row

TITLE = "title"
LONGEST_TITLE = 1000
DIFFERS = "It differs from row {row}, which counts for its item; this one is kept beside it with the name of its file, and only staff sees it."
# No name of a file makes this the name of all of a text that is too long (`AS_GIVEN`), which everybody may see.
OF_FILE = "{column} (of {file})"


def describe_rows(
    rows: Sequence[Row], profile: CollectionProfile, *, fallback_title: str
) -> tuple[Description, list[Problem]]:
    """One description: of single values the first of `rows` that says one, which is an original's, of lists what all rows have; and the problems found.

    A single value of a later row that is another one is told, and kept as said of its file (`OF_FILE`) in `extra`, where only
    staff sees it; a title is its file's.
    """
    given = Understanding(profile)
    counts: dict[str, tuple[str, int]] = {}
    problems: list[Problem] = []
    for row in rows:
        for column, field, text in _cells(row, profile):
            if field is not None and field.kind == "parts":
                words = "What is shown together is chosen at the desk, where it is asked who may do it."
                problems.append(Problem(row.number, column, words))
            elif (field is None or not grows(field)) and counts.setdefault(column, (text, row.number))[
                0
            ] != text:
                if column == TITLE:
                    problems += _too_long(given, field, column, row, text)
                else:
                    problems.append(_differs(given, column, row, counts[column][1]))
            else:
                problems += _too_long(given, field, column, row, text)
                problems += _take(given, field, column, row, text)
        problems += _take_coordinates(given, row, counts)
    return given.description(fallback_title), problems


def shortened(text: str, most: int) -> str:
    """The beginning of a text that has more than `most` characters, with a sign that there is more; any other as it is."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _most(field: Field | None) -> int | None:
    if field is None or field.kind != "text":
        return None
    return LONGEST_TITLE if field.name == TITLE else LONGEST


def _too_long(given: Understanding, field: Field | None, column: str, row: Row, text: str) -> list[Problem]:
    """Says that a text is too long for its field, and keeps all of it beside the beginning that stands there."""
    most = _most(field)
    if most is None or len(one_line(text)) <= most:
        return []
    _keep(given, name := f"{column}{AS_GIVEN}", text)
    words = f"It has {len(one_line(text))} characters and may have {most}; its beginning stands there, and all of it is kept as “{name}”."
    return [Problem(row.number, column, words)]


def _differs(given: Understanding, column: str, row: Row, counts: int) -> Problem:
    """Says that a value is another one than that of the row which `counts`, and keeps it as said of its file."""
    _keep(given, OF_FILE.format(column=column, file=one_line(row.file)), in_its_order(row.get(column)))
    return Problem(row.number, column, DIFFERS.format(row=counts), note=True)


def _keep(given: Understanding, name: str, text: str) -> None:
    """Keep a text under a name that no field bears, behind what stands there."""
    before = given.values["extra"].get(name, "")
    given.values["extra"][name] = "\n".join(filter(None, (before, text)))


def _take(given: Understanding, field: Field | None, column: str, row: Row, text: str) -> list[Problem]:
    if field is None:
        given.values["extra"].setdefault(column, text)
        return []
    most = _most(field)
    if most is not None and len(one_line(text)) > most:
        text = shortened(one_line(text), most)
    problems = []
    # As the consent reads them: one on a line or with semicolons between.
    for one in split(text) if field.kind == "place" else [text]:
        try:
            given.take(field, one)
        except BadInputError as error:
            problems.append(Problem(row.number, column, str(error)))
    return problems


def _cells(row: Row, profile: CollectionProfile) -> Iterator[tuple[str, Field | None, str]]:
    for column in row.values:
        text = row.get(column)
        if text and column not in OWN_COLUMNS:
            yield column, profile.field_for_column(column), text


def _take_coordinates(given: Understanding, row: Row, counts: dict[str, tuple[str, int]]) -> list[Problem]:
    said = {name: row.get(name) for name in ("latitude", "longitude")}
    if not any(said.values()):
        return []
    found: dict[str, float] = {}
    for name, limit in (("latitude", 90), ("longitude", 180)):
        try:
            found[name] = float(said[name])
        except ValueError:
            return [Problem(row.number, name, f"“{said[name]}” is not a number of degrees.")]
        if not -limit <= found[name] <= limit:
            return [Problem(row.number, name, f"{said[name]} is not between -{limit} and {limit} degrees.")]
    if "latitude" in given.values:
        others = [name for name in found if found[name] != given.values[name]]
        return [_differs(given, name, row, counts["latitude"][1]) for name in others]
    given.values.update(found)
    counts["latitude"] = (said["latitude"], row.number)
    return []
