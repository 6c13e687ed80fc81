"""Many items changed at once: what was planned, what became of it, and what stood there before."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, today
from archive.models.ids import new_id


class Batch(Base):
    """Changes that somebody asked for together; `kind` says how, `state` is `planned`, `asked` or `done`.

    `field` is the field of a profile that is changed, if it is one; `undoes` the batch that this one takes back.
    `agent` is a role or a user's id, never a name. The words themselves are with the items, and go with them.
    """

    __tablename__ = "batch"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]
    field: Mapped[str] = mapped_column(default="")
    agent: Mapped[str] = mapped_column(index=True)
    language: Mapped[str] = mapped_column(default="en")
    state: Mapped[str] = mapped_column(default="planned", index=True)
    made_on: Mapped[date] = mapped_column(default=today, index=True)
    undoes: Mapped[str | None] = mapped_column(ForeignKey("batch.id", ondelete="SET NULL"))


class BatchItem(Base):
    """One item of a batch: `act` is `describe`, `move` or an action of its life; `was` and `said` are by field, as typed.

    `seen_mark` tells what was planned upon, `left_mark` what was said when it was done. `outcome` is empty until it
    is dealt with, then `done`, or a code that says why it was not.
    """

    __tablename__ = "batch_item"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id", ondelete="CASCADE"), index=True)
    item_id: Mapped[str] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    act: Mapped[str]
    seen_mark: Mapped[str] = mapped_column(default="")
    left_mark: Mapped[str] = mapped_column(default="")
    was: Mapped[dict[str, str]] = mapped_column(default=dict)
    said: Mapped[dict[str, str]] = mapped_column(default=dict)
    outcome: Mapped[str] = mapped_column(default="")
