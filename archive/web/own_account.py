"""One's own account: the password, and the sessions that are open."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.models.errors import BadInputError
from archive.services import own_password, sessions
from archive.web.own import me, only_when_in
from archive.web.pages_account import words_for
from archive.web.pages_own import account_page
from archive.web.sessions import current_session
from archive.web.visitors import the_archive

blueprint = Blueprint("own", __name__, url_prefix="/account")
blueprint.before_request(only_when_in)


@blueprint.get("")
def here() -> str:
    """Everything about it on one page."""
    return _page()


@blueprint.post("/password")
def password() -> ResponseReturnValue:
    """Change it; every other session ends."""
    form = request.form
    try:
        own_password.change(
            the_archive(),
            me().user_id,
            form.get("password", ""),
            form.get("new", ""),
            current_session().token,
        )
    except BadInputError as error:
        return _page(error.code, words_for(error)), 400
    return redirect(url_for(".here", done="password"), 303)


@blueprint.post("/sessions/<handle>/end")
def end(handle: str) -> ResponseReturnValue:
    """End one session; when it is this one, that is signing out."""
    sessions.end_one(the_archive(), me().user_id, handle)
    return redirect(url_for(".here", _anchor="sessions"), 303)


@blueprint.post("/sessions/end-others")
def end_others() -> ResponseReturnValue:
    """End every session but this one."""
    sessions.end_others(the_archive(), me().user_id, current_session().token)
    return redirect(url_for(".here", _anchor="sessions"), 303)


def _page(code: str = "", trouble: str = "") -> str:
    done = request.args.get("done") == "password" and not trouble
    page = account_page(the_archive(), me(), current_session().token, code, trouble, is_changed=done)
    return render_template("account/account.html", page=page)
