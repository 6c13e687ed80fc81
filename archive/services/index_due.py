"""What an index is to hear of before anything else: what somebody may see now and could not before, or the other way round."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Select, and_, or_, select, true, update

from archive.access import PUBLIC, visible
from archive.models import Audience, Consent, Item, ItemState, PublicRecord
from archive.models.errors import BadInputError, IndexUnusableError
from archive.search import parse_query
from archive.services.opening import Archive
from archive.services.readers import for_members_alone


def mark_turn_of_day(archive: Archive) -> int:
    """Have items indexed again whose consent opened or closed with a day; return how many."""
    # Held against what the public index was last told, rather than trusting yesterday to have run.
    turned = select(Item.id).where(
        Item.state == ItemState.PUBLISHED, Item.consent_id.in_(at_an_edge()), ~Item.index_pending
    )
    with archive.db.write() as session:
        ids = session.scalars(turned.where(_differs())).all()
        session.execute(update(Item).where(Item.id.in_(ids)).values(index_pending=True))
    # Of what members' index was told nothing is written down, so it is asked itself.
    held = _held_for_members(archive)
    meant = select(Consent.id).where(Consent.audience == Audience.COMMUNITY)
    for_members = turned.where(Item.consent_id.in_(meant))
    with archive.db.write() as session:
        every, due = (
            set(session.scalars(one)) for one in (for_members, for_members.where(for_members_alone()))
        )
        inside = every if held is None else due ^ (every & held)
        session.execute(update(Item).where(Item.id.in_(inside)).values(index_pending=True))
        return len(ids) + len(inside)


def at_an_edge() -> Select[str]:
    """The consents that open or close with a day."""
    return select(Consent.id).where(or_(Consent.not_before.is_not(None), Consent.not_after.is_not(None)))


def in_order() -> Iterator[ColumnElement[bool]]:
    """The WHERE clauses of what is to be taken one after the other: what was just published or taken back waits for nothing else."""
    yield _differs()
    # Of what members were shown nothing is written down: it is little.
    yield or_(for_members_alone(), and_(~visible(PUBLIC), Item.published_on.is_not(None)))
    yield true()


def _differs() -> ColumnElement[bool]:
    """What the public may see and the public index was not told to hold, or the other way round."""
    told = select(PublicRecord.item_id).where(PublicRecord.item_id == Item.id, ~PublicRecord.deleted).exists()
    seen = visible(PUBLIC)
    return or_(and_(seen, ~told), and_(~seen, told))


def _held_for_members(archive: Archive) -> set[str] | None:
    """All that the index of members holds; None where it cannot be told: it is made anew, or holds too much to list."""
    try:
        index = archive.indexes.members
        return set(index.search(parse_query(""), limit=index.count()).ids)
    except (BadInputError, IndexUnusableError):
        return None
