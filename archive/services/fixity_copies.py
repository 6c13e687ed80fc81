"""Access copies are read again too: one that is not what was made is removed at once, and made anew from a sound original."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.bags import hash_file
from archive.models import AccessCopy, File, FileState, Fixity, Item, ItemState, new_id
from archive.services.erasing import delete_copies
from archive.services.opening import Archive
from archive.services.redacting import make_anew

Damaged = frozenset[tuple[str, str]]
"""Copies that are not what was made: the id of each, and its path, which another one made in its place may not share."""


@dataclass(frozen=True)
class CopiesRead:
    """What reading the access copies of an item found."""

    damaged: Damaged
    bytes_read: int


def read(archive: Archive, item_id: str, pace: Callable[[int], None] | None = None) -> CopiesRead:
    """Read every access copy of an item in full."""
    query = select(AccessCopy).join(File, File.id == AccessCopy.file_id).where(File.item_id == item_id)
    with archive.db.read() as session:
        copies = session.scalars(query).all()
    damaged = {(one.id, one.path) for one in copies if _sum(archive, one.path, pace) != one.sha512}
    return CopiesRead(frozenset(damaged), sum(one.size for one in copies))


def _sum(archive: Archive, path: str, pace: Callable[[int], None] | None) -> str:
    try:
        return hash_file(archive.settings.access / path, from_disk=True, pace=pace)
    except OSError:
        return ""


def put_right(
    archive: Archive, session: Session, item: Item, row: Fixity, damaged: Damaged, *, was_damaged: bool
) -> Sequence[str]:
    """In the caller's transaction, which holds the item: take damaged copies away, and have them made anew where the bag is sound.

    Returns the files whose copies were damaged. What has to wait for the bag is remembered in `row`; once it is sound
    again, what nobody could make of it meanwhile is made too.
    """
    # Copies that were made anew or taken away while these were read are no concern.
    there = select(AccessCopy.id, AccessCopy.path, AccessCopy.file_id)
    found = session.execute(there.where(AccessCopy.id.in_([one for one, _ in damaged])))
    bad = {file_id for copy_id, path, file_id in found if (copy_id, path) in damaged}
    waiting = bad | set(row.copies)
    row.copies = []
    is_sound = not row.found
    if is_sound and was_damaged:
        waiting |= {one.id for one in item.files if one.state == FileState.RECEIVED}
    files = [one.id for one in item.files if one.id in waiting]
    if not files or item.state == ItemState.WITHDRAWN:
        return sorted(bad)
    if is_sound:
        make_anew(archive, session, item, files, f"fixity-{new_id()}")
    else:
        delete_copies(archive, session, files)
        row.copies = files
    item.index_pending = True
    return sorted(bad)
