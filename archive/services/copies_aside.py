"""Fetches all of a copy out of a store and keeps it apart, in quarantine, before anything takes its place or it is removed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.bags import shared_key
from archive.bags.layout import TAG_MANIFEST
from archive.durable import cut_times, flush_tree, fsync_path
from archive.models import Event, SharedBag, SharedBagCopy
from archive.services import quarantine
from archive.services.copies_bag import listed_in
from archive.services.opening import Archive
from archive.services.shared_writing import RENEWED
from archive.storage import ObjectStore, StoreAwayError

BLOCK = 1 << 20
# What a copy is told to be that has something the archive's bag has not.
KNOWS_MORE = ("copy-ahead", "copy-diverged")


def keep_what_knows_more(
    archive: Archive, store: ObjectStore, store_id: str, bag_id: str, goes_on: Callable[[], None]
) -> None:
    """Keep a copy of a shared bag that was made anew, where it holds more than the archive said; it is removed next.

    It lies with what takes its place, and goes with that. Of what was let go of or destroyed nothing is kept.
    """
    with archive.db.read() as session:
        heir = _heir(session, bag_id)
        row = session.get(SharedBag, bag_id)
        copy = session.get(SharedBagCopy, (store_id, bag_id))
    listed = listed_in(store, shared_key(bag_id))
    if heir is None or row is None or listed is None:
        return
    if listed.revision > row.record_revision or (copy is not None and copy.trouble in KNOWS_MORE):
        fetch_aside(archive, store, shared_key(bag_id), heir, goes_on)


def _heir(session: Session, bag_id: str) -> str | None:
    """The bag that has the place now of one that was made anew, None where that went for another reason."""
    while True:
        told = select(Event).where(Event.subject_id == bag_id, Event.kind == RENEWED)
        event = session.scalars(told.order_by(Event.sequence.desc()).limit(1)).first()
        if event is None or not (bag_id := str(event.detail.get("now", ""))):
            return None
        row = session.get(SharedBag, bag_id)
        if row is not None and row.subject is not None:
            return bag_id


def fetch_aside(
    archive: Archive, store: ObjectStore, key: str, of: str, goes_on: Callable[[], None]
) -> tuple[Path, tuple[str, ...]]:
    """Everything that lies at `key`, flushed to the quarantine of the bag `of`, and what of it could not be read.

    Raises StoreAwayError, or what our own disk does; then nothing of it is kept.
    """
    place = quarantine.place_for(archive, of, "copy-")
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
