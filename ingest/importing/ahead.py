"""Finds the bags in an archive from its list and their own tag files, so that what is refused is never unpacked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from archive.bags import (
    HEAD,
    Fault,
    ForeignBag,
    ForeignBagError,
    Listed,
    Tree,
    Wanted,
    is_head_of_packed,
    is_packed,
    parents,
    read_foreign,
    read_listed,
    walk,
)
from archive.models.errors import ArchiveError, BadInputError
from ingest.bulk.unzip import MOST_FILES, TWINS
from ingest.bulk.walk import LITTER

DECLARATION = "bagit.txt"
PAYLOAD = "data/"


@dataclass
class Found:
    """The bags in a folder: where what was given lies, the bags in it, and why some of them are refused already."""

    roots: list[Path] = field(default_factory=list)
    bags: list[Path] = field(default_factory=list)
    refused: dict[Path, ArchiveError] = field(default_factory=dict)


def found_in(folder: Path) -> Found:
    """The bags that an archive held, all of it being in `folder`; raises what refuses it whole."""
    roots = [folder / one for one in _roots(walk(folder).files, lambda name: is_packed(folder / name))]
    return Found(roots, [bag for root in roots for bag in bags_within(root)])


def bags_within(root: Path) -> list[Path]:
    """The bags that a bag of bags holds, where that is all it holds; else the bag itself.

    Each of them is proved by itself, so what the outer one says of them need not be.
    """
    try:
        bag = read_foreign(root, most_files=MOST_FILES)
    except ForeignBagError:
        # Said when it is planned.
        return [root]
    return [root / path for path in _inner(bag)] or [root]


class LookAhead:
    """Looks at what an archive that is to be unpacked into `folder` lists; `found` is None until it did."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.found: Found | None = None

    def __call__(self, listed: Listed) -> Wanted:
        """Find the bags; the payload of one that is refused is not to be unpacked. Raises what refuses all of them."""
        found = Found()
        roots = _roots(listed.tree.files, lambda name: is_head_of_packed(listed.head(name, HEAD)))
        refused: set[str] = set()
        for root, tree in _below(listed.tree, roots).items():
            found.roots.append(self._folder / root)
            for path, error in self._bags(listed, root, tree):
                found.bags.append(self._folder / path)
                if error is not None:
                    found.refused[self._folder / path] = error
                    refused.add(path)
        self.found = found
        return lambda path: refused.isdisjoint((*parents(path), path))

    def _bags(self, listed: Listed, root: str, tree: Tree) -> Iterable[tuple[str, ForeignBagError | None]]:
        try:
            bag = self._read(listed, root, tree)
        except ForeignBagError as error:
            return [(root, error)]
        inner = _below(tree, _inner(bag))
        return [
            (_joined(root, one), self._fault(listed, _joined(root, one), inner[one])) for one in inner
        ] or [(root, None)]

    def _fault(self, listed: Listed, path: str, tree: Tree) -> ForeignBagError | None:
        try:
            self._read(listed, path, tree)
        except ForeignBagError as error:
            return error
        return None

    def _read(self, listed: Listed, path: str, tree: Tree) -> ForeignBag:
        def take(tag: str) -> None:
            listed.take(_joined(path, tag))

        return read_listed(self._folder / path, tree, take, most_files=MOST_FILES)


def _roots(files: Collection[str], is_archive: Callable[[str], bool]) -> list[str]:
    """The bags that an archive holds: all of it (""), or each folder of it."""
    if DECLARATION in files:
        return [""]
    children = sorted({path.partition("/")[0] for path in files} - {*LITTER, TWINS})
    found = [child for child in children if f"{child}/{DECLARATION}" in files]
    if found:
        return found
    if any(child in files and is_archive(child) for child in children):
        raise BadInputError(
            "The archive holds another archive, not a bag.",
            code="archive-nested",
            remedy="Unpack the outer one yourself.",
        )
    raise ForeignBagError([Fault("bag-absent")])


def _inner(bag: ForeignBag) -> list[str]:
    """The folders of the bags that are all the payload of a bag of bags."""
    inner = [path.removesuffix(f"/{DECLARATION}") for path in bag.payload if path.endswith(f"/{DECLARATION}")]
    outermost = [path for path in inner if path != PAYLOAD.rstrip("/")]
    found = frozenset(outermost)
    if found and all(not found.isdisjoint(parents(path)) for path in bag.payload):
        return sorted(outermost)
    return []


def _below(tree: Tree, folders: Collection[str]) -> dict[str, Tree]:
    """What lies in each of `folders`, by its path below it."""
    found = {folder: Tree() for folder in sorted(folders)}
    for path, size in tree.files.items():
        for folder in filter(found.__contains__, parents(path)):
            found[folder].files[_relative(path, folder)] = size
    for path in tree.folders:
        for folder in filter(found.__contains__, parents(path)):
            found[folder].folders.add(_relative(path, folder))
    return found


def _relative(path: str, folder: str) -> str:
    return path.removeprefix(f"{folder}/") if folder else path


def _joined(folder: str, path: str) -> str:
    return f"{folder}/{path}" if folder else path
