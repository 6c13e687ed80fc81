"""What a plan says: submissions, items and files to make, what is refused, and what is wrong in a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from archive.services.contribute import ConsentDraft
from archive.services.describe import Description

NOT_TO_BE_KEPT = "not-to-be-kept"


@dataclass(frozen=True)
class Problem:
    """Something wrong in a spreadsheet: its row (1 is the header), its column ("" for all of it), and why.

    Row 0 is no row: then `column` is what the reason is about. A `note` is to be known, and may well be meant.
    """

    row: int
    column: str
    reason: str
    note: bool = False


@dataclass(frozen=True)
class FilePlan:
    """A file to take in: where it is, and what it is to its item (`accompanies` is a place in the item's list).

    `given_bytes` is the name byte for byte, as in `File`, where `given_name` is not that. `sha512` (hex) is what its bytes were proved to be already, "" where nobody did.
    """

    path: Path
    given_name: str
    title: str
    role: str
    accompanies: int | None
    language: str
    sha512: str = ""
    given_bytes: str = ""


@dataclass(frozen=True)
class ItemPlan:
    """An item to make: its description and its files, in order; `origin` is kept with the event of its arrival."""

    description: Description
    files: tuple[FilePlan, ...]
    origin: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Refusal:
    """A file that is not taken in, with a stable code and the reason in words."""

    path: Path
    code: str
    reason: str


@dataclass(frozen=True)
class SubmissionPlan:
    """A submission to make from one folder, which `table` describes where there is one.

    `consent` is what the table says of it; None leaves it to whoever brings the folder. What is `whole` is taken in
    with every file or not at all. `code` is the fingerprint of the code with which its giver comes back.
    """

    folder: Path
    items: tuple[ItemPlan, ...]
    refusals: tuple[Refusal, ...]
    problems: tuple[Problem, ...]
    table: Path | None = None
    consent: ConsentDraft | None = None
    whole: bool = False
    code: str = ""

    @property
    def files(self) -> int:
        """How many files would be taken in."""
        return sum(len(item.files) for item in self.items)


@dataclass(frozen=True)
class Plan:
    """Every submission that the given paths hold, and files that are in none."""

    submissions: tuple[SubmissionPlan, ...]
    refusals: tuple[Refusal, ...]
