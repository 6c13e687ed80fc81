"""Lets a bag leave the house: read in full first, then whole, as a ZIP that is made while it is sent."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from archive.access import Actor, can, can_see
from archive.bags import zip_stream
from archive.models import Item, Right, record_event
from archive.models.errors import BadInputError, ConflictError, ForbiddenError, NotFoundError
from archive.services import fixity_audit
from archive.services.export import LONGEST_NAME, WHOLE_BAG
from archive.services.fixity_state import refuse_damaged
from archive.services.lifecycle import NO_SUCH_ITEM, agent_of, load_for_change
from archive.services.opening import Archive
from archive.services.records import touch_history
from archive.services.views import Stream


def bag_zip(archive: Archive, actor: Actor, item_id: str, for_whom: str = "", purpose: str = "") -> Stream:
    """The preservation bag of an item as a ZIP stream; that it was exported, for whom and for what is an event of the item.

    Every byte of it is read first, as an audit does: one that is damaged does not leave, and whoever answers for it is
    told. NotFoundError when the actor may not see the item, ForbiddenError when they may not export,
    ConflictError while it is still being kept (`not-in-a-bag`), when it was destroyed (`destroyed`)
    or is damaged (`bag-damaged`).
    """
    if len(for_whom) > LONGEST_NAME:
        raise BadInputError(f"For whom it is takes {LONGEST_NAME} characters at most.", code="words-too-long")
    look_at_zip(archive, actor, item_id)
    fixity_audit.check(archive, actor, item_id)
    with archive.db.write() as session:
        item = load_for_change(session, item_id)
        root = _may_leave(archive, actor, item, session)
        said = {"for": for_whom, "purpose": purpose}
        detail = {"form": WHOLE_BAG} | {name: words for name, words in said.items() if words}
        record_event(session, item.id, "export", agent_of(actor), detail)
        touch_history(session, item)
    return _stream(root, item_id)


def look_at_zip(archive: Archive, actor: Actor, item_id: str) -> Stream:
    """What `bag_zip` would give, for whoever only asks how large it is: nothing leaves, so nothing is written down."""
    with archive.db.read() as session:
        item = session.get(Item, item_id)
        if item is None:
            raise NotFoundError(NO_SUCH_ITEM)
        root = _may_leave(archive, actor, item, session)
    return _stream(root, item_id)


def _may_leave(archive: Archive, actor: Actor, item: Item, session: Session) -> Path:
    """Where the bag is, if `actor` may take it out."""
    if not can_see(actor, item):
        raise NotFoundError(NO_SUCH_ITEM)
    if not can(actor, Right.EXPORT, item):
        raise ForbiddenError("Your role does not allow taking out bags.")
    if item.erasure:
        raise ConflictError(
            "It was destroyed at its giver’s wish; there is no bag of it any more.", code="destroyed"
        )
    if not item.bag_key:
        raise ConflictError("This item is not in a bag yet.", code="not-in-a-bag")
    refuse_damaged(session, item.id)
    return archive.bag_folder(item.bag_key)


def _stream(root: Path, item_id: str) -> Stream:
    chunks, size = zip_stream(root)
    return Stream(chunks, size, "application/zip", f"{item_id}.zip")
