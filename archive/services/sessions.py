"""Sessions that live on the server: who a token stands for, and when it is worth nothing any more."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, delete, exists, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from archive.access import Actor, actor_with, contributor
from archive.models import Authenticator, Holder, Passkey, Role, ServerSession, User, now
from archive.services.opening import Archive

# What the session of somebody without a name holds: whose submission it is, and whether a draft is being written.
SUBMISSION, DRAFTING = "submission", "drafting"
# What was given in this browser before somebody signed in, and what a curator asked since: for as long as they stay.
GIVEN_HERE, ASKED_HERE = "given-here", "asked-here"
# How long somebody may look for their second factor.
HALF = timedelta(minutes=10)


def _has_more(user_id: InstrumentedAttribute[str] | str) -> ColumnElement[bool]:
    return or_(
        exists().where(Authenticator.user_id == user_id, Authenticator.confirmed),
        exists().where(Passkey.user_id == user_id),
    )


# Whose a session is, what they may do at this moment, and whether they have more than a password: one look at the database.
_WHO = (
    select(
        ServerSession,
        User.username,
        Role.name.label("role"),
        Role.collection,
        Holder.submission_id,
        _has_more(User.id).label("has_second_factor"),
    )
    .outerjoin(User, and_(User.id == ServerSession.user_id, User.active))
    .outerjoin(Role, Role.user_id == User.id)
    .outerjoin(Holder, Holder.user_id == User.id)
    .where(ServerSession.id_hash == bindparam("id_hash"))
)


@dataclass(frozen=True)
class Owner:
    """Whose a session is: who they are with the roles as they stand now, and their user name.

    Who looks after the archive and `must_set_up` a second factor is let in nowhere else before.
    """

    actor: Actor
    username: str
    must_set_up: bool


@dataclass(frozen=True)
class OpenSession:
    """A session that has not ended: whose it is, if somebody signed in, and what it holds.

    `half_user_id` is whose password was right while the second factor is still asked for: it gives no right at all.
    `renew` says that rights changed, so that it is to get another token. `owner` is nobody whose account is closed.
    """

    user_id: str | None
    data: dict[str, Any]
    half_user_id: str | None = None
    renew: bool = False
    owner: Owner | None = None


@dataclass(frozen=True)
class SessionFacts:
    """What somebody sees of a session of their own; `handle` names it and opens nothing."""

    handle: str
    opened: datetime
    seen: datetime
    is_this: bool


def open_session(archive: Archive, token: str) -> OpenSession | None:
    """The session of a token, or None when it has ended."""
    found = _live(archive, token)
    if not found:
        return None
    row = found[0].ServerSession
    data = json.loads(row.data)
    if row.is_half:
        return OpenSession(None, data, row.user_id, row.renew)
    return OpenSession(row.user_id, data, renew=row.renew, owner=_owner(archive, found))


def _owner(archive: Archive, found: Sequence[Row[*tuple[Any, ...]]]) -> Owner | None:
    first = found[0]
    if first.username is None:
        return None
    # Every role stands beside everything they gave.
    roles = dict.fromkeys((row.role, row.collection) for row in found if row.role is not None)
    held = {row.submission_id for row in found if row.submission_id is not None}
    actor = actor_with(first.ServerSession.user_id, roles, held)
    # Looked at each time, so that it holds as well for somebody whose roles grew since they signed in.
    needs_another = archive.settings.staff_second_factor and actor.is_staff
    return Owner(actor, first.username, must_set_up=needs_another and not first.has_second_factor)


def actor_for(archive: Archive, token: str) -> tuple[Actor, str] | None:
    """Who a token stands for, with the roles as they are now, and the user name; None when it is not worth anything.

    A session of nobody's stands for the contributor whose submission it holds; such a one has no name. Nobody is who
    has yet to show, or to set up, a second factor.
    """
    found = open_session(archive, token)
    return None if found is None else actor_of_session(found)


def actor_of_session(found: OpenSession) -> tuple[Actor, str] | None:
    """Who a session stands for, as `actor_for`."""
    if found.user_id is None:
        held = found.data.get(SUBMISSION)
        return (contributor([held]), "") if held else None
    owner = found.owner
    return None if owner is None or owner.must_set_up else (owner.actor, owner.username)


def setting_up(found: OpenSession) -> tuple[str, str] | None:
    """Id and name of whoever signed in and may do nothing before they have set up a second factor; None otherwise."""
    owner = found.owner
    return (owner.actor.id, owner.username) if owner is not None and owner.must_set_up else None


def has_second_factor(session: Session, user_id: str) -> bool:
    """Whether somebody has something besides a password: an authenticator that was tried, or a passkey."""
    return bool(session.scalar(select(_has_more(user_id))))


def begin(session: Session, user_id: str | None, *, is_half: bool = False) -> str:
    """A new session in the caller's transaction; its token goes into the cookie and is kept only as a hash."""
    token = secrets.token_urlsafe(32)
    opened = now() if user_id else day()
    session.add(
        ServerSession(id_hash=hash_of(token), user_id=user_id, created=opened, seen=opened, is_half=is_half)
    )
    session.flush()
    return token


def save_session(archive: Archive, token: str | None, data: dict[str, Any]) -> str:
    """Keep what a session holds, opening one for nobody yet when there is none; return its token."""
    with archive.db.write() as session:
        row = session.get(ServerSession, hash_of(token)) if token else None
        if row is None:
            token = begin(session, None)
            row = session.get_one(ServerSession, hash_of(token))
        row.data = json.dumps(data)
    assert token is not None
    return token


def drop_session(archive: Archive, token: str) -> None:
    """End a session for good: its token is worth nothing afterwards."""
    with archive.db.write() as session:
        session.execute(delete(ServerSession).where(ServerSession.id_hash == hash_of(token)))


def renew(archive: Archive, token: str) -> str | None:
    """Another token for a session whose owner's rights changed, the old one ends; None when somebody else did it first."""
    fresh = secrets.token_urlsafe(32)
    ask = update(ServerSession).where(ServerSession.id_hash == hash_of(token), ServerSession.renew)
    with archive.db.write() as session:
        changed = session.execute(
            ask.values(id_hash=hash_of(fresh), renew=False).returning(ServerSession.seen)
        )
        return fresh if changed.first() is not None else None


def renew_all(session: Session, user_id: str) -> None:
    """Have every session of somebody get another token at its next request, in the transaction that changes rights."""
    session.execute(update(ServerSession).where(ServerSession.user_id == user_id).values(renew=True))


def end_all(session: Session, user_id: str, *, but: str = "") -> None:
    """End every session of somebody, in the caller's transaction; `but` is the token of one that stays."""
    ended = delete(ServerSession).where(ServerSession.user_id == user_id)
    session.execute(ended.where(ServerSession.id_hash != hash_of(but)) if but else ended)


def end_halves(session: Session, user_id: str) -> None:
    """End the sessions of somebody that wait for a second factor, in the caller's transaction."""
    waiting = delete(ServerSession).where(ServerSession.user_id == user_id, ServerSession.is_half)
    session.execute(waiting)


def of_user(archive: Archive, user_id: str, token: str) -> list[SessionFacts]:
    """The open sessions of somebody, the newest first; `token` is that of the one they look from."""
    with archive.db.read() as session:
        rows = session.scalars(
            select(ServerSession)
            .where(ServerSession.user_id == user_id, ~ServerSession.is_half)
            .order_by(ServerSession.created.desc(), ServerSession.id_hash)
        )
        return [
            SessionFacts(_handle(row), row.created, row.seen, row.id_hash == hash_of(token))
            for row in rows
            if _is_live(archive, row)
        ]


def is_whole(archive: Archive) -> ColumnElement[bool]:
    """Whether a session of somebody's has not ended and waits for nothing; for queries on ServerSession."""
    idle, absolute = _limits(archive)
    return and_(
        ~ServerSession.is_half, ServerSession.seen >= now() - idle, ServerSession.created >= now() - absolute
    )


def end_one(archive: Archive, user_id: str, handle: str) -> None:
    """End that session of somebody; one that has ended already has ended."""
    with archive.db.write() as session:
        for row in session.scalars(select(ServerSession).where(ServerSession.user_id == user_id)):
            if _handle(row) == handle:
                session.delete(row)


def end_others(archive: Archive, user_id: str, token: str) -> None:
    """End every session of somebody but the one of `token`."""
    with archive.db.write() as session:
        end_all(session, user_id, but=token)


def remove_ended_sessions(archive: Archive) -> None:
    """Remove sessions past their idle or absolute end."""
    idle, absolute = _limits(archive)
    with archive.db.write() as session:
        ended = (ServerSession.seen < now() - idle) | (ServerSession.created < now() - absolute)
        session.execute(delete(ServerSession).where(ServerSession.user_id.is_not(None), ended))
        session.execute(
            delete(ServerSession).where(ServerSession.is_half, ServerSession.created < now() - HALF)
        )
        nobodys = select(ServerSession).where(ServerSession.user_id.is_(None))
        for row in session.scalars(nobodys):
            if not _is_live(archive, row):
                session.delete(row)


def hash_of(token: str) -> str:
    """How a token is kept: its SHA-256 in hex, so that a stolen database opens no session."""
    return hashlib.sha256(token.encode()).hexdigest()


def day() -> datetime:
    """The start of this day: the finest time ever kept of somebody who gave no name."""
    return now().replace(hour=0, minute=0, second=0, microsecond=0)


def _handle(row: ServerSession) -> str:
    # Hashed once more: what is kept of a token stays in the table.
    return hash_of(row.id_hash)[:16]


def _live(archive: Archive, token: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """The session of a token that has not ended, and whose it is; nothing otherwise.

    Looking counts as being there, once a minute or once a day.
    """
    with archive.db.read() as session:
        found = session.execute(_WHO, {"id_hash": hash_of(token)}).all()
    if not found or not _is_live(archive, found[0].ServerSession):
        return ()
    row = found[0].ServerSession
    moment = now() - timedelta(minutes=1) if row.user_id else day()
    if row.seen < moment:
        with archive.db.write() as session:
            kept = session.get(ServerSession, row.id_hash)
            if kept is not None:
                kept.seen = now() if row.user_id else day()
    return found


def _is_live(archive: Archive, row: ServerSession) -> bool:
    if row.user_id is None:
        # As long as a draft is kept its session is; whoever came back by code is sent away after a day.
        days = archive.settings.draft_days if DRAFTING in json.loads(row.data) else 1
        return row.seen >= day() - timedelta(days=days)
    if row.is_half and row.created < now() - HALF:
        return False
    idle, absolute = _limits(archive)
    return row.seen >= now() - idle and row.created >= now() - absolute


def _limits(archive: Archive) -> tuple[timedelta, timedelta]:
    settings = archive.settings
    return timedelta(minutes=settings.session_idle_minutes), timedelta(hours=settings.session_hours)
