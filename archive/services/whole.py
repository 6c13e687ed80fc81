"""One item with everything that its pages say of it: as `selectinload` reads it, without making the statements anew."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from archive.models import AccessCopy, File, Item, ItemAgent, ItemPlace, ItemTerm, Passage

_ID: BindParameter[str] = bindparam("item_id")
_ITEM = select(Item).where(Item.id == _ID)
# What belongs to the item and to its files, each in the order in which its owner has it.
_OF_ITEM: dict[str, Select[Any]] = {
    "agents": select(ItemAgent).where(ItemAgent.item_id == _ID).order_by(ItemAgent.position),
    "terms": select(ItemTerm).where(ItemTerm.item_id == _ID).order_by(ItemTerm.position),
    "places": select(ItemPlace).where(ItemPlace.item_id == _ID).order_by(ItemPlace.position),
    "files": select(File).where(File.item_id == _ID).order_by(File.position),
}
_FILES = select(File.id).where(File.item_id == _ID)
_OF_FILES: dict[str, Select[Any]] = {
    "copies": select(AccessCopy)
    .where(AccessCopy.file_id.in_(_FILES))
    .order_by(AccessCopy.page, AccessCopy.id),
    "passages": select(Passage).where(Passage.file_id.in_(_FILES)).order_by(Passage.position),
}


def whole_item(session: Session, item_id: str) -> Item | None:
    """The item with its names, subjects, places, files, their copies and texts; None when there is none."""
    given = {"item_id": item_id}
    item = session.scalars(_ITEM, given).first()
    if item is None:
        return None
    for name, query in _OF_ITEM.items():
        set_committed_value(item, name, session.scalars(query, given).all())
    for name, query in _OF_FILES.items():
        of_file: defaultdict[str, list[Any]] = defaultdict(list)
        for row in session.scalars(query, given):
            of_file[row.file_id].append(row)
        for file in item.files:
            set_committed_value(file, name, of_file[file.id])
    return item
