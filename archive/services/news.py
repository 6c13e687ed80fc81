"""What is new, for everyone: what was published last, whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from archive.access import PUBLIC, visible
from archive.models import DESCRIBED, Item, ItemState
from archive.services.cards import cards
from archive.services.opening import Archive
from archive.services.views import Card


@dataclass(frozen=True)
class New:
    """An item and the day on which it was published."""

    card: Card
    on: date


def latest(archive: Archive, limit: int, language: str = "en") -> tuple[New, ...]:
    """The public items published last, the newest first."""
    query = select(Item).options(*DESCRIBED).where(Item.state == ItemState.PUBLISHED)
    query = query.where(Item.published_on.is_not(None), visible(PUBLIC)).order_by(
        Item.published_on.desc(), Item.position, Item.id
    )
    with archive.db.read() as session:
        rows = session.scalars(query.limit(limit)).all()
        shown = cards(archive, session, rows, language)
        return tuple(
            New(card, row.published_on) for card, row in zip(shown, rows, strict=True) if row.published_on
        )
