"""What curators arrange among themselves, never part of an item's record: who has it, who looks at it, what waits for a day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, today


class Taking(Base):
    """An item that somebody has taken to work at: advice to the others, not a lock."""

    __tablename__ = "taking"

    item_id: Mapped[str] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    taken_on: Mapped[date] = mapped_column(default=today)


class Looking(Base):
    """Somebody has an item open, as far as anybody knows, `until` a moment; removed soon after."""

    __tablename__ = "looking"

    item_id: Mapped[str] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[str] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    until: Mapped[datetime] = mapped_column(index=True)


class NotToday(Base):
    """An item that somebody does not wish to meet before the day `until`."""

    __tablename__ = "not_today"

    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[str] = mapped_column(
        ForeignKey("item.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    until: Mapped[date] = mapped_column(index=True)


class Care(Base):
    """How somebody wishes to meet what is on the desk; who has said nothing is shown pictures blurred."""

    __tablename__ = "care"

    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True)
    blur: Mapped[bool] = mapped_column(default=True)
    grey: Mapped[bool] = mapped_column(default=False)
    still: Mapped[bool] = mapped_column(default=True)
    keys: Mapped[bool] = mapped_column(default=True)


class PlannedPublication(Base):
    """An item that is to be published on a day, in the name of who asked; `trouble` is a code of why it was not."""

    __tablename__ = "planned_publication"

    item_id: Mapped[str] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    publish_on: Mapped[date] = mapped_column(index=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    trouble: Mapped[str] = mapped_column(default="")


class Embargo(Base):
    """What the giver of a submission allowed before staff narrowed it: `allowed_from` is their own first day.

    `consent_version` has the day of staff. It holds while that is the newest, and beside a later day of the giver's own.
    """

    __tablename__ = "embargo"

    submission_id: Mapped[str] = mapped_column(
        ForeignKey("submission.id", ondelete="CASCADE"), primary_key=True
    )
    consent_version: Mapped[int]
    allowed_from: Mapped[date | None]
