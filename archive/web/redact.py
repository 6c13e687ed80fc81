"""Taking parts of files out of what is shown: marking them, beside what nobody else sees."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from archive.models.errors import BadInputError, ConflictError
from archive.services import accounts, faces, redacting, sealed_copies, show
from archive.services.marking import PERCENT, PIXELS, Wanted, film_region, passage, region, span
from archive.web.errors import status_of
from archive.web.i18n import language
from archive.web.noting import note_first, shown_on
from archive.web.numbering import page_in
from archive.web.pages_faces import suggested_page
from archive.web.pages_redact import MOST_ROWS, file_page, item_page
from archive.web.preserve import only_staff
from archive.web.redact_words import SIDES
from archive.web.visitors import the_archive, visitor

blueprint = Blueprint("redact", __name__, url_prefix="/desk/items/<item_id>/redact")
blueprint.before_request(only_staff)
STALE = "stale-version"


@blueprint.get("")
def item(item_id: str) -> str:
    """What is taken out of an item, file by file."""
    archive, actor = the_archive(), visitor().actor
    marked = redacting.marked(archive, actor, item_id)
    view = show.item(archive, actor, item_id, language())
    if noted := note_first(view):
        return noted
    names = accounts.names_of(archive, {one.agent for one in marked.marks})
    return render_template("preserve/redact.html", page=item_page(view, marked, names))


@blueprint.get("/<file_id>")
def file(item_id: str, file_id: str) -> str:
    """One file as it is with nothing taken out, and the form that marks what is to be."""
    return _file(item_id, file_id, page_in(request.args))


@blueprint.post("/<file_id>")
def mark(item_id: str, file_id: str) -> ResponseReturnValue:
    """Take out what was marked, or do what the button says; whatever is in the way, what was typed is on the next page."""
    archive, actor, form = the_archive(), visitor().actor, request.form
    number = page_in(form)
    if form.get("do") == "edit":
        return _file(item_id, file_id, number)
    try:
        redacting.add(archive, actor, item_id, file_id, _wanted(number), form.get("seen", ""))
    except (BadInputError, ConflictError) as error:
        if isinstance(error, ConflictError) and error.code != STALE:
            raise
        return _file(item_id, file_id, number, trouble=error.code), status_of(error)
    return redirect(url_for(".file", item_id=item_id, file_id=file_id, page=number, show=shown_on()), 303)


@blueprint.post("/<file_id>/faces")
def look_for_faces(item_id: str, file_id: str) -> ResponseReturnValue:
    """Have a machine look for faces; somebody decides about each."""
    number = page_in(request.form)
    faces.ask(the_archive(), visitor().actor, item_id, file_id, number)
    shown = shown_on()
    back = url_for(".file", item_id=item_id, file_id=file_id, page=number, faces="yes", show=shown)
    return redirect(back, 303)


@blueprint.post("/marks/<mark_id>/remove")
def remove(item_id: str, mark_id: str) -> ResponseReturnValue:
    """Show again what a mark took out."""
    redacting.remove(the_archive(), visitor().actor, item_id, mark_id, request.form.get("seen", ""))
    return redirect(url_for(".item", item_id=item_id, show=shown_on()), 303)


@blueprint.get("/<file_id>/sealed/<name>")
def unredacted(item_id: str, file_id: str, name: str) -> Response:
    """A copy with nothing taken out, for the page on which it is marked."""
    copy = sealed_copies.copy(the_archive(), visitor().actor, item_id, file_id, name)
    response = send_file(copy.path, mimetype=copy.media_type, conditional=True, etag=copy.sha512)
    response.headers.pop("Last-Modified", None)
    return response


def _file(item_id: str, file_id: str, number: int, *, trouble: str = "") -> str:
    archive, actor = the_archive(), visitor().actor
    marked = redacting.marked(archive, actor, item_id)
    view = show.item(archive, actor, item_id, language())
    if noted := note_first(view):
        return noted
    is_touched = file_id in marked.touched
    unseen = sealed_copies.look(archive, actor, item_id, file_id) if is_touched else None
    asked = request.args.get("faces") == "yes"
    found = faces.found(archive, actor, item_id, file_id, number) if asked else None
    suggested = suggested_page(found, request.form, is_asked=asked)
    page = file_page(view, file_id, marked, unseen, number, request.form, trouble, suggested)
    return render_template("preserve/redact_file.html", page=page)


def _page(number: int) -> int | None:
    """The page that is marked; None in a file without pages."""
    return number if "paged" in request.form else None


def _wanted(number: int) -> list[Wanted]:
    """What the form asks for; BadInputError for the first thing that cannot be understood."""
    form = request.form
    reason, unit = form.get("reason", ""), form.get("unit", "")
    width, height = (form.get(name, 0, type=int) for name in ("shown-width", "shown-height"))
    size = (width, height) if unit == PIXELS and width > 0 and height > 0 else None
    found: list[Wanted | None] = []
    for row in range(1, MOST_ROWS + 1):
        typed = {side: form.get(f"{side}-{row}", "") for side in SIDES}
        if f"start-{row}" in form:
            moments = form[f"start-{row}"], form.get(f"end-{row}", "")
            found.append(film_region(typed, unit, size, *moments, reason))
        else:
            found.append(region(typed, unit, size, _page(number), reason))
    for face in form.getlist("face"):
        typed = dict(zip(SIDES, face.split(","), strict=False))
        found.append(region(typed, PERCENT, None, _page(number), reason))
    start, end = form.get("start", ""), form.get("end", "")
    found.append(span(start, end, untimed="untimed" in form, reason=reason))
    words, which = form.get("words", ""), form.get("which", "")
    found.append(passage(words, which, everywhere="everywhere" in form, reason=reason))
    return [one for one in found if one is not None]
