"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from archive.models.errors import BadInputError
from archive.services import accounts
from archive.web.sessions import current_session
from archive.web.visitors import the_archive, visitor

blueprint = Blueprint("account", __name__)


@blueprint.get("/sign-in")
def sign_in_form() -> ResponseReturnValue:
    """The form; whoever has signed in is at the desk already."""
    if visitor().signed_in:
        return redirect(url_for("preserve.desk"), 303)
    return render_template("account/sign_in.html", username="", is_wrong=False)


@blueprint.post("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Check name and password; one answer for every way of being wrong, and the name that was typed stays."""
    username = request.form.get("username", "")
    try:
        token = accounts.sign_in(the_archive(), username, request.form.get("password", ""))
    except BadInputError:
        return render_template("account/sign_in.html", username=username, is_wrong=True), 400
    session = current_session()
    session.become(token)
    # The new session gets its form token at once, so that no page has to write one.
    generate_csrf()
    return redirect(url_for("preserve.desk"), 303)


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session for good."""
    session = current_session()
    accounts.sign_out(the_archive(), session.token)
    session.become("")
    return redirect(url_for("public.home"), 303)
