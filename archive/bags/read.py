"""Reads a bag strictly: whatever is not exactly as it should be is refused with a code and a sentence."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from archive.bags.errors import BagRefusedError, Problem
from archive.bags.layout import PAYLOAD, revision_folder
from archive.bags.survey import Survey, survey
from archive.bags.tree import open_regular
from archive.models.errors import NotFoundError


@dataclass(frozen=True)
class Entry:
    """A payload file: `path` from the bag's root, lower-case hexadecimal SHA-512, size in bytes."""

    path: str
    sha512: str
    size: int

    @property
    def name(self) -> str:
        """Its path within the payload folder."""
        return self.path.removeprefix(f"{PAYLOAD}/")


@dataclass(frozen=True)
class Bag:
    """A bag whose structure is sound. Its payload was not read: `verify` does that."""

    root: Path
    id: str
    info: Mapping[str, str]
    payload: tuple[Entry, ...]
    tags: Mapping[str, str]
    tag_manifest: bytes
    revisions: tuple[int, ...]
    pending: tuple[str, ...]

    @property
    def current_revision(self) -> int:
        """The newest revision that counts."""
        return self.revisions[-1]

    def record_names(self, revision: int | None = None) -> list[str]:
        """Return the names of the files of a revision of the record, the current one when none is given."""
        prefix = f"{revision_folder(revision or self.current_revision)}/"
        return sorted(path.removeprefix(prefix) for path in self.tags if path.startswith(prefix))

    def record(self, name: str, revision: int | None = None) -> bytes:
        """Return the bytes of one file of the record, checked against the tag manifest.

        Raises NotFoundError (`bag-record-absent`) and BagRefusedError (`bag-unreadable`, `bag-tag-changed`).
        """
        path = f"{revision_folder(revision or self.current_revision)}/{name}"
        if path not in self.tags:
            raise NotFoundError("The record has no such file in that revision.", code="bag-record-absent")
        try:
            with open_regular(self.root / path) as stream:
                data = stream.read()
        except OSError as error:
            raise BagRefusedError(Problem("bag-unreadable", path)) from error
        if hashlib.sha512(data).hexdigest() != self.tags[path]:
            raise BagRefusedError(Problem("bag-tag-changed", path))
        return data


def read_bag(root: Path) -> Bag:
    """Read the bag in `root`; raises BagRefusedError, whose code is one of `errors.REFUSALS`."""
    found = survey(root)
    if found.problems:
        raise BagRefusedError(found.problems[0])
    return _bag(found)


def _bag(found: Survey) -> Bag:
    payload = (Entry(path, sha512, found.tree.files[path]) for path, sha512 in sorted(found.payload.items()))
    return Bag(
        root=found.root,
        id=found.info["External-Identifier"],
        info=found.info,
        payload=tuple(payload),
        tags=found.tags,
        tag_manifest=found.tag_manifest,
        revisions=tuple(found.revisions),
        pending=tuple(found.pending),
    )
