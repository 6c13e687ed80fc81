"""Reads `sample/*.toml` of a collection: one file a submission, each naming the files to make and what describes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.models.errors import BadInputError
from archive.typed_files import NotTomlError, toml_of

COLUMNS = (
    "file", "item", "role", "title", "creator", "date", "place", "latitude", "longitude", "description", "subjects",
    "type", "language", "rights", "source", "content_note", "people", "relation",
    "observances",
)  # fmt: skip
"""The columns of the metadata.csv that is written."""


@dataclass(frozen=True)
class FileToMake:
    """One file: its name, the maker's name, what the maker needs, and its row of metadata.csv."""

    name: str
    make: str
    content: Mapping[str, Any]
    row: Mapping[str, str]


@dataclass(frozen=True)
class SubmissionToMake:
    """One submission: the name of its folder and its files in order."""

    name: str
    files: tuple[FileToMake, ...]


class SampleError(BadInputError):
    """A file below sample/ cannot be used."""

    code = "collection-sample"


def read_sample(collection_dir: Path) -> tuple[SubmissionToMake, ...]:
    """Every submission of a collection's sample in order of name; none when it has no sample; SampleError on a mistake."""
    return tuple(_read(path) for path in sorted((collection_dir / "sample").glob("*.toml")))


def _read(path: Path) -> SubmissionToMake:
    try:
        values = toml_of(path)
    except (NotTomlError, UnicodeDecodeError) as error:
        raise SampleError(f"{path.name} cannot be read: {error}.") from error
    shared = values.get("row", {})
    files = tuple(_file(path.name, entry, shared) for entry in values.get("files", []))
    if not files:
        raise SampleError(f"{path.name} names no files.")
    return SubmissionToMake(path.stem, files)


def _file(source: str, entry: Mapping[str, Any], shared: Mapping[str, str]) -> FileToMake:
    name, make = entry.get("name"), entry.get("make")
    if not isinstance(name, str) or not isinstance(make, str) or Path(name).name != name:
        raise SampleError(f"{source}: every file has a plain name and a maker (make = ...).")
    row = {**shared, **entry.get("row", {})}
    for column, value in row.items():
        if column not in COLUMNS or not isinstance(value, str):
            raise SampleError(f"{source}: “{column}” of {name} is no column, or its value is no text.")
    return FileToMake(name, make, {key: value for key, value in entry.items() if key != "row"}, row)
