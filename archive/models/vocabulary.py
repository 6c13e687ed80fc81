"""Controlled words and places, and their links to items."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.models.agents import Agent
from archive.models.base import Base
from archive.models.ids import new_id


class Term(Base):
    """A word of a vocabulary, such as a subject."""

    __tablename__ = "term"
    __table_args__ = (UniqueConstraint("vocabulary", "label"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    vocabulary: Mapped[str]
    label: Mapped[str]


class Place(Base):
    """A named place; coordinates are in degrees (WGS 84)."""

    __tablename__ = "place"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]


class ItemAgent(Base):
    """Who had to do with an item, in which role (`creator`, `interviewer` ...), in which order."""

    __tablename__ = "item_agent"

    item_id: Mapped[str] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("agent.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(primary_key=True, default="creator")
    position: Mapped[int] = mapped_column(default=0)
    agent: Mapped[Agent] = relationship(lazy="joined")


class ItemTerm(Base):
    """A vocabulary term given to an item, in order."""

    __tablename__ = "item_term"

    item_id: Mapped[str] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    term_id: Mapped[str] = mapped_column(ForeignKey("term.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)
    term: Mapped[Term] = relationship(lazy="joined")


class ItemPlace(Base):
    """A place an item is about or from, in order.

    Where somebody wrote where it is for this item, that counts: `precision` is `exact` or `town`, about where.
    """

    __tablename__ = "item_place"

    item_id: Mapped[str] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    place_id: Mapped[str] = mapped_column(ForeignKey("place.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    precision: Mapped[str] = mapped_column(default="")
    place: Mapped[Place] = relationship(lazy="joined")
