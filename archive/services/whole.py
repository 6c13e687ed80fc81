"""One item with everything that its pages say of it: as `selectinload` reads it, without making the statements anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, or_, select
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

# Of a long recording or document nobody reads all on the page of another item.
MOST_PASSAGES = 200
_BEGINNINGS: dict[str, Select[Any]] = {
    "copies": _OF_FILES["copies"].where(or_(AccessCopy.page.is_(None), AccessCopy.page == 1)),
    "passages": _OF_FILES["passages"].where(Passage.position < MOST_PASSAGES),
}


def whole_item(session: Session, item_id: str) -> Item | None:
    """The item with its names, subjects, places, files, their copies and texts; None when there is none."""
    return _read(session, item_id, _OF_FILES)


@contextmanager
def beginning_of(session: Session, item_id: str) -> Iterator[Item | None]:
    """The same with no more than the first page and the first passages of each file, as long as the context lasts."""
    item = _read(session, item_id, _BEGINNINGS)
    yield item
    # Whoever reads the item in the same view again is not given half of it.
    for file in item.files if item is not None else ():
        session.expire(file, list(_BEGINNINGS))


def _read(session: Session, item_id: str, of_files: dict[str, Select[Any]]) -> Item | None:
    given = {"item_id": item_id}
    item = session.scalars(_ITEM, given).first()
    if item is None:
        return None
    for name, query in _OF_ITEM.items():
        set_committed_value(item, name, session.scalars(query, given).all())
    for name, query in of_files.items():
        of_file: defaultdict[str, list[Any]] = defaultdict(list)
        for row in session.scalars(query, given):
            of_file[row.file_id].append(row)
        for file in item.files:
            set_committed_value(file, name, of_file[file.id])
    return item
