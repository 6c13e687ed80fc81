"""The curators' side of an item: describe it, see how that changed, decide about it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.models import Action
from archive.models.errors import BadInputError, ConflictError
from archive.services import accounts, review, revisions, show
from archive.web.errors import status_of
from archive.web.giving import LARGEST_PAGE
from archive.web.i18n import language
from archive.web.pages_describe import describe_page, history_page
from archive.web.preserve import desk_item, only_staff
from archive.web.visitors import the_archive, visitor

blueprint = Blueprint("review", __name__, url_prefix="/desk/items/<item_id>")
blueprint.before_request(only_staff)
MARK = "seen"
STALE = "stale-version"


@blueprint.before_request
def widen() -> None:
    """A description may be long."""
    request.max_content_length = request.max_form_memory_size = LARGEST_PAGE


@blueprint.get("/describe")
def describe(item_id: str) -> str:
    """What is said of an item, beside the item."""
    return _form(item_id)


@blueprint.post("/describe")
def save(item_id: str) -> ResponseReturnValue:
    """Save it; whatever is in the way, what was typed is on the next page."""
    archive, actor = the_archive(), visitor().actor
    fields = archive.profiles[show.item(archive, actor, item_id, language()).collection].fields
    typed = {one.name: request.form.get(f"about-{one.name}", "").replace("\r\n", "\n") for one in fields}
    choices = {
        typed[one.name].strip(): meant
        for one in fields
        if (meant := request.form.get(f"reading-about-{one.name}", ""))
    }
    seen = request.form.get(MARK, "")
    try:
        troubles = revisions.change(archive, actor, item_id, typed, choices, language(), seen)
    except ConflictError as error:
        if error.code != STALE:
            raise
        return _form(item_id, typed=typed, choices=choices, crossed=True), 409
    if troubles:
        return _form(item_id, typed=typed, choices=choices, troubles=troubles, mark=seen), 400
    return redirect(url_for("preserve.item", item_id=item_id), 303)


@blueprint.get("/history")
def history(item_id: str) -> str:
    """How what is said of it changed."""
    archive, actor = the_archive(), visitor().actor
    view = show.item(archive, actor, item_id, language())
    changes = revisions.history(archive, actor, item_id)
    names = accounts.names_of(archive, {one.agent for one in changes})
    spoken = revisions.spoken(archive, actor, item_id)
    page = history_page(archive.profiles[view.collection], view, spoken, changes, names)
    return render_template("preserve/history.html", page=page)


@blueprint.post("/history/<int:number>")
def restore(item_id: str, number: int) -> ResponseReturnValue:
    """Say again what was said then."""
    seen = request.form.get(MARK, "")
    revisions.restore(the_archive(), visitor().actor, item_id, number, seen, language())
    return redirect(url_for(".history", item_id=item_id), 303)


@blueprint.post("/decide")
def decide(item_id: str) -> ResponseReturnValue:
    """Decide about it; a question or a reason that is missing is asked for, and nothing typed is lost."""
    form = request.form
    action = form.get("decision", "")
    try:
        wanted = Action(action)
    except ValueError as error:
        raise BadInputError("This is not a decision.", code="no-such-decision") from error
    words = form.get("words", "")
    try:
        review.decide(
            the_archive(),
            visitor().actor,
            item_id,
            wanted,
            version=form.get("version", type=int),
            words=words,
        )
    except (BadInputError, ConflictError) as error:
        return desk_item(item_id, decision=action, words=words, trouble=error.code), status_of(error)
    return redirect(url_for("preserve.item", item_id=item_id), 303)


def _form(item_id: str, *, mark: str = "", **more: object) -> str:
    archive, actor = the_archive(), visitor().actor
    view = show.item(archive, actor, item_id, language())
    spoken = revisions.spoken(archive, actor, item_id)
    profile = archive.profiles[view.collection]
    page = describe_page(profile, view, spoken, **more)  # type: ignore[arg-type]
    return render_template("preserve/describe.html", page=page, mark=mark or page.mark)
