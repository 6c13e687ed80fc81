"""What people ask about something that is shown, and what they know about it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, today
from archive.models.ids import new_id


class Asked(StrEnum):
    """What somebody asks for."""

    TAKE_DOWN = "take-down"
    CORRECTION = "correction"
    NOTE = "note"


class Answer(StrEnum):
    """What was decided; `gone` when the item was destroyed before anybody did."""

    TAKEN_DOWN = "taken-down"
    NARROWED = "narrowed"
    CORRECTED = "corrected"
    KEPT = "kept"
    SHOWN = "shown"
    NOT_SHOWN = "not-shown"
    GONE = "gone"


class Request(Base):
    """A request about an item, from somebody whom nobody needs to know; never in a bag, index or export.

    `why` is why it should be taken down, `name` how the writer of a note wishes to be named. `sealed` is how to reach
    them, if they said, bound to the request's id; `lookup` and `hash` are of the code by which they read the answer.
    `once` is drawn for each form that is opened: whoever sends one twice has asked once. `decision` is "" until
    somebody decides, then it stays.
    """

    __tablename__ = "request"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    item_id: Mapped[str] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    why: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    once: Mapped[str] = mapped_column(unique=True)
    lookup: Mapped[str] = mapped_column(unique=True)
    hash: Mapped[str]
    asked_on: Mapped[date] = mapped_column(default=today)
    due_on: Mapped[date] = mapped_column(index=True)
    decision: Mapped[str] = mapped_column(default="", index=True)
    reason: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[str] = mapped_column(default="")
    decided_on: Mapped[date | None]


class PublicNote(Base):
    """What somebody knows about an item and a curator has accepted: shown beside it, and part of its record."""

    __tablename__ = "public_note"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    item_id: Mapped[str] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    words: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    accepted_on: Mapped[date] = mapped_column(default=today)
