"""The three kinds of words that items share, and how items are linked to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from archive.access import Actor, unsealed
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

    def known(self, actor: Actor) -> ColumnElement[bool]:
        """Words that staff may know of: what the desk wrote down, what nothing uses, and what a list may tell them is used."""
        linked = exists().where(self.key == self.model.id)
        told = exists(select(Item.id).where(Item.id == self.item, *told_of(actor))).where(
            self.key == self.model.id
        )
        return or_(told, ~linked, exists().where(Authority.id == self.model.id))


def told_of(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """The WHERE clauses that leave the items whose words a list may tell staff; for queries on Item.

    What a draft says is its contributor's alone, and what is sealed is told by its own page, which writes the look down.
    """
    return (Item.state != ItemState.DRAFT, unsealed(actor))


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
