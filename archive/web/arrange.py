"""Putting files together in another way: split an item, make one of two, move one to another collection."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.models.errors import ArchiveError, BadInputError, ConflictError
from archive.services import moving, regrouping, replaced
from archive.web import limits
from archive.web.described_form import is_meant
from archive.web.errors import status_of
from archive.web.pages_arrange import arrange_page
from archive.web.preserve import only_staff
from archive.web.visitors import the_archive, visitor

blueprint = Blueprint("arrange", __name__, url_prefix="/desk/items/<item_id>/arrange")
# What is too long is told with all of it.
limits.widen(blueprint)
blueprint.before_request(only_staff)


@blueprint.get("")
def look(item_id: str) -> str:
    """What may be done with its files."""
    return _page(item_id)


@blueprint.post("/split")
def split(item_id: str) -> ResponseReturnValue:
    """Make two items of one."""
    form = request.form
    try:
        regrouping.split(
            the_archive(),
            visitor().actor,
            item_id,
            form.getlist("file"),
            form.get("title", ""),
            form.get("version", 0, type=int),
            anyway=is_meant(),
        )
    except (BadInputError, ConflictError) as error:
        return _page(item_id, error), status_of(error)
    return redirect(url_for(".look", item_id=item_id), 303)


@blueprint.post("/merge")
def merge(item_id: str) -> ResponseReturnValue:
    """Make one item of two."""
    form = request.form
    version = form.get("version", 0, type=int)
    try:
        regrouping.merge(the_archive(), visitor().actor, item_id, form.get("other", ""), version)
    except (BadInputError, ConflictError) as error:
        return _page(item_id, error), status_of(error)
    return redirect(url_for(".look", item_id=item_id), 303)


@blueprint.post("/move")
def move(item_id: str) -> ResponseReturnValue:
    """Move it to another collection."""
    form = request.form
    version = form.get("version", 0, type=int)
    try:
        moving.move(the_archive(), visitor().actor, item_id, form.get("collection", ""), version)
    except (BadInputError, ConflictError) as error:
        return _page(item_id, error), status_of(error)
    return redirect(url_for("preserve.item", item_id=item_id), 303)


def _page(item_id: str, error: ArchiveError | None = None) -> str:
    archive, actor = the_archive(), visitor().actor
    found = regrouping.look(archive, actor, item_id)
    places = replaced.in_its_place(archive, actor, item_id)
    form = request.form
    chosen = frozenset(one for name in ("file", "other", "collection") for one in form.getlist(name))
    code = error.code if error else ""
    page = arrange_page(archive, found, places, chosen, form.get("title", ""), code)
    return render_template("preserve/arrange.html", page=page)
