"""The unit that is described, reviewed, published, cited and withdrawn. One item = one bag."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from archive.models.base import Base, today
from archive.models.file import File
from archive.models.ids import new_id
from archive.models.states import ItemState
from archive.models.submission import Consent, Submission
from archive.models.vocabulary import ItemAgent, ItemPlace, ItemTerm


class Item(Base):
    """An item and its description; `extra` holds the fields a collection's profile adds.

    `date_start` and `date_end` are the earliest and latest day it may be of (YYYYMMDD), `decades` every
    decade it may belong to. `version` is the row version: a change against a stale one is refused.
    """

    __tablename__ = "item"
    # The desk's queue: what waits, oldest first, in all collections or in one.
    __table_args__ = (
        Index("ix_item_queue", "state", "received_on", "submission_id", "position", "collection", "id"),
        Index("ix_item_desk", "collection", "state", "received_on", "submission_id", "position", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id"), index=True)
    collection: Mapped[str] = mapped_column(ForeignKey("collection.slug"), index=True)
    consent_id: Mapped[str] = mapped_column(ForeignKey("consent.id"), index=True)
    state: Mapped[str] = mapped_column(default=ItemState.RECEIVED, index=True)
    version: Mapped[int] = mapped_column()
    position: Mapped[int] = mapped_column(default=0)
    received_on: Mapped[date] = mapped_column(default=today)
    published_on: Mapped[date | None] = mapped_column(index=True)
    withdrawn_on: Mapped[date | None]
    # What the contributor wishes the public to read in its place; nothing unless they wrote it.
    withdrawal_words: Mapped[str] = mapped_column(default="")
    # The widest audience that saw it when it was last taken off: "" | community | public.
    shown_to: Mapped[str] = mapped_column(default="")
    # "" | asked | done: whether the originals and the old records are to be destroyed, and are.
    erasure: Mapped[str] = mapped_column(default="", index=True)

    title: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default="")
    date_given: Mapped[str] = mapped_column(default="")
    date_edtf: Mapped[str] = mapped_column(default="")
    date_start: Mapped[int | None] = mapped_column(index=True)
    date_end: Mapped[int | None]
    decades: Mapped[list[int]] = mapped_column(default=list)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    languages: Mapped[list[str]] = mapped_column(default=list)
    rights: Mapped[str] = mapped_column(default="")
    rights_uri: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    content_note: Mapped[str] = mapped_column(default="")
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)

    # The bag holds revision `bag_revision`; when `record_revision` is ahead, a job has yet to write it.
    bag_key: Mapped[str] = mapped_column(default="")
    record_revision: Mapped[int] = mapped_column(default=1)
    bag_revision: Mapped[int] = mapped_column(default=0)
    # An outbox of one bit: set in the transaction that changes the item, cleared by the index job.
    index_pending: Mapped[bool] = mapped_column(default=False, index=True)

    submission: Mapped[Submission] = relationship()
    consent: Mapped[Consent] = relationship(lazy="joined")
    files: Mapped[list[File]] = relationship(order_by=File.position, cascade="all, delete-orphan")
    agents: Mapped[list[ItemAgent]] = relationship(order_by=ItemAgent.position, cascade="all, delete-orphan")
    terms: Mapped[list[ItemTerm]] = relationship(order_by=ItemTerm.position, cascade="all, delete-orphan")
    places: Mapped[list[ItemPlace]] = relationship(order_by=ItemPlace.position, cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}


# Names, subjects and places of many items at once; of a single one they are loaded when they are asked for.
DESCRIBED = (selectinload(Item.agents), selectinload(Item.terms), selectinload(Item.places))
