"""Writes the record of an item into its bag, a revision each time it changed: what is needed to make the database again."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from archive.bags import add_revision, bag_key
from archive.models import Item
from archive.models.errors import ArchiveError
from archive.services.opening import Archive, exclusively_or_not
from archive.services.record import as_files, records

BATCH = 100
AT_ONCE = 4
# Past the objects: neither is a change of the item that anybody else could cross.
ITEM = cast("Table", Item.__table__)
NOTED = update(ITEM).where(ITEM.c.id == bindparam("bag")).values(bag_revision=bindparam("holds"))

log = logging.getLogger(__name__)


def write_waiting(archive: Archive) -> frozenset[str] | None:
    """Write a new revision into every bag whose record is ahead of it; return the items whose bags take none now.

    None when another process is at it. Repeating is harmless: the same record adds no revision.
    """
    with exclusively_or_not(archive.settings.run / "records.lock") as mine:
        if not mine:
            return None
        stuck: set[str] = set()
        found = waiting(archive)
        while found:
            stuck |= _write(archive, found)
            # What comes meanwhile is for the next call, which will find more of it.
            found = waiting(archive, stuck) if len(found) == BATCH else []
        return frozenset(stuck)


def waiting(archive: Archive, without: Collection[str] = ()) -> list[str]:
    """Ids of items whose record is ahead of their bag, at most a batch of them, those of `without` left out."""
    behind = select(Item.id).where(Item.bag_key != "", Item.bag_revision < Item.record_revision)
    with archive.db.read() as session:
        return list(session.scalars(behind.where(Item.id.not_in(without)).limit(BATCH)))


def _write(archive: Archive, item_ids: Sequence[str]) -> set[str]:
    """Write the revisions of a batch, and note those that were written; return the items whose bags take none now."""
    with archive.db.read() as session:
        due = records(session, item_ids)
    # A revision is mostly waiting for the disk, which takes several flushes at once.
    with ThreadPoolExecutor(AT_ONCE) as pool:
        taken = pool.map(lambda one: _revise(archive, *one), due.items())
        stuck = {item_id for item_id, is_written in zip(due, taken, strict=True) if not is_written}
    with archive.db.write_again() as session:
        written = {item_id: record["revision"] for item_id, record in due.items() if item_id not in stuck}
        if written:
            note_revisions(session, written)
    return stuck


def _revise(archive: Archive, item_id: str, record: dict[str, Any]) -> bool:
    """Write one revision; False when the bag takes none: one that is gone or damaged must not keep the others waiting."""
    try:
        add_revision(archive.bag_folder(bag_key(item_id)), as_files(record))
    except (ArchiveError, OSError) as error:
        log.warning("the bag of %s takes no revision: %s", item_id, type(error).__name__)
        return False
    return True


def touch_history(session: Session, item: Item) -> None:
    """Have the bag hear of an event that changed nothing else: neither the row version nor the indexes."""
    ahead = update(ITEM).where(ITEM.c.id == item.id).values(record_revision=ITEM.c.record_revision + 1)
    session.execute(ahead)


def touch_submission(session: Session, submission_id: str) -> None:
    """Have the bags of everything that was given together hear of an event of the submission."""
    ahead = update(ITEM).where(ITEM.c.submission_id == submission_id, ITEM.c.bag_key != "")
    session.execute(ahead.values(record_revision=ITEM.c.record_revision + 1))


def note_revisions(session: Session, revisions: Mapping[str, int]) -> None:
    """Remember which revision each bag holds, by item; row versions stay, nothing a person sees changed."""
    session.execute(NOTED, [{"bag": item_id, "holds": number} for item_id, number in revisions.items()])
