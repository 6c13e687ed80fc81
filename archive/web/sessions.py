"""Sessions that live on the server: the cookie is a random token, and signing out ends it for good."""

from __future__ import annotations

from typing import Any, cast

from flask import Flask, Request, Response
from flask import session as flask_session
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.datastructures import CallbackDict

from archive.services import sessions
from archive.services.keys import secret_key
from archive.services.opening import Archive

# What a page loads comes in several requests at once, of which only one could bring the new id.
BESIDE_PAGES = ("/static/", "/media/")


class ServerSession(CallbackDict[str, Any], SessionMixin):
    """What one session holds; it exists only once something is put into it."""

    def __init__(self, data: dict[str, Any] | None = None, token: str = "") -> None:
        def changed(session: Any) -> None:
            session.modified = True

        super().__init__(data or {}, changed)
        self.token = self.came_with = token
        self.modified = False
        self.ended: list[str] = []
        self.is_left = False
        # As it was when the request came; who asks is read from it without a second look at the table.
        self.found: sessions.OpenSession | None = None
        # Why it could not be looked up, if that is so.
        self.failure: Exception | None = None

    def become(self, token: str) -> None:
        """Go on as another session: the old one ends, so that a token from before a sign-in is worth nothing."""
        if self.token:
            self.ended.append(self.token)
        self.clear()
        self.token, self.is_left = token, not token


class ServerSessions(SessionInterface):
    """Keeps sessions through `archive.services.sessions`; a visitor who needs none gets no cookie."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        token = request.cookies.get(self.get_cookie_name(app), "")
        try:
            found = sessions.open_session(self.archive, token) if token else None
        except Exception as error:
            # Raised where it can be told as a page; the cookie stays as it is.
            unknown = ServerSession(token=token)
            unknown.failure = error
            return unknown
        session = ServerSession(dict(found.data) if found else None, token if found else "")
        session.found = found
        session.came_with = token
        if found is not None and found.renew and not request.path.startswith(BESIDE_PAGES):
            # Rights changed since: the id from before is worth nothing from here on.
            session.token = sessions.renew(self.archive, token) or token
        return session

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        kept = cast(ServerSession, session)
        for token in kept.ended:
            sessions.drop_session(self.archive, token)
        if kept.modified and (kept or kept.token):
            kept.token = sessions.save_session(self.archive, kept.token or None, dict(kept))
        where = {"path": self.get_cookie_path(app), "secure": app.config["SESSION_COOKIE_SECURE"]}
        if kept.token and kept.token != kept.came_with:
            response.set_cookie(self.get_cookie_name(app), kept.token, httponly=True, samesite="Lax", **where)
        elif kept.came_with and kept.is_left:
            # Never because an id is not known (any more): another answer on its way may bring the browser the new one.
            response.delete_cookie(self.get_cookie_name(app), httponly=True, samesite="Lax", **where)


def install(app: Flask, archive: Archive) -> None:
    """Give `app` its sessions, and the key that its forms are signed with."""
    secure = archive.settings.secure_cookies
    app.config.update(
        SECRET_KEY=secret_key(archive.settings.home / "keys", "forms"),
        SESSION_COOKIE_NAME="__Host-remembrance" if secure else "remembrance",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
    )
    app.session_interface = ServerSessions(archive)

    @app.before_request
    def tell_of_a_failure() -> None:
        if (failure := current_session().failure) is not None:
            raise failure


def current_session() -> ServerSession:
    """The session of this request."""
    return cast(ServerSession, flask_session._get_current_object())  # type: ignore[attr-defined]
