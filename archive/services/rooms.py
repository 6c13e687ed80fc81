"""The three kinds of words that items share, and how items are linked to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from archive.models import (
    Agent,
    Authority,
    Base,
    Item,
    ItemAgent,
    ItemPlace,
    ItemState,
    ItemTerm,
    Place,
    Term,
)
from archive.models.errors import NotFoundError


@dataclass(frozen=True)
class Room:
    """One kind of words: its table with the column of its names, and the table that links items to it."""

    name: str
    model: Any
    label: InstrumentedAttribute[str]
    link: type[Base]
    key: InstrumentedAttribute[str]
    item: InstrumentedAttribute[str]

    def known(self) -> ColumnElement[bool]:
        """Words that staff may know of: what is in nobody's item but a draft's is its contributor's alone."""
        linked = exists().where(self.key == self.model.id)
        sent = exists(select(Item.id).where(Item.id == self.item, Item.state != ItemState.DRAFT)).where(
            self.key == self.model.id
        )
        return or_(sent, ~linked, exists().where(Authority.id == self.model.id))


ROOMS = {
    "agents": Room("agents", Agent, Agent.name, ItemAgent, ItemAgent.agent_id, ItemAgent.item_id),
    "places": Room("places", Place, Place.name, ItemPlace, ItemPlace.place_id, ItemPlace.item_id),
    "terms": Room("terms", Term, Term.label, ItemTerm, ItemTerm.term_id, ItemTerm.item_id),
}
SUBJECTS = "subjects"


def room_of(name: str) -> Room:
    """The room of that name; NotFoundError when there is none."""
    if name not in ROOMS:
        raise NotFoundError("There is no such list of words.")
    return ROOMS[name]


def name_of(row: Agent | Place | Term) -> str:
    """The name that an agent, a place or a term bears."""
    return row.label if isinstance(row, Term) else row.name
