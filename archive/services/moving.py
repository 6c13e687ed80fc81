"""Moves an item to another collection, by itself or with many others: the one way by which it gets there."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from archive.access import Actor, can
from archive.models import Collection, Item, ItemState, Right
from archive.models.errors import BadInputError, ForbiddenError
from archive.services import revisions
from archive.services.carrying_over import BEING_ARRANGED, is_under_way
from archive.services.lifecycle import changing
from archive.services.opening import Archive
from archive.services.regrouping import check_ready, is_ready

NO_SUCH_COLLECTION = "no-such-collection"


def move(archive: Archive, actor: Actor, item_id: str, collection: str, version: int) -> None:
    """Move an item to another collection; what its fields there do not ask about stays with it all the same.

    BadInputError (`no-such-collection`) for one that is not there, ForbiddenError without the right in both.
    """
    with changing(archive, item_id) as (session, item):
        check_ready(session, actor, item, version)
        if collection not in archive.profiles or collection == item.collection:
            raise BadInputError("There is no such collection to move it to.", code=NO_SUCH_COLLECTION)
        if not actor.has(Right.REVIEW, collection):
            raise ForbiddenError("Your role does not allow this in that collection.")
        put(archive, session, actor, item, collection)


def against(archive: Archive, session: Session, actor: Actor, item: Item, collection: str) -> str:
    """Why an item is not moved with others, as a code; "" where it can be."""
    if collection not in archive.profiles:
        return NO_SUCH_COLLECTION
    needed = {Right.REVIEW, *([Right.PUBLISH] if item.state == ItemState.PUBLISHED else [])}
    if not actor.has(Right.REVIEW, collection) or not all(can(actor, one, item) for one in needed):
        return "forbidden"
    if is_under_way(session, item.id):
        return BEING_ARRANGED
    return "" if is_ready(item) else "wrong-state"


def put(
    archive: Archive,
    session: Session,
    actor: Actor,
    item: Item,
    collection: str,
    told: Mapping[str, str] | None = None,
) -> None:
    """Put an item into a collection, in the caller's transaction, for whoever has found that it may be."""
    if session.get(Collection, collection) is None:
        session.add(Collection(slug=collection))
        session.flush()
    revisions.move(session, item, archive.profiles, collection, actor, told or {})
