"""How a table from elsewhere says in its columns what a collection asks in its fields: a TOML file that people can write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive.models.errors import BadInputError
from archive.typed_files import NotTomlError, toml_of

READY = Path(__file__).parents[1] / "mappings"
KINDS = ("csv", "dspace", "archivematica")
KEYS = frozenset({"title", "kind", "separator", "files", "columns", "values", "always", "leave_out", "about"})


@dataclass(frozen=True)
class Column:
    """Where a column goes: a field of ours, and what stands between its values ("" when it has one)."""

    field: str
    separator: str


@dataclass(frozen=True)
class TableMapping:
    """A mapping as its file has it; columns and values of theirs are compared in small letters.

    `files` are the columns that name files, the first that says something counts. `values` has by field of ours which
    word of theirs is which of ours, `always` what is the same for every row. `about` are columns that say, by one of
    `about_words`, that the date is only about right. Columns in `left_out` are not even kept as they are.
    """

    name: str
    kind: str
    files: tuple[str, ...] = ()
    files_separator: str = ""
    columns: Mapping[str, Column] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    always: Mapping[str, str] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    about: tuple[str, ...] = ()
    about_words: frozenset[str] = frozenset()


def ready_mappings() -> list[str]:
    """The names of the mappings that come with the archive."""
    return sorted(path.stem for path in READY.glob("*.toml"))


def read_mapping(given: str) -> TableMapping:
    """The mapping in the file `given`, or the ready one of that name.

    BadInputError (`no-such-mapping`, `bad-mapping`), which names every key that is wrong.
    """
    path = READY / f"{given}.toml" if given in ready_mappings() else Path(given)
    try:
        values = toml_of(path)
    except OSError as error:
        raise BadInputError(
            f"There is no mapping “{given}”.",
            code="no-such-mapping",
            remedy=f"Give a file, or one of: {', '.join(ready_mappings())}.",
        ) from error
    except (NotTomlError, UnicodeDecodeError) as error:
        raise _bad(path, [f"it is no TOML ({error})"]) from error
    reading = _Reading(values)
    mapping = reading.mapping(path.stem)
    if reading.wrong:
        raise _bad(path, reading.wrong)
    return mapping


class _Reading:
    """Takes one table of TOML apart, and collects what is wrong in it."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values
        self.wrong = [f"“{key}” is no key of a mapping" for key in sorted(values.keys() - KEYS)]
        self._separator = self._text(values, "separator", "separator")

    def mapping(self, name: str) -> TableMapping:
        """All of it."""
        kind = self._text(self._values, "kind", "kind") or "csv"
        if kind not in KINDS:
            self.wrong.append(f"kind: “{kind}” is none of: {', '.join(KINDS)}")
        files, about = self._table("files"), self._table("about")
        return TableMapping(
            name=name,
            kind=kind,
            files=self._texts(files, "columns", "files.columns"),
            files_separator=self._text(files, "separator", "files.separator"),
            columns={
                column.lower(): self._column(column, said) for column, said in self._table("columns").items()
            },
            values={one: self._words(one) for one in self._table("values")},
            always={
                one: self._text(self._table("always"), one, f"always.{one}") for one in self._table("always")
            },
            left_out=frozenset(self._texts(self._values, "leave_out", "leave_out")),
            about=self._texts(about, "columns", "about.columns"),
            about_words=frozenset(self._texts(about, "words", "about.words")),
        )

    def _column(self, column: str, said: object) -> Column:
        if isinstance(said, str):
            return Column(said, self._separator)
        if (
            isinstance(said, dict)
            and said.keys() <= {"field", "separator"}
            and isinstance(said.get("field"), str)
        ):
            separator = said.get("separator", self._separator)
            return Column(said["field"], separator if isinstance(separator, str) else "")
        self.wrong.append(f"columns.“{column}”: it names a field, or has “field” and “separator”")
        return Column("", "")

    def _words(self, name: str) -> dict[str, str]:
        words = self._table("values")[name]
        if not isinstance(words, dict) or not all(isinstance(one, str) for one in words.values()):
            self.wrong.append(f"values.{name}: it has a word of ours for each of theirs")
            return {}
        return {theirs.lower(): ours for theirs, ours in words.items()}

    def _table(self, key: str) -> dict[str, Any]:
        found = self._values.get(key, {})
        if isinstance(found, dict):
            return found
        self.wrong.append(f"{key}: it is a table")
        return {}

    def _text(self, table: Mapping[str, Any], key: str, shown: str) -> str:
        found = table.get(key, "")
        if isinstance(found, str):
            return found
        self.wrong.append(f"{shown}: it is a text")
        return ""

    def _texts(self, table: Mapping[str, Any], key: str, shown: str) -> tuple[str, ...]:
        found = table.get(key, [])
        if isinstance(found, list) and all(isinstance(one, str) for one in found):
            return tuple(one.lower() for one in found)
        self.wrong.append(f"{shown}: it is a list of texts")
        return ()


def _bad(path: Path, reasons: list[str]) -> BadInputError:
    told = "; ".join(dict.fromkeys(reasons))
    return BadInputError(
        f"{path.name} cannot be used as a mapping: {told}.",
        code="bad-mapping",
        remedy="Correct it; docs/bring-in.md says what belongs where.",
    )
