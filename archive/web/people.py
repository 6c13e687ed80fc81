"""People: who has an account, and what they may do; for administrators."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.models.errors import BadInputError, ConflictError
from archive.services import accounts, invitations, people
from archive.web import pages_people
from archive.web.visitors import the_archive, visitor

blueprint = Blueprint("people", __name__, url_prefix="/desk/people")


@blueprint.before_request
def only_administrators() -> ResponseReturnValue | None:
    """Decided before anything is looked up, so that no answer tells who there is."""
    if not visitor().signed_in:
        return redirect(url_for("account.sign_in_form"), 303)
    people.may_administer(visitor().actor)
    return None


@blueprint.get("")
def everybody() -> str:
    """Everybody with an account, and links that wait: invitations, and resets of passwords."""
    archive, actor = the_archive(), visitor().actor
    everybody, waiting = people.everybody(archive, actor), invitations.waiting(archive, actor)
    names = accounts.names_of(archive, {one.by for one in waiting})
    page = pages_people.everybody_page(archive, everybody, waiting, names)
    return render_template("account/people.html", page=page)


@blueprint.get("/invite")
def invite_form() -> str:
    """To which roles, and where."""
    return render_template("account/invite.html", page=pages_people.invite_page(the_archive()))


@blueprint.post("/invite")
def invite() -> ResponseReturnValue:
    """Make the link, and show it this once."""
    try:
        token = invitations.invite(the_archive(), visitor().actor, _roles())
    except BadInputError:
        page = pages_people.invite_page(the_archive(), chosen=request.form.getlist("role"), is_wrong=True)
        return render_template("account/invite.html", page=page), 400
    return render_template("account/link.html", page=pages_people.link_page(the_archive(), token))


@blueprint.post("/invitations/<link_id>/take-back")
def take_back(link_id: str) -> ResponseReturnValue:
    """Have an invitation, or a link to a new password, be worth nothing."""
    invitations.take_back(the_archive(), visitor().actor, link_id)
    return redirect(url_for(".everybody"), 303)


@blueprint.get("/<user_id>")
def person(user_id: str) -> str:
    """One of them, and what can be changed."""
    return _person(user_id)


@blueprint.post("/<user_id>/roles")
def roles(user_id: str) -> ResponseReturnValue:
    """Give these roles and no others; two who change them at once see each other's."""
    mark = request.form.get("mark", "")
    try:
        people.change_roles(the_archive(), visitor().actor, user_id, _roles(), mark)
    except ConflictError as error:
        return _person(user_id, error.code, request.form.getlist("role")), 409
    return redirect(url_for(".person", user_id=user_id), 303)


@blueprint.post("/<user_id>/active")
def active(user_id: str) -> ResponseReturnValue:
    """Let somebody in again, or no longer."""
    wanted = request.form.get("active") == "yes"
    try:
        people.set_active(the_archive(), visitor().actor, user_id, active=wanted)
    except ConflictError as error:
        return _person(user_id, error.code), 409
    return redirect(url_for(".person", user_id=user_id), 303)


@blueprint.post("/<user_id>/sessions")
def end_sessions(user_id: str) -> ResponseReturnValue:
    """Sign somebody out everywhere."""
    people.end_sessions(the_archive(), visitor().actor, user_id)
    return redirect(url_for(".person", user_id=user_id), 303)


@blueprint.post("/<user_id>/reset")
def reset(user_id: str) -> str:
    """Make a link to a new password, and show it this once."""
    too = request.form.get("second-factor") == "yes"
    token = invitations.make_reset(the_archive(), visitor().actor, user_id, second_factor_too=too)
    known = people.one(the_archive(), visitor().actor, user_id)
    return render_template("account/link.html", page=pages_people.link_page(the_archive(), token, known))


def _roles() -> dict[str, list[str]]:
    """What was chosen: `curator` holds everywhere, `curator@march-25` there."""
    chosen: dict[str, list[str]] = {}
    for one in request.form.getlist("role"):
        name, _, collection = one.partition("@")
        chosen.setdefault(name, []).append(collection)
    return {name: [] if "" in where else where for name, where in chosen.items()}


def _person(user_id: str, trouble: str = "", chosen: list[str] | None = None) -> str:
    known = people.one(the_archive(), visitor().actor, user_id)
    page = pages_people.person_page(the_archive(), known, trouble, chosen)
    return render_template("account/person.html", page=page)
