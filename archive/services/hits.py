"""Where in its texts an item holds what was searched for: the page, the second, and the words around it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import File, Item, Passage
from archive.profiles import CollectionProfile
from archive.search import Query, best_passages, snippet
from archive.services.views import Hit
from archive.services.written_in import text_in, written_in

MOST_HITS = 3
_LOOKED_AT = 12
"""Passages compared for one item: those that show the same page or moment twice fall away."""
_SAME_MOMENT = 15_000  # milliseconds; nearer than this, one hears both


def hits(
    session: Session, profiles: Mapping[str, CollectionProfile], items: Iterable[Item], query: Query
) -> dict[str, tuple[Hit, ...]]:
    """Up to three places of each item, the best first; its description where no text of it holds more of the words."""
    if query.asks_for_everything:
        return {}
    found = {item.id: item for item in items}
    passages = _passages(session, list(found))
    return {item_id: _of_one(passages[item_id], item, profiles, query) for item_id, item in found.items()}


def _passages(session: Session, item_ids: Sequence[str]) -> dict[str, list[Any]]:
    rows = session.execute(
        select(
            File.item_id,
            File.language,
            File.role,
            Passage.text,
            Passage.file_id,
            Passage.page,
            Passage.start_ms,
        )
        .join(File, File.id == Passage.file_id)
        .where(File.item_id.in_(item_ids))
        .order_by(File.position, Passage.position)
    )
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.item_id].append(row)
    for those in found.values():
        # A hit that can be opened at its second or page is worth more than the same words in a plain transcript.
        those.sort(key=lambda row: (row.start_ms is None, row.page is None))
    return found


def _of_one(
    rows: list[Any], item: Item, profiles: Mapping[str, CollectionProfile], query: Query
) -> tuple[Hit, ...]:
    best = best_passages([*(row.text for row in rows), item.description], query, most=_LOOKED_AT)
    if not best or best[0] == len(rows):
        if not item.description:
            return ()
        words = tuple(snippet(item.description, query).parts)
        return (Hit(words, written_in=written_in(profiles, item)),)
    return tuple(
        Hit(
            tuple(snippet(row.text, query).parts),
            row.file_id,
            row.page,
            row.start_ms,
            text_in(row.language, row.role, item.languages),
        )
        for row in _apart([rows[index] for index in best if index < len(rows)])
    )


def _apart(rows: list[Any]) -> list[Any]:
    """The first row, and others at other pages or moments."""
    kept: list[Any] = rows[:1]
    for row in rows[1:]:
        if len(kept) < MOST_HITS and not any(_is_near(row, other) for other in kept):
            kept.append(row)
    return kept


def _is_near(one: Any, other: Any) -> bool:
    if one.start_ms is not None and other.start_ms is not None:
        return bool(abs(one.start_ms - other.start_ms) < _SAME_MOMENT)
    if one.page is not None and other.page is not None:
        return bool((one.file_id, one.page) == (other.file_id, other.page))
    # A text without places most likely is the transcript of what was found at a place already.
    return True
