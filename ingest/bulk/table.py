"""Reads a metadata.csv: one row a file, columns as the collection's profile names them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from archive.models.errors import BadInputError
from archive.plain_text import plain
from archive.profiles import CollectionProfile
from archive.services.consent_columns import CONSENT_COLUMNS, consent_column
from archive.services.tables import GUESSED, LARGEST, TableError, decoded, encoding_of, table_of
from ingest.bulk.model import Problem

METADATA = "metadata.csv"
BAD_TABLE = "bad-table"
TABLE_MISNAMED = "table-misnamed"
# What stands where bytes are no letter of the encoding.
UNREAD = "\N{REPLACEMENT CHARACTER}"
HAS_UNREAD = f"A letter of it cannot be read, and “{UNREAD}” stands for it. Save the table as “CSV UTF-8”."
IS_GUESSED = "It is written in no form of Unicode, and was read as Windows-1252. Where accents are wrong, save the table as “CSV UTF-8”."
# What people and programs make of that name: metadata.csv.txt, meta data.csv, Copy of metadata (1).csv, metadata_v2.csv, .metadata.csv, metadata.xlsx.
_NEARLY = re.compile(r"metadata(csv|tsv|tab|txt|xlsx?|ods)+(bak|old|orig)?")
_COPIES = frozenset({"copy", "of", "copia", "de", "copie", "kopie", "cópia", "v", "version", "final", "new"})
# Columns that the importer itself reads; every other one belongs to a field of the profile.
RETURN_CODE = "return_code"
OWN_COLUMNS = frozenset({"file", "item", "role", "latitude", "longitude", RETURN_CODE, *CONSENT_COLUMNS})


@dataclass(frozen=True)
class Row:
    """One row: its number as a spreadsheet shows it (the header is 1), the file it describes, its values by column.

    Where it has more cells than the header, nobody knows which value is of which column (`is_shifted`).
    """

    number: int
    file: str
    values: Mapping[str, str]
    is_shifted: bool = False

    def get(self, column: str) -> str:
        """The value in a column, without blanks around it; "" when there is none."""
        return self.values.get(column, "").strip()


@dataclass(frozen=True)
class Table:
    """A table: its header, the rows that describe a file, and what is wrong in it.

    `told` is what all its rows say of consent, also those that describe nothing: who closes something in a row that
    cannot be used has closed it. A part whose column is there twice is a row each.
    """

    header: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    told: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_table(
    path: Path, profile: CollectionProfile, is_there: Callable[[str], bool] = lambda _name: False
) -> Table:
    """The table at `path`, with what is wrong in its rows; BadInputError when it is no table at all.

    Blanks around a file's name count where `is_there` says that a file has them in its name.
    """
    data = _data(path)
    text = plain(decoded(data))
    try:
        table = table_of(text)
    except TableError as error:
        raise BadInputError(f"{METADATA} cannot be read as a table: {error}.", code=BAD_TABLE) from error
    header = [name.strip().lower() for name in table[0]] if table else []
    if "file" not in header:
        raise BadInputError(f"{METADATA} has no column “file” in its first row.", code=BAD_TABLE)
    problems = [Problem(1, "", IS_GUESSED, note=True)] if encoding_of(data) == GUESSED else []
    problems += [*_header_problems(header, profile), *_unread(header, table)]
    rows: list[Row] = []
    told: list[Row] = []
    seen: set[str] = set()
    for number, cells in enumerate(table[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        values = dict(zip(header, cells, strict=False))
        row = Row(number, _file(values.get("file", ""), is_there), values, len(cells) > len(header))
        told += _told(row, header, cells)
        reason = _reason_against(row, len(cells), len(header), seen)
        if reason:
            problems.append(Problem(number, "file", reason))
        else:
            seen.add(row.file)
            rows.append(row)
    return Table(tuple(header), tuple(rows), tuple(told), tuple(problems))


def is_table_name(name: str) -> bool:
    """Whether a file of this name is the table of its folder: programs and people write it in capitals too."""
    return name.casefold() == METADATA


def is_nearly_table_name(name: str) -> bool:
    """Whether a file of this name may well be meant as the table of its folder, and is not read as that."""
    # What a Mac writes beside every file on a stick, and what programs lay beside one that is open.
    if is_table_name(name) or name.startswith(("._", "~$")):
        return False
    words = re.split(r"[\W\d_]+", unicodedata.normalize("NFKC", name).casefold())
    return _NEARLY.fullmatch("".join(word for word in words if word not in _COPIES)) is not None


def _told(row: Row, header: Sequence[str], cells: Sequence[str]) -> Iterator[Row]:
    """The row by what its columns mean for a consent, and another one for each column that means the same again."""
    layers: list[dict[str, str]] = [{}]
    for name, cell in zip(header, cells, strict=False):
        part = consent_column(name)
        if part and all(part in layer for layer in layers):
            layers.append({})
        layer = next(one for one in layers if part not in one) if part else layers[0]
        layer[part or name] = cell
    for values in layers:
        yield replace(row, values=values)


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
    unknown = "The collection has no field for this column: its values are kept as they are, and only staff sees them. For everybody to see them, give the collection a field with this column."
    twice = "There are several columns of this name; the last one counts."
    names = [name for name in dict.fromkeys(header) if name]
    # What is wrong with a part of the consent is told where consent is read.
    names = [name for name in names if consent_column(name) is None]
    strange = [name for name in names if name not in known]
    return [Problem(1, name, unknown, note=True) for name in strange] + [
        Problem(1, name, twice) for name in names if header.count(name) > 1
    ]


def _file(cell: str, is_there: Callable[[str], bool]) -> str:
    """The file that a cell names, with slashes as Windows and a shell write them where no file has these in its name."""
    name = unicodedata.normalize("NFC", cell)
    for one in (name, name.strip()):
        if is_there(one):
            return one
    as_path = PurePosixPath(name.strip().replace("\\", "/")).as_posix()
    return as_path if name.strip() and is_there(as_path) else name.strip()


def _unread(header: Sequence[str], table: Sequence[Sequence[str]]) -> Iterator[Problem]:
    """The cells of which a letter could not be read."""
    for number, cells in enumerate(table, start=1):
        for place, cell in enumerate(cells):
            if UNREAD in cell:
                yield Problem(number, header[place] if place < len(header) else "", HAS_UNREAD)


def _data(path: Path) -> bytes:
    try:
        size, data = path.stat().st_size, b""
        if size <= LARGEST:
            data = path.read_bytes()
    except OSError as error:
        raise BadInputError(f"{METADATA} cannot be read: {error.strerror}.", code=BAD_TABLE) from error
    if size > LARGEST:
        raise BadInputError(f"{METADATA} is larger than a table can be.", code=BAD_TABLE)
    return data
