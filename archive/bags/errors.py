"""Why a bag is refused: every code with its sentence; docs/bag.md explains each, and a test holds them together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from archive.bags.names import shown
from archive.models.errors import IntegrityError

REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        "bag-absent": "There is no bag here.",
        "bag-special-file": "{path} is neither a regular file nor a folder.",
        "bag-unreadable": "{path} cannot be read.",
        "bag-too-deep": "{path} lies too many folders deep.",
        "bag-declaration": "bagit.txt is missing or does not say BagIt 1.0 in UTF-8.",
        "bag-data-missing": "The data folder is missing.",
        "bag-tag-missing": "{path} is missing.",
        "bag-tag-untracked": "{path} is not in the tag manifest.",
        "bag-tag-changed": "{path} is not what the tag manifest says.",
        "bag-tag-too-large": "{path} is larger than such a file can be.",
        "bag-payload-missing": "{path} is in the manifest but not in the bag.",
        "bag-payload-untracked": "{path} is in the bag but not in the manifest.",
        "bag-algorithm": "{path} is a manifest of another kind than SHA-512.",
        "bag-fetch": "fetch.txt asks for bytes from elsewhere.",
        "bag-manifest-line": "A line of {path} is not a SHA-512 and a path.",
        "bag-manifest-percent": "{path} is not percent-encoded as a manifest must be.",
        "bag-manifest-twice": "{path} is listed twice.",
        "bag-path-escape": "{path} leads out of its folder.",
        "bag-name-unsafe": "The name {path} is unsafe on some systems.",
        "bag-name-collision": "{path} has the same name as another file where case or accents do not count.",
        "bag-info-line": "A line of bag-info.txt is not a label and a value of its own.",
        "bag-info-id": "bag-info.txt does not say which item this is.",
        "bag-info-oxum": "Payload-Oxum is missing or does not match the payload.",
        "bag-profile": "The bag names our BagIt Profile, which asks for {path}.",
        "bag-revision-gap": "The revisions of the record do not follow one another without a gap.",
    }
)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a bag: a code of REFUSALS and the path it concerns, relative to the bag."""

    code: str
    path: str = ""

    @property
    def sentence(self) -> str:
        """Say it in plain words."""
        return REFUSALS[self.code].format(path=shown(self.path))


class BagRefusedError(IntegrityError):
    """A bag that must not be used; `code` is one of REFUSALS, `problem` the first thing that is wrong."""

    remedy = "Do not change it. Ask an archivist to compare it with another copy."

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence, code=problem.code)
        self.problem = problem
