"""Lets a bag leave the house: whole, as a ZIP that is made while it is read."""

from __future__ import annotations

import tempfile
from pathlib import Path

from archive.access import Actor, can, can_see
from archive.bags import patience, read_bag, unpack, verify_with_stock, zip_stream
from archive.models import Right, record_event
from archive.models.errors import ConflictError, ForbiddenError, IntegrityError, NotFoundError
from archive.services.lifecycle import NO_SUCH_ITEM, agent_of, load_for_change
from archive.services.opening import Archive
from archive.services.records import touch_history
from archive.services.views import Stream


def bag_zip(archive: Archive, actor: Actor, item_id: str) -> Stream:
    """The preservation bag of an item as a ZIP stream; that it was exported is an event of the item.

    NotFoundError when the actor may not see the item, ForbiddenError when they may not export,
    ConflictError while it is still being kept.
    """
    with archive.db.write() as session:
        item = load_for_change(session, item_id)
        if not can_see(actor, item):
            raise NotFoundError(NO_SUCH_ITEM)
        if not can(actor, Right.EXPORT, item):
            raise ForbiddenError("Your role does not allow taking out bags.")
        if not item.bag_key:
            raise ConflictError("This item is not in a bag yet.", code="not-in-a-bag")
        root = archive.bag_folder(item.bag_key)
        record_event(session, item.id, "export", agent_of(actor), {"form": "preservation bag"})
        touch_history(session, item)
    chunks, size = zip_stream(root)
    return Stream(chunks, size, "application/zip", f"{item_id}.zip")


def check_zip(path: Path, item_id: str) -> int:
    """Unpack an exported ZIP and have the stock library read it as its receiver will; return how many originals it holds.

    IntegrityError when it is not valid.
    """
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".checking-") as folder:
        unpacked = unpack(path, Path(folder))
        bag = read_bag(unpacked)
        size = sum(entry.size for entry in bag.payload)
        report = verify_with_stock(unpacked, patience(size))
        if not report.valid or bag.id != item_id:
            raise IntegrityError(f"The export is not a valid bag: {report.message}", code="export-not-valid")
        return len(bag.payload)
