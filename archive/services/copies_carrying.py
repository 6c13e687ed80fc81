"""What of a damaged bag's history is whole: it is carried over into what takes its place, and what is lost is told."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from archive.bags import hash_file, read_bag
from archive.bags.layout import TAG_MANIFEST, revision_folder, revision_of
from archive.bags.manifest import format_manifest, parse_manifest
from archive.bags.tree import open_regular, walk

Revision = Mapping[str, str]
"""The files of one revision of a record: path from the bag's root, SHA-512."""


@dataclass(frozen=True)
class Past:
    """The history of a damaged bag: its whole revisions by their number, and the highest number that anything there bears.

    A revision is whole when exactly the files lie there that the bag's tag manifest lists, each with its SHA-512. `seen` are
    by path the SHA-512 that is listed of a file and the one that it has: one of them may be damage.
    """

    whole: Mapping[int, Revision]
    seen: Mapping[str, frozenset[str]]
    last: int

    def parts_from(self, other: Mapping[str, str]) -> int | None:
        """The first number under which a bag that lists `other` has another revision than was ever here."""
        strange = (
            number
            for path, sha512 in other.items()
            if (number := revision_of(path)) and path in self.seen and sha512 not in self.seen[path]
        )
        return min(strange, default=None)

    def kept_with(self, other: Mapping[str, str]) -> int:
        """Up to which number this history lives on in a bag that lists `other`, once what is whole is carried over."""
        parted = self.parts_from(other)
        if parted is not None:
            return parted - 1
        number = max(_by_number(other), default=0)
        while number and number + 1 in self.whole:
            number += 1
        return number

    def lost_in(self, other: Mapping[str, str]) -> tuple[int, int] | None:
        """The first and the last number of this history that a bag which lists `other` does not have; None when it has all."""
        theirs = _by_number(other)
        parted = self.parts_from(other)
        first = max(theirs, default=0) + 1 if parted is None else parted
        return (first, self.last) if first <= self.last else None


def past_of(folder: Path) -> Past:
    """Read every revision of the record that lies in a bag, however damaged it is; never raises for what it finds."""
    try:
        with open_regular(folder / TAG_MANIFEST) as stream:
            listed, _ = parse_manifest(stream.read(), TAG_MANIFEST)
    except OSError:
        listed = {}
    found = walk(folder).files if folder.is_dir() else {}
    lying = {path: _sum(folder / path) for path in found if revision_of(path)}
    told, there = _by_number(listed), _by_number(lying)
    # One line alone that speaks of a number of which nothing lies there is a digit that rotted.
    told = {number: files for number, files in told.items() if number in there or len(files) > 1}
    if told:
        # What is beyond the listing is the rest of a revision that never counted.
        lying = {path: sha512 for path, sha512 in lying.items() if (revision_of(path) or 0) <= max(told)}
    paths = {path for path in listed if revision_of(path)} | lying.keys()
    return Past(
        whole={number: files for number, files in told.items() if files == there.get(number)},
        seen={path: frozenset((listed.get(path, ""), lying.get(path, ""))) for path in paths},
        last=max(told or there, default=0),
    )


def carry_over(past: Past, folder: Path, staged: Path) -> None:
    """Add to the bag in `staged` each further revision that is whole in the damaged bag in `folder`, without a gap.

    Nothing where the two have parted before; `past.lost_in` says what did not come. BagRefusedError for what is staged.
    """
    bag = read_bag(staged)
    tags = dict(bag.tags)
    for number in range(bag.current_revision + 1, past.kept_with(bag.tags) + 1):
        files = past.whole[number]
        if not all(_copied(folder / path, staged / path, sha512) for path, sha512 in files.items()):
            shutil.rmtree(staged / revision_folder(number))
            break
        tags |= files
    if tags != bag.tags:
        (staged / TAG_MANIFEST).write_bytes(format_manifest(tags))
        read_bag(staged)


def _copied(source: Path, target: Path, sha512: str) -> bool:
    """Copy one file; False when it does not read a second time as it did the first."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with open_regular(source) as stream:
            data = stream.read()
    except OSError:
        return False
    target.write_bytes(data)
    return hashlib.sha512(data).hexdigest() == sha512


def _by_number(paths: Mapping[str, str]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for path, sha512 in paths.items():
        number = revision_of(path)
        if number is not None:
            found.setdefault(number, {})[path] = sha512
    return found


def _sum(path: Path) -> str:
    try:
        return hash_file(path, from_disk=True)
    except OSError:
        return ""
