"""Original bitstreams, what was learnt from them, and the access copies made for people to see."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.models.base import Base
from archive.models.ids import new_id
from archive.models.states import FileState


class File(Base):
    """One original, byte for byte as given (OAIS content data object).

    `given_bytes` is the name byte for byte, percent-encoded (RFC 3986), where `given_name` in UTF-8 is not that; else "".
    `says` is what the file itself says (date taken, camera, place ...), kept apart from what people say.
    `role` tells what it is to the item: `original`, or `transcript`, `captions`, `translation` ... of the
    file `accompanies_id`. Until it is in a bag its bytes are `staging/<staged_as>`. `copies_version` is the
    `COPIES_VERSION` with which all that is shown of it was made.
    """

    __tablename__ = "file"
    __table_args__ = (
        UniqueConstraint("item_id", "safe_name"),
        Index("ix_file_state_item_id", "state", "item_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    item_id: Mapped[str] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    given_name: Mapped[str]
    given_bytes: Mapped[str] = mapped_column(default="")
    safe_name: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    role: Mapped[str] = mapped_column(default="original")
    accompanies_id: Mapped[str | None] = mapped_column(ForeignKey("file.id"))
    language: Mapped[str] = mapped_column(default="")
    size: Mapped[int] = mapped_column(BigInteger)
    sha512: Mapped[str] = mapped_column(index=True)
    crc32: Mapped[int] = mapped_column(BigInteger)
    staged_as: Mapped[str] = mapped_column(default="")

    state: Mapped[str] = mapped_column(default=FileState.RECEIVED)
    failure_code: Mapped[str] = mapped_column(default="")
    failure: Mapped[str] = mapped_column(default="")
    notes: Mapped[list[Any]] = mapped_column(default=list)
    media_type: Mapped[str] = mapped_column(default="")
    format_name: Mapped[str] = mapped_column(default="")
    puid: Mapped[str] = mapped_column(default="")
    pages: Mapped[int | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    duration_ms: Mapped[int | None] = mapped_column(BigInteger)
    says: Mapped[dict[str, Any]] = mapped_column(default=dict)
    copies_version: Mapped[int] = mapped_column(default=0, server_default="0")

    copies: Mapped[list[AccessCopy]] = relationship(
        order_by="AccessCopy.page, AccessCopy.id", cascade="all, delete-orphan"
    )
    passages: Mapped[list[Passage]] = relationship(order_by="Passage.position", cascade="all, delete-orphan")


class AccessCopy(Base):
    """A rendition for people to see: always re-creatable, never in the bag, without source metadata.

    `kind` is one of thumbnail, web, tiles, page, poster, waveform, audio, video, text, captions; `path` is
    relative to the home's `access/`.
    """

    __tablename__ = "access_copy"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    file_id: Mapped[str] = mapped_column(ForeignKey("file.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    page: Mapped[int | None]
    path: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha512: Mapped[str]
    width: Mapped[int | None]
    height: Mapped[int | None]
    duration_ms: Mapped[int | None] = mapped_column(BigInteger)


class Passage(Base):
    """A piece of a file's text that has a place in it: a page, or a moment from `start_ms` to `end_ms`.

    Of mail, the `message` (from 1), and the `enclosure` (from 1 through the whole file) where it is not the message's own.
    """

    __tablename__ = "passage"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[str] = mapped_column(ForeignKey("file.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    page: Mapped[int | None]
    start_ms: Mapped[int | None] = mapped_column(BigInteger)
    end_ms: Mapped[int | None] = mapped_column(BigInteger)
    speaker: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    message: Mapped[int | None]
    enclosure: Mapped[int | None]
