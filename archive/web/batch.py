"""Changing many items at once: choose, look at what would change, have it done, take it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.models import ItemState
from archive.models.errors import ArchiveError, BadInputError
from archive.services import accounts, batch_views, batches, choosing
from archive.services.choosing import Choice
from archive.services.kept import MOVE
from archive.services.moving import NO_SUCH_COLLECTION
from archive.services.weighing import ACTIONS, COLLECTION, DESCRIBE, WAYS, Wish
from archive.web import limits
from archive.web.errors import status_of
from archive.web.i18n import language
from archive.web.numbering import LARGEST_PAGE_NUMBER, number_in, page_in
from archive.web.pages_batch import Asked, batch_page, batches_page, choose_page
from archive.web.pages_list import pager
from archive.web.preserve import only_staff
from archive.web.visitors import the_archive, visitor

blueprint = Blueprint("batch", __name__, url_prefix="/desk")
# A thousand items are more than a page usually sends.
limits.widen(blueprint)
blueprint.before_request(only_staff)
STATES = frozenset(state.value for state in ItemState)
# How the fields are named that say which others are to be shown: what is shown is in the same form.
OTHERS = "other-"
NOT_SHOWN = "not-shown-yet"


@blueprint.before_request
def only_who_may() -> None:
    """Decided before anything is looked up."""
    batches.check_actor(visitor().actor)


@blueprint.get("/batch")
def choose() -> str:
    """The items that match, and what may be done with them."""
    return _choose(Asked(_choice(request.args)), page_in(request.args))


@blueprint.post("/batch")
def plan() -> ResponseReturnValue:
    """Plan what was chosen, turn to another page of it, or show others beside it; from elsewhere, items alone are chosen.

    Whatever the button, what was ticked and typed is on the next page.
    """
    form = request.form
    choice = _choice(form)
    wanted = _choice(form, OTHERS) if any(name.startswith(OTHERS) for name in form) else choice
    # What was narrowed down and not shown yet nobody has looked at, whatever they pressed.
    is_unseen = "others" not in form and wanted != choice
    others = "others" in form or is_unseen
    asked = Asked(
        wanted,
        items=tuple(dict.fromkeys(form.getlist("item"))),
        # “All that match” was said of what matched then.
        everything=form.get("all") == "yes" and wanted == choice,
        do=form.get("do", ""),
        field=form.get("field", ""),
        text=form.get("text", "").replace("\r\n", "\n"),
        to=form.get("to", ""),
        picked=not others and "do" not in form and "field" not in form,
        trouble=NOT_SHOWN if is_unseen else "",
    )
    if others:
        return _choose(asked, 1), 400 if is_unseen else 200
    turned = number_in(form, "turn", LARGEST_PAGE_NUMBER)
    if turned or (asked.picked and asked.items):
        return _choose(asked, turned or 1)
    try:
        batch_id = _plan(asked)
    except ArchiveError as error:
        if status_of(error) not in (400, 413):
            raise
        return _choose(replace(asked, trouble=error.code), page_in(form)), status_of(error)
    return redirect(url_for(".look", batch_id=batch_id), 303)


@blueprint.get("/batches")
def all_batches() -> str:
    """What was changed together, the newest first."""
    archive, actor = the_archive(), visitor().actor
    leaf = page_in(request.args)
    leaves, found = batch_views.batches(archive, actor, leaf)
    names = accounts.names_of(archive, {one.agent for one in found})
    return render_template(
        "preserve/batches.html",
        page=batches_page(archive, found, names),
        pager=pager(min(leaf, leaves), leaves, lambda n: url_for(".all_batches", page=n if n > 1 else None)),
    )


@blueprint.get("/batches/<batch_id>")
def look(batch_id: str) -> str:
    """What a batch would change, or what became of it, item by item."""
    archive, actor = the_archive(), visitor().actor
    leaf = page_in(request.args)
    view = batch_views.batch(archive, actor, batch_id, leaf)
    names = accounts.names_of(archive, [view.agent])
    return render_template("preserve/batch.html", page=batch_page(archive, view, names))


@blueprint.post("/batches/<batch_id>/do")
def ask(batch_id: str) -> ResponseReturnValue:
    """Have it done."""
    batches.ask(the_archive(), visitor().actor, batch_id)
    return redirect(url_for(".look", batch_id=batch_id), 303)


@blueprint.post("/batches/<batch_id>/drop")
def drop(batch_id: str) -> ResponseReturnValue:
    """Leave everything as it is."""
    batches.drop(the_archive(), visitor().actor, batch_id)
    return redirect(url_for(".all_batches"), 303)


@blueprint.post("/batches/<batch_id>/undo")
def undo(batch_id: str) -> ResponseReturnValue:
    """Plan to take it back; what that would do is shown before it is done."""
    undone = batches.undo(the_archive(), visitor().actor, batch_id, language())
    return redirect(url_for(".look", batch_id=undone), 303)


def _choice(values: Mapping[str, str], named: str = "") -> Choice:
    state = values.get(f"{named}state", "")
    collection = values.get(f"{named}collection", "")
    return Choice(
        collection if collection in the_archive().profiles else "",
        state if state in STATES else "",
        values.get(f"{named}words", "").strip(),
    )


def _choose(asked: Asked, leaf: int) -> str:
    archive, actor = the_archive(), visitor().actor
    trouble = asked.trouble
    try:
        if asked.picked:
            cards = choosing.cards_of(archive, actor, list(asked.items), language())
            total = len(cards)
        else:
            total, cards = choosing.chosen_cards(archive, actor, asked.choice, leaf, language())
            if total and not cards:
                # There are fewer by now: what was chosen is not lost with the page.
                leaf = -(-total // choosing.PER_PAGE)
                total, cards = choosing.chosen_cards(archive, actor, asked.choice, leaf, language())
    except BadInputError as error:
        total, cards, trouble = 0, (), error.code
    page = choose_page(archive, actor, replace(asked, trouble=trouble), leaf, total, cards)
    return render_template("preserve/batch_choose.html", page=page)


def _plan(asked: Asked) -> str:
    archive, actor = the_archive(), visitor().actor
    wish = _wish(asked)
    ids = list(asked.items)
    if asked.everything:
        # What was ticked before others were shown is chosen still.
        ids += choosing.chosen_ids(archive, actor, asked.choice, batches.MOST + 1)
    wishes = dict.fromkeys(ids, wish)
    return batches.plan(archive, actor, asked.do, wishes, field=asked.written_to, language=language())


def _wish(asked: Asked) -> Wish:
    if asked.do in {one.value for one in ACTIONS}:
        return Wish(asked.do)
    if asked.do == MOVE:
        if asked.to not in the_archive().profiles:
            raise BadInputError("Choose a collection.", code=NO_SUCH_COLLECTION)
        return Wish(MOVE, {COLLECTION: asked.to})
    if asked.do not in WAYS:
        raise BadInputError("Choose what to do.", code="nothing-to-do")
    if not any(one.field(asked.field) for one in the_archive().profiles.values()):
        raise BadInputError("Choose a field.", code="no-such-field")
    if asked.do != "set" and not asked.text.strip():
        raise BadInputError("Write what to add or take away.", code="words-needed")
    return Wish(DESCRIBE, {asked.field: asked.text}, asked.do)
