"""Fixity: reads every byte of a bag again and says what changed, what is missing, what nobody listed, what is unreadable."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from archive.bags.errors import Problem
from archive.bags.layout import TAG_MANIFEST
from archive.bags.survey import Survey, survey
from archive.bags.tree import open_regular

SMALL = 1 << 16
"""Bytes: less than this is read at once."""

_MISSING = frozenset({"bag-payload-missing", "bag-tag-missing"})
_UNTRACKED = frozenset({"bag-payload-untracked", "bag-tag-untracked"})


@dataclass(frozen=True)
class BagReport:
    """What a full reading found: paths relative to the bag, each sorted; `refused` holds what else is wrong."""

    changed: tuple[str, ...]
    missing: tuple[str, ...]
    untracked: tuple[str, ...]
    unreadable: tuple[str, ...]
    refused: tuple[Problem, ...]
    files_read: int
    bytes_read: int

    @property
    def ok(self) -> bool:
        """Whether the bag is whole and unchanged."""
        return not (self.changed or self.missing or self.untracked or self.unreadable or self.refused)


def verify(root: Path, *, from_disk: bool = False) -> BagReport:
    """Read every listed file of the bag in `root` once and compare its SHA-512; never raises for a bad bag.

    With `from_disk` the system's cached pages are dropped first, so that what is read is what the disk holds.
    """
    found = survey(root)
    changed = _paths(found, {"bag-tag-changed"})
    unreadable = _paths(found, {"bag-unreadable"})
    files_read = bytes_read = 0
    for path, expected in sorted({**found.payload, **found.tags}.items()):
        if path not in found.tree.files:
            continue
        try:
            actual = hash_file(found.root / path, from_disk=from_disk)
        except OSError:
            unreadable.add(path)
            continue
        files_read += 1
        bytes_read += found.tree.files[path]
        if actual != expected:
            changed.add(path)
    missing, untracked = _paths(found, _MISSING), _paths(found, _UNTRACKED)
    told = {"bag-tag-changed", "bag-unreadable", *_MISSING, *_UNTRACKED}
    return BagReport(
        changed=tuple(sorted(changed)),
        missing=tuple(sorted(missing)),
        untracked=tuple(sorted(untracked)),
        unreadable=tuple(sorted(unreadable)),
        refused=tuple(dict.fromkeys(problem for problem in found.problems if problem.code not in told)),
        files_read=files_read,
        bytes_read=bytes_read,
    )


def hash_file(path: Path, *, from_disk: bool = False) -> str:
    """Return the lower-case hexadecimal SHA-512 of a regular file; raises OSError when it cannot be read."""
    with open_regular(path) as stream:
        if from_disk and hasattr(os, "posix_fadvise"):
            os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        # For a small file the room that file_digest makes for a large one takes longer than its bytes.
        start = stream.read(SMALL)
        if len(start) < SMALL:
            return hashlib.sha512(start).hexdigest()
        stream.seek(0)
        return hashlib.file_digest(stream, "sha512").hexdigest()


def _paths(found: Survey, codes: set[str] | frozenset[str]) -> set[str]:
    return {problem.path or TAG_MANIFEST for problem in found.problems if problem.code in codes}
