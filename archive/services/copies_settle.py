"""Settles a copy that is ahead of its bag or has parted from it, where somebody says so: it is fetched and kept apart, and the bag is copied anew."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from archive.access import Actor
from archive.bags import bag_key, read_bag, verify
from archive.bags.layout import TAG_MANIFEST
from archive.durable import cut_times, flush_tree, fsync_path
from archive.models import BagCopy, Item, new_id, record_event, today
from archive.models.errors import ConflictError
from archive.services import copies, quarantine
from archive.services.copies_bag import has_parted, listed_in
from archive.services.copies_mend import SourceDamagedError
from archive.services.copies_repair import check_actor
from archive.services.copies_stores import Place, alone, reach, row_of
from archive.services.lifecycle import agent_of
from archive.services.opening import Archive
from archive.services.records import touch_history
from archive.storage import ObjectStore, StoreAwayError, leased

BLOCK = 1 << 20


@dataclass(frozen=True)
class Settled:
    """What came of it: where the copy that was ahead lies now, and the files of it that could not be read (paths in the bag)."""

    id: str
    store: str
    kept: str
    unreadable: tuple[str, ...]


def settle(archive: Archive, actor: Actor, item_id: str, place: Place) -> Settled:
    """Have the bag take the place of a copy whose record is newer, or another, or that lost its list; it is kept in quarantine.

    NotFoundError, ForbiddenError (it takes the right to audit), ConflictError (`copy-not-ahead`), SourceDamagedError when the
    bag is not whole itself, StoreHeldError and what the store raises; then nothing was changed.
    """
    check_actor(archive, actor, item_id)
    with archive.db.write() as session:
        store_id = row_of(session, place).id
    with alone(archive, store_id):
        store = reach(archive, place)
        with leased(store, new_id()) as lease:
            _check_ahead(archive, store, item_id)
            kept, unreadable = _fetch_all(archive, store, item_id, lease.still)
            # Killed from here on, the bag waits for the store like any that is not there.
            _note(archive, actor, item_id, store_id, place)
            store.delete_prefix(bag_key(item_id))
    copies.run(archive, [place], thorough=False)
    return Settled(item_id, place.name, str(kept), unreadable)


def _check_ahead(archive: Archive, store: ObjectStore, item_id: str) -> None:
    folder = archive.bag_folder(bag_key(item_id))
    if not verify(folder, from_disk=True).ok:
        raise SourceDamagedError("The bag that is to be copied is damaged.")
    bag, key = read_bag(folder), bag_key(item_id)
    listed = listed_in(store, key)
    ours = {**{one.path: one.sha512 for one in bag.payload}, **bag.tags}
    is_ahead = listed is not None and listed.revision > bag.current_revision
    if not (is_ahead or has_parted(store, key, listed, ours, store.list(key))):
        raise ConflictError(
            "The copy holds no record that is newer than the archive's, or another.",
            code="copy-not-ahead",
            remedy="Nothing: `remembrance copies run` brings it up to the bag.",
        )


def _fetch_all(
    archive: Archive, store: ObjectStore, item_id: str, goes_on: Callable[[], None]
) -> tuple[Path, tuple[str, ...]]:
    """Everything that lies there of a copy, flushed to quarantine, and what of it could not be read."""
    place, key = quarantine.place_for(archive, item_id, "copy-"), bag_key(item_id)
    counted, unreadable = listed_in(store, key) is not None, []
    try:
        place.mkdir(mode=0o700)
        for name in store.list(key):
            goes_on()
            path = name.removeprefix(f"{key}/")
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            with (place / path).open("xb") as to:
                try:
                    for block in _readable(store, name):
                        to.write(block)
                except _RottenError:
                    # What of a rotten copy can be read is kept; the bag here is whole.
                    unreadable.append(path)
        # A store that went away meanwhile reads like a rotten one, and would be taken for done.
        is_there = listed_in(store, key) is not None if counted else any(True for _ in store.list(key))
        if not is_there or TAG_MANIFEST in unreadable:
            raise StoreAwayError("The store went away while the copy was fetched.")
        cut_times(place)
        flush_tree(place)
        fsync_path(place.parent)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    return place, tuple(unreadable)


class _RottenError(Exception):
    """A file of the copy cannot be read to its end."""


def _readable(store: ObjectStore, name: str) -> Iterator[bytes]:
    """The blocks of a file of the copy; what goes wrong on our own disk meanwhile is not its fault."""
    try:
        with store.open(name) as stream:
            while block := stream.read(BLOCK):
                yield block
    except OSError as error:
        raise _RottenError from error


def _note(archive: Archive, actor: Actor, item_id: str, store_id: str, place: Place) -> None:
    with archive.db.write() as session:
        item = session.get_one(Item, item_id)
        record_event(session, item_id, "remove-copy", agent_of(actor), {"store": place.name})
        touch_history(session, item)
        mine = select(BagCopy).where(BagCopy.store_id == store_id, BagCopy.item_id == item_id)
        row = session.scalar(mine)
        if row is not None:
            row.revision, row.waits_since, row.read_on, row.trouble = 0, row.waits_since or today(), None, ""
