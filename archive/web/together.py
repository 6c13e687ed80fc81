"""Choosing what is shown together with an item: other items of its collection, whoever gave them."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.models.errors import ConflictError
from archive.services import picking, together
from archive.web.errors import status_of
from archive.web.i18n import language
from archive.web.pages_picking import Picker, picker
from archive.web.pages_together import TogetherPage, together_page, trouble_words
from archive.web.preserve import only_staff
from archive.web.visitors import the_archive, visitor
from archive.web.words import _

blueprint = Blueprint("together", __name__, url_prefix="/desk/items/<item_id>/together")
blueprint.before_request(only_staff)

# What only changes the form, by the name of its button.
IN_THE_FORM = ("search", "add", "earlier", "remove")


@blueprint.get("")
def look(item_id: str) -> str:
    """What is shown together with it; with words in the address, what else could be."""
    found = together.look(the_archive(), visitor().actor, item_id, language())
    page = together_page(found)
    return _page(page, _picker(item_id, page.typed, request.args.get("words")))


@blueprint.post("")
def change(item_id: str) -> ResponseReturnValue:
    """Search, show what would come of it, or have it so; what was typed and picked stands on the next page."""
    archive, actor, form = the_archive(), visitor().actor, request.form
    typed, seen, do = _typed(), form.get("seen", ""), form.get("do", "").partition(":")[0]
    words = form.get("words", "") if do == "search" or form.get("sought") else None
    if do in IN_THE_FORM:
        found = together.look(archive, actor, item_id, language())
        picks = _picker(item_id, typed, words)
        return _page(together_page(found, typed, seen=seen), picks), 400 if picks.trouble else 200
    shown, hidden, trouble = together.preview(archive, actor, item_id, typed, language())
    told, status = trouble_words(trouble), 400 if trouble else 200
    if do == "save" and not trouble:
        try:
            together.change(archive, actor, item_id, typed, seen)
            return redirect(url_for(".look", item_id=item_id), 303)
        except ConflictError as error:
            if error.code != "stale-version":
                raise
            # Whoever saves once more has seen that somebody else did.
            told, status, seen = _("Somebody else changed this first."), status_of(error), ""
    found = together.look(archive, actor, item_id, language())
    page = together_page(found, typed, shown, hidden, told, seen=seen)
    return _page(page, _picker(item_id, typed, words)), status


def _page(page: TogetherPage, picks: Picker) -> str:
    return render_template("preserve/together.html", page=page, picker=picks)


def _picker(item_id: str, typed: str, words: str | None) -> Picker:
    found = picking.picks(the_archive(), visitor().actor, item_id, typed, words, language())
    return picker(words, found)


def _typed() -> str:
    """What was typed, with what was ticked after it, moved or left out as the button says that was pressed."""
    form = request.form
    typed = form.get("parts", "")
    if ticked := form.getlist("add"):
        typed = picking.with_more(typed, ticked)
    do, _colon, which = form.get("do", "").partition(":")
    if do == "earlier":
        return picking.one_earlier(typed, which)
    return picking.without(typed, which) if do == "remove" else typed
