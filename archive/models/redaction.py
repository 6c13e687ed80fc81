"""What of a file is taken out of everything that is shown of it; the original keeps it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, today
from archive.models.ids import new_id


class Redaction(Base):
    """One mark on a file; `kind` is region, range, film-region or passage, and tells how `extent` is to be read.

    A region has `x`, `y`, `width` and `height` as shares (0 to 1) of the upright picture, on `page` (from 1) where
    there are pages. A range has `start_ms` and `end_ms`, and `untimed` where texts without times may still be shown
    beside it. A film-region has the four numbers of a region and the two moments of a range: that part of the picture
    goes for that time, and what is heard stays. A passage has its `words`, their `occurrence` (from 1; without it all
    of them), `everywhere` where they go from every text of the item, and `counted_by`, the `COPIES_VERSION` of the text in
    which the occurrence was counted. A mark that was removed stays, with the day.
    """

    __tablename__ = "redaction"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    file_id: Mapped[str] = mapped_column(ForeignKey("file.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    page: Mapped[int | None]
    extent: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[str] = mapped_column(default="")
    made_on: Mapped[date] = mapped_column(default=today)
    agent: Mapped[str]
    removed_on: Mapped[date | None]
