"""What was said of an item or of what items share, and how files stood, each time somebody changed it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, today
from archive.models.ids import new_id


class Revision(Base):
    """A description as it stood from one change to the next; the first is what came with the item.

    `said` holds it by field of the collection's profile, as a person types it; `meant` says which reading of a date
    that can be read in two ways was chosen. `agent` is a role or a user's id, never a name.
    """

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("item_id", "number"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    item_id: Mapped[str] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    number: Mapped[int]
    made_on: Mapped[date] = mapped_column(default=today)
    agent: Mapped[str]
    said: Mapped[dict[str, str]] = mapped_column(default=dict)
    meant: Mapped[dict[str, str]] = mapped_column(default=dict)


class Arrangement(Base):
    """How the files of an item stood from one change to the next; the first is how they came.

    `files` holds them in order, each with `file_id`, `title`, `role`, `accompanies_id` (or None) and `language`.
    `agent` is a role or a user's id, never a name.
    """

    __tablename__ = "arrangement"
    __table_args__ = (UniqueConstraint("item_id", "number"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    item_id: Mapped[str] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    number: Mapped[int]
    made_on: Mapped[date] = mapped_column(default=today)
    agent: Mapped[str]
    files: Mapped[list[Any]] = mapped_column(default=list)


class SharedRevision(Base):
    """What was said of a name or a word, or to introduce a collection in one language, from one change to the next.

    `subject` is `word/<id>` or `introduction/<collection>/<language>`; `said` is by field as a person types it.
    `agent` is a role or a user's id, never a name; it is empty and `made_on` None where nobody knows who said it.
    """

    __tablename__ = "shared_revision"
    __table_args__ = (UniqueConstraint("subject", "number"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    subject: Mapped[str]
    number: Mapped[int]
    made_on: Mapped[date | None]
    agent: Mapped[str] = mapped_column(default="")
    said: Mapped[dict[str, str]] = mapped_column(default=dict)
