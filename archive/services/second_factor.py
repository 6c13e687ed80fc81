"""Authenticator codes (TOTP, RFC 6238), and recovery codes for when nothing else is at hand.

Secrets are sealed with `keys/second-factor.key`, recovery codes kept under `keys/recovery.key`: without the home's keys
the database tells neither.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from functools import cache

from passlib.exc import TokenError
from passlib.totp import TOTP, AppWallet
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from archive.models import Authenticator, RecoveryCode, User, record_event
from archive.models.errors import BadInputError, ConflictError
from archive.models.ids import ALPHABET
from archive.services import sessions
from archive.services.keys import secret_key
from archive.services.opening import Archive

# How far the clocks of a phone and of the archive may be apart, in seconds.
APART_S = 30
RECOVERY_CODES, RECOVERY_LENGTH = 10, 16
LONGEST_TYPED = 40


@dataclass(frozen=True)
class Secret:
    """What an authenticator is told when it is set up: as an address in a picture, or typed in groups of four."""

    address: str
    typed: str


@dataclass(frozen=True)
class Standing:
    """What somebody has besides a password: an authenticator, and how many recovery codes are left."""

    has_authenticator: bool
    recovery_codes: int


def standing(archive: Archive, user_id: str) -> Standing:
    """How it stands with somebody's second factor, passkeys apart."""
    with archive.db.read() as session:
        row = session.get(Authenticator, user_id)
        left = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.user_id == user_id)
        return Standing(row is not None and row.confirmed, session.scalar(left) or 0)


def begin(archive: Archive, user_id: str) -> None:
    """Make the secret of a new authenticator, which counts only once a code was typed; ConflictError when one counts."""
    totp = _makers(archive).new()
    with archive.db.write() as session:
        session.get(User, user_id, with_for_update=True)
        row = session.get(Authenticator, user_id)
        if row is not None and row.confirmed:
            raise ConflictError("There is an authenticator already.", code="second-factor-there")
        if row is None:
            row = Authenticator(user_id=user_id)
            session.add(row)
        row.sealed, row.last_counter = totp.to_json(), -1


def pending(archive: Archive, user_id: str, username: str) -> Secret | None:
    """The secret that waits to be confirmed; None when there is none, and never again once it is."""
    with archive.db.read() as session:
        row = session.get(Authenticator, user_id)
    if row is None or row.confirmed:
        return None
    totp = _makers(archive).from_source(row.sealed)
    # A colon parts the issuer from the name in such an address.
    label, issuer = (text.replace(":", " ").strip() for text in (username, archive.settings.site_name))
    return Secret(totp.to_uri(label=label, issuer=issuer or None), totp.pretty_key(sep=" "))


def confirm(archive: Archive, user_id: str, typed: str) -> list[str]:
    """Have a new authenticator count from now on; the recovery codes, to be shown this once.

    BadInputError (`wrong-code`) when the code is not one of its. Every session gets another token: rights changed.
    """
    with archive.db.write() as session:
        session.get(User, user_id, with_for_update=True)
        row = session.get(Authenticator, user_id)
        if row is None or row.confirmed or not _takes_totp(archive, row, typed):
            raise BadInputError(
                "This is not a code of the new authenticator.",
                code="wrong-code",
                remedy="Look whether the clock of the phone is right, then type the next code.",
            )
        row.confirmed = True
        record_event(session, user_id, "second-factor-set-up", user_id)
        sessions.renew_all(session, user_id)
        return fresh_codes(archive, session, user_id)


def turn_off(archive: Archive, user_id: str) -> None:
    """Forget an authenticator; the recovery codes go with the last thing that they could stand for."""
    with archive.db.write() as session:
        session.get(User, user_id, with_for_update=True)
        session.execute(delete(Authenticator).where(Authenticator.user_id == user_id))
        record_event(session, user_id, "second-factor-removed", user_id)
        tidy(session, user_id)


def new_codes(archive: Archive, user_id: str) -> list[str]:
    """Ten new recovery codes in the place of the old ones, to be shown this once; ConflictError without a second factor."""
    with archive.db.write() as session:
        session.get(User, user_id, with_for_update=True)
        if not sessions.has_second_factor(session, user_id):
            raise ConflictError("There is no second factor yet.", code="no-second-factor")
        record_event(session, user_id, "recovery-codes-made", user_id)
        return fresh_codes(archive, session, user_id)


def takes(archive: Archive, session: Session, user_id: str, typed: str) -> bool:
    """Whether what was typed is a code of the user's, of either kind, that was not used before; from now on it was.

    In the caller's transaction, which holds the user's row, so that of two who type one code at once one is let in.
    """
    row = session.get(Authenticator, user_id, populate_existing=True)
    if row is not None and row.confirmed and _takes_totp(archive, row, typed):
        return True
    kept = RecoveryCode.user_id == user_id, RecoveryCode.hash == _keyed(archive, user_id, typed)
    used = session.execute(delete(RecoveryCode).where(*kept).returning(RecoveryCode.id)).first()
    if used is not None:
        record_event(session, user_id, "recovery-code-used", user_id)
    return used is not None


def fresh_codes(archive: Archive, session: Session, user_id: str) -> list[str]:
    """Recovery codes in the place of all before, in the caller's transaction."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    made = ["".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(user_id=user_id, hash=_keyed(archive, user_id, one)) for one in made)
    return ["-".join(one[start : start + 4] for start in range(0, RECOVERY_LENGTH, 4)) for one in made]


def tidy(session: Session, user_id: str) -> None:
    """Forget recovery codes that stand for nothing, in the caller's transaction: no factor, no spare key to it."""
    session.flush()
    if not sessions.has_second_factor(session, user_id):
        session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


def _takes_totp(archive: Archive, row: Authenticator, typed: str) -> bool:
    """Whether it is the code of a time step after the last one that was taken (RFC 6238, section 5.2)."""
    totp = _makers(archive).from_source(row.sealed)
    try:
        found = totp.match(typed[:LONGEST_TYPED], window=APART_S, last_counter=row.last_counter)
    except TokenError:
        return False
    row.last_counter = found.counter
    return True


def _keyed(archive: Archive, user_id: str, typed: str) -> str:
    """How a recovery code is kept: keyed, and bound to whose it is. Letters that look like digits are read as these."""
    plain = "".join(letter for letter in typed[:LONGEST_TYPED].lower() if letter.isalnum())
    plain = plain.translate(str.maketrans("oil", "011"))
    key = secret_key(archive.settings.home / "keys", "recovery")
    return hmac.new(key, f"{user_id}:{plain}".encode(), hashlib.sha256).hexdigest()


def _makers(archive: Archive) -> type[TOTP]:
    return _with_key(secret_key(archive.settings.home / "keys", "second-factor"))


@cache
def _with_key(key: bytes) -> type[TOTP]:
    """The library's class, bound to the key that it seals secrets with."""
    bound: type[TOTP] = TOTP.using(wallet=AppWallet({"1": key}))
    return bound
