"""Signing in and out, and accounts of contributors."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from archive.access import Actor
from archive.models import Right
from archive.models.errors import BadInputError
from archive.services import accounts, holders
from archive.services.accounts import SUBMISSION
from archive.web.pages_account import Trouble, trouble
from archive.web.sessions import current_session
from archive.web.tries import tries_left, wrong_try
from archive.web.visitors import the_archive, visitor

blueprint = Blueprint("account", __name__)


@blueprint.get("/sign-in")
def sign_in_form() -> ResponseReturnValue:
    """The form; whoever has signed in is where they belong already."""
    if visitor().signed_in:
        return redirect(_home_of(visitor().actor), 303)
    return render_template("account/sign_in.html", username="", is_wrong=False)


@blueprint.post("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Check name and password; one answer for every way of being wrong, and the name that was typed stays."""
    username = request.form.get("username", "")
    try:
        token = accounts.sign_in(the_archive(), username, request.form.get("password", ""))
    except BadInputError:
        return render_template("account/sign_in.html", username=username, is_wrong=True), 400
    _become(token)
    known = accounts.actor_for(the_archive(), token)
    return redirect(_home_of(known[0]) if known else url_for("public.home"), 303)


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session for good."""
    kept = current_session()
    accounts.sign_out(the_archive(), kept.token)
    kept.become("")
    return redirect(url_for("public.home"), 303)


@blueprint.get("/account/new")
def new() -> ResponseReturnValue:
    """Before somebody makes an account: what it is for, and what it tells."""
    return _has_no_need() or _asked("", Trouble())


@blueprint.post("/account/new")
def make() -> ResponseReturnValue:
    """Make it, and go on with what was given; the name that was typed stays when it cannot be used."""
    done = _has_no_need()
    if done is not None:
        return done
    # Each name that is taken tells that there is somebody of that name.
    tries_left()
    username, here = request.form.get("username", ""), session.get(SUBMISSION, "")
    try:
        token = holders.open_account(
            the_archive(), visitor().actor, username, request.form.get("password", "")
        )
    except BadInputError as error:
        wrong_try()
        return _asked(username, trouble(error)), 400
    _become(token)
    session[SUBMISSION] = here
    return redirect(url_for("mine.overview"), 303)


def _has_no_need() -> ResponseReturnValue | None:
    """Where somebody goes who has an account, or has nothing that one could hold."""
    if visitor().signed_in:
        return redirect(_home_of(visitor().actor), 303)
    return None if visitor().actor.submissions else redirect(url_for("mine.come_back"), 303)


def _asked(username: str, wrong: Trouble) -> str:
    return render_template("account/new.html", username=username, wrong=wrong)


def _become(token: str) -> None:
    """Go on as somebody who has signed in."""
    current_session().become(token)
    # The new session gets its form token at once, so that no page has to write one.
    generate_csrf()


def _home_of(actor: Actor) -> str:
    """Where somebody who has signed in begins: at the desk, with what they gave, or with what is shown."""
    if actor.has(Right.SEE_ALL):
        return url_for("preserve.desk")
    return url_for("mine.everything" if actor.submissions else "public.home")
