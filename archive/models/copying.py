"""Copies of bags in further stores: which stores there are, and what of each bag is there."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base
from archive.models.ids import new_id


class CopyStore(Base):
    """A store that the setting `copies` named once; `mark` is what lies in it and tells it from another at its place.

    `trouble` is the code of what was in the way when it was last looked at, empty when nothing was.
    """

    __tablename__ = "copy_store"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    url: Mapped[str] = mapped_column(unique=True)
    mark: Mapped[str] = mapped_column(default="")
    trouble: Mapped[str] = mapped_column(default="")
    looked_on: Mapped[date | None]
    reached_on: Mapped[date | None]


class BagCopy(Base):
    """What of one bag is in one store: the revision of its record that is there, read back; 0 when none is yet.

    It outlives what it is about: once that is destroyed, it says that its copy has still to be removed.
    """

    __tablename__ = "bag_copy"

    store_id: Mapped[str] = mapped_column(ForeignKey("copy_store.id", ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[str] = mapped_column(
        ForeignKey("item.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    revision: Mapped[int] = mapped_column(default=0)
    # The day on which every byte of it was last read there, and that since which it is behind.
    read_on: Mapped[date | None]
    waits_since: Mapped[date | None] = mapped_column(index=True)
    trouble: Mapped[str] = mapped_column(default="")
