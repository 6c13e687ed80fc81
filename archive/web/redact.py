"""Taking parts of files out of what is shown: marking them, beside what nobody else sees."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from archive.models.errors import BadInputError, ConflictError
from archive.services import accounts, doubles, faces, redacting, sealed_copies, show
from archive.web import limits
from archive.web.errors import status_of
from archive.web.i18n import language
from archive.web.noting import note_first, shown_on
from archive.web.numbering import LARGEST_PAGE_NUMBER, number_in, page_in
from archive.web.pages_faces import suggested_page
from archive.web.pages_redact import file_page, item_page
from archive.web.preserve import at_it, only_staff
from archive.web.redact_form import Fields, leaves, parts_of, regions_on, turned
from archive.web.visitors import the_archive, visitor

blueprint = Blueprint("redact", __name__, url_prefix="/desk/items/<item_id>/redact")
# What was typed on many pages comes along.
limits.widen(blueprint)
blueprint.before_request(only_staff)
STALE = "stale-version"
# Buttons that have a machine look for faces, and that ask whether it has.
FACES, LOOK = "faces", "look"


@blueprint.get("")
def item(item_id: str) -> str:
    """What is taken out of an item, file by file."""
    archive, actor = the_archive(), visitor().actor
    marked = redacting.marked(archive, actor, item_id)
    view = show.item(archive, actor, item_id, language())
    at_it(item_id)
    if noted := note_first(view):
        return noted
    found = doubles.doubles(archive, actor, item_id)
    names = accounts.names_of(
        archive, {*(one.agent for one in marked.marks), *(one.removed_by for one in marked.removed)}
    )
    return render_template("preserve/redact.html", page=item_page(view, marked, found, names))


@blueprint.get("/<file_id>")
def file(item_id: str, file_id: str) -> str:
    """One file as it is with nothing taken out, and the form that marks what is to be."""
    return _file(item_id, file_id, page_in(request.args))


@blueprint.post("/<file_id>")
def mark(item_id: str, file_id: str) -> ResponseReturnValue:
    """Take out what was marked on every page, or do what the button says; what was typed is on the next page all the same."""
    archive, actor, form = the_archive(), visitor().actor, request.form
    here = page_in(form)
    turn, do = number_in(form, "turn", LARGEST_PAGE_NUMBER), form.get("do")
    if turn or do == "edit":
        return _file(item_id, file_id, turn or here, typed=turned(form, here, turn or here))
    if do == FACES:
        faces.ask(archive, actor, item_id, file_id, here)
    if do in (FACES, LOOK):
        return _file(item_id, file_id, here, typed=form, faces_asked=True)
    reason, at, wanted = form.get("reason", ""), here, []
    try:
        for at, leaf in leaves(form, here):
            wanted += regions_on(leaf, at if "paged" in form else None, reason)
        at = here
        wanted += parts_of(form, reason)
        redacting.add(archive, actor, item_id, file_id, wanted, form.get("seen", ""))
    except (BadInputError, ConflictError) as error:
        if isinstance(error, ConflictError) and error.code != STALE:
            raise
        return _file(item_id, file_id, at, trouble=error.code, typed=turned(form, here, at)), status_of(error)
    return redirect(url_for(".file", item_id=item_id, file_id=file_id, page=here, show=shown_on()), 303)


@blueprint.post("/marks/<mark_id>/remove")
def remove(item_id: str, mark_id: str) -> ResponseReturnValue:
    """Show again what a mark took out."""
    redacting.remove(the_archive(), visitor().actor, item_id, mark_id, request.form.get("seen", ""))
    return redirect(url_for(".item", item_id=item_id, show=shown_on()), 303)


@blueprint.post("/marks/<mark_id>/again")
def again(item_id: str, mark_id: str) -> ResponseReturnValue:
    """Take out again what is shown again."""
    redacting.again(the_archive(), visitor().actor, item_id, mark_id, request.form.get("seen", ""))
    return redirect(url_for(".item", item_id=item_id, show=shown_on()), 303)


@blueprint.get("/<file_id>/sealed/<name>")
def unredacted(item_id: str, file_id: str, name: str) -> Response:
    """A copy with nothing taken out, for the page on which it is marked."""
    copy = sealed_copies.copy(the_archive(), visitor().actor, item_id, file_id, name)
    response = send_file(copy.path, mimetype=copy.media_type, conditional=True, etag=copy.sha512)
    response.headers.pop("Last-Modified", None)
    return response


def _file(
    item_id: str,
    file_id: str,
    number: int,
    *,
    typed: Fields | None = None,
    trouble: str = "",
    faces_asked: bool = False,
) -> str:
    archive, actor = the_archive(), visitor().actor
    marked = redacting.marked(archive, actor, item_id)
    view = show.item(archive, actor, item_id, language())
    at_it(item_id)
    if noted := note_first(view):
        return noted
    is_touched = file_id in marked.touched
    unseen = sealed_copies.look(archive, actor, item_id, file_id) if is_touched else None
    faced = faces.found(archive, actor, item_id, file_id, number) if faces_asked else None
    typed = MultiDict() if typed is None else typed
    suggested = suggested_page(faced, typed, is_asked=faces_asked)
    found = doubles.doubles(archive, actor, item_id)
    page = file_page(view, file_id, marked, unseen, number, typed, trouble, suggested, found)
    return render_template("preserve/redact_file.html", page=page)
