"""What a page asks the browser for when a passkey is made or shown; the challenge stays with the session until it is used."""

from __future__ import annotations

from flask import request, session

from archive.services import passkeys
from archive.services.passkeys import Site
from archive.web.visitors import the_archive

CHALLENGE = "passkey"


def site() -> Site:
    """The address that passkeys are bound to: the one people reach the archive at, else the one they ask for now."""
    return Site.at(the_archive().settings.public_url or request.host_url)


def ask_for_one(half_user_id: str | None = None) -> str:
    """What is asked for to sign in (JSON)."""
    return passkeys.ask_for_one(the_archive(), site(), _challenge(), half_user_id)


def ask_for_new(user_id: str, username: str) -> str:
    """What is asked for to make one (JSON)."""
    return passkeys.ask_for_new(the_archive(), site(), user_id, username, _challenge())


def used_challenge() -> str:
    """The challenge of this session, which no second answer can be to."""
    return str(session.pop(CHALLENGE, "")) or passkeys.challenge()


def _challenge() -> str:
    # One for all pages that are open: whichever is answered first uses it.
    if CHALLENGE not in session:
        session[CHALLENGE] = passkeys.challenge()
    return str(session[CHALLENGE])
