"""Signing in and out, and accounts of contributors."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from archive.access import Actor
from archive.models import Right
from archive.models.errors import BadInputError
from archive.services import holders, sessions, signing_in
from archive.services.sessions import ASKED_HERE, GIVEN_HERE, SUBMISSION
from archive.web.giving import hold
from archive.web.pages_account import CodePage, SignInPage, Trouble, code_page, trouble
from archive.web.passkey_asking import ask_for_one
from archive.web.sessions import current_session
from archive.web.tries import tries_left, wrong_try
from archive.web.unsent import BROUGHT, SIGN_IN, ask_first, brought_along, held_by
from archive.web.visitors import entering, the_archive, visitor

blueprint = Blueprint("account", __name__)


@blueprint.get("/sign-in")
def sign_in_form() -> ResponseReturnValue:
    """The form; whoever has signed in is where they belong already, or goes on where they stopped on the way in."""
    if visitor().signed_in:
        return redirect(home_of(visitor().actor), 303)
    return _next_step() or ask_first(SIGN_IN, can_hold=True) or _sign_in_page("", is_wrong=False)


@blueprint.post("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Check name and password; one answer for every way of being wrong, and the name that was typed stays."""
    if asked := ask_first(SIGN_IN, can_hold=True):
        return asked
    username = request.form.get("username", "")
    try:
        token = signing_in.sign_in(the_archive(), username, request.form.get("password", ""))
    except BadInputError:
        return _sign_in_page(username, is_wrong=True), 400
    return come_in(token)


@blueprint.get("/sign-in/code")
def code_form() -> ResponseReturnValue:
    """The second page, after the password."""
    who = entering()
    if who is None or who.must_set_up:
        return redirect(url_for(".sign_in_form"), 303)
    return _code_page(who.user_id)


@blueprint.post("/sign-in/code")
def show_code() -> ResponseReturnValue:
    """Check a code of either kind; each works once, and wrong ones are counted."""
    who = entering()
    if who is None or who.must_set_up:
        return redirect(url_for(".sign_in_form"), 303)
    try:
        typed = request.form.get("code", "")
        token = signing_in.show_code(the_archive(), current_session().token, typed)
    except BadInputError:
        return _code_page(who.user_id, is_wrong=True), 400
    return come_in(token)


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session for good."""
    kept = current_session()
    sessions.drop_session(the_archive(), kept.token)
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
    become(token)
    session[SUBMISSION] = here
    return redirect(url_for("mine.overview"), 303)


def become(token: str) -> None:
    """Go on as somebody who has signed in."""
    current_session().become(token)
    # The new session gets its form token at once, so that no page has to write one.
    generate_csrf()


def come_in(token: str) -> ResponseReturnValue:
    """Go on with a session that was just opened: where its owner begins, or to what is still asked of them.

    What they were giving without a name goes with them where nothing else leads back to it.
    """
    brought = brought_along()
    given = {str(session.get(SUBMISSION, "")), brought, *session.get(GIVEN_HERE, ())} - {""}
    asked = session.get(ASKED_HERE)
    become(token)
    if asked:
        session[ASKED_HERE] = asked
    if given:
        # Whoever gave it without a name is not to decide on it as somebody else: no account holds that, this session does.
        session[GIVEN_HERE] = sorted(given)
    found = sessions.open_session(the_archive(), token)
    if found is not None and found.half_user_id:
        if brought:
            session[BROUGHT] = brought
        return redirect(url_for("account.code_form"), 303)
    known = sessions.actor_for(the_archive(), token)
    if known is None:
        return redirect(url_for("factor.here"), 303)
    if brought and held_by(known[0], brought):
        hold(brought)
        return redirect(url_for("mine.overview"), 303)
    return redirect(home_of(known[0]), 303)


def home_of(actor: Actor) -> str:
    """Where somebody who has signed in begins: at the desk, with what they gave, or with what is shown."""
    if actor.has(Right.SEE_ALL):
        return url_for("preserve.desk")
    return url_for("mine.everything" if actor.submissions else "public.home")


def _next_step() -> ResponseReturnValue | None:
    """What is still asked of somebody on the way in."""
    who = entering()
    if who is None:
        return None
    return redirect(url_for("factor.here" if who.must_set_up else ".code_form"), 303)


def _sign_in_page(username: str, *, is_wrong: bool) -> str:
    return render_template(
        "account/sign_in.html", page=SignInPage(username, ask_for_one(), is_wrong=is_wrong)
    )


def _code_page(user_id: str, *, is_wrong: bool = False) -> str:
    page: CodePage = code_page(the_archive(), user_id, is_wrong=is_wrong)
    return render_template("account/code.html", page=page)


def _has_no_need() -> ResponseReturnValue | None:
    """Where somebody goes who has an account, or has nothing that one could hold."""
    if visitor().signed_in:
        return redirect(home_of(visitor().actor), 303)
    return None if visitor().actor.submissions else redirect(url_for("mine.come_back"), 303)


def _asked(username: str, wrong: Trouble) -> str:
    return render_template("account/new.html", username=username, wrong=wrong)
