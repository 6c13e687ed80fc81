"""What people sign in with besides a password, and the links that let somebody in once."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from archive.models.base import Base, today
from archive.models.ids import new_id


class Authenticator(Base):
    """The secret that an authenticator makes codes of (TOTP, RFC 6238), sealed with a key outside the database.

    `last_counter` is the time step of the last code that was taken: none before it is taken any more.
    """

    __tablename__ = "authenticator"

    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True)
    sealed: Mapped[str]
    # Until a code was typed nobody knows that the secret arrived.
    confirmed: Mapped[bool] = mapped_column(default=False)
    last_counter: Mapped[int] = mapped_column(BigInteger, default=-1)


class RecoveryCode(Base):
    """A code for when nothing else is at hand, kept as its HMAC-SHA-256 under a key outside the database."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("user_id", "hash"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    hash: Mapped[str]


class Passkey(Base):
    """A public key whose private half never leaves somebody's device (WebAuthn), and the name they gave it."""

    __tablename__ = "passkey"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    name: Mapped[str] = mapped_column(default="")
    made_on: Mapped[date] = mapped_column(default=today)
    used_on: Mapped[date | None]


class EntryLink(Base):
    """A link that lets somebody in once: invites to an account in some roles, or resets one's password.

    Only the SHA-256 of its 256-bit token is kept. `user_id` is whose password is reset, and empty for an invitation.
    """

    __tablename__ = "entry_link"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[str | None] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    roles: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)
    resets_second_factor: Mapped[bool] = mapped_column(default=False)
    ends: Mapped[datetime]
