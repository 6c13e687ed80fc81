"""What a plan says: submissions, items and files to make, what is refused, and what is wrong in a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from archive.services.contribute import ConsentDraft
from archive.services.describe import Description


@dataclass(frozen=True)
class Problem:
    """Something wrong in a spreadsheet: its row (1 is the header), its column ("" for all of it), and why."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True)
class FilePlan:
    """A file to take in: where it is, and what it is to its item (`accompanies` is a place in the item's list)."""

    path: Path
    given_name: str
    title: str
    role: str
    accompanies: int | None
    language: str


@dataclass(frozen=True)
class ItemPlan:
    """An item to make: its description and its files, in order."""

    description: Description
    files: tuple[FilePlan, ...]


@dataclass(frozen=True)
class Refusal:
    """A file that is not taken in, with a stable code and the reason in words."""

    path: Path
    code: str
    reason: str


@dataclass(frozen=True)
class SubmissionPlan:
    """A submission to make from one folder, which `table` describes where there is one.

    `consent` is what the table says of it; None leaves it to whoever brings the folder.
    """

    folder: Path
    items: tuple[ItemPlan, ...]
    refusals: tuple[Refusal, ...]
    problems: tuple[Problem, ...]
    table: Path | None = None
    consent: ConsentDraft | None = None

    @property
    def files(self) -> int:
        """How many files would be taken in."""
        return sum(len(item.files) for item in self.items)


@dataclass(frozen=True)
class Plan:
    """Every submission that the given paths hold, and files that are in none."""

    submissions: tuple[SubmissionPlan, ...]
    refusals: tuple[Refusal, ...]
