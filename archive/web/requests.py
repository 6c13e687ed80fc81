"""The desk's side of what people ask about items: what waits, hiding it at once, the decision, and notes taken off again."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.models.errors import ArchiveError, BadInputError, ConflictError
from archive.services import accounts, public_notes, requests, show
from archive.web import limits
from archive.web.described_form import is_meant
from archive.web.errors import status_of
from archive.web.i18n import language
from archive.web.numbering import page_in
from archive.web.pages_requests import about_page, request_page, requests_page
from archive.web.preserve import only_staff
from archive.web.visitors import the_archive, visitor

blueprint = Blueprint("requests", __name__, url_prefix="/desk")
# A reason may be long.
limits.widen(blueprint)
blueprint.before_request(only_staff)


@blueprint.get("/requests")
def waiting() -> str:
    """What waits for an answer, or what was decided."""
    decided = request.args.get("state") == "decided"
    number = page_in(request.args)
    total, found = requests.listed(the_archive(), visitor().actor, decided=decided, page=number)
    page = requests_page(total, found, number, decided=decided)
    return render_template("preserve/requests.html", page=page)


@blueprint.get("/requests/<request_id>")
def one(request_id: str) -> str:
    """One request, and what can be decided about it."""
    return _page(request_id)


@blueprint.post("/requests/<request_id>/hide")
def hide(request_id: str) -> ResponseReturnValue:
    """Take the item off the public pages while one thinks; where somebody has answered, the page says what."""
    try:
        requests.hide(the_archive(), visitor().actor, request_id)
    except ConflictError as error:
        if error.code != "already-decided":
            raise
        return _page(request_id, error=error), status_of(error)
    return redirect(url_for(".one", request_id=request_id), 303)


@blueprint.post("/requests/<request_id>/decide")
def decide(request_id: str) -> ResponseReturnValue:
    """Decide; whatever is in the way, what was typed stays on the page."""
    form = request.form
    decision, reason = form.get("decision", ""), form.get("reason", "").replace("\r\n", "\n")
    again = form.get("again") == "yes"
    try:
        requests.decide(
            the_archive(),
            visitor().actor,
            request_id,
            decision,
            reason,
            show_again=again,
            anyway=is_meant(),
        )
    except (BadInputError, ConflictError) as error:
        page = _page(request_id, decision=decision, reason=reason, again=again, error=error)
        return page, status_of(error)
    return redirect(url_for(".one", request_id=request_id), 303)


@blueprint.post("/requests/<request_id>/contact")
def contact(request_id: str) -> str:
    """How whoever asked can be reached; that somebody looked is written down."""
    archive, actor = the_archive(), visitor().actor
    seen = requests.one(archive, actor, request_id)
    details = requests.contact(archive, actor, request_id)
    return render_template("preserve/asker.html", page=seen, details=details)


@blueprint.get("/items/<item_id>/requests")
def about(item_id: str) -> str:
    """Everything that was asked about an item, and the notes that stand beside it."""
    archive, actor = the_archive(), visitor().actor
    found = requests.about(archive, actor, item_id)
    item = show.item(archive, actor, item_id, language())
    return render_template("preserve/requests_about.html", page=about_page(item, found))


@blueprint.post("/items/<item_id>/notes/<note_id>/remove")
def remove_note(item_id: str, note_id: str) -> ResponseReturnValue:
    """Take a note off the item's page."""
    public_notes.remove(the_archive(), visitor().actor, item_id, note_id)
    return redirect(url_for(".about", item_id=item_id), 303)


def _page(
    request_id: str,
    *,
    decision: str = "",
    reason: str = "",
    again: bool = False,
    error: ArchiveError | None = None,
) -> str:
    archive, who = the_archive(), visitor()
    seen = requests.one(archive, who.actor, request_id)
    names = accounts.names_of(archive, [seen.decided_by])
    trouble = error.code if error else ""
    page = request_page(seen, who, names, decision=decision, reason=reason, again=again, trouble=trouble)
    return render_template("preserve/request.html", page=page)
