"""Reads a metadata.csv: one row a file, columns as the collection's profile names them."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from archive.models.errors import BadInputError
from archive.profiles import CollectionProfile
from ingest.bulk.model import Problem

METADATA = "metadata.csv"
# Columns that the importer itself reads; every other one belongs to a field of the profile.
OWN_COLUMNS = frozenset({"file", "item", "role", "latitude", "longitude"})
LARGEST = 64 * 1024**2
DELIMITERS = ",;\t"


@dataclass(frozen=True)
class Row:
    """One row: its number as a spreadsheet shows it (the header is 1), the file it describes, its values by column."""

    number: int
    file: str
    values: Mapping[str, str]

    def get(self, column: str) -> str:
        """The value in a column, without blanks around it; "" when there is none."""
        return self.values.get(column, "").strip()


def read_table(path: Path, profile: CollectionProfile) -> tuple[list[Row], list[Problem]]:
    """Every row that can be used, and what is wrong with the others; BadInputError when it is no table at all."""
    lines = csv.reader(io.StringIO(_text(path), newline=""), delimiter=_delimiter(path))
    try:
        table = list(lines)
    except csv.Error as error:
        raise BadInputError(f"{path} cannot be read as a table: {error}.", code="bad-table") from error
    header = [name.strip().lower() for name in table[0]] if table else []
    if "file" not in header:
        raise BadInputError(f"{path} has no column “file” in its first row.", code="bad-table")
    problems = _unknown_columns(header, profile)
    rows: list[Row] = []
    seen: set[str] = set()
    for number, cells in enumerate(table[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        row = Row(number, "", dict(zip(header, cells, strict=False)))
        row = Row(number, unicodedata.normalize("NFC", row.get("file")), row.values)
        reason = _reason_against(row, len(cells), len(header), seen)
        if reason:
            problems.append(Problem(number, "file", reason))
        else:
            seen.add(row.file)
            rows.append(row)
    return rows, problems


def _reason_against(row: Row, cells: int, columns: int, seen: set[str]) -> str | None:
    if cells > columns:
        return f"The row has {cells} cells but the header {columns}; is a comma not in quotes?"
    if not row.file:
        return "The row names no file."
    if row.file in seen:
        return f"The file “{row.file}” is described twice; the first row counts."
    return None


def _unknown_columns(header: list[str], profile: CollectionProfile) -> list[Problem]:
    known = OWN_COLUMNS | {field.column for field in profile.fields if field.column}
    return [
        Problem(1, name, "The collection has no field for this column; its values are kept as they are.")
        for name in header
        if name and name not in known
    ]


def _text(path: Path) -> str:
    if path.stat().st_size > LARGEST:
        raise BadInputError(f"{path} is larger than a table of metadata can be.", code="bad-table")
    data = path.read_bytes()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What spreadsheet programs on Windows write when they do not write UTF-8.
        return data.decode("cp1252", "replace")


def _delimiter(path: Path) -> str:
    header = _text(path).partition("\n")[0]
    return max(DELIMITERS, key=header.count)
