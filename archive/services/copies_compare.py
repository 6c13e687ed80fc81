"""Holds every bag of the archive against every store: the same, behind, missing, changed, or not of this archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from archive.bags import bag_key, shared_key, verify
from archive.bags.layout import DECLARATION, INFO, MANIFEST, TAG_MANIFEST, is_pending
from archive.models import Item
from archive.models.errors import ArchiveError
from archive.services import copies_rows, copies_shared
from archive.services.copies_bag import Listed, differing, is_forgotten, listed_in
from archive.services.copies_stores import Place, reach
from archive.services.copies_strangers import by_bag
from archive.services.opening import Archive
from archive.storage import ObjectStore, StoreAwayError

UNREADABLE, OURS_DAMAGED = "the archive's own bag cannot be read", "the archive's own bag is damaged"
OURS = frozenset({UNREADABLE, OURS_DAMAGED})
IDS_A_CHANGE = 500
# Small, and everything rests on them: they are read whatever is asked for.
ALWAYS_READ = (DECLARATION, INFO, MANIFEST)


class Likeness(StrEnum):
    """How a copy is to the bag."""

    SAME = "same"
    BEHIND = "behind"
    MISSING = "missing"
    CHANGED = "changed"
    UNTRACKED = "untracked"


@dataclass(frozen=True)
class Compared:
    """One bag in one store; `reasons` say what differs."""

    store: str
    id: str
    state: Likeness
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """All bags against one store; `trouble` is why it could not be looked at, empty when it could."""

    store: str
    bags: tuple[Compared, ...]
    trouble: str = ""
    sentence: str = ""

    @property
    def is_equal(self) -> bool:
        """Whether the store holds what the archive holds, and nothing else."""
        return not self.trouble and all(one.state == Likeness.SAME for one in self.bags)


def compare(
    archive: Archive,
    place: Place,
    *,
    read: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Comparison:
    """Compare every bag with its copy in one store, by what the manifests say and which files lie there.

    With `read` every byte is read, here and there. Copies that are missing or changed are made good by the next run.
    """
    try:
        store = reach(archive, place, mark=False)
        found = Comparison(place.name, tuple(_all(archive, place, store, read, progress)))
        _distrust(archive, place, found.bags)
        return found
    except (ArchiveError, OSError) as error:
        told = error if isinstance(error, ArchiveError) else StoreAwayError(f"{place.name} cannot be read.")
        return Comparison(place.name, (), told.code, str(told))


def _distrust(archive: Archive, place: Place, found: Sequence[Compared]) -> None:
    bad = [
        one.id
        for one in found
        if one.state in (Likeness.MISSING, Likeness.CHANGED) and not set(one.reasons) & OURS
    ]
    for start in range(0, len(bad), IDS_A_CHANGE):
        with archive.db.write() as session:
            copies_rows.distrust(session, place.url, bad[start : start + IDS_A_CHANGE])


def _all(
    archive: Archive, place: Place, store: ObjectStore, read: bool, progress: Callable[[int, int], None]
) -> Iterator[Compared]:
    with archive.db.read() as session:
        kept = session.scalars(select(Item.id).where(Item.bag_key != "").order_by(Item.id)).all()
        keys = [*map(bag_key, kept), *map(shared_key, copies_shared.ids(session))]
    there = by_bag(store)
    for done, key in enumerate(keys, 1):
        state, reasons = _one(archive, store, key, there.pop(key, set()), read)
        yield Compared(place.name, key.rpartition("/")[2], state, tuple(reasons))
        progress(done, len(keys))
    for key in sorted(there):
        yield Compared(place.name, key.rpartition("/")[2], Likeness.UNTRACKED, ("no bag of this archive",))


def _one(
    archive: Archive, store: ObjectStore, key: str, there: set[str], read: bool
) -> tuple[Likeness, Sequence[str]]:
    ours = listed_in(archive.store, key)
    if ours is None:
        return Likeness.CHANGED, [UNREADABLE]
    theirs = listed_in(store, key) if TAG_MANIFEST in there else None
    if theirs is None:
        return Likeness.MISSING, [f"{len(there)} files of it only"] if there else []
    reasons = _lying(store, key, theirs, there, read)
    if read and not verify(archive.bag_folder(key), from_disk=True).ok:
        reasons.append(OURS_DAMAGED)
    if not reasons and theirs.tag_manifest == ours.tag_manifest:
        return Likeness.SAME, []
    kept = {path: sha512 for path, sha512 in theirs.hashes.items() if not is_forgotten(path, ours.hashes)}
    if not reasons and theirs.revision < ours.revision and kept.items() <= ours.hashes.items():
        return Likeness.BEHIND, [f"revision {theirs.revision} of {ours.revision}"]
    return Likeness.CHANGED, [*reasons, *_unlike(ours, theirs)]


def _lying(store: ObjectStore, key: str, theirs: Listed, there: set[str], read: bool) -> list[str]:
    """What is wrong with a copy by itself: files that are gone, that it does not list, that are not what it lists."""
    reasons = [f"missing: {path}" for path in sorted(theirs.hashes.keys() - there)]
    extra = there - theirs.hashes.keys() - {TAG_MANIFEST}
    # What a copying that was broken off left is gone on with, and counts for nothing until then.
    reasons += [
        f"not listed: {path}" for path in sorted(extra) if not is_pending(path, theirs.revision, theirs.first)
    ]
    paths = theirs.hashes if read else [path for path in ALWAYS_READ if path in theirs.hashes]
    hashes = {path: theirs.hashes[path] for path in sorted(paths) if path in there}
    return reasons + [f"changed: {path}" for path in differing(store, key, hashes)]


def _unlike(ours: Listed, theirs: Listed) -> list[str]:
    common = sorted(ours.hashes.keys() & theirs.hashes.keys())
    found = [f"other bytes: {path}" for path in common if ours.hashes[path] != theirs.hashes[path]]
    found += [f"not in the archive: {path}" for path in sorted(theirs.hashes.keys() - ours.hashes.keys())]
    return found + [f"not in the copy: {path}" for path in sorted(ours.hashes.keys() - theirs.hashes.keys())]
