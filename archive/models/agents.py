"""People and organisations: those named in items, and those who sign in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.models.base import Base, now
from archive.models.ids import new_id


class Agent(Base):
    """A person or organisation named in a description (PREMIS agent, Dublin Core creator or contributor)."""

    __tablename__ = "agent"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(default="person")


class Role(Base):
    """One role one user has, in one collection or (`collection` empty) in all."""

    __tablename__ = "role"
    __table_args__ = (UniqueConstraint("user_id", "name", "collection"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    collection: Mapped[str] = mapped_column(default="")


class User(Base):
    """Somebody who signs in; the password is only ever an Argon2id hash."""

    __tablename__ = "user_account"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    username: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    created: Mapped[datetime] = mapped_column(default=now)
    roles: Mapped[list[Role]] = relationship(cascade="all, delete-orphan", lazy="selectin")


class ServerSession(Base):
    """A signed-in session, kept on the server so that signing out ends it for good.

    Only the SHA-256 of the cookie's 256-bit id is kept; no address and no user agent. `is_half` while the password was
    right and a second factor is still asked for; `renew` once rights changed, so that it gets another id.
    """

    __tablename__ = "server_session"

    id_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str | None] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    data: Mapped[str] = mapped_column(default="{}")
    created: Mapped[datetime] = mapped_column(default=now)
    seen: Mapped[datetime] = mapped_column(default=now, index=True)
    is_half: Mapped[bool] = mapped_column(default=False)
    renew: Mapped[bool] = mapped_column(default=False)
