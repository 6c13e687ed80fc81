"""The curators' side of an item: describe it, see how that changed, decide about it."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.models import Action, ItemState
from archive.models.errors import BadInputError, ConflictError
from archive.services import (
    accounts,
    arrangements,
    authorities,
    bringing_back,
    description_drafts,
    previewing,
    replaced,
    review,
    revisions,
    show,
)
from archive.services.answers import Trouble
from archive.services.carrying_over import BEING_ARRANGED
from archive.services.desk_drafts import OwnDraft, Window
from archive.services.kept import spoken_in
from archive.web import limits
from archive.web.described_form import ADD, LOOK, MARK, Typed, is_meant, names_sent, typed_form
from archive.web.desk_windows import DO, THROW, chosen, drafts_shown, thrown_away, told, window_here
from archive.web.errors import status_of
from archive.web.i18n import language
from archive.web.noting import note_first, shown_on
from archive.web.pages_arrangement import arrangement_history
from archive.web.pages_describe import as_past, describe_page, history_page, words_typed
from archive.web.pages_item import item_page
from archive.web.pages_preview import who_would_see_it
from archive.web.pages_together import around_it, beside_it
from archive.web.pages_view import Opened
from archive.web.preserve import at_it, desk_item, only_staff
from archive.web.visitors import Visitor, the_archive, visitor

blueprint = Blueprint("review", __name__, url_prefix="/desk/items/<item_id>")
# A description may be long.
limits.widen(blueprint)
blueprint.before_request(only_staff)
STALE = "stale-version"
# Kinds of fields whose words are offered while one types.
OFFERED = frozenset({"vocabulary", "place", "names"})


@blueprint.get("/describe")
def describe(item_id: str) -> str:
    """What is said of an item, beside the item; or what this curator has typed and not saved yet."""
    archive = the_archive()
    with archive.db.one_view():
        draft = chosen(description_drafts.own(archive, visitor().actor, item_id))
        if draft is None:
            return _form(item_id)
        # A tick is kept with no draft: what was taken out since it was set nobody has meant.
        again = revisions.taken_out(archive, visitor().actor, item_id, draft.typed)
        typed = Typed(draft.typed, draft.choices, draft.mark)
        return _form(item_id, typed, troubles=again, standing=draft)


@blueprint.post("/describe")
def save(item_id: str) -> ResponseReturnValue:
    """Save it, or do what the button says; whatever is in the way, what was typed is on the next page."""
    archive, actor = the_archive(), visitor().actor
    # Its files may have been put together in another way while the form was open.
    item_id = replaced.stands_at(archive, actor, item_id)
    typed = typed_form(archive.profiles, description_drafts.fields(archive, actor, item_id, names_sent()))
    if (window := thrown_away()) is not None:
        return _throw_away(item_id, typed, window)
    match request.form.get(DO, "save"):
        case "keep":
            return _keep(item_id, typed)
        case "edit":
            return _form(item_id, typed)
        case looking if looking.startswith(LOOK):
            return _form(item_id, typed, looked=looking.removeprefix(LOOK))
    try:
        if request.form.get(DO) == "preview":
            return _preview(item_id, typed)
        troubles = revisions.change(
            archive,
            actor,
            item_id,
            typed.said,
            typed.choices,
            language(),
            typed.mark,
            draft=window_here(),
            anyway=typed.anyway,
        )
    except ConflictError as error:
        if error.code not in (STALE, BEING_ARRANGED):
            raise
        _keep_refused(item_id, typed)
        return _form(item_id, typed, crossed=error.code), 409
    if troubles:
        _keep_refused(item_id, typed)
        return _form(item_id, typed, troubles=troubles), 400
    return redirect(url_for("preserve.item", item_id=item_id), 303)


@blueprint.get("/history")
def history(item_id: str) -> str:
    """How what is said of it changed."""
    return _history(item_id)


def _history(
    item_id: str, refused: int = 0, troubles: dict[str, Trouble] | None = None, into: str = ""
) -> str:
    """The page; with why the revision of the number `refused` was not brought back.

    Of what others took the place of, `into` is the one of them to which its words are brought back.
    """
    archive, actor = the_archive(), visitor().actor
    # What may be brought back over is what is shown.
    with archive.db.one_view():
        view = show.item(archive, actor, item_id, language())
        # Whose it is not to look at is told so before the note is shown.
        changes = revisions.history(archive, actor, item_id)
        if noted := note_first(view):
            return noted
        named = {name for one in changes for name, _before, _after in one.changed}
        spoken = revisions.spoken(archive, actor, item_id, named, to_read=True)
        arranged = arrangements.history(archive, actor, item_id)
        names = accounts.names_of(archive, {one.agent for some in (changes, arranged) for one in some})
        is_past = view.state == ItemState.WITHDRAWN
        mark = "" if is_past else arrangements.mark_of(arrangements.arranged(archive, actor, item_id))
        earlier = replaced.made_of(archive, actor, item_id)
        places = bringing_back.places(archive, actor, item_id) if is_past else ()
    page = history_page(archive.profiles, view, spoken, changes, names, refused, troubles)
    page = replace(page, earlier=earlier)
    if is_past:
        page = as_past(page, places, into or request.args.get("into", ""))
    files = arrangement_history(view, mark, arranged, names)
    return render_template("preserve/history.html", page=page, files=files)


@blueprint.post("/history/<int(max=1000000):number>")
def restore(item_id: str, number: int) -> ResponseReturnValue:
    """Say again what was said then; of what was taken out of the files since it is asked first."""
    seen, of = request.form.get(MARK, ""), request.form.get("of", "")
    troubles = bringing_back.restore(
        the_archive(), visitor().actor, item_id, number, seen, language(), of=of, anyway=is_meant()
    )
    if troubles:
        return _history(of or item_id, number, troubles, into=item_id), 400
    return redirect(url_for(".history", item_id=item_id, show=shown_on()), 303)


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
            read_to=form.get("read_to", 0, type=int),
        )
    except (BadInputError, ConflictError) as error:
        return desk_item(item_id, decision=action, words=words, trouble=error.code), status_of(error)
    return redirect(url_for("preserve.item", item_id=item_id), 303)


def _keep(item_id: str, typed: Typed) -> ResponseReturnValue:
    """Keep a draft; a script that keeps it while somebody types is told so without a page."""
    _put_by(item_id, typed)
    return _kept(item_id)


def _throw_away(item_id: str, typed: Typed, window: Window) -> ResponseReturnValue:
    """Forget what was typed in a window; where it is another one, what is typed in this one is kept."""
    if THROW in request.form:
        _keep_refused(item_id, typed)
    description_drafts.throw_away(the_archive(), visitor().actor, item_id, window)
    return _kept(item_id)


def _kept(item_id: str) -> ResponseReturnValue:
    if request.form.get("quietly"):
        return "", 204
    return redirect(url_for(".describe", item_id=item_id, show=shown_on()), 303)


def _keep_refused(item_id: str, typed: Typed) -> None:
    """Keep what cannot be saved as it is: whoever goes to look something up finds it again."""
    # What is too long is told in the form, where all of it stands.
    with contextlib.suppress(BadInputError):
        _put_by(item_id, typed)


def _put_by(item_id: str, typed: Typed) -> None:
    archive, actor = the_archive(), visitor().actor
    description_drafts.keep(archive, actor, item_id, typed.said, typed.choices, typed.mark, window_here())


def _preview(item_id: str, typed: Typed) -> ResponseReturnValue:
    """The public page as it would be; the form is one button away, with everything in it."""
    archive, actor = the_archive(), visitor().actor
    found, troubles = previewing.preview(archive, actor, item_id, typed.said, typed.choices, language())
    if found is None:
        _keep_refused(item_id, typed)
        return _form(item_id, typed, troubles=troubles), 400
    beside = beside_it(archive, found.together)
    page = item_page(archive, found.item, Opened(), Visitor(), around_it(archive, found.item, beside))
    return render_template(
        "preserve/preview.html",
        page=page,
        beside=beside,
        who=who_would_see_it(found),
        typed=(*typed.hidden(), *told(window_here())),
    )


def _form(
    item_id: str,
    typed: Typed | None = None,
    *,
    troubles: dict[str, Trouble] | None = None,
    crossed: str = "",
    standing: OwnDraft | None = None,
    looked: str = "",
) -> str:
    """The form; for the field `looked` it offers the words that hold what stands in its box."""
    archive, actor = the_archive(), visitor().actor
    view = show.item(archive, actor, item_id, language())
    spoken = revisions.spoken(archive, actor, item_id, spoken_in(typed.said) if typed else ())
    at_it(item_id)
    if noted := note_first(view):
        return noted
    letters = {looked: request.form.get(ADD + looked, "")} if looked else {}
    offered = {
        one.name: authorities.labels_for(
            archive, actor, spoken.profile, one, language(), letters.get(one.name, "")
        )
        for one in spoken.profile.fields
        if one.kind in OFFERED
    }
    page = describe_page(
        archive.profiles,
        view,
        spoken,
        typed=typed,
        troubles=troubles,
        crossed=crossed == STALE,
        offered=offered,
        looked=looked,
    )
    # Whoever has seen what somebody else wrote meanwhile may save over it.
    mark = typed.mark if typed and crossed != STALE else spoken.mark
    own = description_drafts.own(archive, actor, item_id)
    return render_template(
        "preserve/describe.html",
        page=page,
        mark=mark,
        is_being_arranged=crossed == BEING_ARRANGED,
        drafts=drafts_shown(own, standing, partial(words_typed, spoken.profile)),
    )
