"""Since when an item is shown: since a curator published it, or since the day before which its consent shows it to nobody."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, Select, and_, case, select
from sqlalchemy.orm import Session, aliased

from archive.models import Consent, Item, days_now


def shown_since(item: Item) -> date | None:
    """The later of the two days; None for what was never published. A day to come is none on which it was shown yet."""
    if item.published_on is None:
        return None
    opened = item.consent.not_before
    has_opened = opened is not None and days_now().has_begun(opened)
    return max(item.published_on, opened) if opened and has_opened else item.published_on


def shown_since_clause() -> ColumnElement[date | None]:
    """The same of each row of a query for items, for a few of them: a look at the consent of each."""
    own = aliased(Consent)
    opened = and_(own.not_before > Item.published_on, own.not_before <= days_now().first)
    day = case((opened, own.not_before), else_=Item.published_on)
    return select(day).where(own.id == Item.consent_id).scalar_subquery()


def newest_first(session: Session, query: Select[Item], limit: int) -> list[Item]:
    """Of the items of a query that asks for those that are shown now, the `limit` that were last to be.

    Of each of the two days an index has the latest: whoever is among the last by the later of both is among the last by one.
    """
    opening = aliased(Consent)
    published = query.order_by(Item.published_on.desc(), Item.position, Item.id)
    # Staff see what is still to open: until then it is as old as it was published.
    has_opened = and_(opening.not_before > Item.published_on, opening.not_before <= days_now().first)
    opened = query.join(opening, opening.id == Item.consent_id).where(has_opened)
    opened = opened.order_by(opening.not_before.desc(), Item.position, Item.id)
    found = {item.id: item for each in (published, opened) for item in session.scalars(each.limit(limit))}
    # Each is published: by its day, and then as those of one day always stood.
    ordered = sorted(found.values(), key=lambda item: (item.position, item.id))
    ordered.sort(key=lambda item: shown_since(item) or date.min, reverse=True)
    return ordered[:limit]
