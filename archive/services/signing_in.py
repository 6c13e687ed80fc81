"""Signing in: a name and a password, then a second factor where there is one; wrong tries are counted and close a name."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from archive.models import ServerSession, User, now
from archive.models.errors import BadInputError
from archive.services import accounts, second_factor, sessions
from archive.services.opening import Archive
from archive.services.passwords import LONGEST
from archive.services.slow_hash import matches

TRIES_BEFORE_LOCK = 8
LOCK = timedelta(minutes=15)
WRONG = "The name or the password is not right."
WRONG_CODE = "The code is not right, or was used before."


def sign_in(archive: Archive, username: str, password: str) -> str:
    """Check a password and open a session; the token goes into the cookie.

    Where the user has a second factor the session is half a one, which gives no right until `show_code` or a passkey
    makes it whole. One sentence for every way of being wrong, and the same work, so that nothing tells which names exist.
    """
    with archive.db.read() as session:
        known = session.scalars(accounts.named(username)).first()
    # Hashing is slow on purpose: it must not hold the database from everybody else.
    is_right = _matches(known.password_hash if known else "", password)
    with archive.db.write() as session:
        token = _decide(session, known, is_right=is_right)
    if token is None:
        raise BadInputError(WRONG, code="wrong-sign-in", remedy="Try again, or ask an administrator.")
    return token


def show_code(archive: Archive, token: str, typed: str) -> str:
    """Make half a session whole by a code; the token of the whole one. BadInputError (`wrong-code`) counts as a wrong try.

    The half ends with it, and so it does when a name is closed after too many tries.
    """
    found = sessions.open_session(archive, token)
    user_id = found.half_user_id if found else None
    fresh = None
    with archive.db.write() as session:
        user = session.get(User, user_id, with_for_update=True) if user_id else None
        if user is not None and not _is_closed(user) and user.active:
            if second_factor.takes(archive, session, user.id, typed):
                fresh = whole(session, user, token)
            else:
                count_wrong(session, user)
    if fresh is None:
        raise BadInputError(WRONG_CODE, code="wrong-code", remedy="Wait for the next code and type that one.")
    return fresh


def whole(session: Session, user: User, half: str = "") -> str:
    """Open a session for somebody who proved who they are, and forget the wrong tries before; `half` ends."""
    user.failed_sign_ins, user.locked_until = 0, None
    row = session.get(ServerSession, sessions.hash_of(half)) if half else None
    if row is not None:
        session.delete(row)
    return sessions.begin(session, user.id)


def count_wrong(session: Session, user: User) -> None:
    """Count a wrong try of somebody whose row is locked; after too many the name is closed, and no half session stays."""
    user.failed_sign_ins += 1
    if user.failed_sign_ins >= TRIES_BEFORE_LOCK:
        user.failed_sign_ins, user.locked_until = 0, now() + LOCK
        sessions.end_halves(session, user.id)


def check_password(archive: Archive, user_id: str, password: str) -> None:
    """Ask somebody who has signed in for their password once more; BadInputError (`wrong-password`) counts as a wrong try."""
    with archive.db.read() as session:
        known = session.get(User, user_id)
    is_right = _matches(known.password_hash if known else "", password)
    with archive.db.write() as session:
        user = session.get(User, user_id, with_for_update=True)
        is_open = user is not None and not _is_closed(user)
        if user is not None and is_open and not is_right:
            count_wrong(session, user)
    if not is_right or not is_open:
        raise BadInputError(
            "The password is not right.", code="wrong-password", remedy="Type the one you have now."
        )


def check_code(archive: Archive, user_id: str, typed: str) -> None:
    """Ask somebody who has signed in for a fresh code; BadInputError (`wrong-code`) counts as a wrong try."""
    with archive.db.write() as session:
        user = session.get(User, user_id, with_for_update=True)
        is_open = user is not None and not _is_closed(user)
        is_right = is_open and second_factor.takes(archive, session, user_id, typed)
        if user is not None and is_open and not is_right:
            count_wrong(session, user)
    if not is_right:
        raise BadInputError(WRONG_CODE, code="wrong-code", remedy="Wait for the next code and type that one.")


def _decide(session: Session, known: User | None, *, is_right: bool) -> str | None:
    """Let in, or count a failure, by the row as it is now: many who guess at once are counted one after the other."""
    user = None if known is None else session.get(User, known.id, with_for_update=True)
    if user is None or _is_closed(user):
        # As much is written as for a wrong password, because the time of a flush can be measured.
        session.delete(session.get_one(ServerSession, sessions.hash_of(sessions.begin(session, None))))
        return None
    # The password that was checked is not this one's any more when it was changed meanwhile.
    if is_right and user.active and known is not None and user.password_hash == known.password_hash:
        if sessions.has_second_factor(session, user.id):
            # Wrong tries are not forgotten yet: a right password must not buy more guesses at the code.
            return sessions.begin(session, user.id, is_half=True)
        return whole(session, user)
    count_wrong(session, user)
    return None


def _is_closed(user: User) -> bool:
    return user.locked_until is not None and user.locked_until > now()


def _matches(stored: str, password: str) -> bool:
    return matches(stored, password[:LONGEST]) and len(password) <= LONGEST
