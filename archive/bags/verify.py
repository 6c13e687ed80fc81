"""Fixity: reads every byte of a bag again and says what changed, what is missing, what nobody listed, what is unreadable."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from archive.bags.errors import Problem
from archive.bags.layout import TAG_MANIFEST
from archive.bags.manifest import format_manifest
from archive.bags.survey import Survey, survey
from archive.bags.tree import open_descriptor

_MISSING = frozenset({"bag-payload-missing", "bag-tag-missing"})
_UNTRACKED = frozenset({"bag-payload-untracked", "bag-tag-untracked"})
BLOCK = 1 << 18
SMALL = 1 << 18
"""Bytes: below this a second thread costs more than it brings."""

Pace = Callable[[int], None]
"""Told of each block read, in bytes; it may wait, and may raise to have the reading given up."""


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


def verify(root: Path, *, from_disk: bool = False, threads: int = 1, pace: Pace | None = None) -> BagReport:
    """Read every listed file of the bag in `root` once and compare its SHA-512; never raises for a bad bag.

    With `from_disk` the system's cached pages are dropped first, so that what is read is what the disk holds.
    Larger files are read by `threads` at once. What `pace` raises is passed on, and then nothing is reported.
    """
    found = survey(root)
    changed = _paths(found, {"bag-tag-changed"})
    unreadable = _paths(found, {"bag-unreadable"})
    listed = {**found.payload, **found.tags}
    sizes = found.tree.files
    present = sorted((path for path in listed if path in sizes), key=lambda path: (-sizes[path], path))
    read = _read(
        found.root, present, sizes, threads, lambda path: hash_file(path, from_disk=from_disk, pace=pace)
    )
    unreadable |= {path for path, actual in read.items() if actual is None}
    changed |= {path for path, actual in read.items() if actual not in (None, listed[path])}
    if found.tags and format_manifest(found.tags) != found.tag_manifest:
        # No manifest lists it, and one whose letters merely changed their case would be understood all the same.
        changed.add(TAG_MANIFEST)
    files_read = len(read) - sum(actual is None for actual in read.values())
    bytes_read = sum(sizes[path] for path, actual in read.items() if actual is not None)
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


def hash_file(path: str | Path, *, from_disk: bool = False, pace: Pace | None = None) -> str:
    """Return the lower-case hexadecimal SHA-512 of a regular file; raises OSError when it cannot be read."""
    descriptor, left = open_descriptor(path)
    try:
        if from_disk and hasattr(os, "posix_fadvise"):
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        sha512 = hashlib.sha512()
        # No larger than the file: of many small ones, room for a whole block each costs more than their bytes. One
        # byte more than that, so that where less comes the end is known without another look.
        most = min(BLOCK, left + 1)
        while block := os.read(descriptor, most):
            sha512.update(block)
            left -= len(block)
            if pace is not None:
                pace(len(block))
            if left == 0 and len(block) < most:
                break
        return sha512.hexdigest()
    finally:
        os.close(descriptor)


def _read(
    root: Path, paths: list[str], sizes: dict[str, int], threads: int, sum_of: Callable[[str], str]
) -> dict[str, str | None]:
    """The SHA-512 of each of `paths`, largest first; None for what cannot be read."""

    def work(waiting: Iterator[str]) -> dict[str, str | None]:
        sums: dict[str, str | None] = {}
        for path in waiting:
            try:
                sums[path] = sum_of(f"{root}/{path}")
            except OSError:
                sums[path] = None
        return sums

    large = sum(sizes[path] >= SMALL for path in paths)
    sums: dict[str, str | None] = {}
    if threads > 1 and large > 1:
        # Whichever thread is free takes the next one.
        waiting = iter(paths[:large])
        with ThreadPoolExecutor(threads) as pool:
            for some in pool.map(work, [waiting] * threads):
                sums |= some
        paths = paths[large:]
    return sums | work(iter(paths))


def _paths(found: Survey, codes: set[str] | frozenset[str]) -> set[str]:
    return {problem.path or TAG_MANIFEST for problem in found.problems if problem.code in codes}
