"""What those who harvest the archive are told of: which items are public, and which were and are not any more."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base


class PublicRecord(Base):
    """An item that everybody may see, or could see until `changed_on`; of the latter only this row tells.

    `revision` is that of the record which was public on that day. Nothing that never was public has a row.
    """

    __tablename__ = "public_record"
    __table_args__ = (
        Index(None, "changed_on", "item_id"),
        Index(None, "collection", "changed_on", "item_id"),
    )

    # No key of another table: of what was destroyed no item may be left, and it is told as gone all the same.
    item_id: Mapped[str] = mapped_column(primary_key=True)
    collection: Mapped[str]
    changed_on: Mapped[date]
    deleted: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int]
