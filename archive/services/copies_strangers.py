"""Bags that lie in a store of copies and that no item here has: given after the day of a backup, or never this archive's."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from archive.bags import bag_key, shared_key
from archive.bags.layout import TAG_MANIFEST
from archive.models import Item, SharedBag
from archive.models.errors import ArchiveError
from archive.services.copies_stores import Place, reach
from archive.services.opening import Archive
from archive.storage import ObjectStore


def by_bag(store: ObjectStore) -> dict[str, set[str]]:
    """The files of each bag in a store, of items and of what belongs to none, relative to it, by the bag's key."""
    found: dict[str, set[str]] = {}
    for key in (*store.list("bags"), *store.list("shared")):
        head, bag, path = (*key.split("/", 2), "")[:3]
        found.setdefault(f"{head}/{bag}", set()).add(path)
    return found


def strangers(archive: Archive, store: ObjectStore) -> tuple[str, ...]:
    """The keys of whole bags in a store that nothing here has, sorted; what was destroyed here has its item still."""
    with archive.db.read() as session:
        known = {bag_key(one) for one in session.scalars(select(Item.id))}
        known |= {shared_key(one) for one in session.scalars(select(SharedBag.id))}
    there = by_bag(store).items()
    return tuple(sorted(key for key, held in there if key not in known and TAG_MANIFEST in held))


def holding(archive: Archive, item_id: str, which: Sequence[Place]) -> tuple[str, ...]:
    """The names of the stores at hand that hold a whole bag of that id."""
    found = []
    for place in which:
        try:
            if reach(archive, place, mark=False).exists(f"{bag_key(item_id)}/{TAG_MANIFEST}"):
                found.append(place.name)
        except (ArchiveError, OSError):
            # What cannot be looked at is told by `doctor`; here it only cannot help.
            continue
    return tuple(found)
