"""What would be lost with the session that holds it: told before anybody goes on as somebody else, or thrown away."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from archive.access import Actor, contributor
from archive.models.errors import ConflictError, NotFoundError
from archive.services import expiry, holders, mine
from archive.services.sessions import SUBMISSION
from archive.web.gifts import about
from archive.web.giving import for_contributors, giving, hold
from archive.web.sessions import current_session
from archive.web.visitors import the_archive, visitor

blueprint = Blueprint("unsent", __name__)
for_contributors(blueprint, "contribute.what")

GIVE, COME_BACK, SIGN_IN, WELCOME = "give", "come-back", "sign-in", "welcome"
ROOMS = {GIVE: "contribute.what", COME_BACK: "mine.come_back", SIGN_IN: "account.sign_in_form"}
# Whoever signs in, or has and types a code, may have their account hold it from then on.
KEEP = "keep"
# What is to be held by an account of which a second factor is still asked for.
BROUGHT = "brought"


def ask_first(to: str, *, can_hold: bool = False) -> ResponseReturnValue | None:
    """The page that asks before something is left behind to which nothing leads back; None where there is nothing.

    `to` is where somebody wishes to go: one of `ROOMS`, or `WELCOME`, a slash, and the token of an invitation.
    `can_hold` says that an account waits there which may hold it, where that is wished.
    """
    held = _without_way_back()
    if not held or (can_hold and request.values.get(KEEP)):
        return None
    own = mine.submission(the_archive(), visitor().actor, held)
    keep_href = f"{_href(to)}?{KEEP}=yes" if can_hold else ""
    return render_template("contribute/before_leaving.html", own=own, there=to, keep_href=keep_href)


@blueprint.post("/mine/let-go")
def let_go() -> ResponseReturnValue:
    """Leave it: this session ends, and another begins where somebody wished to go."""
    if not visitor().signed_in:
        current_session().become("")
    return redirect(_href(request.form.get("to", "")), 303)


@blueprint.get("/give/throw-away")
def look() -> ResponseReturnValue:
    """Before a draft is thrown away: what goes, and what stays."""
    return render_template("contribute/throw_away.html", draft=giving().draft)


@blueprint.post("/give/throw-away")
def throw_away() -> ResponseReturnValue:
    """Throw it away; whoever had sent something before is led to that, and everybody else to where it begins."""
    here = giving()
    is_addition = here.draft.is_addition
    expiry.throw_away(here.archive, here.actor, here.submission_id)
    if is_addition:
        hold(here.submission_id)
        return redirect(url_for("mine.overview"), 303)
    about("")
    if visitor().signed_in:
        # In another window another may be open, which goes on.
        if session.get(SUBMISSION) == here.submission_id:
            session.pop(SUBMISSION)
    else:
        current_session().become("")
    return redirect(url_for("contribute.what"), 303)


def brought_along() -> str:
    """What somebody who signs in has here that nothing else leads back to; nothing where there is none."""
    return str(session.get(BROUGHT, "")) or _without_way_back()


def held_by(actor: Actor, submission_id: str) -> bool:
    """Whether the account of whoever signed in holds it from now on.

    Not of those who look after the archive: they may have typed it for somebody else.
    """
    if actor.is_staff:
        return False
    try:
        holders.claim(the_archive(), contributor([submission_id]), submission_id, actor.id)
    except (ConflictError, NotFoundError):
        return False
    return True


def go_on_by_code(submission_id: str) -> None:
    """Go on with what a code led to: as whoever signed in where their account holds it, else as nobody.

    Their account takes it along only where that is wished, for it may be the code of somebody else whom they help.
    ConflictError (`held-already`) when another account holds it.
    """
    who = visitor()
    if who.signed_in and submission_id in who.actor.submissions:
        return
    if who.signed_in and not who.actor.is_staff and request.form.get(KEEP):
        holders.claim(the_archive(), contributor([submission_id]), submission_id, who.actor.id)
        return
    current_session().become("")


def _href(to: str) -> str:
    room, _, token = to.partition("/")
    if room == WELCOME and token:
        return url_for("entering.look", token=token)
    return url_for(ROOMS.get(room, ROOMS[GIVE]))


def _without_way_back() -> str:
    """The submission that this session alone leads to; nothing where there is none."""
    who, held = visitor(), session.get(SUBMISSION, "")
    if who.signed_in or not holders.without_way_back(the_archive(), who.actor, held):
        return ""
    return str(held)
