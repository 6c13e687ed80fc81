"""Leaving a page quickly: one link ends the session, asks the browser to forget, and shows something harmless."""

from __future__ import annotations

import hashlib
import hmac

from flask import Blueprint, Flask, current_app, redirect, url_for
from flask.typing import ResponseReturnValue

from archive.services import sessions
from archive.web.sessions import current_session
from archive.web.visitors import the_archive

blueprint = Blueprint("leaving", __name__)


def install(app: Flask) -> None:
    """Give every page the link."""
    app.context_processor(lambda: {"leave_href": leave_href})


def leave_href() -> str:
    """The link; it ends this session and no other, so that another site cannot end it by linking here."""
    return url_for("leaving.leave", key=_key(current_session().token))


@blueprint.get("/leave/<key>")
def leave(key: str) -> ResponseReturnValue:
    """End the session, whatever is in it, and go away. What was saved stays until it is removed as unfinished."""
    session = current_session()
    if session.token and hmac.compare_digest(key, _key(session.token)):
        sessions.drop_session(the_archive(), session.token)
        session.become("")
    answer = redirect(the_archive().settings.leave_to, 303)
    answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _key(token: str) -> str:
    secret = current_app.config["SECRET_KEY"]
    return hmac.new(secret, f"leave:{token}".encode(), hashlib.sha256).hexdigest()[:32]
