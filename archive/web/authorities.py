"""The desk's lists of names, places and words: look, add, change, merge, remove."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.models.errors import BadInputError, ConflictError
from archive.services import accounts, authority_changes, authority_merges, word_revisions
from archive.services import authorities as words
from archive.services.rooms import SUBJECTS, room_of
from archive.services.taken_out import TAKEN_OUT
from archive.web.described_form import is_meant
from archive.web.errors import status_of
from archive.web.i18n import language
from archive.web.numbering import page_in
from archive.web.pages_authorities import list_page, merge_page, merging_page, new_page, word_page
from archive.web.pages_shared import word_history
from archive.web.preserve import only_staff
from archive.web.visitors import the_archive, visitor

blueprint = Blueprint("authorities", __name__, url_prefix="/desk/words")
blueprint.before_request(only_staff)
STALE = "stale-version"


@blueprint.before_request
def only_keepers() -> None:
    """Decided before anything is looked up."""
    words.check(visitor().actor)


@blueprint.get("")
def rooms() -> ResponseReturnValue:
    """The first of the lists."""
    return redirect(url_for(".listed", room="agents"), 303)


@blueprint.get("/<room>")
def listed(room: str) -> str:
    """One list, with how many items use each."""
    text, page = request.args.get("q", ""), page_in(request.args)
    total, lines = words.listed(the_archive(), visitor().actor, room, text, page)
    return render_template("preserve/words.html", page=list_page(room, text, page, total, lines))


@blueprint.get("/<room>/new")
def new(room: str) -> str:
    """The form for one that is not here yet."""
    room_of(room)
    return _new(room, request.args.to_dict(), {})


@blueprint.post("/<room>/new")
def add(room: str) -> ResponseReturnValue:
    """Add it; what was typed stays when it cannot be used."""
    typed = request.form.to_dict()
    vocabulary = typed.get("vocabulary", SUBJECTS)
    word_id, troubles = authority_changes.add(the_archive(), visitor().actor, room, typed, vocabulary)
    if troubles:
        return _new(room, typed, troubles), 400
    return redirect(url_for(".word", room=room, word_id=word_id), 303)


@blueprint.get("/<room>/<word_id>")
def word(room: str, word_id: str) -> ResponseReturnValue:
    """One of them; the id of one that was merged leads on."""
    there = words.led_to(the_archive(), visitor().actor, room, word_id)
    if there != word_id:
        return redirect(url_for(".word", room=room, word_id=there), 303)
    return _word(room, word_id)


@blueprint.post("/<room>/<word_id>")
def save(room: str, word_id: str) -> ResponseReturnValue:
    """Save it; whatever is in the way, what was typed is on the next page."""
    typed, seen = request.form.to_dict(), request.form.get("seen", "")
    try:
        troubles = authority_changes.change(
            the_archive(), visitor().actor, room, word_id, typed, seen, anyway=is_meant()
        )
    except ConflictError as error:
        if error.code != STALE:
            raise
        return _word(room, word_id, typed=typed, crossed=True), 409
    if troubles:
        return _word(room, word_id, typed=typed, troubles=troubles, mark=seen), 400
    return redirect(url_for(".word", room=room, word_id=word_id), 303)


@blueprint.get("/<room>/<word_id>/merge")
def merge(room: str, word_id: str) -> str:
    """Look for the one to merge with, then ask once more."""
    archive, actor = the_archive(), visitor().actor
    view = words.one(archive, actor, room, word_id)
    into = request.args.get("into", "")
    if into:
        page = merging_page(view, words.one(archive, actor, room, into))
    else:
        text = request.args.get("q", view.wording.name)
        page = merge_page(view, text, words.listed(archive, actor, room, text)[1])
    return render_template("preserve/word_merge.html", page=page)


@blueprint.post("/<room>/<word_id>/merge")
def do_merge(room: str, word_id: str) -> ResponseReturnValue:
    """Make one of the two."""
    archive, actor, form = the_archive(), visitor().actor, request.form
    into, seen = form.get("into", ""), (form.get("seen", ""), form.get("seen_into", ""))
    try:
        authority_merges.merge(archive, actor, room, word_id, into, seen, anyway=is_meant())
    except (BadInputError, ConflictError) as error:
        if error.code not in (STALE, TAKEN_OUT):
            raise
        view, other = words.one(archive, actor, room, word_id), words.one(archive, actor, room, into)
        page = merging_page(view, other, trouble=error.code)
        return render_template("preserve/word_merge.html", page=page), status_of(error)
    return redirect(url_for(".word", room=room, word_id=into), 303)


@blueprint.post("/<room>/<word_id>/remove")
def remove(room: str, word_id: str) -> ResponseReturnValue:
    """Remove one that nothing uses."""
    authority_changes.remove(the_archive(), visitor().actor, room, word_id, request.form.get("seen", ""))
    return redirect(url_for(".listed", room=room), 303)


@blueprint.post("/<room>/<word_id>/history/<int(max=1000000):number>")
def restore(room: str, word_id: str, number: int) -> ResponseReturnValue:
    """Say of it again what was said then."""
    seen = request.form.get("seen", "")
    authority_changes.restore(the_archive(), visitor().actor, room, word_id, number, seen)
    return redirect(url_for(".word", room=room, word_id=word_id), 303)


def _new(room: str, typed: dict[str, str], troubles: dict[str, str]) -> str:
    page = new_page(room, typed, troubles, words.lists(the_archive()))
    return render_template("preserve/word.html", page=page)


def _word(room: str, word_id: str, **more: object) -> str:
    archive, actor = the_archive(), visitor().actor
    # What may be brought back over is what is shown.
    with archive.db.one_view():
        view = words.one(archive, actor, room, word_id, language())
        names = words.names_like(archive, actor, view, language())
        changes, merged = word_revisions.history(archive, actor, room, word_id)
        agents = {one.agent for some in (changes, *(other.changes for other in merged)) for one in some}
        users = accounts.names_of(archive, agents)
    page = word_page(view, names, **more)  # type: ignore[arg-type]
    history = word_history(view, changes, merged, users)
    return render_template("preserve/word.html", page=page, history=history)
