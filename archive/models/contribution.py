"""What is kept while somebody gives, and so that they can come back: drafts, arriving bytes, codes, contact details."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, today
from archive.models.ids import new_id


class Draft(Base):
    """What somebody has answered so far; gone once it is sent, or `draft_days` after it was last touched.

    `answers` is what `archive.services.answers` reads and writes. A submission that was sent has a draft again
    while more is added to it.
    """

    __tablename__ = "draft"

    submission_id: Mapped[str] = mapped_column(
        ForeignKey("submission.id", ondelete="CASCADE"), primary_key=True
    )
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    touched_on: Mapped[date] = mapped_column(default=today, index=True)


# The length of an upload whose sender says it at the end, as of what is just being recorded.
AT_THE_END = -1


class Upload(Base):
    """Bytes on their way into a draft: room is reserved a step ahead of them.

    The bytes are `staging/<id>`; how many have arrived is that file's size. `reserved` (bytes, from the first) counts
    against every quota as long as somebody writes to that file, which is locked then; else what has arrived does.
    `length` is the whole, None where nobody said (by a plain form, with which nobody can go on), or `AT_THE_END`.
    `given_bytes` is the name as it was sent, as in `File`, where it was cleaned.
    `position` is where it will stand among the things of its draft, whichever of several arrives first.
    """

    __tablename__ = "upload"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"), index=True)
    given_name: Mapped[str]
    given_bytes: Mapped[str] = mapped_column(default="", server_default="")
    length: Mapped[int | None] = mapped_column(BigInteger)
    reserved: Mapped[int] = mapped_column(BigInteger)
    begun_on: Mapped[date] = mapped_column(default=today, index=True)
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    # The file it has become: whoever asks again for the end of an upload is told, and nothing is doubled.
    file_id: Mapped[str | None] = mapped_column(ForeignKey("file.id", ondelete="CASCADE"))


class ReturnCode(Base):
    """The code somebody comes back with, kept so that it can be recognised and never read.

    `lookup` is its HMAC-SHA-256 under a key outside the database, `hash` its Argon2id hash.
    """

    __tablename__ = "return_code"

    submission_id: Mapped[str] = mapped_column(
        ForeignKey("submission.id", ondelete="CASCADE"), primary_key=True
    )
    lookup: Mapped[str] = mapped_column(unique=True)
    hash: Mapped[str]
    # Until the person has typed it again nobody knows that they have it.
    confirmed: Mapped[bool] = mapped_column(default=False)


class Contact(Base):
    """How somebody wishes to be reached: sealed with a key outside the database, never in a bag, index or log."""

    __tablename__ = "contact"

    submission_id: Mapped[str] = mapped_column(
        ForeignKey("submission.id", ondelete="CASCADE"), primary_key=True
    )
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Holder(Base):
    """The account that holds a submission, for contributors who wanted an account."""

    __tablename__ = "holder"

    submission_id: Mapped[str] = mapped_column(
        ForeignKey("submission.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)


class UnsentWords(Base):
    """What a contributor has typed and not sent: sealed like contact details, for them alone.

    `form` is where it was typed, and about what: `message`, `contact`, `allow`, `correct/<item>`, `take-back/<item>`
    or `take-back/` under "Where things stand", `writing` of a draft. Gone once it is sent, taken back, or `draft_days` after it was kept.
    """

    __tablename__ = "unsent_words"

    submission_id: Mapped[str] = mapped_column(
        ForeignKey("submission.id", ondelete="CASCADE"), primary_key=True
    )
    form: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    kept_on: Mapped[date] = mapped_column(default=today, index=True)
