"""What has taken the place of an item whose files were put together in another way."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from archive.access import Actor, can, can_see
from archive.models import Action, Event, File, Item, ItemState, Replacement, Right
from archive.models.errors import ConflictError
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


def stands_at(archive: Archive, actor: Actor, item_id: str) -> str:
    """The first item in which one stands now, for `actor`: the first that took its place, or itself."""
    return next(iter(in_its_place(archive, actor, item_id)), item_id)


def file_stands_at(archive: Archive, actor: Actor, item_id: str, file_id: str) -> tuple[str, str]:
    """The item and the id by which a file stands now, for `actor`, as `stands_at`."""
    return files_stand_at(archive, actor, item_id).get(file_id, (item_id, file_id))


def files_stand_at(archive: Archive, actor: Actor, item_id: str) -> dict[str, tuple[str, str]]:
    """The same of every file of an item that stepped back, by its id; those that `actor` may see."""
    places = in_its_place(archive, actor, item_id)
    with archive.db.read() as session:
        found = files_in_their_place(session, [item_id]) if places else {}
        while gone := {at for at, _file_id in found.values()}.difference(places):
            # What took its place was put together in another way again, or is not for them.
            further = files_in_their_place(session, sorted(gone))
            now = {old: further.get(one[1]) if one[0] in gone else one for old, one in found.items()}
            found = {old: one for old, one in now.items() if one}
    return found


def files_in_their_place(session: Session, old_ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """By the id of each file of items that stepped back the item and the id under which it is kept now."""
    old, new = aliased(File), aliased(File)
    query = select(old.id, new.item_id, new.id).join(Replacement, Replacement.old_id == old.item_id)
    query = query.join(new, new.item_id == Replacement.new_id)
    query = query.where(old.item_id.in_(old_ids), new.sha512 == old.sha512, new.given_name == old.given_name)
    rows = session.execute(query.order_by(new.position.desc(), new.id.desc())).all()
    return {one: (item_id, file_id) for one, item_id, file_id in rows}


def made_of(archive: Archive, actor: Actor, item_id: str) -> tuple[str, ...]:
    """The items in whose place one stands, those whose history `actor` may read, in order."""
    with archive.db.read() as session:
        query = select(Item).join(Replacement, Replacement.old_id == Item.id)
        query = query.where(Replacement.new_id == item_id, Replacement.done, Item.erasure == "")
        rows = session.scalars(query.order_by(Item.position, Item.id)).all()
        return tuple(
            one.id for one in rows if can(actor, Right.REVIEW, one) and stepped_back(session, one.id)
        )


def is_replaced(archive: Archive, item_id: str) -> bool:
    """Whether an item stepped back for others, and was not taken back before."""
    with archive.db.read() as session:
        return stepped_back(session, item_id)


def stepped_back(session: Session, item_id: str) -> bool:
    """The same in the caller's transaction: what was last done to it is that others took its place."""
    last = select(Event.kind).where(Event.subject_id == item_id, Event.kind.in_(list(Action)))
    return session.scalar(last.order_by(Event.sequence.desc()).limit(1)) == Action.REPLACE


def is_made_into_others(session: Session, item_id: str) -> bool:
    """Whether others were made of an item, or are just being, also where it was taken back as well."""
    made = select(Replacement.new_id).where(Replacement.old_id == item_id).limit(1)
    # What took its place may be in another archive alone; its own history tells all the same.
    return session.scalar(made) is not None or stepped_back(session, item_id)


def check_not_replaced(session: Session, item_id: str) -> None:
    """Refuse to show again what others were made of: ConflictError (`replaced`), (`being-arranged`) while they are.

    Whatever was taken back or taken out since was so of them, and the old item knows nothing of it.
    """
    query = select(Replacement.new_id, Replacement.done).join(Item, Item.id == Replacement.new_id)
    query = query.where(Replacement.old_id == item_id).order_by(Item.position, Item.id)
    found = session.execute(query).all()
    if not all(one.done for one in found):
        raise ConflictError(
            "Its files are being put together in another way just now.",
            code="being-arranged",
            remedy="Wait a moment, then decide about what takes its place.",
        )
    if found or is_made_into_others(session, item_id):
        named = ": " + ", ".join(one.new_id for one in found) if found else ""
        raise ConflictError(
            f"Its files were put together in another way, and others took its place{named}.",
            code="replaced",
            remedy="Decide about those that took its place.",
        )
