"""Who signs in: users, their roles, and sessions that live on the server."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.exc import IntegrityError as RowConflict
from sqlalchemy.orm import Session

from archive.access import ROLES, Actor, actor_of, contributor
from archive.models import Holder, Role, ServerSession, User, now
from archive.models.errors import BadInputError
from archive.services.opening import Archive
from archive.services.slow_hash import UNUSABLE, matches, slow_hash

LONGEST_NAME = 80
SHORTEST_PASSWORD, LONGEST_PASSWORD = 15, 128
TRIES_BEFORE_LOCK = 8
LOCK = timedelta(minutes=15)
# Roles that only the program itself acts in.
INTERNAL_ROLES = frozenset({"pipeline", "operator"})
# What the session of somebody without a name holds: whose submission it is, and whether a draft is being written.
SUBMISSION, DRAFTING = "submission", "drafting"
WRONG = "The name or the password is not right."


def create_user(
    archive: Archive,
    username: str,
    password: str,
    roles: Mapping[str, str | frozenset[str]],
    *,
    holding: Iterable[str] = (),
) -> str:
    """Make a user and return its id; BadInputError says why not.

    `roles` maps a role to the collection, or collections, it holds in; empty for all. `holding` are submissions that
    nobody's account holds yet; the database refuses others.
    """
    name = username.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadInputError(f"A user name has 1 to {LONGEST_NAME} printable characters.", code="bad-username")
    password_hash = _hash(password)
    # The day alone: whoever made an account gave something a moment before.
    user = User(username=name, password_hash=password_hash, roles=_roles(archive, roles), created=_day())
    with archive.db.write() as session:
        try:
            session.add(user)
            session.flush()
        except RowConflict as error:
            raise BadInputError(f"There already is a user “{name}”.", code="user-exists") from error
        session.add_all(Holder(submission_id=one, user_id=user.id) for one in holding)
        return user.id


def set_password(archive: Archive, username: str, password: str) -> None:
    """Give an existing user a new password and end every session of theirs; BadInputError says why not."""
    password_hash = _hash(password)
    with archive.db.write() as session:
        user = session.scalars(_named(username).with_for_update()).first()
        if user is None:
            raise BadInputError(f"There is no user “{username}”.", code="no-such-user")
        user.password_hash = password_hash
        user.failed_sign_ins, user.locked_until = 0, None
        session.execute(delete(ServerSession).where(ServerSession.user_id == user.id))


def usernames(archive: Archive) -> list[str]:
    """Every user's name, in order."""
    with archive.db.read() as session:
        return list(session.scalars(select(User.username).order_by(User.username)))


def names_of(archive: Archive, ids: Iterable[str]) -> dict[str, str]:
    """The user names of those ids that are users', for people who work with them."""
    with archive.db.read() as session:
        known = session.execute(select(User.id, User.username).where(User.id.in_(list(ids))))
        return {user_id: username for user_id, username in known}  # noqa: C416 - a Row is no tuple to the type checker


def sign_in(archive: Archive, username: str, password: str) -> str:
    """Check a password and open a session; the token goes into the cookie and is kept only as a hash.

    One sentence for every way of being wrong, and the same work, so that nothing tells which names exist.
    """
    with archive.db.read() as session:
        known = session.scalars(_named(username)).first()
    # Hashing is slow on purpose: it must not hold the database from everybody else.
    matches = _matches(known.password_hash if known else UNUSABLE, password)
    with archive.db.write() as session:
        token = _decide(session, known, matches=matches)
    if token is None:
        raise BadInputError(WRONG, code="wrong-sign-in", remedy="Try again, or ask an administrator.")
    return token


def sign_out(archive: Archive, token: str) -> None:
    """End a session for good: its token is worth nothing afterwards."""
    drop_session(archive, token)


def actor_for(archive: Archive, token: str) -> tuple[Actor, str] | None:
    """Who a token stands for, with the roles as they are now, and the user name; None when it is not worth anything.

    A session of nobody's stands for the contributor whose submission it holds; such a one has no name.
    """
    found = open_session(archive, token)
    return None if found is None else actor_of_session(archive, found)


@dataclass(frozen=True)
class OpenSession:
    """A session that has not ended: whose it is, if somebody signed in, and what it holds."""

    user_id: str | None
    data: dict[str, Any]


def open_session(archive: Archive, token: str) -> OpenSession | None:
    """The session of a token, or None when it has ended."""
    row = _live(archive, token)
    return None if row is None else OpenSession(row.user_id, json.loads(row.data))


def actor_of_session(archive: Archive, found: OpenSession) -> tuple[Actor, str] | None:
    """Who a session stands for, as `actor_for`."""
    if found.user_id is None:
        held = found.data.get(SUBMISSION)
        return (contributor([held]), "") if held else None
    with archive.db.read() as session:
        user = session.get(User, found.user_id)
        if user is None or not user.active:
            return None
        held = session.scalars(select(Holder.submission_id).where(Holder.user_id == user.id))
        return actor_of(user, held), user.username


def save_session(archive: Archive, token: str | None, data: dict[str, Any]) -> str:
    """Keep what a session holds, opening one for nobody yet when there is none; return its token."""
    with archive.db.write() as session:
        row = session.get(ServerSession, hash_of(token)) if token else None
        if row is None:
            token = _open_session(session, None)
            row = session.get_one(ServerSession, hash_of(token))
        row.data = json.dumps(data)
    assert token is not None
    return token


def drop_session(archive: Archive, token: str) -> None:
    """Remove a session."""
    with archive.db.write() as session:
        session.execute(delete(ServerSession).where(ServerSession.id_hash == hash_of(token)))


def remove_ended_sessions(archive: Archive) -> None:
    """Remove sessions past their idle or absolute end."""
    idle, absolute = _limits(archive)
    with archive.db.write() as session:
        ended = (ServerSession.seen < now() - idle) | (ServerSession.created < now() - absolute)
        session.execute(delete(ServerSession).where(ServerSession.user_id.is_not(None), ended))
        nobodys = select(ServerSession).where(ServerSession.user_id.is_(None))
        for row in session.scalars(nobodys):
            if not _is_live(archive, row):
                session.delete(row)


def hash_of(token: str) -> str:
    """How a token is kept: its SHA-256 in hex, so that a stolen database opens no session."""
    return hashlib.sha256(token.encode()).hexdigest()


def _named(username: str) -> Select[User]:
    return select(User).where(User.username == username.strip())


def _hash(password: str) -> str:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        sentence = f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters."
        raise BadInputError(
            sentence, code="bad-password", remedy="Four or more random words make a good one."
        )
    return slow_hash(password)


def _roles(archive: Archive, given: Mapping[str, str | frozenset[str]]) -> list[Role]:
    made: list[Role] = []
    for name, where in given.items():
        if name not in ROLES or name in INTERNAL_ROLES:
            raise BadInputError(f"There is no role “{name}”.", code="no-such-role")
        collections = {where} if isinstance(where, str) else where or {""}
        for collection in sorted(collections):
            if collection and collection not in archive.profiles:
                raise BadInputError(f"There is no collection “{collection}”.", code="no-such-collection")
            made.append(Role(name=name, collection=collection))
    return made


def _decide(session: Session, known: User | None, *, matches: bool) -> str | None:
    """Let in, or count a failure, by the row as it is now: many who guess at once are counted one after the other."""
    user = None if known is None else session.get(User, known.id, with_for_update=True)
    locked = user is not None and user.locked_until is not None and user.locked_until > now()
    if user is None or locked:
        # As much is written as for a wrong password, because the time of a flush can be measured.
        session.delete(session.get_one(ServerSession, hash_of(_open_session(session, None))))
        return None
    # The password that was checked is not this one's any more when it was changed meanwhile.
    if matches and user.active and known is not None and user.password_hash == known.password_hash:
        user.failed_sign_ins, user.locked_until = 0, None
        return _open_session(session, user.id)
    user.failed_sign_ins += 1
    if user.failed_sign_ins >= TRIES_BEFORE_LOCK:
        user.failed_sign_ins, user.locked_until = 0, now() + LOCK
    return None


def _open_session(session: Session, user_id: str | None) -> str:
    token = secrets.token_urlsafe(32)
    opened = now() if user_id else _day()
    session.add(ServerSession(id_hash=hash_of(token), user_id=user_id, created=opened, seen=opened))
    session.flush()
    return token


def _live(archive: Archive, token: str) -> ServerSession | None:
    """The session of a token that has not ended; looking counts as being there, once a minute or once a day."""
    with archive.db.read() as session:
        row = session.get(ServerSession, hash_of(token))
    if row is None or not _is_live(archive, row):
        return None
    moment = now() - timedelta(minutes=1) if row.user_id else _day()
    if row.seen < moment:
        with archive.db.write() as session:
            kept = session.get(ServerSession, row.id_hash)
            if kept is not None:
                kept.seen = now() if row.user_id else _day()
    return row


def _is_live(archive: Archive, row: ServerSession) -> bool:
    if row.user_id is None:
        # As long as a draft is kept its session is; whoever came back by code is sent away after a day.
        days = archive.settings.draft_days if DRAFTING in json.loads(row.data) else 1
        return row.seen >= _day() - timedelta(days=days)
    idle, absolute = _limits(archive)
    return row.seen >= now() - idle and row.created >= now() - absolute


def _day() -> datetime:
    """The start of this day: the finest time ever kept of somebody who gave no name."""
    return now().replace(hour=0, minute=0, second=0, microsecond=0)


def _limits(archive: Archive) -> tuple[timedelta, timedelta]:
    settings = archive.settings
    return timedelta(minutes=settings.session_idle_minutes), timedelta(hours=settings.session_hours)


def _matches(stored: str, password: str) -> bool:
    return matches(stored, password[:LONGEST_PASSWORD]) and len(password) <= LONGEST_PASSWORD
