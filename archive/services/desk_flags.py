"""What the desk can be narrowed to: a name and one condition in SQL each."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, literal, not_, select
from sqlalchemy.orm import aliased

from archive.access import UNASKED, Actor, unsealed, visible
from archive.models import (
    AccessCopy,
    Consent,
    File,
    FileState,
    Item,
    ItemState,
    Likeness,
    Message,
    PlannedPublication,
)
from archive.services.messages import UNANSWERED

_other = aliased(File)


def _file(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """One of the item's files is so."""
    return Item.id.in_(select(File.item_id).where(*conditions))


def _noted(code: str) -> ColumnElement[bool]:
    """The pipeline noted this of one of its files."""
    return _file(cast(File.notes, Text).like(f'%"{code}"%'))


def _same_bytes(actor: Actor) -> ColumnElement[bool]:
    # Twice there at all is told by the index alone, and few are.
    twice = select(File.sha512).group_by(File.sha512).having(func.count() > 1)
    same = _seen(actor).where(_other.sha512 == File.sha512, _other.item_id != File.item_id)
    # Of an empty file every other is a copy, which tells nothing.
    return _file(File.sha512.in_(twice), File.size > 0, same.correlate(File).exists())


def _alike(actor: Actor) -> ColumnElement[bool]:
    near = _seen(actor).where(Likeness.file_id == File.id, Likeness.other_id == _other.id)
    near = near.where(_other.item_id != File.item_id)
    return _file(File.id.in_(select(Likeness.file_id)), near.correlate(File).exists())


def _seen(actor: Actor) -> Select[str]:
    """Other files, as far as somebody may see them: that there is something alike must not tell of what is hidden."""
    return select(_other.id).join(Item, Item.id == _other.item_id).where(visible(actor))


# Found from what was said of people, not from every item: few say anything, and where they all do it costs no more.
_with_people = (
    select(Item.id)
    .join(Consent, Consent.id == Item.consent_id)
    .where(Consent.people.in_((*UNASKED, "agreed")))
)
_copy = (
    select(literal(1))
    .select_from(AccessCopy)
    .join(File, File.id == AccessCopy.file_id)
    .where(File.item_id == Item.id)
)
_planned = select(PlannedPublication.item_id)

FLAGS: dict[str, ColumnElement[bool] | Callable[[Actor], ColumnElement[bool]]] = {
    # Written by its contributor, and answered by nobody at the desk.
    "unanswered": Item.submission_id.in_(select(Message.submission_id).where(UNANSWERED)),
    "damage": _file(File.state == FileState.FAILED),
    "where": _noted("says-where"),
    "who": _noted("says-who"),
    "people": Item.id.in_(_with_people),
    "note": Item.content_note != "",
    "same": _same_bytes,
    "alike": _alike,
    "no-copy": and_(not_(_copy.exists()), not_(Item.state.in_((ItemState.RECEIVED, ItemState.WITHDRAWN)))),
    "planned": Item.id.in_(_planned),
    "not-published": Item.id.in_(_planned.where(PlannedPublication.trouble != "")),
}
# What somebody wrote or decided at the desk, not what an item holds.
OF_THE_DESK = frozenset({"unanswered", "planned", "not-published"})


def flag(name: str, actor: Actor) -> ColumnElement[bool]:
    """The condition of a flag, as far as `actor` may see what it rests on: what something sealed holds makes no difference."""
    condition = FLAGS[name]
    found = condition(actor) if callable(condition) else condition
    return found if name in OF_THE_DESK else and_(unsealed(actor), found)
