"""Makes stories, introductions, names and words again from their bags: of two bags of one thing, the newer one counts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.orm import Session

from archive.bags import Bag, read_bag, shared_key
from archive.durable import fsync_path
from archive.models import (
    Base,
    Event,
    Introduction,
    Item,
    MergedAuthority,
    SharedBag,
    SharedRevision,
    Story,
    StoryItem,
    StoryRevision,
)
from archive.models import Collection as CollectionRow
from archive.models.errors import ArchiveError, ConflictError, IntegrityError
from archive.services import quarantine
from archive.services.opening import Archive
from archive.services.rebuild_heard import Heard
from archive.services.rebuild_record import (
    MISSHAPEN,
    check_history,
    newest_record,
    not_understood,
    prove_bytes,
    read_events,
)
from archive.services.rebuild_rows import write_history
from archive.services.rebuild_store import in_store
from archive.services.rebuild_words import write_words
from archive.services.shared_bags import COLLECTION, STORY, WORD
from archive.services.shared_record import (
    FORMAT,
    INTRODUCTION_FIELDS,
    SHARED_REVISION_FIELDS,
    STORY_FIELDS,
    STORY_REVISION_FIELDS,
)
from archive.services.story_items import forget_in_stories
from archive.services.upsert import put_row_once

SHARED = "shared"
Said = Mapping[str, Any]


@dataclass(frozen=True)
class KeptShared:
    """A bag of what belongs to no item that was read in full, and the newest record in it."""

    folder: Path
    record: Said
    events: Sequence[Event]

    @property
    def subject(self) -> str:
        """What it is of."""
        subject: str = self.record["subject"]
        return subject


def read_shared(folder: Path) -> KeptShared:
    """Read every byte of such a bag, and its newest record; raises as `read_kept` does for the bag of an item."""
    bag = prove_bytes(folder)
    record = newest_record(bag, FORMAT)
    try:
        events = read_events(record["events"])
        kind, _, about = record["subject"].partition("/")
        if kind != record["kind"] or kind not in (STORY, COLLECTION, WORD) or not about:
            raise ValueError(kind)
        if not isinstance(record["revision"], int) or record["revision"] < 1:
            raise ValueError(record["revision"])
    except MISSHAPEN as error:
        raise not_understood() from error
    if record.get("id") != bag.id:
        raise IntegrityError("The record in the bag is of another bag.", code="record-of-another")
    for subject in {one.subject_id for one in events}:
        check_history(subject, [one for one in events if one.subject_id == subject])
    return KeptShared(folder, record, events)


def newest(
    kept: Iterable[KeptShared],
) -> tuple[list[KeptShared], list[KeptShared], list[KeptShared]]:
    """Of each subject the bag that counts, those that it took the place of, and those that say they are the same revision.

    Of one bag that lies in several places the newest is meant, and of several that are the same the first.
    """
    first: dict[str, KeptShared] = {}
    older: list[KeptShared] = []
    alike: list[KeptShared] = []
    for one in sorted(kept, key=lambda each: (-each.record["revision"], each.record["id"])):
        counts = first.setdefault(one.subject, one)
        is_itself = counts.record["id"] == one.record["id"]
        if is_itself and (counts.record["revision"] > one.record["revision"] or counts.record == one.record):
            continue
        if counts is not one:
            (alike if counts.record["revision"] == one.record["revision"] else older).append(one)
    return list(first.values()), older, alike


def bring(
    archive: Archive,
    kept: KeptShared,
    heard: Heard | None = None,
    then: Callable[[Session], None] = lambda _: None,
) -> None:
    """Write down what one bag says, unless it is written down already; of a story, the items that are here by now.

    Of words that is what `heard` knows as the newest. `then` is done in the transaction that writes it.
    """
    slug = _collection_of(kept.record)
    if slug is not None and slug not in archive.profiles:
        raise ConflictError(
            f"There is no collection “{slug}” here.",
            code="no-such-collection",
            remedy="Put its folder back, then run the same command again.",
        )
    bag_id = kept.record["id"]
    bag = read_bag(kept.folder)
    in_store(archive, bag, shared_key(bag_id), read_shared, lambda place: _give_way(archive, place, bag))
    try:
        with archive.db.write() as session:
            if _is_news(session, kept):
                _write(session, kept, heard)
            if kept.record["kind"] == STORY:
                _show_items(session, kept.record["story"])
            session.flush()
            then(session)
    except MISSHAPEN as error:
        raise not_understood() from error


def _give_way(archive: Archive, place: Path, newer: Bag) -> None:
    """Have what lies in the store give way to the same bag with more in it; what is not in that is kept apart."""
    try:
        is_in_it = prove_bytes(place).tags.items() <= newer.tags.items()
    except (ArchiveError, OSError):
        is_in_it = False
    if is_in_it:
        archive.store.delete_prefix(shared_key(newer.id))
        return
    place.rename(quarantine.place_for(archive, newer.id))
    fsync_path(place.parent)


def _is_news(session: Session, kept: KeptShared) -> bool:
    """Whether a bag says more than what is written down already, from an older copy of it, which is taken out then.

    ConflictError (`record-conflict`) where another bag of the same thing was brought that says it is the same revision.
    """
    known = session.scalars(select(SharedBag).where(SharedBag.subject == kept.subject)).first()
    bag_id, revision = kept.record["id"], kept.record["revision"]
    if known is None:
        return session.get(SharedBag, bag_id) is None
    if known.id != bag_id and known.bag_revision == revision:
        raise ConflictError(
            "It cannot stand beside what another bag said of the same thing.", code="record-conflict"
        )
    if known.bag_revision >= revision:
        if known.id != bag_id and session.get(SharedBag, bag_id) is None:
            session.add(SharedBag(id=bag_id, record_revision=revision, bag_revision=revision))
        return False
    _take_out(session, kept)
    known.subject = None
    if known.id == bag_id:
        session.delete(known)
    session.flush()
    return True


def _take_out(session: Session, kept: KeptShared) -> None:
    """Take out what an older bag said; its history stays, and goes on with what this one tells."""
    kind, _, about = kept.subject.partition("/")
    told = SharedRevision.subject.in_([one["subject"] for one in kept.record["history"] if kind != STORY])
    if kind == STORY:
        session.execute(delete(StoryItem).where(StoryItem.story_id == about))
        session.execute(delete(StoryRevision).where(StoryRevision.story_id == about))
        session.execute(delete(Story).where(Story.id == about))
    if kind == COLLECTION:
        session.execute(delete(Introduction).where(Introduction.collection == about))
    session.execute(delete(SharedRevision).where(told))


def note_superseded(archive: Archive, others: Iterable[KeptShared]) -> None:
    """Have the bags in the store that others took the place of removed, as they were to be."""
    there = archive.bag_folder(SHARED)
    with archive.db.write() as session:
        for one in others:
            if one.folder.parent == there and session.get(SharedBag, one.record["id"]) is None:
                revision = one.record["revision"]
                session.add(SharedBag(id=one.record["id"], record_revision=revision, bag_revision=revision))


def link_stories(archive: Archive, kept: Iterable[KeptShared], destroyed: Collection[str]) -> None:
    """Say which story says which in another language, and take out of all of them what is destroyed."""
    with archive.db.write() as session:
        here = set(session.scalars(select(Story.id)))
        for one in kept:
            said = one.record.get("story", {})
            if said and said["id"] in here and said["translation_of"] in here:
                told = update(Story).where(Story.id == said["id"], Story.translation_of.is_(None))
                session.execute(told.values(translation_of=said["translation_of"]))
        session.expire_all()
        for item_id in sorted(destroyed):
            forget_in_stories(session, item_id)


def _collection_of(record: Said) -> str | None:
    try:
        slug: str | None = record[record["kind"]].get("collection") if record["kind"] == STORY else None
        return record["collection"]["slug"] if record["kind"] == COLLECTION else slug
    except MISSHAPEN as error:
        raise not_understood() from error


def _write(session: Session, kept: KeptShared, heard: Heard | None) -> None:
    record = kept.record
    _KINDS[record["kind"]](session, record, heard)
    for subject in dict.fromkeys(one.subject_id for one in kept.events):
        write_history(session, subject, [one for one in kept.events if one.subject_id == subject])
    revision = record["revision"]
    session.add(
        SharedBag(id=record["id"], subject=kept.subject, record_revision=revision, bag_revision=revision)
    )


def _write_story(session: Session, record: Said, _heard: Heard | None) -> None:
    said = record["story"]
    put_row_once(
        session, CollectionRow, ["slug"], {"slug": said["collection"], "created_on": _day(said["changed_on"])}
    )
    values = {name: said[name] for name in STORY_FIELDS} | {"translation_of": None}
    days = {"published_on": _day(said["published_on"]), "changed_on": _day(said["changed_on"])}
    session.add(Story(**values, **days))
    session.flush()
    told = [_revision(one, STORY_REVISION_FIELDS) | {"story_id": said["id"]} for one in record["history"]]
    _insert(session, StoryRevision, told)


def _write_collection(session: Session, record: Said, _heard: Heard | None) -> None:
    slug = record["collection"]["slug"]
    created = {"slug": slug, "created_on": _day(record["collection"]["created_on"])}
    put_row_once(session, CollectionRow, ["slug"], created)
    for one in record["introductions"]:
        values = {name: one[name] for name in INTRODUCTION_FIELDS}
        session.add(Introduction(collection=slug, changed_on=_day(one["changed_on"]), **values))
    session.flush()
    _insert(session, SharedRevision, [_revision(one, SHARED_REVISION_FIELDS) for one in record["history"]])


def _write_word(session: Session, record: Said, heard: Heard | None) -> None:
    (own,) = record["words"]
    write_words(session, record, heard)
    for old_id in record["merged"]:
        merged = {"old_id": old_id, "room": own["room"], "new_id": own["id"]}
        put_row_once(session, MergedAuthority, ["old_id"], merged)
    _insert(session, SharedRevision, [_revision(one, SHARED_REVISION_FIELDS) for one in record["history"]])


_KINDS = {STORY: _write_story, COLLECTION: _write_collection, WORD: _write_word}


def _show_items(session: Session, said: Said) -> None:
    """Have a story show those of its items that are here; where one is left out, it is shown once that comes back."""
    ids = [one["item"] for one in said["items"]]
    here = set(session.scalars(select(Item.id).where(Item.id.in_(ids))))
    for position, one in enumerate(said["items"]):
        if one["item"] in here:
            values = {"story_id": said["id"], "item_id": one["item"], "position": position}
            put_row_once(session, StoryItem, ["story_id", "item_id"], values | {"caption": one["caption"]})


def _revision(said: Said, names: Sequence[str]) -> dict[str, Any]:
    return {name: said[name] for name in names} | {"made_on": _day(said["made_on"])}


def _insert(session: Session, model: type[Base], rows: Sequence[Said]) -> None:
    if rows:
        table = model.__table__
        assert isinstance(table, Table)
        session.execute(insert(table), list(rows))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
