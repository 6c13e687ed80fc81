"""What is new, for everyone: what was last to be shown, whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from archive.access import PUBLIC, visible
from archive.models import DESCRIBED, Item, ItemState
from archive.services.cards import cards
from archive.services.first_shown import newest_first, shown_since
from archive.services.opening import Archive
from archive.services.views import Card


@dataclass(frozen=True)
class New:
    """An item and the day since when it is shown."""

    card: Card
    on: date


def latest(archive: Archive, limit: int, language: str = "en") -> tuple[New, ...]:
    """The public items that were last to be shown, the newest first."""
    query = select(Item).options(*DESCRIBED).where(Item.state == ItemState.PUBLISHED)
    query = query.where(Item.published_on.is_not(None), visible(PUBLIC))
    with archive.db.read() as session:
        rows = newest_first(session, query, limit)
        shown = cards(archive, session, rows, language)
        since = map(shown_since, rows)
        return tuple(New(card, day) for card, day in zip(shown, since, strict=True) if day)
