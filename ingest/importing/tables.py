"""Plans the submission that a table from elsewhere becomes, by the code that plans our own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from archive.profiles import CollectionProfile
from archive.services.contribute import ConsentDraft
from ingest.bulk.describing import describe_rows
from ingest.bulk.group import group
from ingest.bulk.keep_out import KeepOut
from ingest.bulk.model import Plan, Problem, SubmissionPlan
from ingest.bulk.table import Row
from ingest.importing.mapping import TableMapping
from ingest.importing.rows import Translation
from ingest.importing.sources import Brought, Holdings, brought_by, table_at

OBJECTS = "objects/"


def plan_table(
    path: Path,
    mapping: TableMapping,
    profile: CollectionProfile,
    files: Path | None = None,
    keep_out: KeepOut | None = None,
) -> Plan:
    """One submission of all that the table at `path` tells of, with the files that it names in the folder `files`.

    Without that folder they are looked for beside the table. What no file is for, and what cannot be understood, is
    told by row and column of the table as it came; nothing is ever fetched from an address, nor is anything taken that
    `keep_out` knows. BadInputError when it is no such table at all.
    """
    brought, problems = brought_by(path, mapping)
    holdings = Holdings(files or (path if path.is_dir() else path.parent), keep_out or KeepOut())
    reading = _Reading(Translation(mapping, profile), holdings, profile)
    problems += reading.translation.header_problems(brought)
    for one in brought:
        reading.take(one)
    if mapping.kind == "archivematica":
        reading.take_the_rest()
    taken = {name: holdings.by_path[name] for name in reading.taken}
    items, wrong = group(holdings.folder, taken, reading.rows, profile)
    told = [*problems, *reading.problems, *(reading.in_their_words(one) for one in wrong)]
    table = table_at(path, mapping)
    planned = SubmissionPlan(
        path, tuple(items), (), tuple(sorted(told, key=lambda one: one.row)), table, ConsentDraft()
    )
    return Plan((planned,), tuple(holdings.refusals) if mapping.kind == "archivematica" else ())


class _Reading:
    """Finds the files of one thing after the other."""

    def __init__(self, translation: Translation, holdings: Holdings, profile: CollectionProfile) -> None:
        self.translation, self._holdings, self._profile = translation, holdings, profile
        self.taken: dict[str, int] = {}
        self.rows: dict[str, Row] = {}
        self.problems: list[Problem] = []
        self._theirs: dict[tuple[int, str], str] = {}
        self._labels: dict[int, str] = {}

    def take(self, one: Brought) -> None:
        """Make rows of one thing; without any file it is told and left."""
        self._labels[one.number] = one.label
        files: list[str] = []
        for said in one.files:
            found, reason = self._holdings.find(said)
            if reason:
                self._tell(one.number, reason)
            for name in found:
                if name in self.taken:
                    self._tell(one.number, f"The file “{name}” is in row {self.taken[name]} already.")
                else:
                    self.taken[name] = one.number
                    files.append(name)
        if not one.files:
            self._tell(one.number, "The row names no file, so it is not taken in.")
        rows, theirs = self.translation.rows(one, files or [""])
        self._theirs |= {(one.number, ours): name for ours, name in theirs.items()}
        if files:
            self.rows |= {row.file: row for row in rows}
            return
        # Whoever has not brought the files together yet is told of the words all the same.
        _, wrong = describe_rows(rows, self._profile, fallback_title="")
        self.problems += [self.in_their_words(problem) for problem in wrong]

    def take_the_rest(self) -> None:
        """Take every other object of a transfer too: it was given, only nothing was said of it."""
        for name in self._holdings.by_path:
            if name.startswith(OBJECTS):
                self.taken.setdefault(name, 0)

    def in_their_words(self, problem: Problem) -> Problem:
        """The same problem, by the column as the table has it."""
        column = self._theirs.get((problem.row, problem.column), problem.column)
        label = self._labels.get(problem.row)
        return replace(
            problem, column=column, reason=f"{label}: {problem.reason}" if label else problem.reason
        )

    def _tell(self, number: int, reason: str) -> None:
        self.problems.append(self.in_their_words(Problem(number, "", reason)))
