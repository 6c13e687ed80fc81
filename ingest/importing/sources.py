"""Reads tables as other programs write them: a CSV, folders of DSpace, a transfer of Archivematica."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from archive.exchange.reading_xml import LARGEST as LARGEST_XML
from archive.exchange.reading_xml import read_dublin_core
from archive.models.errors import BadInputError
from archive.plain_text import plain
from archive.services.tables import LARGEST, TableError, decoded, is_workbook, table_of
from ingest.bulk.keep_out import KeepOut
from ingest.bulk.model import Problem, Refusal
from ingest.bulk.walk import as_text, files_below, is_table
from ingest.importing.mapping import TableMapping

CONTENTS = "contents"
ORIGINAL = "original"
_METADATA = re.compile(r"dublin_core\.xml|metadata_[A-Za-z0-9]+\.xml")


@dataclass(frozen=True)
class Brought:
    """One thing that a table tells of: where (the row as a spreadsheet shows it, or a folder), its values, its files.

    A column that is there several times has several values.
    """

    number: int
    label: str
    values: Mapping[str, Sequence[str]]
    files: Sequence[str]


class Holdings:
    """The files that a table may name, found by the end of what it says; links are never followed.

    BadInputError (`own-home`) for a folder in an archive's home; one that lies in the folder is not looked into.
    """

    def __init__(self, folder: Path, keep_out: KeepOut) -> None:
        if (own := keep_out.around(folder)) is not None:
            raise BadInputError(own.reason, code=own.code)
        self.folder = folder
        self.refusals: list[Refusal] = []
        self.by_path: dict[str, Path] = {}
        self._by_name: dict[str, list[str]] = {}
        for path in files_below(folder, self.refusals.append, keep_out):
            name = as_text(path.relative_to(folder).as_posix())
            self.by_path[name] = path
            self._by_name.setdefault(name.rpartition("/")[2], []).append(name)

    def find(self, said: str) -> tuple[list[str], str]:
        """The paths that are meant (all in it, of a folder), or why there is none."""
        written = unquote(urlsplit(said).path) if "://" in said else said
        path = as_text(written.strip().replace("\\", "/").removeprefix("./").strip("/"))
        if path in self.by_path:
            return [path], ""
        inside = [one for one in self.by_path if path and one.startswith(f"{path}/")]
        if inside:
            return inside, ""
        named = self._by_name.get(path.rpartition("/")[2], [])
        if len(named) == 1:
            return named, ""
        if named:
            return [], f"Several files are called “{path.rpartition('/')[2]}”."
        fetched = " Nothing is fetched from an address." if "://" in said else ""
        return [], f"There is no file “{said}” in the folder of files.{fetched}"


def brought_by(path: Path, mapping: TableMapping) -> tuple[list[Brought], list[Problem]]:
    """Everything that a table tells of, and what is wrong with it; BadInputError when it is no such table at all."""
    match mapping.kind:
        case "dspace":
            return _dspace(path)
        case "archivematica":
            table = table_at(path, mapping)
            if not is_table(table):
                raise BadInputError(f"There is no table at {as_text(table)}.", code="no-such-path")
            return _csv(table, mapping)
    return _csv(path, mapping)


def table_at(path: Path, mapping: TableMapping) -> Path:
    """The file or folder by which what is wrong is told."""
    return path / "metadata" / "metadata.csv" if mapping.kind == "archivematica" else path


def _csv(path: Path, mapping: TableMapping) -> tuple[list[Brought], list[Problem]]:
    header, *lines = _cells(path) or [[]]
    names = [name.strip().lower() for name in header]
    problems: list[Problem] = []
    brought: list[Brought] = []
    for number, cells in enumerate(lines, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(names):
            reason = f"The row has {len(cells)} cells but the header {len(names)}; is a comma not in quotes?"
            problems.append(Problem(number, "", reason))
            continue
        values: dict[str, list[str]] = {}
        for name, cell in zip(names, cells, strict=False):
            if name and cell.strip():
                values.setdefault(name, []).append(cell.strip())
        brought.append(Brought(number, "", values, _files_in(values, mapping)))
    if not any(name in names for name in mapping.columns):
        raise BadInputError(
            f"{path.name} has none of the columns of the mapping “{mapping.name}”.", code="mapping-misses"
        )
    return brought, problems


def _files_in(values: Mapping[str, Sequence[str]], mapping: TableMapping) -> list[str]:
    for column in mapping.files:
        said = [one for text in values.get(column, ()) for one in _split(text, mapping.files_separator)]
        if said:
            return said
    return []


def _split(text: str, separator: str) -> list[str]:
    parts = text.split(separator) if separator else [text]
    return [part.strip() for part in parts if part.strip()]


def _cells(path: Path) -> list[list[str]]:
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= LARGEST else b""
    except OSError as error:
        raise BadInputError(f"{path} cannot be read: {error.strerror}.", code="no-such-path") from error
    if size > LARGEST:
        raise BadInputError(f"{path.name} is larger than a table can be.", code="bad-table")
    if is_workbook(data):
        raise BadInputError(
            f"{path.name} is a workbook, not a table: save it as CSV.", code="sheet-is-workbook"
        )
    try:
        return table_of(plain(decoded(data)))
    except TableError as error:
        raise BadInputError(f"{path.name} cannot be read as a table: {error}.", code="bad-table") from error


def _dspace(folder: Path) -> tuple[list[Brought], list[Problem]]:
    """Each folder with a `contents` is an item (DSpace Simple Archive Format)."""
    if not folder.is_dir():
        raise BadInputError(f"{as_text(folder)} is no folder.", code="no-such-path")
    problems: list[Problem] = []
    brought: list[Brought] = []
    folders = sorted(one for one in folder.iterdir() if one.is_dir() and not one.is_symlink())
    if is_table(folder / CONTENTS):
        folders = [folder]
    for number, item in enumerate((one for one in folders if is_table(one / CONTENTS)), start=1):
        label = "" if item == folder else item.name
        values, wrong = _dspace_values(item, number)
        problems += wrong
        prefix = f"{label}/" if label else ""
        brought.append(Brought(number, label, values, [prefix + name for name in _dspace_files(item)]))
    if not brought:
        raise BadInputError(
            "There is no item of DSpace in it: no folder with “contents”.", code="mapping-misses"
        )
    return brought, problems


def _dspace_values(item: Path, number: int) -> tuple[dict[str, list[str]], list[Problem]]:
    values: dict[str, list[str]] = {}
    problems: list[Problem] = []
    for path in sorted(item.iterdir()):
        if not _METADATA.fullmatch(path.name) or path.is_symlink() or not path.is_file():
            continue
        schema = path.stem.partition("_")[2] if path.name.startswith("metadata_") else "dc"
        try:
            with path.open("rb") as stream:
                statements = read_dublin_core(stream.read(LARGEST_XML + 1))
        except (BadInputError, OSError) as error:
            problems.append(Problem(number, path.name, f"{item.name}: {error}"))
            continue
        for term, words in statements:
            values.setdefault(f"{schema}.{term}".lower(), []).append(words)
    return values, problems


def _dspace_files(item: Path) -> list[str]:
    """Those of the bundle of originals: what DSpace made of them, and its licences, are no gift of anybody."""
    with (item / CONTENTS).open("rb") as stream:
        lines = stream.read(LARGEST).decode("utf-8", "replace").splitlines()
    found = []
    for line in lines:
        name, *more = line.split("\t")
        bundle = next((one.partition(":")[2] for one in more if one.lower().startswith("bundle:")), ORIGINAL)
        if name.strip() and bundle.strip().lower() == ORIGINAL:
            found.append(name.strip())
    return found
