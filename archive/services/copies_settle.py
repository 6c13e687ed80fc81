"""Settles a copy that is ahead of its bag or has parted from it, where somebody says so: it is fetched and kept apart, and the bag is copied anew."""

from __future__ import annotations

from dataclasses import dataclass

from archive.access import Actor
from archive.bags import bag_key, read_bag, shared_key, verify
from archive.models import BagCopy, Item, SharedBag, SharedBagCopy, new_id, record_event, today
from archive.models.errors import ConflictError
from archive.services import copies
from archive.services.copies_aside import fetch_aside
from archive.services.copies_bag import has_parted, listed_in
from archive.services.copies_mend import SourceDamagedError
from archive.services.copies_repair import check_actor
from archive.services.copies_stores import Place, alone, reach, row_of
from archive.services.lifecycle import agent_of
from archive.services.opening import Archive
from archive.services.records import touch_history
from archive.services.shared_fixity import answers_for
from archive.storage import ObjectStore, leased


@dataclass(frozen=True)
class Settled:
    """What came of it: where the copy that was ahead lies now, and the files of it that could not be read (paths in the bag)."""

    id: str
    store: str
    kept: str
    unreadable: tuple[str, ...]


def settle(archive: Archive, actor: Actor, bag_id: str, place: Place) -> Settled:
    """Have the bag take the place of a copy whose record is newer, or another, or that lost its list; it is kept in quarantine.

    `bag_id` is the id of an item, or that of the bag of a story, an introduction, or a name or word.

    NotFoundError, ForbiddenError (it takes the right to audit), ConflictError (`copy-not-ahead`), SourceDamagedError when the
    bag is not whole itself, StoreHeldError and what the store raises; then nothing was changed.
    """
    key = _key_of(archive, actor, bag_id)
    with archive.db.write() as session:
        store_id = row_of(session, place).id
    with alone(archive, store_id):
        store = reach(archive, place)
        with leased(store, new_id()) as lease:
            _check_ahead(archive, store, key)
            kept, unreadable = fetch_aside(archive, store, key, bag_id, lease.still)
            # Killed from here on, the bag waits for the store like any that is not there.
            _note(archive, actor, bag_id, store_id, place)
            store.delete_prefix(key)
    copies.run(archive, [place], thorough=False)
    return Settled(bag_id, place.name, str(kept), unreadable)


def _key_of(archive: Archive, actor: Actor, bag_id: str) -> str:
    """Where the bag lies, of an item or of what belongs to none; NotFoundError, ForbiddenError."""
    with archive.db.read() as session:
        row = session.get(SharedBag, bag_id)
    if row is None or row.subject is None or not answers_for(actor):
        check_actor(archive, actor, bag_id)
        return bag_key(bag_id)
    return shared_key(bag_id)


def _check_ahead(archive: Archive, store: ObjectStore, key: str) -> None:
    folder = archive.bag_folder(key)
    if not verify(folder, from_disk=True).ok:
        raise SourceDamagedError("The bag that is to be copied is damaged.")
    bag = read_bag(folder)
    listed = listed_in(store, key)
    ours = {**{one.path: one.sha512 for one in bag.payload}, **bag.tags}
    is_ahead = listed is not None and listed.revision > bag.current_revision
    if not (is_ahead or has_parted(store, key, listed, ours, store.list(key))):
        raise ConflictError(
            "The copy holds no record that is newer than the archive's, or another.",
            code="copy-not-ahead",
            remedy="Nothing: `remembrance copies run` brings it up to the bag.",
        )


def _note(archive: Archive, actor: Actor, bag_id: str, store_id: str, place: Place) -> None:
    with archive.db.write() as session:
        record_event(session, bag_id, "remove-copy", agent_of(actor), {"store": place.name})
        item = session.get(Item, bag_id)
        row: BagCopy | SharedBagCopy | None
        if item is not None:
            touch_history(session, item)
            row = session.get(BagCopy, (store_id, bag_id))
        else:
            row = session.get(SharedBagCopy, (store_id, bag_id))
        if row is not None:
            row.revision, row.waits_since, row.read_on, row.trouble = 0, row.waits_since or today(), None, ""
