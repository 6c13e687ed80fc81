"""Taking things from the queue and putting them back, and how one wishes to meet them."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.services import accounts, care, taking
from archive.services.care import CareView
from archive.web.pages_queue import asked_in, queue_href
from archive.web.preserve import desk_item, only_staff
from archive.web.visitors import the_archive, visitor
from archive.web.words import _, day

blueprint = Blueprint("queue", __name__, url_prefix="/desk")
blueprint.before_request(only_staff)


@blueprint.post("/items/<item_id>/take")
def take(item_id: str) -> ResponseReturnValue:
    """Take an item and open it; who comes second is told who has it, and may still look and decide."""
    archive, actor = the_archive(), visitor().actor
    held = taking.take(archive, actor, item_id, instead_of=request.form.get("instead_of", ""))
    if held.user_id == actor.id:
        return redirect(url_for("preserve.item", item_id=item_id), 303)
    name = accounts.names_of(archive, [held.user_id]).get(held.user_id, "")
    told = (
        _("%(name)s has it since %(day)s.", name=name, day=day(held.since))
        + " "
        + _("You may still look at it, and decide.")
    )
    return desk_item(item_id, told=told), 409


@blueprint.post("/items/<item_id>/put-back")
def put_back(item_id: str) -> ResponseReturnValue:
    """Put it back, and go on where one was in the queue."""
    taking.put_back(the_archive(), visitor().actor, item_id)
    return _back()


@blueprint.post("/items/<item_id>/not-today")
def not_today(item_id: str) -> ResponseReturnValue:
    """Put it back without a question; this person does not meet it before tomorrow."""
    taking.not_today(the_archive(), visitor().actor, item_id)
    return _back()


@blueprint.get("/care")
def care_form() -> str:
    """How one wishes to meet what is on the desk."""
    chosen = care.of(the_archive(), visitor().actor)
    return render_template("preserve/care.html", chosen=chosen)


@blueprint.post("/care")
def choose_care() -> ResponseReturnValue:
    """Keep it: what is ticked, or everything, or nothing."""
    form = request.form
    every = {"all": True, "none": False}.get(form.get("every", ""))
    kind = {name: name in form if every is None else every for name in ("blur", "grey", "still")}
    keys = care.of(the_archive(), visitor().actor).keys if every is not None else "keys" in form
    care.choose(the_archive(), visitor().actor, CareView(**kind, keys=keys))
    return redirect(url_for(".care_form"), 303)


def _back() -> ResponseReturnValue:
    return redirect(queue_href(asked_in(request.form.get("back", ""), the_archive())), 303)
