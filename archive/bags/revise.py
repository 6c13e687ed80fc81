"""Adds a revision of the record to a bag; the bag is valid at every instant, with the old revision or the new."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from archive.bags.layout import PENDING, RECORD, TAG_MANIFEST, revision_folder, revision_of
from archive.bags.manifest import format_manifest
from archive.bags.read import Bag, read_bag
from archive.bags.write import check_record, sha512_of
from archive.durable import cut_times, flush_tree, fsync_path, replace_file
from archive.models.errors import ConflictError


def add_revision(
    root: Path, files: Mapping[str, bytes], *, after: int | None = None, alone: bool = False
) -> int:
    """Add `files` (by name) to the bag in `root` as its next revision, flushed to disk; return its number.

    The same files as those of the current revision add nothing, so a repeated call is harmless. With `after`, the
    revision that the caller worked from, ConflictError (`bag-revision-conflict`) is raised when another came between.
    With `alone` the older revisions count no more from the same moment, and are removed: the record says less than they do.
    Raises BadInputError (`bag-record`) for unusable names and BagRefusedError for a bag that is not sound.
    """
    check_record(files)
    with _locked(root):
        bag = read_bag(root)
        if {name: sha512_of(data) for name, data in files.items()} == _current(bag):
            if alone:
                _forget_older(bag, bag.current_revision, bag.tags)
            # Whoever wrote it may have been stopped before its rename was on the disk.
            fsync_path(root)
            return bag.current_revision
        if after is not None and after != bag.current_revision:
            raise ConflictError("Somebody else revised the record first.", code="bag-revision-conflict")
        _remove_pending(bag)
        number = bag.current_revision + 1
        _write_files(root, number, files)
        tags = {**bag.tags, **_listed(number, files)}
        if alone:
            _forget_older(bag, number, tags)
        else:
            # The rename of the tag manifest is the one moment at which the revision begins to count.
            replace_file(root / TAG_MANIFEST, format_manifest(tags), prefix=PENDING)
        cut_times(root / TAG_MANIFEST, root / revision_folder(number))
        cut_times(root / RECORD, root, inside=False)
    return number


def sweep_pending(root: Path) -> int:
    """Remove what an interrupted revision left in the bag in `root`; return how many files went."""
    with _locked(root):
        bag = read_bag(root)
        _remove_pending(bag)
    return len(bag.pending)


def _forget_older(bag: Bag, number: int, tags: Mapping[str, str]) -> None:
    """Have revisions before `number` count no more, by the same one rename, and remove them.

    What a killed process did not come to remove is pending, and goes with the next call.
    """
    left = {path: sha512 for path, sha512 in tags.items() if (revision_of(path) or number) >= number}
    if left != bag.tags:
        replace_file(bag.root / TAG_MANIFEST, format_manifest(left), prefix=PENDING)
    for folder in (bag.root / RECORD).iterdir():
        if folder.name.isdecimal() and int(folder.name) < number:
            shutil.rmtree(folder)
    fsync_path(bag.root / RECORD)


def _current(bag: Bag) -> dict[str, str]:
    folder = revision_folder(bag.current_revision)
    return {name: bag.tags[f"{folder}/{name}"] for name in bag.record_names()}


def _listed(number: int, files: Mapping[str, bytes]) -> dict[str, str]:
    return {f"{revision_folder(number)}/{name}": sha512_of(data) for name, data in files.items()}


def _write_files(root: Path, number: int, files: Mapping[str, bytes]) -> None:
    folder = root / revision_folder(number)
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    flush_tree(folder)
    fsync_path(folder.parent)


def _remove_pending(bag: Bag) -> None:
    for path in bag.pending:
        (bag.root / path).unlink(missing_ok=True)
    for folder in (bag.root / RECORD).iterdir():
        if folder.name.isdecimal() and int(folder.name) not in bag.revisions:
            shutil.rmtree(folder)


@contextlib.contextmanager
def _locked(root: Path) -> Iterator[None]:
    """One reviser at a time, across threads and processes; the lock goes with the process that holds it."""
    try:
        descriptor = os.open(root, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        read_bag(root)  # refuses with the reason
        raise
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
