"""Which items took the place of which, when files were put together in another way."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base


class Replacement(Base):
    """`new_id` takes the place of `old_id`, with others maybe; `done` once every new one is kept and the old one is not shown any more."""

    __tablename__ = "replacement"

    old_id: Mapped[str] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    new_id: Mapped[str] = mapped_column(
        ForeignKey("item.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    agent: Mapped[str]
    done: Mapped[bool] = mapped_column(default=False)
