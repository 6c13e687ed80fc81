"""Keeps the search indexes true to the database: one with what the public may see, one with what members alone may, one with all for staff."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.orm import Session, selectinload

from archive.access import PUBLIC, SEALED, can_see, visible
from archive.models import (
    DESCRIBED,
    Days,
    File,
    Item,
    ItemState,
    Redaction,
    days_now,
)
from archive.models.errors import IndexUnusableError
from archive.search import OUTDATED, IndexDocument
from archive.services import known_words, names_forgotten, public_notes, public_records, told_beside
from archive.services.index_documents import document
from archive.services.index_due import at_an_edge, in_order
from archive.services.known_words import KnownOf, Profiles
from archive.services.opening import Archive, exclusively, exclusively_or_not
from archive.services.readers import for_members_alone, is_for_members_alone

# Of what is made anew. Of what waits fewer are taken at once: whoever publishes waits for those begun before.
BATCH, SHARE = 200, 50
# So many wait at the most for the files to be written anew.
PURGED_AT_ONCE = 1000
LOCK = "index.lock"
ON_ITS_WAY = (ItemState.RECEIVED, ItemState.IN_REVIEW)
# What staff find. Of what is destroyed not even an empty entry stays, which an index made of bags would not have either.
FOR_STAFF = and_(Item.state != ItemState.DRAFT, Item.erasure == "")


class InIndexes(NamedTuple):
    """How many items each index holds, or is to hold."""

    public: int
    members: int
    staff: int


def drain(archive: Archive) -> int:
    """Bring the indexes up to date with every item that waits for it now; return how many were.

    One writer at a time on this machine: who finds another at work leaves it to them. Indexes that another version
    made are made anew.
    """
    with exclusively_or_not(archive.settings.run / LOCK) as mine:
        if not mine:
            return 0
        if is_outdated(archive):
            _anew(archive)
        done, to_purge = 0, _ToPurge()
        batch = _waiting(archive)
        while batch:
            _write(archive, batch, to_purge)
            done += len(batch)
            if len(to_purge.versions) >= PURGED_AT_ONCE:
                _purge(archive, to_purge)
            # What comes meanwhile is for the next call: a commit costs an index the same for one item as for many.
            batch = _waiting(archive, to_purge.versions) if len(batch) == SHARE else []
        _purge(archive, to_purge)
        return done


def tidy(archive: Archive) -> bool:
    """Have the indexes put together what changes left apart, unless somebody is at them or waits; whether all is done."""
    with exclusively_or_not(archive.settings.run / LOCK) as mine:
        return mine and all(index.tidy(lambda: is_pressing(archive)) for index in archive.indexes.every)


def pending(archive: Archive) -> int:
    """How many items wait to be indexed."""
    with archive.db.read() as session:
        return session.scalar(select(func.count()).where(Item.index_pending)) or 0


def lacking(archive: Archive, *, staff: bool) -> int:
    """How many items an index lacks that do not wait for it: more than none when its files are gone or of another day.

    What opens or closes on some day is left out: the index hears of it in the course of that day.
    """
    meant = FOR_STAFF if staff else and_(visible(PUBLIC), Item.consent_id.not_in(at_an_edge()))
    with archive.db.read() as session:
        due = session.scalar(select(func.count()).where(meant, ~Item.index_pending)) or 0
    index = archive.indexes.staff if staff else archive.indexes.public
    return max(0, due - index.count())


def is_pressing(archive: Archive) -> bool:
    """Whether something waits to be indexed that is, or was, further than the desk."""
    further = or_(Item.state.not_in(ON_ITS_WAY), Item.published_on.is_not(None))
    waits = select(Item.id).where(Item.index_pending, further).limit(1)
    with archive.db.read() as session:
        return session.scalar(waits) is not None


def held(archive: Archive) -> InIndexes:
    """How many items each index holds."""
    return InIndexes(*(index.count() for index in archive.indexes.every))


def due(archive: Archive) -> InIndexes:
    """How many each is to hold, by the database."""
    meant = (visible(PUBLIC), for_members_alone(), FOR_STAFF)
    with archive.db.read() as session:
        return InIndexes(*(session.scalar(select(func.count(Item.id)).where(one)) or 0 for one in meant))


def rebuild(archive: Archive, progress: Callable[[int], None] | None = None) -> InIndexes:
    """Make the indexes anew from the database while the old ones serve; return how many are in each."""
    with exclusively(archive.settings.run / LOCK):
        return _anew(archive, progress)


def is_outdated(archive: Archive) -> bool:
    """Whether another version made an index, so that nothing is found before it is made anew."""
    try:
        for index in archive.indexes.every:
            index.count()
    except IndexUnusableError as error:
        return error.code == OUTDATED
    return False


def renew(archive: Archive) -> bool:
    """Make indexes that another version made anew, unless somebody is at it; returns whether that was done here."""
    if not is_outdated(archive):
        return False
    with exclusively_or_not(archive.settings.run / LOCK) as mine:
        if not mine or not is_outdated(archive):
            return False
        _anew(archive)
        return True


def _anew(archive: Archive, progress: Callable[[int], None] | None = None) -> InIndexes:
    # Whatever day it is at the end: what is told is what the index holds, and the next look finds what has turned since.
    on = days_now()
    with archive.db.read() as session:
        documents = _documents(session, archive.profiles, visible(PUBLIC, on), staff=False)
        public = archive.indexes.public.rebuild(documents, progress)
    public_records.keep_up_with_all(archive, on)
    with archive.db.read() as session:
        documents = _documents(session, archive.profiles, for_members_alone(on=on), staff=False)
        members = archive.indexes.members.rebuild(documents, progress)
    with archive.db.read() as session:
        documents = _documents(session, archive.profiles, FOR_STAFF, staff=True)
        staff = archive.indexes.staff.rebuild(documents, progress)
    return InIndexes(public, members, staff)


def _waiting(archive: Archive, without: Collection[str] = ()) -> list[tuple[str, int]]:
    waits = select(Item.id, Item.version).where(Item.index_pending)
    found: dict[str, int] = {}
    with archive.db.read() as session:
        # What was just published, or taken back, does not wait until a word that a thousand items use is written anew.
        for which in in_order():
            others = waits.where(which, Item.id.not_in([*without, *found])).limit(SHARE - len(found))
            found |= {item_id: version for item_id, version in session.execute(others)}  # noqa: C416  rows are no pairs to mypy
            if len(found) == SHARE:
                break
    return list(found.items())


@dataclass
class _ToPurge:
    """What has to leave the files of an index too, and the versions of all items whose marks wait for that."""

    shown: set[str] = field(default_factory=set)
    staff: set[str] = field(default_factory=set)
    versions: dict[str, int] = field(default_factory=dict)
    # The day on which the first of them was written.
    on: Days | None = None


def _write(archive: Archive, batch: Sequence[tuple[str, int]], to_purge: _ToPurge) -> None:
    ids, on = [item_id for item_id, _ in batch], days_now()
    with archive.db.read() as session:
        items = session.scalars(_loaded().where(Item.id.in_(ids))).all()
        open_items = [item for item in items if can_see(PUBLIC, item, on)]
        inside = [item for item in items if is_for_members_alone(item, on)]
        staff_items = [item for item in items if item.state != ItemState.DRAFT and not item.erasure]
        known = known_words.of_items(session, archive.profiles, items)
        staff_documents = _made(session, archive.profiles, staff_items, known, staff=True)
        withdrawn = {item.id for item in items if item.state == ItemState.WITHDRAWN}
        public_documents = _made(session, archive.profiles, open_items, known, staff=False)
        for_members = _made(session, archive.profiles, inside, known, staff=False)
        shown = {item.id: item for item in (*open_items, *inside)}
        once_shown = {item.id for item in items if item.published_on and item.id not in shown}
        # A consent that was changed may name somebody or a place no more, and the words are to leave the disk too.
        once_shown |= {item_id for item_id, item in shown.items() if item.consent.version > 1}
        # The same goes for words that were taken out, in either index.
        marked = select(File.item_id).join(Redaction, Redaction.file_id == File.id)
        redacted = set(session.scalars(marked.where(File.item_id.in_(ids)).distinct()))
        # And for notes that were taken off again.
        unsaid = set(public_notes.taken_off(session, ids))
        # And for what somebody wished to be forgotten.
        forgetful = names_forgotten.submissions(session, {item.submission_id for item in items})
        forgotten = {item.id for item in items if item.submission_id in forgetful}
    # What is to disappear disappears first.
    archive.indexes.public.update(public_documents, set(ids) - {item.id for item in open_items})
    archive.indexes.members.update(for_members, set(ids) - {item.id for item in inside})
    archive.indexes.staff.update(staff_documents, set(ids) - {item.id for item in staff_items})
    to_purge.shown |= once_shown | redacted | unsaid
    to_purge.staff |= withdrawn | redacted | forgotten | unsaid
    purged = to_purge.shown | to_purge.staff
    to_purge.on = to_purge.on or on
    to_purge.versions |= {item_id: version for item_id, version in batch if item_id in purged}
    with archive.db.write_again() as session:
        public_records.keep_up(session, ids, on=on)
        _unmark(session, [one for one in batch if one[0] not in purged], on)


def _purge(archive: Archive, to_purge: _ToPurge) -> None:
    """Have it leave the files: once for many items, for each time the same files are written anew."""
    if to_purge.shown:
        archive.indexes.public.merge_away(to_purge.shown)
        archive.indexes.members.merge_away(to_purge.shown)
    if to_purge.staff:
        archive.indexes.staff.merge_away(to_purge.staff)
    if to_purge.on is not None:
        with archive.db.write_again() as session:
            _unmark(session, list(to_purge.versions.items()), to_purge.on)
    to_purge.shown, to_purge.staff, to_purge.versions, to_purge.on = set(), set(), {}, None


def _unmark(session: Session, done: Sequence[tuple[str, int]], on: Days) -> None:
    """Take off the marks of what is done; what changed meanwhile keeps its own and is indexed again, as all do over midnight."""
    if days_now() != on:
        return
    for item_id, version in done:
        unmarked = update(Item).where(Item.id == item_id, Item.version == version)
        session.execute(unmarked.values(index_pending=False))


def _documents(
    session: Session, profiles: Profiles, which: ColumnElement[bool], *, staff: bool
) -> Iterator[IndexDocument]:
    # Always in the same order: what is found equally well stands as it does in the index.
    order = (Item.received_on, Item.submission_id, Item.position, Item.id)
    ids = session.scalars(select(Item.id).where(which).order_by(*order)).all()
    for start in range(0, len(ids), BATCH):
        items = session.scalars(_loaded().where(Item.id.in_(ids[start : start + BATCH]))).all()
        known = known_words.of_items(session, profiles, items)
        yield from _made(session, profiles, items, known, staff=staff)
        session.expunge_all()


def _made(
    session: Session, profiles: Profiles, items: Sequence[Item], known: KnownOf, *, staff: bool
) -> list[IndexDocument]:
    told = [item for item in items if item.state not in SEALED]
    beside = told_beside.of_items(session, profiles, told, staff=staff)
    return [document(item, known, beside.get(item.id, ()), profiles, staff=staff) for item in items]


def _loaded() -> Select[Item]:
    return select(Item).options(*DESCRIBED, selectinload(Item.files).selectinload(File.passages))
