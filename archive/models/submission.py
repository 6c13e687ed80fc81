"""What a contributor sends in one go, with its consent and its thread of messages."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.models.base import Base, today
from archive.models.ids import new_id
from archive.models.states import Audience


class Collection(Base):
    """A collection that has received something; its words and fields are data under `collections/`."""

    __tablename__ = "collection"

    slug: Mapped[str] = mapped_column(primary_key=True)
    created_on: Mapped[date] = mapped_column(default=today)


class Submission(Base):
    """A submission (OAIS SIP): 1..n items, one consent record, one thread of messages.

    Times are cut to the day: the exact moment somebody gave something could tell who they are.
    """

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("source_key"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    collection: Mapped[str] = mapped_column(ForeignKey("collection.slug"), index=True)
    # The folder that it was taken in from. Never what a thing of it is called: that goes with the thing.
    title: Mapped[str] = mapped_column(default="")
    received_on: Mapped[date] = mapped_column(default=today)
    # What a bulk ingest was made from, so that running it again continues instead of doubling.
    source_key: Mapped[str | None]
    # False while it is a draft, which nobody but its contributor sees.
    sent: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str] = mapped_column(default="")
    consents: Mapped[list[Consent]] = relationship(order_by="Consent.version", cascade="all, delete-orphan")
    messages: Mapped[list[Message]] = relationship(order_by="Message.id", cascade="all, delete-orphan")


class Consent(Base):
    """One version of what the contributor allows; a change is a new version, every version is kept.

    `place_precision` is `exact`, `town` or `none`; with `town`, `places_shown` says which words stand for a
    place, and one without words is not shown.
    `people` is who else can be recognised: `""` (whoever brought it vouches), `none`, `agreed`, `not-asked` or
    `refused`. The agreement is kept whole, as it was read.
    """

    __tablename__ = "consent"
    __table_args__ = (
        UniqueConstraint("submission_id", "version"),
        Index("ix_consent_people_id", "people", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    audience: Mapped[str] = mapped_column(default=Audience.STAFF)
    naming: Mapped[str] = mapped_column(default="no-name")
    name_shown: Mapped[str] = mapped_column(default="")
    place_precision: Mapped[str] = mapped_column(default="town")
    places_shown: Mapped[dict[str, Any]] = mapped_column(default=dict)
    people: Mapped[str] = mapped_column(default="")
    people_words: Mapped[str] = mapped_column(default="")
    reuse: Mapped[str] = mapped_column(default="")
    not_before: Mapped[date | None] = mapped_column(index=True)
    not_after: Mapped[date | None]
    agreement_version: Mapped[str] = mapped_column(default="")
    agreement_language: Mapped[str] = mapped_column(default="en")
    agreement_fingerprint: Mapped[str] = mapped_column(default="")
    agreement_text: Mapped[str] = mapped_column(default="")
    given_on: Mapped[date] = mapped_column(default=today)


class Message(Base):
    """One message between a contributor and the curators (`written_by` is one of the two words); never in a bag."""

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_answered_written_by_submission_id", "answered", "written_by", "submission_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"), index=True)
    # The one thing whose words it repeats, with which it goes.
    item_id: Mapped[str | None] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    written_by: Mapped[str]
    text: Mapped[str]
    written_on: Mapped[date] = mapped_column(default=today)
    # Which of the curators, an event's agent: for the Desk alone. Of what a contributor writes it is empty.
    agent: Mapped[str] = mapped_column(default="")
    # Whether the other side has opened the thread since.
    seen: Mapped[bool] = mapped_column(default=False)
    # Of what a contributor wrote: whether a curator has answered, or said that it needs no answer.
    answered: Mapped[bool] = mapped_column(default=False)
