"""Lets a bag leave the house: read in full, made as a ZIP, and checked as its receiver will, before its first byte is sent."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from archive.access import Actor, can, can_see
from archive.bags import BagRefusedError, read_bag, zip_stream
from archive.durable import new_file
from archive.models import Item, Right, record_event
from archive.models.errors import BadInputError, ConflictError, ForbiddenError, NotFoundError
from archive.services import fixity_audit
from archive.services.export import LONGEST_NAME, WHOLE_BAG
from archive.services.export_check import check_zip
from archive.services.export_forms import NO_PURPOSE, NOT_SAID
from archive.services.export_making import check_room
from archive.services.fixity_state import refuse_damaged
from archive.services.lifecycle import NO_SUCH_ITEM, agent_of, load_for_change
from archive.services.opening import Archive
from archive.services.records import touch_history
from archive.services.scratch import scratch_folder
from archive.services.views import Stream

SCRATCH = "leaving-"
BLOCK = 1 << 18


@dataclass(frozen=True)
class Finished:
    """A ZIP of one bag that was checked: where it lies, its size in bytes, its SHA-512, how many originals it holds."""

    path: Path
    size: int
    sha512: str
    originals: int


def bag_zip(
    archive: Archive, actor: Actor, item_id: str, for_whom: str = NOT_SAID, purpose: str = NO_PURPOSE
) -> Stream:
    """The preservation bag of an item as a ZIP stream; raises what `bag_file` does, and StorageFullError.

    It is made as a file and checked before its first byte leaves; the file is gone when the stream is done with.
    """
    size = look_at_zip(archive, actor, item_id).size
    check_room(archive, archive.settings.run, size)
    with scratch_folder(archive.settings.run, SCRATCH) as folder:
        made = bag_file(archive, actor, item_id, folder, for_whom, purpose)
        # It has no name any more when the folder goes, and lasts as long as it is open: nothing is left to be swept.
        return _stream(_blocks(made.path.open("rb")), made.size, item_id)


def bag_file(
    archive: Archive,
    actor: Actor,
    item_id: str,
    folder: Path,
    for_whom: str = NOT_SAID,
    purpose: str = NO_PURPOSE,
) -> Finished:
    """Write the preservation bag of an item into `folder` as a ZIP, flushed and checked as its receiver will; that it
    was exported, for whom and for what is an event of the item.

    Every byte of it is read first, as an audit does: one that is damaged does not leave, and whoever answers for it is
    told. NotFoundError when the actor may not see the item, ForbiddenError when they may not export,
    ConflictError while it is still being kept (`not-in-a-bag`), when it was destroyed (`destroyed`)
    or is damaged (`bag-damaged`), IntegrityError (`export-not-valid`) when what was written is no valid bag.
    """
    if len(for_whom) > LONGEST_NAME:
        raise BadInputError(f"For whom it is takes {LONGEST_NAME} characters at most.", code="words-too-long")
    look_at_zip(archive, actor, item_id)
    fixity_audit.check(archive, actor, item_id)
    try:
        made = _written(look_at_zip(archive, actor, item_id), folder, item_id)
    except BagRefusedError:
        # It was sound a moment ago: whoever answers for it hears what the disk does not give any more.
        fixity_audit.check(archive, actor, item_id)
        look_at_zip(archive, actor, item_id)
        raise
    with archive.db.write() as session:
        item = load_for_change(session, item_id)
        _may_leave(archive, actor, item, session)
        detail = {"form": WHOLE_BAG, "for": for_whom, "purpose": purpose}
        record_event(session, item.id, "export", agent_of(actor), detail)
        touch_history(session, item)
    return made


def look_at_zip(archive: Archive, actor: Actor, item_id: str) -> Stream:
    """What `bag_zip` would give, for whoever only asks how large it is: nothing leaves, so nothing is written down."""
    return _stream(*zip_stream(_root(archive, actor, item_id)), item_id)


def originals_in(archive: Archive, actor: Actor, item_id: str) -> int:
    """How many originals the bag of an item holds that `bag_file` would write; raises what it does of the item."""
    return len(read_bag(_root(archive, actor, item_id)).payload)


def _root(archive: Archive, actor: Actor, item_id: str) -> Path:
    with archive.db.read() as session:
        item = session.get(Item, item_id)
        if item is None:
            raise NotFoundError(NO_SUCH_ITEM)
        return _may_leave(archive, actor, item, session)


def _may_leave(archive: Archive, actor: Actor, item: Item, session: Session) -> Path:
    """Where the bag is, if `actor` may take it out."""
    if not can_see(actor, item):
        raise NotFoundError(NO_SUCH_ITEM)
    if not can(actor, Right.EXPORT, item):
        raise ForbiddenError("Your role does not allow taking out bags.")
    if item.erasure:
        raise ConflictError("It was destroyed; there is no bag of it any more.", code="destroyed")
    if not item.bag_key:
        raise ConflictError("This item is not in a bag yet.", code="not-in-a-bag")
    refuse_damaged(session, item.id)
    return archive.bag_folder(item.bag_key)


def _written(stream: Stream, folder: Path, item_id: str) -> Finished:
    path, sha512 = folder / stream.download_name, hashlib.sha512()
    with new_file(path) as file:
        for block in stream.chunks:
            file.write(block)
            sha512.update(block)
        file.flush()
        os.fsync(file.fileno())
    return Finished(path, stream.size, sha512.hexdigest(), check_zip(path, item_id))


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while block := file.read(BLOCK):
            yield block


def _stream(chunks: Iterator[bytes], size: int, item_id: str) -> Stream:
    return Stream(chunks, size, "application/zip", f"{item_id}.zip")
