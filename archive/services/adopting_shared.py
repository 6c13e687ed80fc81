"""Brings one bag of a story, of a collection's introductions, or of a name or a word back: the database lost what it is of, a copy has it.

Nothing in the public ledger tells of these, so what only this archive writes to counts as its own: its store, and its stores
of copies. Nobody vouches for what a bag says is to be seen: a story comes back as one that is not published.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError as RowConflict
from sqlalchemy.orm import Session

from archive.access import OPERATOR
from archive.bags import StockValidator, shared_key
from archive.bags.layout import RECORD
from archive.bags.profile_kept import FOLDER
from archive.models import Authority, Introduction, MergedAuthority, SharedBag, Story, record_event
from archive.models.errors import ArchiveError, ConflictError, NotFoundError
from archive.services import (
    authority_changes,
    copies_stores,
    copies_strangers,
    rebuild_shared,
    shared_bags,
    shared_reapplying,
    shared_withdrawing,
)
from archive.services.adopting_proof import older, proved_valid
from archive.services.copies_bag import listed_in
from archive.services.importing import ALREADY_HERE
from archive.services.lifecycle import agent_of
from archive.services.opening import Archive, exclusively
from archive.services.rebuild_record import MISSHAPEN
from archive.services.rebuild_shared import KeptShared
from archive.services.rooms import ROOMS
from archive.services.shared_bags import COLLECTION, STORY, WORD
from archive.services.story_items import forget_in_stories
from archive.storage import ObjectStore

EVENT = "adopt"


def begin(
    archive: Archive, bag_id: str, folder: Path | None, store: str, *, is_older: bool = False
) -> KeptShared:
    """Prove the bag and write down what it says; `folder` is a copy out of the store of copies `store`, None where it lies here.

    Done or not at all; whoever holds `adopting.alone` calls. What `rebuild_shared.read_shared` raises; NotFoundError;
    ConflictError (`already-here`, `bag-withdrawn`, `adopt-not-ours`, `adopt-older`, `no-such-collection`,
    `record-conflict`), IntegrityError (`adopt-not-valid`).
    """
    place = archive.bag_folder(shared_key(bag_id))
    if folder is None and not place.is_dir():
        raise NotFoundError(f"No bag of {bag_id} lies in the store of this archive.")
    if folder is not None and not store:
        raise ConflictError(
            "Nothing tells that this bag is this archive's own: it lies neither in its store nor in a store of copies.",
            code="adopt-not-ours",
            remedy="Name its disk in the setting copies, then say --from with its name.",
        )
    # No revision is written, and no bag removed, while one is looked at.
    with exclusively(archive.settings.run / "shared.lock"):
        kept = rebuild_shared.read_shared(folder or place)
        _refuse(archive, kept)
        with StockValidator() as stock:
            proved_valid(kept.folder, kept.record["id"], 0, FOLDER, stock)
        if not is_older and (told := _told_of_newer(archive, kept)):
            raise older(told)
        try:
            rebuild_shared.bring(archive, kept, then=lambda session: _settle(archive, session, kept, store))
        except RowConflict as error:
            raise ConflictError(
                "What the bag says cannot stand beside what the database holds.",
                code="record-conflict",
                remedy="Look at what is called alike here; rename it, then run the same command again.",
            ) from error
    # Of names and words of which something was taken out elsewhere meanwhile.
    shared_reapplying.reapply(archive)
    return kept


def _refuse(archive: Archive, kept: KeptShared) -> None:
    """Refuse what is here, and what was taken off, removed or taken out of it, by whatever the bag says itself."""
    kind, _, about = kept.subject.partition("/")
    with archive.db.read() as session:
        row = session.get(SharedBag, kept.record["id"])
        # Such a one is to go, from every store: something that was destroyed is in it, or it was let go.
        is_to_go = row is not None and row.subject is None
        same = select(SharedBag.id).where(SharedBag.subject == kept.subject)
        is_here = not is_to_go and (session.scalar(same) is not None or _stands(session, kind, about))
    if is_here:
        raise ConflictError(
            f"{kept.subject} is here already.",
            code=ALREADY_HERE,
            remedy="Nothing. Where its bag is damaged or gone, remembrance bags renew makes it anew; a copy that knows more is "
            "kept apart by remembrance copies settle.",
        )
    subjects = {kept.subject}
    if kind == COLLECTION:
        told = kept.record["introductions"]
        subjects = {shared_withdrawing.introduction(about, one["language"]) for one in told}
    if is_to_go or any(subject in subjects for subject, _ in shared_withdrawing.taken_back(archive)):
        raise ConflictError(
            f"{kept.subject} was taken off or removed here since, or something was taken out of it; a bag does not bring it again.",
            code="bag-withdrawn",
            remedy="Write it anew at the Desk, without what was taken out.",
        )


def _stands(session: Session, kind: str, about: str) -> bool:
    if kind == WORD:
        merged = session.get(MergedAuthority, about)
        return merged is not None or session.get(Authority, about) is not None
    if kind == COLLECTION:
        there = select(Introduction.collection).where(Introduction.collection == about).limit(1)
        return session.scalar(there) is not None
    return session.get(Story, about) is not None


def _told_of_newer(archive: Archive, kept: KeptShared) -> str:
    """Which store at hand holds a newer record of the same thing, in a copy of this bag or in one that took its place."""
    mine, own = int(kept.record["revision"]), shared_key(kept.record["id"])
    for place in copies_stores.places(archive.settings):
        try:
            store = copies_stores.reach(archive, place, mark=False)
            keys = [key for key in copies_strangers.strangers(archive, store) if key.startswith("shared/")]
        except (ArchiveError, OSError):
            # A store that is away tells nothing; `copies run` says so when it is back.
            continue
        for key in dict.fromkeys((own, *keys)):
            # What cannot be read there is no newer one that could be taken.
            with suppress(ArchiveError, OSError, *MISSHAPEN):
                said = _newest_in(store, key)
                if said["subject"] == kept.subject and said["revision"] > mine:
                    return f"{place.name} holds one in {key}"
    return ""


def _newest_in(store: ObjectStore, key: str) -> Mapping[str, Any]:
    """The newest record of a bag in a store of copies; KeyError where there is none."""
    listed = listed_in(store, key)
    if listed is None:
        raise KeyError(key)
    with store.open(f"{key}/{RECORD}/{listed.revision}/record.json") as stream:
        said: Mapping[str, Any] = json.loads(stream.read())
    return said


def _settle(archive: Archive, session: Session, kept: KeptShared, store: str) -> None:
    """What is to hold before anybody sees it, in the transaction that writes it down."""
    kind, _, about = kept.subject.partition("/")
    if kind == STORY:
        session.get_one(Story, about).published = False
        shared_bags.touch(session, kept.subject)
        session.flush()
        said = json.dumps(kept.record, ensure_ascii=False)
        for item_id in sorted(archive.withdrawals.ended()):
            if item_id in said:
                forget_in_stories(session, item_id)
    if kind == WORD:
        (own,) = kept.record["words"]
        # Items are found by it again.
        room = ROOMS[own["room"]]
        authority_changes.carry(archive, session, room, OPERATOR, own["id"], authority_changes.TOUCH)
    detail = {"subject": kept.subject, "store": store, "revision": kept.record["revision"]}
    record_event(session, kept.record["id"], EVENT, agent_of(OPERATOR), detail)
