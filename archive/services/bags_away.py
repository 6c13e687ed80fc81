"""Whether a bag cannot be read because no bag can: a disk that is gone is no damage to any of them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from archive.bags import hash_file
from archive.bags.layout import DECLARATION
from archive.models import Item
from archive.services.fixity_state import HAS_BAG, are_there
from archive.services.opening import Archive

OTHERS = 5


def is_away(archive: Archive, item_id: str) -> bool:
    """Whether the bag of an item cannot be read because no bag can: the place of all is gone, or its disk gives nothing.

    Of some other bags the one file is looked at that every bag has; where one gives it, the disk is there.
    """
    others = select(Item.bag_key).where(HAS_BAG, Item.id != item_id).order_by(Item.id).limit(OTHERS)
    with archive.db.read() as session:
        keys = session.scalars(others).all()
    try:
        if not are_there(archive):
            return True
    except OSError:
        return True
    return bool(keys) and not any(_gives(archive.bag_folder(key) / DECLARATION) for key in keys)


def _gives(path: Path) -> bool:
    try:
        return bool(hash_file(path, from_disk=True))
    except OSError:
        return False
