"""Exports: what somebody had made to be taken out, and which items are in it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, today
from archive.models.ids import new_id


class Export(Base):
    """One export: `state` is `asked`, `done`, `failed` or `removed`, and `why` a code for the last two.

    `form` and `wrapping` say what it is made as, `purpose` is one of our words for what it is taken out for, and
    `for_whom` who gets it, where that is kept. `items` is how many it is to hold, `size` in bytes: until it is made, that of
    the files that go into bags, as they were when it was asked for. `agent` is a
    role or a user's id. What was asked for to choose the items is kept nowhere.
    """

    __tablename__ = "export"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    agent: Mapped[str] = mapped_column(index=True)
    form: Mapped[str]
    wrapping: Mapped[str] = mapped_column(default="")
    purpose: Mapped[str] = mapped_column(default="")
    for_whom: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="asked", index=True)
    why: Mapped[str] = mapped_column(default="")
    items: Mapped[int]
    name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    sha512: Mapped[str] = mapped_column(default="")
    asked_on: Mapped[date] = mapped_column(default=today)
    expires_on: Mapped[date]


class ExportItem(Base):
    """One item of an export, the row version it had when it was put in, and whether its history says so already."""

    __tablename__ = "export_item"

    export_id: Mapped[str] = mapped_column(ForeignKey("export.id", ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[str] = mapped_column(
        ForeignKey("item.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    version: Mapped[int]
    noted: Mapped[bool] = mapped_column(default=False)
