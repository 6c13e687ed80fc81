"""What is wrong with a collection's files, all of it at once: file, key, reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from archive.models.errors import BadInputError


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to correct: the file below the collections folder, the key in it (dotted, "" for the whole file), why."""

    file: str
    key: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.reason}" if self.key else f"{self.file}: {self.reason}"


class ProfileError(BadInputError):
    """The collections cannot be used as they are; `problems` names every place to correct, in file order."""

    code = "collection-profile"
    remedy = (
        "Correct each of the places named and start again. docs/add-a-collection.md says what belongs where."
    )

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        count = len(self.problems)
        heading = (
            "One place in the collections needs" if count == 1 else f"{count} places in the collections need"
        )
        super().__init__(
            "\n".join([f"{heading} correcting:", *(f"  {problem}" for problem in self.problems)])
        )
