"""How pictures look, as far as it takes to tell that two are nearly the same."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base


class PictureHash(Base):
    """The difference hash (dHash, 64 bits) of a file's picture, in four bands of 16 bits from the highest down.

    Two hashes that differ in up to seven bits have a band in which they differ in one bit at most, so that a look at
    the bands finds every near one.
    """

    __tablename__ = "picture_hash"

    file_id: Mapped[str] = mapped_column(ForeignKey("file.id", ondelete="CASCADE"), primary_key=True)
    band_1: Mapped[int] = mapped_column(index=True)
    band_2: Mapped[int] = mapped_column(index=True)
    band_3: Mapped[int] = mapped_column(index=True)
    band_4: Mapped[int] = mapped_column(index=True)


class Likeness(Base):
    """Two files of different items whose pictures are nearly the same, written once in each direction."""

    __tablename__ = "likeness"

    file_id: Mapped[str] = mapped_column(ForeignKey("file.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[str] = mapped_column(
        ForeignKey("file.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    # Of 64 bits, how many differ.
    distance: Mapped[int]
