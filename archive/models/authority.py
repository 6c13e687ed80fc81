"""What is known of a word that items share: a person, an organisation, a place or a term of a vocabulary."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.models.base import Base
from archive.models.ids import new_id


class Authority(Base):
    """What curators wrote down about an agent, a place or a term, whose id it has; most have no such row.

    `room` is `agents`, `places` or `terms`; `standing` is `""`, `historic` or `harmful`, and `preferred_id` then names
    the word of the same room to use instead. `precision` says how exactly the coordinates of a place are known.
    `version` counts the changes, so that of two bags that tell of it the newer is known.
    """

    __tablename__ = "authority"

    id: Mapped[str] = mapped_column(primary_key=True)
    room: Mapped[str]
    standing: Mapped[str] = mapped_column(default="")
    preferred_id: Mapped[str | None] = mapped_column(index=True)
    note: Mapped[str] = mapped_column(default="")
    precision: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    names: Mapped[list[AlternativeName]] = relationship(
        order_by="AlternativeName.position", cascade="all, delete-orphan", lazy="selectin"
    )
    links: Mapped[list[AuthorityLink]] = relationship(
        order_by="AuthorityLink.position", cascade="all, delete-orphan", lazy="selectin"
    )


class AlternativeName(Base):
    """Another name of an authority; one that it bore here before (`former`) leads on to it when somebody writes it."""

    __tablename__ = "alternative_name"

    authority_id: Mapped[str] = mapped_column(
        ForeignKey("authority.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)
    former: Mapped[bool] = mapped_column(default=False)


class AuthorityLink(Base):
    """Where an authority of the world outside (Wikidata, the Library of Congress ...) speaks of the same."""

    __tablename__ = "authority_link"

    authority_id: Mapped[str] = mapped_column(
        ForeignKey("authority.id", ondelete="CASCADE"), primary_key=True
    )
    uri: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=0)


class MergedAuthority(Base):
    """Where the id of an authority that was merged into another one leads."""

    __tablename__ = "merged_authority"

    old_id: Mapped[str] = mapped_column(primary_key=True)
    room: Mapped[str]
    new_id: Mapped[str] = mapped_column(index=True)


class Rewording(Base):
    """A change of an authority on its way to the items that use it; gone when the last of them has heard of it.

    `kind` is `rename`, `merge`, or `""` for one that changes no word of what is said; `moved` are the items that a merge
    took over, `from_id` whose they were. Items are reached in order of their ids, `reached` is the last of them.
    """

    __tablename__ = "rewording"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    authority_id: Mapped[str] = mapped_column(index=True)
    room: Mapped[str]
    kind: Mapped[str] = mapped_column(default="")
    agent: Mapped[str]
    from_id: Mapped[str] = mapped_column(default="")
    moved: Mapped[list[Any]] = mapped_column(default=list)
    reached: Mapped[str] = mapped_column(default="")
