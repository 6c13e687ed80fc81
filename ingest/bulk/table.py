"""Reads a metadata.csv: one row a file, columns as the collection's profile names them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from archive.models.errors import BadInputError
from archive.plain_text import plain
from archive.profiles import CollectionProfile
from archive.services.consent_columns import CONSENT_COLUMNS, CONSENT_PREFIX
from archive.services.tables import LARGEST, TableError, decoded, table_of
from ingest.bulk.model import Problem

METADATA = "metadata.csv"
BAD_TABLE = "bad-table"
# Columns that the importer itself reads; every other one belongs to a field of the profile.
RETURN_CODE = "return_code"
OWN_COLUMNS = frozenset({"file", "item", "role", "latitude", "longitude", RETURN_CODE, *CONSENT_COLUMNS})


@dataclass(frozen=True)
class Row:
    """One row: its number as a spreadsheet shows it (the header is 1), the file it describes, its values by column."""

    number: int
    file: str
    values: Mapping[str, str]

    def get(self, column: str) -> str:
        """The value in a column, without blanks around it; "" when there is none."""
        return self.values.get(column, "").strip()


def read_table(
    path: Path, profile: CollectionProfile, is_there: Callable[[str], bool] = lambda _name: False
) -> tuple[list[Row], list[Problem]]:
    """Every row that can be used, and what is wrong with the others; BadInputError when it is no table at all.

    Blanks around a file's name count where `is_there` says that a file has them in its name.
    """
    text = _text(path)
    try:
        table = table_of(text)
    except TableError as error:
        raise BadInputError(f"{METADATA} cannot be read as a table: {error}.", code=BAD_TABLE) from error
    header = [name.strip().lower() for name in table[0]] if table else []
    if "file" not in header:
        raise BadInputError(f"{METADATA} has no column “file” in its first row.", code=BAD_TABLE)
    problems = _header_problems(header, profile)
    rows: list[Row] = []
    seen: set[str] = set()
    for number, cells in enumerate(table[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        values = dict(zip(header, cells, strict=False))
        name = unicodedata.normalize("NFC", values.get("file", ""))
        row = Row(number, name if is_there(name) else name.strip(), values)
        reason = _reason_against(row, len(cells), len(header), seen)
        if reason:
            problems.append(Problem(number, "file", reason))
        else:
            seen.add(row.file)
            rows.append(row)
    return rows, problems


def is_table_name(name: str) -> bool:
    """Whether a file of this name is the table of its folder: programs and people write it in capitals too."""
    return name.casefold() == METADATA


def _reason_against(row: Row, cells: int, columns: int, seen: set[str]) -> str | None:
    if cells > columns:
        return f"The row has {cells} cells but the header {columns}; is a comma not in quotes?"
    if not row.file:
        return "The row names no file."
    if row.file in seen:
        return f"The file “{row.file}” is described twice; the first row counts."
    return None


def _header_problems(header: list[str], profile: CollectionProfile) -> list[Problem]:
    known = OWN_COLUMNS | {field.column for field in profile.fields if field.column}
    unknown = "The collection has no field for this column; its values are kept as they are."
    twice = "There are several columns of this name; the last one counts."
    names = [name for name in dict.fromkeys(header) if name]
    # A misspelt part of the consent is told where consent is read.
    strange = [name for name in names if name not in known and not name.startswith(CONSENT_PREFIX)]
    return [Problem(1, name, unknown, note=True) for name in strange] + [
        Problem(1, name, twice) for name in names if header.count(name) > 1
    ]


def _text(path: Path) -> str:
    try:
        size, data = path.stat().st_size, b""
        if size <= LARGEST:
            data = path.read_bytes()
    except OSError as error:
        raise BadInputError(f"{METADATA} cannot be read: {error.strerror}.", code=BAD_TABLE) from error
    if size > LARGEST:
        raise BadInputError(f"{METADATA} is larger than a table can be.", code=BAD_TABLE)
    return plain(decoded(data))
