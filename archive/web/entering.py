"""Links that let somebody in once: an invitation, or a new password."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.models.errors import BadInputError
from archive.services import invitations
from archive.services.invitations import Welcome
from archive.web.account import come_in
from archive.web.pages_account import Trouble, trouble
from archive.web.pages_people import welcome_page
from archive.web.unsent import WELCOME, ask_first
from archive.web.visitors import the_archive

blueprint = Blueprint("entering", __name__, url_prefix="/welcome")


@blueprint.get("/<token>")
def look(token: str) -> ResponseReturnValue:
    """What the link is for; looking uses nothing up."""
    welcome = invitations.look(the_archive(), token)
    return _ask_first(welcome, token) or _page(welcome, "", Trouble())


@blueprint.post("/<token>")
def enter(token: str) -> ResponseReturnValue:
    """Take it up: make the account and go in, or put the new password in place and sign in with it."""
    archive, form = the_archive(), request.form
    welcome = invitations.look(archive, token)
    if asked := _ask_first(welcome, token):
        return asked
    username, password = form.get("username", ""), form.get("password", "")
    try:
        if welcome.is_reset:
            invitations.reset(archive, token, password)
            return redirect(url_for("account.sign_in_form"), 303)
        return come_in(invitations.accept(archive, token, username, password))
    except BadInputError as error:
        return _page(welcome, username, trouble(error)), 400


def _ask_first(welcome: Welcome, token: str) -> ResponseReturnValue | None:
    # A new password leads to the sign-in, which asks. The account of somebody who looks after the archive holds nothing.
    return None if welcome.is_reset else ask_first(f"{WELCOME}/{token}", can_hold=not welcome.is_for_staff)


def _page(welcome: Welcome, username: str, wrong: Trouble) -> str:
    page = welcome_page(the_archive(), welcome, username)
    return render_template("account/welcome.html", page=page, wrong=wrong)
