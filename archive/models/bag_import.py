"""Bags that were packed elsewhere and uploaded: the package, and what was found of each bag in it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, today
from archive.models.ids import new_id


class BagImport(Base):
    """One package: `state` is `arriving`, `asked`, `checked`, `done`, `failed` or `removed`, and `why` a code.

    `wish` is `check` or `take`; `round` counts how often a worker was asked, so that each time is a job of its own.
    `given_name` is what the package was called. `size` and `reserved` are bytes. `agent` is a role or a user's id. As
    long as it is arriving, asked or checked its bytes lie in staging under its id, until `expires_on` at most.
    """

    __tablename__ = "bag_import"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    agent: Mapped[str] = mapped_column(index=True)
    collection: Mapped[str]
    given_name: Mapped[str]
    wish: Mapped[str]
    state: Mapped[str] = mapped_column(default="arriving", index=True)
    why: Mapped[str] = mapped_column(default="")
    round: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    reserved: Mapped[int] = mapped_column(BigInteger, default=0)
    asked_on: Mapped[date] = mapped_column(default=today)
    expires_on: Mapped[date]


class BagVerdict(Base):
    """What was found of one bag: `verdict` is `sound`, `taken`, `here`, `refused` or `put-off`.

    `code` and `sentence` say why one is refused, `problems` what of its description could not be understood. `files` and
    `size` (bytes) are those of its payload. `item_id` is the item that it has become, or is here as.
    """

    __tablename__ = "bag_verdict"

    import_id: Mapped[str] = mapped_column(ForeignKey("bag_import.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    verdict: Mapped[str]
    code: Mapped[str] = mapped_column(default="")
    sentence: Mapped[str] = mapped_column(default="")
    problems: Mapped[list[str]] = mapped_column(JSON, default=list)
    files: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    item_id: Mapped[str | None] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
