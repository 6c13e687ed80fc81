"""When each bag was last read in full, and what was found."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base


class Fixity(Base):
    """The fixity of one item's bag; an item without a row was read when it came, and not since.

    `audited_on` is the day of the last audit that came to an end, `read_on` the last day on which every byte was read.
    `unread_on` is the day since which an audit comes to no end, None when the last one did. `refused_on` is the day since
    which the bag takes no revision, and `refused_why` a code or a name of errno; None and "" while it takes them.
    `outcome` is that of the last audit: "" (none yet), success or failure; `failed_on` the day since which it fails.
    `found` has by kind of damage how many files have it (`count`) and the first of their paths in the bag (`paths`).
    `copies` are the files whose access copies were damaged and wait to be made anew, `wanted` tells that somebody asked
    for it to be read now. `bytes_read` is how much was read last.
    """

    __tablename__ = "fixity"

    item_id: Mapped[str] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    audited_on: Mapped[date | None] = mapped_column(index=True)
    read_on: Mapped[date | None]
    failed_on: Mapped[date | None]
    unread_on: Mapped[date | None] = mapped_column(index=True)
    refused_on: Mapped[date | None] = mapped_column(index=True)
    refused_why: Mapped[str] = mapped_column(default="", server_default="")
    outcome: Mapped[str] = mapped_column(default="", index=True)
    found: Mapped[dict[str, Any]] = mapped_column(default=dict)
    copies: Mapped[list[Any]] = mapped_column(default=list)
    bytes_read: Mapped[int] = mapped_column(BigInteger, default=0)
    wanted: Mapped[bool] = mapped_column(default=False, index=True)
