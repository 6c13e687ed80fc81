"""Bags of what belongs to no item: stories, introductions of collections, names and words that curators wrote about."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, today
from archive.models.ids import new_id


class SharedBag(Base):
    """One bag and what it is of: `subject` is `story/<id>`, `collection/<slug>` or `word/<id>`, and None once it has to go.

    The record is ahead of the bag while `record_revision` is more than `bag_revision`, which is 0 until there is a bag.
    Revisions of a subject are counted on in the bag that takes the place of another. The rest is as in `fixity`.
    """

    __tablename__ = "shared_bag"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    subject: Mapped[str | None] = mapped_column(unique=True)
    record_revision: Mapped[int] = mapped_column(default=0)
    bag_revision: Mapped[int] = mapped_column(default=0)
    made_on: Mapped[date] = mapped_column(default=today)
    audited_on: Mapped[date | None]
    read_on: Mapped[date | None]
    failed_on: Mapped[date | None]
    unread_on: Mapped[date | None]
    outcome: Mapped[str] = mapped_column(default="")
    found: Mapped[dict[str, Any]] = mapped_column(default=dict)
    refused_on: Mapped[date | None]
    refused_why: Mapped[str] = mapped_column(default="", server_default="")


class SharedBagCopy(Base):
    """What of one such bag is in one store; the columns are as in `bag_copy`."""

    __tablename__ = "shared_bag_copy"

    store_id: Mapped[str] = mapped_column(ForeignKey("copy_store.id", ondelete="CASCADE"), primary_key=True)
    bag_id: Mapped[str] = mapped_column(
        ForeignKey("shared_bag.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    revision: Mapped[int] = mapped_column(default=0)
    read_on: Mapped[date | None]
    waits_since: Mapped[date | None]
    trouble: Mapped[str] = mapped_column(default="")
