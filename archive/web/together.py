"""Choosing what is shown together with an item: other items of its collection, whoever gave them."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.models.errors import ConflictError
from archive.services import together
from archive.web.errors import status_of
from archive.web.i18n import language
from archive.web.pages_together import together_page, trouble_words
from archive.web.preserve import only_staff
from archive.web.visitors import the_archive, visitor
from archive.web.words import _

blueprint = Blueprint("together", __name__, url_prefix="/desk/items/<item_id>/together")
blueprint.before_request(only_staff)


@blueprint.get("")
def look(item_id: str) -> str:
    """What is shown together with it."""
    found = together.look(the_archive(), visitor().actor, item_id, language())
    return render_template("preserve/together.html", page=together_page(found))


@blueprint.post("")
def change(item_id: str) -> ResponseReturnValue:
    """Show what would come of it, or have it so; what was typed stands on the next page when it cannot be."""
    archive, actor, form = the_archive(), visitor().actor, request.form
    typed = form.get("parts", "")
    shown, hidden, trouble = together.preview(archive, actor, item_id, typed, language())
    words, status = trouble_words(trouble), 400 if trouble else 200
    if form.get("do") == "save" and not trouble:
        try:
            together.change(archive, actor, item_id, typed, form.get("seen", ""))
            return redirect(url_for(".look", item_id=item_id), 303)
        except ConflictError as error:
            if error.code != "stale-version":
                raise
            words, status = _("Somebody else changed this first."), status_of(error)
    found = together.look(archive, actor, item_id, language())
    page = together_page(found, typed, shown, hidden, words)
    return render_template("preserve/together.html", page=page), status
