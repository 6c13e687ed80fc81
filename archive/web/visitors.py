"""Who asks, and which archive they ask."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Flask, current_app, g, session

from archive.access import PUBLIC, Actor
from archive.models import Right
from archive.services import sessions
from archive.services.opening import Archive

ARCHIVE_KEY = "archive"


@dataclass(frozen=True)
class Visitor:
    """Whoever looks at a page: an actor, and the user name of somebody who has signed in."""

    actor: Actor = PUBLIC
    username: str = ""

    @property
    def is_known(self) -> bool:
        """Whether pages may hold what is for this visitor alone."""
        return self.actor != PUBLIC

    @property
    def signed_in(self) -> bool:
        """Whether the visitor has signed in."""
        return bool(self.username)

    @property
    def is_staff(self) -> bool:
        """Whether the visitor looks after a collection."""
        return self.actor.has(Right.SEE_ALL)


@dataclass(frozen=True)
class Entering:
    """Somebody on the way in, who has no right yet: a second factor is asked for, or has to be set up first."""

    user_id: str
    username: str = ""
    must_set_up: bool = False


def install(app: Flask, archive: Archive) -> None:
    """Tell `app` which archive it shows."""
    app.extensions[ARCHIVE_KEY] = archive


def the_archive() -> Archive:
    """The archive that is shown."""
    archive: Archive = current_app.extensions[ARCHIVE_KEY]
    return archive


def visitor() -> Visitor:
    """Who asks, as their session says; nobody without a cookie costs a look at the database."""
    if "visitor" not in g:
        found = getattr(session, "found", None)
        known = sessions.actor_of_session(found) if found else None
        g.visitor = Visitor(*known) if known else Visitor()
        given, asked = (
            frozenset(found.data.get(name, ()) if found else ())
            for name in (sessions.GIVEN_HERE, sessions.ASKED_HERE)
        )
        if given or asked:
            g.visitor = replace(g.visitor, actor=replace(g.visitor.actor, given_here=given, asked_here=asked))
    known_visitor: Visitor = g.visitor
    return known_visitor


def entering() -> Entering | None:
    """Who is on the way in with this session; nobody, when it is whole or nobody's."""
    found = getattr(session, "found", None)
    if found is None or visitor().signed_in:
        return None
    if found.half_user_id:
        return Entering(found.half_user_id)
    known = sessions.setting_up(found)
    return Entering(*known, must_set_up=True) if known else None
