"""What has taken the place of an item whose files were put together in another way."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Actor, can_see
from archive.models import Action, Event, Item, ItemState, Replacement
from archive.services.opening import Archive


def in_its_place(archive: Archive, actor: Actor, item_id: str) -> tuple[str, ...]:
    """The items that took the place of one, those that `actor` may see, in order."""
    found: list[str] = []
    with archive.db.read() as session:
        look_at = [item_id]
        while look_at:
            query = select(Item).join(Replacement, Replacement.new_id == Item.id)
            query = query.where(Replacement.old_id.in_(look_at), Replacement.done)
            rows = session.scalars(query.order_by(Item.position, Item.id)).all()
            found += [one.id for one in rows if one.state != ItemState.WITHDRAWN and can_see(actor, one)]
            look_at = [one.id for one in rows if one.state == ItemState.WITHDRAWN]
    return tuple(dict.fromkeys(found))


def is_replaced(archive: Archive, item_id: str) -> bool:
    """Whether an item stepped back for others, and was not taken back before."""
    with archive.db.read() as session:
        return stepped_back(session, item_id)


def stepped_back(session: Session, item_id: str) -> bool:
    """The same in the caller's transaction: what was last done to it is that others took its place."""
    last = select(Event.kind).where(Event.subject_id == item_id, Event.kind.in_(list(Action)))
    return session.scalar(last.order_by(Event.sequence.desc()).limit(1)) == Action.REPLACE
