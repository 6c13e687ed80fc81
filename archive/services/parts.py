"""Items that are shown together on one page, each under what its own giver allows: who may be a part, and who hears of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Actor, can, can_see
from archive.models import Event, Item, ItemState, Right, record_event
from archive.profiles import Field
from archive.services.lifecycle import agent_of, load_for_change, touch

PARTS = "parts"
SHOWN_TOGETHER, SHOWN_APART = "show-together", "show-apart"


def parts_field(fields: Iterable[Field]) -> Field | None:
    """The field of a profile in which it stands what is shown together with an item; None where there is none."""
    return next((one for one in fields if one.kind == PARTS), None)


def parts_in(extra: Mapping[str, Any], fields: Iterable[Field]) -> tuple[str, ...]:
    """The ids of the items that are shown on the page of one, in their order."""
    field = parts_field(fields)
    return tuple(extra.get(field.name, ())) if field else ()


def unfit(session: Session, actor: Actor, item: Item, field: Field, ids: Iterable[str]) -> str:
    """Why these cannot be shown together with `item`: the code of a trouble; "" when they can.

    Each is one that `actor` may review, which nobody may of what they gave themselves, of the same collection, and has
    no parts of its own: a page of pages of pages would be no page.
    """
    rows = {row.id: row for row in session.scalars(select(Item).where(Item.id.in_(ids)))}
    for one in ids:
        if code := _why_not(actor, item, field, rows.get(one)):
            return code
    return "not-a-part" if is_part(session, item, field) else ""


def fitting(actor: Actor, item: Item, field: Field, rows: Iterable[Item]) -> Iterator[Item]:
    """Those of the items that can be shown together with `item`, unless that is a part itself."""
    return (row for row in rows if not _why_not(actor, item, field, row))


def is_part(session: Session, item: Item, field: Field) -> bool:
    """Whether an item stands on the page of another."""
    wholes = wholes_told(session, [item.id])
    query = select(Item.extra).where(Item.id.in_(wholes))
    return any(item.id in extra.get(field.name, ()) for extra in session.scalars(query))


def tell(session: Session, actor: Actor, whole: Item, before: Iterable[str], after: Iterable[str]) -> None:
    """Write into the history of each item that it is, or is not any more, shown on the page of `whole`."""
    for kind, ids in ((SHOWN_TOGETHER, set(after) - set(before)), (SHOWN_APART, set(before) - set(after))):
        # In one order whoever asks, so that two who lock the same items never wait for each other.
        for one in sorted(session.scalars(select(Item.id).where(Item.id.in_(ids)))):
            part = load_for_change(session, one)
            if part.state != ItemState.WITHDRAWN:
                record_event(session, part.id, kind, agent_of(actor), {"with": whole.id})
                touch(part)


def wholes_told(session: Session, item_ids: Sequence[str]) -> tuple[str, ...]:
    """The items on whose page these were ever shown, by id; whether they still are stands there."""
    query = select(Event.detail).where(Event.subject_id.in_(item_ids), Event.kind == SHOWN_TOGETHER)
    return tuple(dict.fromkeys(detail["with"] for detail in session.scalars(query.order_by(Event.sequence))))


def follow(session: Session, agent: str, old_ids: Sequence[str], new_id: str) -> None:
    """Have the first of the new items shown where the old ones were, and together with what they were."""
    for whole_id in sorted({*wholes_told(session, old_ids)} - {*old_ids, new_id}):
        whole = session.get(Item, whole_id)
        if whole is None or not any(_names(value, old_ids) for value in whole.extra.values()):
            continue
        whole = load_for_change(session, whole_id)
        whole.extra = {name: _followed(value, old_ids, new_id) for name, value in whole.extra.items()}
        touch(whole)
        record_event(session, new_id, SHOWN_TOGETHER, agent, {"with": whole_id})
    new = load_for_change(session, new_id)
    named = {one for value in new.extra.values() if isinstance(value, list) for one in value}
    for part_id in sorted(session.scalars(select(Item.id).where(Item.id.in_(named)))):
        if {*wholes_told(session, [part_id])} & {*old_ids}:
            part = load_for_change(session, part_id)
            record_event(session, part_id, SHOWN_TOGETHER, agent, {"with": new_id})
            touch(part)


def _why_not(actor: Actor, item: Item, field: Field, row: Item | None) -> str:
    if row is None or row.id == item.id or not can_see(actor, row) or row.state == ItemState.DRAFT:
        return "no-such-item"
    if row.collection != item.collection or not can(actor, Right.REVIEW, row):
        return "not-a-part"
    return "not-a-part" if row.extra.get(field.name) or row.state == ItemState.WITHDRAWN else ""


def _names(value: Any, ids: Sequence[str]) -> bool:
    return isinstance(value, list) and any(one in ids for one in value)


def _followed(value: Any, old_ids: Sequence[str], new_id: str) -> Any:
    if not _names(value, old_ids):
        return value
    return list(dict.fromkeys(new_id if one in old_ids else one for one in value))
