"""Whose account a page is about: always that of whoever asks."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from archive.services import sessions
from archive.web.visitors import entering, the_archive, visitor


@dataclass(frozen=True)
class Me:
    """Somebody at their own account; `must_set_up` while they may do nothing but set up a second factor."""

    user_id: str
    username: str
    must_set_up: bool = False

    @property
    def has_second_factor(self) -> bool:
        """Whether they have something besides a password."""
        with the_archive().db.read() as session:
            return sessions.has_second_factor(session, self.user_id)


def me() -> Me:
    """Whoever has signed in, or is on the way in and has to set up a second factor."""
    who = entering()
    if who is not None:
        return Me(who.user_id, who.username, who.must_set_up)
    return Me(visitor().actor.id, visitor().username)


def only_for_owners() -> ResponseReturnValue | None:
    """Where somebody goes who may not set up anything: has not signed in, or has yet to show a second factor."""
    who = entering()
    if visitor().signed_in or (who is not None and who.must_set_up):
        return None
    return redirect(url_for("account.sign_in_form"), 303)


def only_when_in() -> ResponseReturnValue | None:
    """The same for everything else of an account: whoever has to set up a second factor does that first."""
    return None if visitor().signed_in else redirect(url_for("account.sign_in_form"), 303)
