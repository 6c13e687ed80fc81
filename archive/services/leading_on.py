"""What an address of a search means: a subject the term it names, a name that somebody or something bore the present one."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import AlternativeName, Authority
from archive.services.known_words import Profiles, counts_as
from archive.services.rooms import ROOMS

# Which facets show names that can change.
FACETS = {"place": "places", "subject": "terms", "name": "agents"}
Chosen = Mapping[str, tuple[str, ...]]


def by_terms(profiles: Profiles, chosen: Chosen) -> Chosen:
    """The same choice with subjects as they count, whatever they are called in the address."""
    return {
        facet: tuple(dict.fromkeys(counts_as(profiles, one) for one in values))
        if facet == "subject"
        else values
        for facet, values in chosen.items()
    }


def led_on(session: Session, chosen: Chosen) -> Chosen:
    """The same choice with names as they are now; an old one that leads to several stays as it is."""
    return {
        facet: tuple(_now(session, FACETS[facet], one) for one in values) if facet in FACETS else values
        for facet, values in chosen.items()
    }


def _now(session: Session, room_name: str, value: str) -> str:
    room = ROOMS[room_name]
    bore = select(AlternativeName.authority_id).join(Authority, Authority.id == AlternativeName.authority_id)
    bore = bore.where(AlternativeName.name == value, Authority.room == room_name)
    names = session.scalars(select(room.label).where(room.model.id.in_(bore)).limit(2)).all()
    return names[0] if len(names) == 1 else value
