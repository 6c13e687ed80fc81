"""Writes the record of an item into its bag, a revision each time it changed: what is needed to make the database again."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import Table, and_, bindparam, func, select, update
from sqlalchemy.orm import Session, aliased

from archive.bags import Bag, add_revision, bag_key, read_bag
from archive.models import Fixity, Item, Submission, today
from archive.models.errors import ArchiveError
from archive.services import names_forgotten, quarantine
from archive.services.names_forgotten import Forgotten
from archive.services.opening import Archive, exclusively_or_not
from archive.services.record import as_files, records
from archive.services.upsert import put_row

BATCH = 100
AT_ONCE = 4
# So many are written before it is asked again whether something more pressing waits.
SLICE = 2 * AT_ONCE
# Past the objects: neither is a change of the item that anybody else could cross.
ITEM = cast("Table", Item.__table__)
NOTED = update(ITEM).where(ITEM.c.id == bindparam("bag")).values(bag_revision=bindparam("holds"))

BEHIND = and_(Item.bag_key != "", Item.bag_revision < Item.record_revision)
# Tried since it fell behind, and not taken.
IS_REFUSED = and_(Fixity.refused_on.is_not(None), BEHIND)
REFUSED_NAMED = 100

log = logging.getLogger(__name__)


def write_waiting(archive: Archive, leaves_off: Callable[[], bool] | None = None) -> frozenset[str] | None:
    """Write a new revision into every bag whose record is ahead of it; return the items whose bags take none now.

    None when another process is at it. Repeating is harmless: the same record adds no revision. Where `leaves_off`
    says so, the rest is left for the next call; some are written in any case, if any bag takes something.
    """
    with exclusively_or_not(archive.settings.run / "records.lock") as mine:
        if not mine:
            return None
        at_once = BATCH if leaves_off is None else SLICE
        stuck: set[str] = set()
        found = waiting(archive, at_most=at_once)
        while found:
            refused = _write(archive, found)
            stuck |= refused
            # What comes meanwhile is for the next call, which will find more of it.
            if len(found) < at_once:
                break
            # Bags that take nothing must not be all that is ever tried.
            if leaves_off is not None and len(refused) < len(found) and leaves_off():
                break
            found, tried = waiting(archive, stuck, at_once), found
            # Written, and to be done once more: until the log can be emptied, trying at once again helps nobody.
            if found == tried:
                break
        return frozenset(stuck)


def waiting(archive: Archive, without: Collection[str] = (), at_most: int = BATCH) -> list[str]:
    """Ids of items whose record is ahead of their bag, `at_most` so many, those of `without` left out."""
    behind = select(Item.id).where(BEHIND)
    with archive.db.read() as session:
        return list(session.scalars(behind.where(Item.id.not_in(without)).limit(at_most)))


@dataclass(frozen=True)
class Refusal:
    """A bag that takes no revision: since which day, and why (a code of ours, or a name of errno)."""

    item_id: str
    since: date
    why: str


def counts(archive: Archive) -> tuple[int, int]:
    """How many bags wait for their newest record, and how many of these were tried and took it not."""
    refused = func.count().filter(IS_REFUSED)
    query = select(func.count(), refused).select_from(Item).outerjoin(Fixity).where(BEHIND)
    with archive.db.read() as session:
        found = session.execute(query).one()
    return found[0], found[1]


def refusals(archive: Archive) -> list[Refusal]:
    """The first hundred bags that take no revision, those that take none for longest first."""
    query = select(Fixity.item_id, Fixity.refused_on, Fixity.refused_why).join(Item)
    query = query.where(IS_REFUSED).order_by(Fixity.refused_on, Fixity.item_id)
    with archive.db.read() as session:
        rows = session.execute(query.limit(REFUSED_NAMED)).all()
        return [Refusal(item_id, since, why) for item_id, since, why in rows if since is not None]


def _write(archive: Archive, item_ids: Sequence[str]) -> set[str]:
    """Write the revisions of a batch, and note those that were written; return the items whose bags take none now."""
    with archive.db.read() as session:
        due = records(session, item_ids)
        beside = _beside(session, item_ids)
    less = {one: names_forgotten.forgotten(record, beside=one in beside) for one, record in due.items()}
    # A revision is mostly waiting for the disk, which takes several flushes at once.
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = pool.map(lambda one: _revise(archive, one, due[one], less[one]), due)
        stuck = {item_id: why for item_id, why in zip(due, answers, strict=True) if why}
    done = {item_id: record for item_id, record in due.items() if item_id not in stuck}
    wiped = {item_id for item_id in done if less[item_id].is_wished}
    if wiped and not archive.db.empty_log():
        # The log still tells what nothing else does: not done, so that the next call tries again.
        done = {item_id: record for item_id, record in done.items() if item_id not in wiped}
    with archive.db.write_again() as session:
        written = {item_id: record["revision"] for item_id, record in done.items()}
        if written:
            note_revisions(session, written)
        _note_refusals(session, stuck, list(due))
    return set(stuck)


def _note_refusals(session: Session, stuck: Mapping[str, str], tried: Sequence[str]) -> None:
    """Write down of each bag that was tried since when it takes nothing and why, or that it does again."""
    query = select(Fixity.item_id, Fixity.refused_on, Fixity.refused_why).where(Fixity.item_id.in_(tried))
    known = {item_id: (since, why) for item_id, since, why in session.execute(query) if since}
    # Not of what was destroyed while it was tried.
    left = session.scalars(select(Item.id).where(Item.id.in_(list(stuck)), BEHIND)).all()
    for item_id in left:
        since, told = known.get(item_id, (today(), ""))
        # It is tried again every moment: only what is new is written.
        if told != (why := stuck[item_id]):
            told_now = {"item_id": item_id, "refused_on": since, "refused_why": why}
            put_row(session, Fixity, ["item_id"], told_now)
    if again := known.keys() - stuck.keys():
        taken = update(Fixity).where(Fixity.item_id.in_(again))
        session.execute(taken.values(refused_on=None, refused_why=""))


def _beside(session: Session, item_ids: Sequence[str]) -> set[str]:
    """Those of the items that were given with others, and not as a folder that has a name of its own."""
    other = aliased(Item)
    given = select(Item.id).join(Submission).where(Item.id.in_(item_ids), Submission.source_key.is_(None))
    others = select(other.id).where(other.submission_id == Item.submission_id, other.id != Item.id)
    return set(session.scalars(given.where(others.exists())))


def _revise(archive: Archive, item_id: str, record: dict[str, Any], less: Forgotten) -> str:
    """Write one revision; why where the bag takes none: one that is gone or damaged must not keep the others waiting."""
    try:
        folder = archive.bag_folder(bag_key(item_id))
        add_revision(folder, as_files(record), alone=bool(less) and _is_to_forget(read_bag(folder), less))
        if less:
            quarantine.forget(archive, item_id, less, before=read_bag(folder).revisions[0])
    except (ArchiveError, OSError) as error:
        log.warning("the bag of %s takes no revision: %s", item_id, type(error).__name__)
        return why_of(error)
    return ""


def _is_to_forget(bag: Bag, less: Forgotten) -> bool:
    """Whether older revisions in a bag go: they tell what was forgotten, or a killed process has not removed all of them."""
    return (bag.revisions[0] > 1 and bool(bag.pending)) or names_forgotten.tells(bag, less)


def why_of(error: ArchiveError | OSError) -> str:
    """Why a bag takes no revision: a code of ours, or the name of an errno."""
    if isinstance(error, ArchiveError):
        return error.code
    return errno.errorcode.get(error.errno or 0, type(error).__name__)


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
