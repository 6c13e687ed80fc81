"""What members of the community may see beside what everybody sees, all of it on pages of its own."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from archive.access import Actor
from archive.models import DESCRIBED, Item
from archive.models.errors import NotFoundError
from archive.services.cards import cards
from archive.services.first_shown import shown_since_clause
from archive.services.opening import Archive
from archive.services.readers import as_reader, for_members_alone, is_member
from archive.services.views import Card

PER_PAGE = 24


@dataclass(frozen=True)
class Leaf:
    """A page of it, those published last first; `total` are all, on `pages` pages."""

    cards: tuple[Card, ...]
    total: int
    page: int
    pages: int


def leaf(archive: Archive, actor: Actor, page: int, language: str = "en") -> Leaf:
    """What `actor` may see because it is for members; the last page stands for those beyond; NotFoundError for others."""
    if not is_member(actor):
        raise NotFoundError("There is no such page.")
    meant = for_members_alone(as_reader(actor))
    with archive.db.read() as session:
        total = session.scalar(select(func.count()).select_from(Item).where(meant)) or 0
        pages = max(1, -(-total // PER_PAGE))
        page = min(max(1, page), pages)
        found = (
            select(Item)
            .options(*DESCRIBED)
            .where(meant)
            .order_by(shown_since_clause().desc(), Item.position, Item.id)
        )
        rows = session.scalars(found.offset((page - 1) * PER_PAGE).limit(PER_PAGE)).all()
        return Leaf(tuple(cards(archive, session, rows, language, actor)), total, page, pages)
