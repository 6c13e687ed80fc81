"""Pages that curators write around items, and the words that introduce a collection."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.models.base import Base, today
from archive.models.ids import new_id


class Story(Base):
    """A page in one language that curators write around items, such as an exhibit for a day of remembrance.

    `body` is Markdown; `translation_of` is the story that it says in another language. `version` is the row version.
    """

    __tablename__ = "story"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(unique=True)
    collection: Mapped[str] = mapped_column(ForeignKey("collection.slug"), index=True)
    language: Mapped[str] = mapped_column(default="en")
    translation_of: Mapped[str | None] = mapped_column(
        ForeignKey("story.id", ondelete="SET NULL"), index=True
    )
    title: Mapped[str]
    body: Mapped[str] = mapped_column(default="")
    published: Mapped[bool] = mapped_column(default=False)
    published_on: Mapped[date | None]
    changed_on: Mapped[date] = mapped_column(default=today)
    version: Mapped[int] = mapped_column()
    items: Mapped[list[StoryItem]] = relationship(
        order_by="StoryItem.position", cascade="all, delete-orphan", lazy="selectin"
    )

    __mapper_args__ = {"version_id_col": version}


class StoryItem(Base):
    """An item that a story shows, in order, with words below it."""

    __tablename__ = "story_item"

    story_id: Mapped[str] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[str] = mapped_column(
        ForeignKey("item.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int] = mapped_column(default=0)
    caption: Mapped[str] = mapped_column(default="")


class StoryRevision(Base):
    """A story as it stood from one change to the next; `items` holds `[id, caption]` in order."""

    __tablename__ = "story_revision"
    __table_args__ = (UniqueConstraint("story_id", "number"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    story_id: Mapped[str] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"))
    number: Mapped[int]
    made_on: Mapped[date] = mapped_column(default=today)
    agent: Mapped[str]
    language: Mapped[str]
    title: Mapped[str]
    body: Mapped[str]
    items: Mapped[list[Any]] = mapped_column(default=list)


class Introduction(Base):
    """Words that introduce a collection in one language, in place of those of its folder."""

    __tablename__ = "introduction"

    collection: Mapped[str] = mapped_column(ForeignKey("collection.slug"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[str]
    agent: Mapped[str]
    changed_on: Mapped[date] = mapped_column(default=today)
