"""Tables as spreadsheet programs write them: which encoding, which separator, and cells that no program runs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

LARGEST = 64 * 1024**2
DELIMITERS = ",;\t"
# What programs on Windows write where it is neither UTF-8 nor UTF-16.
GUESSED = "cp1252"
MARK_OF_UTF_8 = "\ufeff"
# What a spreadsheet program takes for a formula, behind any number of the marks that say it is none.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_GUARD = "'"
# Where programs take a semicolon for the separator, as they do in most of Europe and Latin America, quotation marks
# within a line end nothing: what is behind it, or behind a line end, is a cell by itself.
_INNER = re.compile(r"([;\t\r\n])('*[=+\-@])")
_GUARDED_INNER = re.compile(r"([;\t\r\n])'('*[=+\-@])")
# Excel writes which separator it used into a line of its own.
_SEPARATOR = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_LINE_END = re.compile(r"\r+\n")


class TableError(Exception):
    """The text is no table; says in which line, and why."""


def decoded(data: bytes, errors: str = "replace") -> str:
    """The text of a table's bytes: UTF-8 or UTF-16, and where it is neither, what programs on Windows write.

    `errors` as `bytes.decode` has them.
    """
    return data.decode(encoding_of(data), errors)


def encoding_of(data: bytes) -> str:
    """In which encoding a table is written: what its bytes show, or `GUESSED`, for any other looks the same."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    # Without a mark: every other byte of a header in Latin letters is NUL.
    if data[1:2] == b"\0":
        return "utf-16-le"
    if data[:1] == b"\0":
        return "utf-16-be"
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return GUESSED
    return "utf-8-sig"


def table_of(text: str) -> list[list[str]]:
    """Every row of a table (RFC 4180), with whichever separator its header has most of; TableError when it is none."""
    # A cell may be as long as the table: people put whole transcripts into one.
    csv.field_size_limit(LARGEST)
    said = _SEPARATOR.match(text)
    text = text[said.end() :] if said else text
    lines = csv.reader(
        io.StringIO(text, newline=""), delimiter=said[1] if said else _delimiter(text), strict=True
    )
    try:
        return list(lines)
    except csv.Error as error:
        raise TableError(f"line {lines.line_num}: {error}") from error


def line_of(cells: Iterable[str]) -> str:
    """One row as RFC 4180 has it; no cell of it is a formula to any program."""
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\r\n").writerow([guarded(cell) for cell in cells])
    return line.getvalue()


def plain_line_ends(text: str) -> str:
    """Text whose lines end in one character; what that was done to once stays as it is."""
    # Not one pair by the other: of two returns in front of a line's end one would be left, and go the next time.
    return _LINE_END.sub("\n", text)


def guarded(cell: str) -> str:
    """A cell's text such that no program runs any of it."""
    cell = _INNER.sub(rf"\1{_GUARD}\2", cell)
    return _GUARD + cell if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """What `guarded` was given."""
    cell = cell[1:] if cell.startswith(_GUARD) and _FORMULA.match(cell) else cell
    return _GUARDED_INNER.sub(r"\1\2", cell)


def _delimiter(text: str) -> str:
    header = text.partition("\n")[0]
    return max(DELIMITERS, key=header.count)


def is_workbook(data: bytes) -> bool:
    """Whether bytes are those of a spreadsheet program's own format (a ZIP, or the older OLE) and not of a table."""
    return data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
