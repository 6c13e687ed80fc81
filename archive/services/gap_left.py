"""What is still here of what seems lost: an item whose taking back was lost, an event that an entry was made to miss."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Event, Item, ItemState
from archive.services.checkpoint_entries import KIND_OF, Entry

IDS_A_QUERY = 500
_SHOWN_AGAIN = "reinstatement"
_DESTROYED = "destruction"
_TAKES_BACK = frozenset({"withdrawal", _DESTROYED})


def not_taken_back(session: Session, entries: Sequence[Entry], lost: Collection[int]) -> tuple[str, ...]:
    """Ids of items that an entry among the `lost` (by number) took back or destroyed, and that are not so here.

    What was signed as shown again after it was taken back may be shown; what was destroyed stays so.
    """
    wished: dict[str, str] = {}
    for one in entries:
        if one.kind in _TAKES_BACK and one.number in lost:
            wished[one.subject] = (
                _DESTROYED if _DESTROYED in (one.kind, wished.get(one.subject)) else one.kind
            )
        elif one.kind == _SHOWN_AGAIN and wished.get(one.subject) != _DESTROYED:
            wished.pop(one.subject, None)
    found, ids = [], sorted(wished)
    for start in range(0, len(ids), IDS_A_QUERY):
        query = select(Item.id, Item.state, Item.erasure).where(Item.id.in_(ids[start : start + IDS_A_QUERY]))
        for row in session.execute(query):
            kept = wished[row.id] == _DESTROYED and not row.erasure
            if row.state != ItemState.WITHDRAWN or kept:
                found.append(row.id)
    return tuple(sorted(found))


def with_its_event(session: Session, entries: Sequence[Entry]) -> frozenset[int]:
    """Numbers of entries in whose place the database has an event of the same kind and day: theirs, made to look like another."""
    found: set[int] = set()
    for start in range(0, len(entries), IDS_A_QUERY):
        some = entries[start : start + IDS_A_QUERY]
        query = select(Event.subject_id, Event.sequence, Event.kind, Event.at)
        query = query.where(Event.subject_id.in_({one.subject for one in some}), Event.kind.in_(KIND_OF))
        here = {
            (row.subject_id, row.sequence, KIND_OF[row.kind], row.at.date().isoformat())
            for row in session.execute(query)
        }
        found |= {one.number for one in some if (one.subject, one.sequence, one.kind, one.day) in here}
    return frozenset(found)
