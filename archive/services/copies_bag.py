"""Copies one bag into a store and reads it back there: payload first, then what describes it, last what makes it count."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from archive.bags import read_bag
from archive.bags.layout import MANIFEST, PAYLOAD, TAG_MANIFEST, revision_of, revisions_in
from archive.bags.manifest import parse_manifest
from archive.bags.verify import hash_file
from archive.models.errors import ConflictError, IntegrityError, NotFoundError
from archive.storage import ObjectStore

BLOCK = 1 << 20
LARGEST_MANIFEST = 1 << 28


class CopyDiffersError(IntegrityError):
    """What was read back from a store is not what was put there; `paths` are relative to the bag."""

    code = "copy-differs"
    remedy = "Look at the disk or bucket of that store; do not rely on it until it is compared and equal."

    def __init__(self, paths: Iterable[str]) -> None:
        self.paths = tuple(sorted(paths))
        super().__init__(f"{len(self.paths)} files of the copy are not what they should be.")


@dataclass(frozen=True)
class Listed:
    """What a bag in a store says of itself: its tag manifest, and every file that the two manifests list."""

    tag_manifest: bytes
    hashes: Mapping[str, str]

    @property
    def revision(self) -> int:
        """The newest revision of its record, 0 when it lists none."""
        found = revisions_in(list(self.hashes))
        return found[-1] if found else 0

    @property
    def first(self) -> int:
        """The oldest revision of its record, 0 when it lists none."""
        return next(iter(revisions_in(list(self.hashes))), 0)


def copy_bag(
    folder: Path, store: ObjectStore, key: str, goes_on: Callable[[], None], *, in_full: bool
) -> None:
    """Bring the copy of the bag in `folder` up to what the bag is, and read back what is new there; `in_full` all of it.

    `goes_on` is asked before each file and raises when the copying must stop. Raises CopyDiffersError, ConflictError
    (`copy-ahead`, `copy-diverged`: nothing was changed there), BagRefusedError for the bag here, and what the store raises.
    """
    bag = read_bag(folder)
    wanted = {**{one.path: one.sha512 for one in bag.payload}, **bag.tags}
    counted = listed_in(store, key)
    if counted and counted.revision > bag.current_revision:
        raise ConflictError(
            "The copy holds a revision of the record that the archive does not.",
            code="copy-ahead",
            remedy="Compare the two; `remembrance bags repair ITEM --from STORE` takes the copy where the bag is damaged, "
            "`remembrance copies settle ITEM STORE` the bag where it is whole.",
        )
    there = set(store.list(key))
    if has_parted(store, key, counted, wanted, there):
        raise ConflictError(
            "The copy holds another revision of the record under a number that the archive's bag has too, or files that "
            "no list of its own speaks for and that are not the bag's."
            if counted
            else "The copy has no list of its files (tagmanifest-sha512.txt), and some of them are not the bag's.",
            code="copy-diverged",
            remedy="Both are left as they are. Look at the two with `remembrance bags compare STORE --read`; then "
            "`remembrance copies settle ITEM STORE` keeps the copy apart and copies the bag anew.",
        )
    if counted is None:
        # Just read, to see whether it has parted.
        proved = {name.removeprefix(f"{key}/") for name in there}
    else:
        proved = set() if in_full else {path for path in wanted if counted.hashes.get(path) == wanted[path]}
    for path in _in_order(wanted):
        goes_on()
        _put(folder, store, key, path, there)
    try:
        _read_back(
            store, key, {path: wanted[path] for path in _in_order(wanted) if path not in proved}, goes_on
        )
    except CopyDiffersError as found:
        if counted is None:
            # Put there just now, and not as it was given: left there, nobody could tell it from another's.
            take_away(store, key, (path for path in found.paths if f"{key}/{path}" not in there))
        raise
    if counted is None or counted.tag_manifest != bag.tag_manifest:
        # The one moment at which the revision begins to count over there.
        store.replace_bytes(f"{key}/{TAG_MANIFEST}", bag.tag_manifest)
    _read_back(store, key, {TAG_MANIFEST: hashlib.sha512(bag.tag_manifest).hexdigest()}, goes_on)
    lying = (name.removeprefix(f"{key}/") for name in there)
    take_away(store, key, [path for path in lying if is_forgotten(path, wanted)])


def listed_in(store: ObjectStore, key: str) -> Listed | None:
    """What the bag at `key` lists, None where no tag manifest makes one count; a listing that is damaged lists less."""
    tag_manifest = _read(store, f"{key}/{TAG_MANIFEST}")
    if tag_manifest is None:
        return None
    tags, _ = parse_manifest(tag_manifest, TAG_MANIFEST)
    manifest = _read(store, f"{key}/{MANIFEST}") or b""
    payload, _ = parse_manifest(manifest, MANIFEST)
    return Listed(tag_manifest, {**payload, **tags})


def is_forgotten(path: str, ours: Mapping[str, str]) -> bool:
    """Whether a file of a copy is of a revision before the first that the bag has, whose files are `ours`: it is to go."""
    number = revision_of(path)
    return number is not None and number < next(iter(revisions_in(list(ours))), 0)


def has_parted(
    store: ObjectStore, key: str, counted: Listed | None, ours: Mapping[str, str], there: Iterable[str]
) -> bool:
    """Whether what lies in a store could not be had again from the bag, whose files `ours` are by path with their SHA-512.

    Where nothing makes a copy count, it is what a copying left that was broken off, and then as ours to the last byte; or
    it was a copy once, and may be the only one of what it holds.
    """
    names = set(there)
    lying = {path for name in names if not is_forgotten(path := name.removeprefix(f"{key}/"), ours)}
    if counted is None:
        return any(path not in ours or hash_in(store, f"{key}/{path}") != ours[path] for path in lying)
    unlisted = (path for path in lying if path in ours and path not in counted.hashes and revision_of(path))
    return has_diverged(store, key, counted, ours, names) or any(
        hash_in(store, f"{key}/{path}") != ours[path] for path in unlisted
    )


def has_diverged(
    store: ObjectStore, key: str, counted: Listed, ours: Mapping[str, str], there: Iterable[str]
) -> bool:
    """Whether a copy lists a file of a revision with another SHA-512 than `ours` (by path in the bag), and has it not as ours.

    Only what differs is read: a file that is as ours says that the listing rotted. `there` are the keys in the store.
    """
    lying = frozenset(there)
    return any(
        revision_of(path) and f"{key}/{path}" in lying and hash_in(store, f"{key}/{path}") != ours.get(path)
        for path, sha512 in counted.hashes.items()
        if ours.get(path) != sha512 and not is_forgotten(path, ours)
    )


def differing(
    store: ObjectStore, key: str, hashes: Mapping[str, str], goes_on: Callable[[], None] = lambda: None
) -> Iterator[str]:
    """Read files of a copy in full, and yield the paths of those that are gone, or are not what `hashes` says."""
    for path, expected in hashes.items():
        goes_on()
        if hash_in(store, f"{key}/{path}") != expected:
            yield path


def hash_in(store: ObjectStore, key: str) -> str:
    """The SHA-512 of an object, from the disk and not from what the system remembers of it.

    Empty when it is gone, or the disk does not give it back.
    """
    local = store.local_path(key)
    if local is not None:
        try:
            return hash_file(local, from_disk=True)
        except OSError:
            return ""
    total = hashlib.sha512()
    try:
        with store.open(key) as stream:
            while block := stream.read(BLOCK):
                total.update(block)
    except NotFoundError:
        return ""
    return total.hexdigest()


def take_away(store: ObjectStore, key: str, paths: Iterable[str]) -> None:
    """Take files of a copy away that are not what they should be, so that they are put there anew."""
    for path in paths:
        if path != TAG_MANIFEST:
            store.delete_prefix(f"{key}/{path}")


def _put(folder: Path, store: ObjectStore, key: str, path: str, there: set[str]) -> None:
    if f"{key}/{path}" in there:
        return
    try:
        store.put_file(f"{key}/{path}", folder / path)
    except ConflictError:
        raise CopyDiffersError([path]) from None


def _read_back(store: ObjectStore, key: str, hashes: Mapping[str, str], goes_on: Callable[[], None]) -> None:
    wrong = list(differing(store, key, hashes, goes_on))
    if wrong:
        raise CopyDiffersError(wrong)


def _in_order(paths: Iterable[str]) -> list[str]:
    """Payload before what describes it; the tag manifest is in no manifest."""
    return sorted(paths, key=lambda path: (not path.startswith(f"{PAYLOAD}/"), path))


def _read(store: ObjectStore, key: str) -> bytes | None:
    try:
        with store.open(key) as stream:
            return stream.read(LARGEST_MANIFEST)
    except NotFoundError:
        return None
