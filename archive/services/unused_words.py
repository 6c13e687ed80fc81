"""Removes names of people and places, and words, that nothing bears any more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from archive.models import Agent, Authority, Base, Item, ItemAgent, ItemPlace, ItemTerm, Place, Term
from archive.services.authority_rows import forget
from archive.services.lifecycle import touch
from archive.services.opening import Archive
from archive.services.shared_withdrawing import hide

# What items share, and what links to it: by its id, then by the link's column.
SHARED: tuple[tuple[type[Base], InstrumentedAttribute[str], InstrumentedAttribute[str]], ...] = (
    (Agent, Agent.id, ItemAgent.agent_id),
    (Place, Place.id, ItemPlace.place_id),
    (Term, Term.id, ItemTerm.term_id),
)


def forget_unused(archive: Archive, session: Session, candidates: Sequence[str]) -> None:
    """Remove those of some people, places and words, by id, that no item bears, in the caller's transaction."""
    for model, key, link in SHARED:
        unused = select(key).where(key.in_(candidates), ~select(link).where(link == key).exists())
        if model is Term:
            # The word that replaces another is a word of the curators, whoever used it last; a name is its bearer's.
            unused = unused.where(~select(Authority.id).where(Authority.preferred_id == key).exists())
        lonely = session.scalars(unused).all()
        _tell_bearers(session, link, lonely)
        # No older bag of theirs is to bring back what was said of somebody whom nothing here names any more.
        hide(archive, forget(session, lonely))
        session.execute(delete(model).where(key.in_(lonely)))


def _tell_bearers(session: Session, link: InstrumentedAttribute[Any], lonely: Sequence[str]) -> None:
    """Have the items hear of it that bear what a word which goes was preferred to, or what was preferred to it."""
    above = select(Authority.preferred_id).where(
        Authority.id.in_(lonely), Authority.preferred_id.is_not(None)
    )
    below = select(Authority.id).where(Authority.preferred_id.in_(lonely))
    bearers = select(link.class_.item_id).where(or_(link.in_(above), link.in_(below)))
    for item in session.scalars(select(Item).where(Item.id.in_(bearers)).order_by(Item.id)).all():
        touch(item)
