"""Says in rows of our own table what a table from elsewhere tells, so that one code plans and describes both."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from archive.profiles import CollectionProfile, Field
from archive.services.consent_columns import CONSENT_PREFIX
from ingest.bulk.model import Problem
from ingest.bulk.table import OWN_COLUMNS, Row
from ingest.importing.mapping import TableMapping
from ingest.importing.sources import Brought

ALSO = frozenset({"latitude", "longitude", "role"})
JOINED = frozenset({"long_text", "place", "relation"})
_EDTF = re.compile(r"[0-9X]{4}(-[0-9X]{2}){0,2}")
DATE = "date"


class Translation:
    """Turns what was brought into rows of our own columns, and knows which column of theirs each came from."""

    def __init__(self, mapping: TableMapping, profile: CollectionProfile) -> None:
        self._mapping, self._profile = mapping, profile
        self._fields = {name: one for one in profile.fields if one.column for name in (one.column, one.name)}
        self._reserved = OWN_COLUMNS | {one.column for one in profile.fields if one.column}

    def header_problems(self, brought: Sequence[Brought]) -> list[Problem]:
        """What the mapping says that the collection has not, and columns that it says nothing of or leaves out."""
        columns = list(dict.fromkeys(name for one in brought for name in one.values))
        # Folders have no row of names.
        header = 0 if self._mapping.kind == "dspace" else 1
        problems = []
        for name in columns:
            said = self._mapping.columns.get(name)
            if said is not None and not self._is_known(said.field):
                reason = f"The collection has no field “{said.field}”; its values are kept as they are."
                problems.append(Problem(header, name, reason))
            elif said is None and name not in self._set_aside():
                reason = "The mapping says nothing of this column; its values are kept as they are."
                problems.append(Problem(header, name, reason))
            elif said is None and name in self._left_out():
                reason = "The mapping leaves this column out; its values are not taken in."
                problems.append(Problem(header, name, reason, note=True))
        return problems

    def rows(self, one: Brought, files: Sequence[str]) -> tuple[list[Row], dict[str, str]]:
        """A row for each file, the first with all that is said, and by column of ours which of theirs said it."""
        said, theirs = self._said(one)
        item = {"item": f"{self._mapping.name} {one.number}"}
        first, *others = files
        rows = [Row(one.number, first, said | item), *(Row(one.number, name, item) for name in others)]
        return rows, theirs

    def _said(self, one: Brought) -> tuple[dict[str, str], dict[str, str]]:
        said: dict[str, str] = {}
        theirs: dict[str, str] = {}
        for name, texts in one.values.items():
            column = self._mapping.columns.get(name)
            if column is None or not self._is_known(column.field):
                said |= self._kept(name, texts)
                continue
            ours = self._column(column.field)
            words = "\n".join(self._words(ours, texts, column.separator))
            if ours not in said:
                said[ours], theirs[ours] = words, name
            elif self._is_list(ours):
                said[ours] += f"\n{words}"
            elif words != said[ours]:
                said |= self._kept(name, texts)
        for name, words in self._mapping.always.items():
            if self._is_known(name):
                said.setdefault(self._column(name), words)
        return self._about(said, one.values), theirs

    def _words(self, ours: str, texts: Sequence[str], separator: str) -> Iterator[str]:
        field = self._fields.get(ours)
        known = self._mapping.values.get(field.name if field else ours, {})
        for text in texts:
            parts = text.split(separator) if separator and self._is_repeated(field) else [text]
            for part in (one.strip() for one in parts):
                if part:
                    yield known.get(part.lower(), part)

    def _about(self, said: dict[str, str], values: Mapping[str, Sequence[str]]) -> dict[str, str]:
        """A date that is only about right, where a column of its own says so."""
        field = self._profile.field(DATE)
        column = field.column if field else None
        words = {word.lower() for name in self._mapping.about for word in values.get(name, ())}
        if column and words & self._mapping.about_words and column in said:
            parts = said[column].split("/")
            if all(_EDTF.fullmatch(part) for part in parts):
                said[column] = "/".join(f"{part}~" for part in parts)
        return said

    def _kept(self, name: str, texts: Sequence[str]) -> dict[str, str]:
        """What no field is for, under its own name; a consent is never read from a table of another program."""
        if name in self._set_aside() or name.startswith(CONSENT_PREFIX):
            return {}
        return {f"{name} (as given)" if name in self._reserved else name: "; ".join(texts)}

    def _set_aside(self) -> frozenset[str]:
        return self._mapping.left_out | {*self._mapping.files, *self._mapping.about}

    def _left_out(self) -> frozenset[str]:
        """What is not even read for another purpose."""
        return self._mapping.left_out - {*self._mapping.files, *self._mapping.about}

    def _is_known(self, name: str) -> bool:
        return name in ALSO or name in self._fields

    def _column(self, name: str) -> str:
        field = self._fields.get(name)
        return field.column or name if field else name

    def _is_list(self, ours: str) -> bool:
        field = self._fields.get(ours)
        return self._is_repeated(field) or (field is not None and field.kind in JOINED)

    @staticmethod
    def _is_repeated(field: Field | None) -> bool:
        return field is not None and field.repeatable
