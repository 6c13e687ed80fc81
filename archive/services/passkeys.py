"""Passkeys (WebAuthn, level 2): keys of somebody's device, which ask it who holds it, so one is both factors at once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

import webauthn
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from archive.models import Passkey, User, now, record_event, today
from archive.models.errors import BadInputError, NotFoundError
from archive.services import second_factor, sessions, signing_in
from archive.services.opening import Archive

LONGEST_NAME, MOST = 60, 20
CHALLENGE_BYTES = 32
VERIFIED = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True)
class Site:
    """The address that passkeys are bound to: the host, and the whole origin that a browser tells."""

    host: str
    origin: str

    @classmethod
    def at(cls, address: str) -> Site:
        """The site at an address such as `https://archive.example.org/`."""
        parts = urlsplit(address)
        return cls(parts.hostname or "", f"{parts.scheme}://{parts.netloc}")


@dataclass(frozen=True)
class PasskeyFacts:
    """What somebody sees of a passkey of theirs."""

    id: str
    name: str
    made_on: date
    used_on: date | None


def of_user(archive: Archive, user_id: str) -> list[PasskeyFacts]:
    """The passkeys of somebody, in the order in which they were made."""
    with archive.db.read() as session:
        return [PasskeyFacts(row.id, row.name, row.made_on, row.used_on) for row in _kept(session, user_id)]


def challenge() -> str:
    """What an answer has to hold, so that none can be used twice: 256 random bits, to be kept by the session."""
    return secrets.token_urlsafe(CHALLENGE_BYTES)


def ask_for_new(archive: Archive, site: Site, user_id: str, username: str, challenge: str) -> str:
    """What the browser is asked for to make a passkey (JSON)."""
    with archive.db.read() as session:
        known = _known(session, user_id)
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=archive.settings.site_name,
        user_id=user_id.encode(),
        user_name=username,
        challenge=challenge.encode(),
        exclude_credentials=known,
        # Phones as well as keys on a ring; found by the device itself, so that no name has to be typed.
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=VERIFIED
        ),
    )
    return webauthn.options_to_json(options)


def add(archive: Archive, site: Site, user_id: str, challenge: str, answer: str, name: str) -> list[str]:
    """Keep a new passkey; the recovery codes, to be shown this once, when it is somebody's first second factor.

    BadInputError (`passkey-refused`) when the answer is not one to the challenge. Every session gets another token.
    """
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge.encode(),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise _refused() from error
    with archive.db.write() as session:
        session.get(User, user_id, with_for_update=True)
        if len(_kept(session, user_id)) >= MOST or _of_credential(session, made.credential_id) is not None:
            raise _refused()
        is_first = not sessions.has_second_factor(session, user_id)
        session.add(
            Passkey(
                user_id=user_id,
                credential_id=made.credential_id,
                public_key=made.credential_public_key,
                sign_count=made.sign_count,
                name=_usable(name),
            )
        )
        record_event(session, user_id, "passkey-added", user_id)
        sessions.renew_all(session, user_id)
        return second_factor.fresh_codes(archive, session, user_id) if is_first else []


def remove(archive: Archive, user_id: str, passkey_id: str) -> None:
    """Forget a passkey; NotFoundError when it is not theirs."""
    with archive.db.write() as session:
        session.get(User, user_id, with_for_update=True)
        gone = delete(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id)
        if session.execute(gone.returning(Passkey.id)).first() is None:
            raise NotFoundError("There is no such passkey.")
        record_event(session, user_id, "passkey-removed", user_id)
        second_factor.tidy(session, user_id)


def ask_for_one(archive: Archive, site: Site, challenge: str, half_user_id: str | None = None) -> str:
    """What the browser is asked for to sign in (JSON): any passkey, or one of whose password was right."""
    known: list[PublicKeyCredentialDescriptor] = []
    if half_user_id:
        with archive.db.read() as session:
            known = _known(session, half_user_id)
    options = webauthn.generate_authentication_options(
        rp_id=site.host, challenge=challenge.encode(), allow_credentials=known, user_verification=VERIFIED
    )
    return webauthn.options_to_json(options)


def sign_in(archive: Archive, site: Site, challenge: str, answer: str, half: str = "") -> str:
    """Open a whole session for whoever holds a passkey; `half` is the token of a session that waits for it.

    BadInputError (`passkey-refused`), in one sentence for every way of being wrong.
    """
    try:
        credential_id = base64url_to_bytes(parse_authentication_credential_json(answer).id)
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise _refused() from error
    found = sessions.open_session(archive, half) if half else None
    with archive.db.write() as session:
        known = _of_credential(session, credential_id)
        # The row of the user is locked first, here as everywhere; the passkey may have been removed meanwhile.
        user = session.get(User, known.user_id, with_for_update=True) if known else None
        row = _of_credential(session, credential_id)
        if row is None or user is None or not user.active:
            raise _refused()
        if found is not None and found.half_user_id not in (None, user.id):
            raise _refused()
        row.sign_count = _verified(site, challenge, answer, row)
        row.used_on = today()
        return signing_in.whole(session, user, half)


def _verified(site: Site, challenge: str, answer: str, row: Passkey) -> int:
    """The count that an answer to the challenge holds, which tells of a copied key when it goes back."""
    try:
        return webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge.encode(),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=row.public_key,
            credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        ).new_sign_count
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise _refused() from error


def _kept(session: Session, user_id: str) -> list[Passkey]:
    own = select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.made_on, Passkey.id)
    return list(session.scalars(own))


def _known(session: Session, user_id: str) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=row.credential_id) for row in _kept(session, user_id)]


def _of_credential(session: Session, credential_id: bytes) -> Passkey | None:
    query = select(Passkey).where(Passkey.credential_id == credential_id)
    return session.scalars(query.execution_options(populate_existing=True)).first()


def _usable(name: str) -> str:
    plain = "".join(letter for letter in name.strip() if letter.isprintable())[:LONGEST_NAME]
    return plain or f"{now():%Y-%m-%d}"


def _refused() -> BadInputError:
    return BadInputError(
        "The passkey was not taken.",
        code="passkey-refused",
        remedy="Try again, or sign in with your password.",
    )
