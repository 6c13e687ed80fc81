"""The curators' side of the files of an item: their order and roles, and the text that each says."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.captions import Fault
from archive.models.errors import ConflictError, ForbiddenError, NotFoundError
from archive.services import (
    accounts,
    arrangement_drafts,
    arrangements,
    arranging,
    replaced,
    show,
    transcribing,
    transcript_drafts,
)
from archive.services.arrangement_drafts import ORDER
from archive.services.arrangements import Place, Places
from archive.services.carrying_over import BEING_ARRANGED
from archive.services.desk_drafts import OwnDraft
from archive.services.lifecycle import NO_SUCH_FILE
from archive.services.transcribing import BEING_MADE_ANEW
from archive.services.transcript_drafts import TEXT
from archive.services.views import ItemView
from archive.web import limits
from archive.web.described_form import MARK, is_meant
from archive.web.desk_windows import DO, KEEP, THROW, chosen, drafts_shown, thrown_away, window_here
from archive.web.i18n import language
from archive.web.noting import note_first, shown_on
from archive.web.pages_arrangement import Regrouped, differing, names_in, regrouped
from archive.web.pages_files import files_page, transcript_page
from archive.web.preserve import at_it, only_staff
from archive.web.visitors import the_archive, visitor
from archive.web.words import _

blueprint = Blueprint("item_files", __name__, url_prefix="/desk/items/<item_id>/files")
blueprint.before_request(only_staff)
STALE = "stale-version"
# The button beside a file that leads to its text.
WRITE = "write"
LARGEST_TEXT = 4 * 1024**2
limits.widen(blueprint, LARGEST_TEXT)


@blueprint.get("")
def files(item_id: str) -> str:
    """The files in their order; or as this curator has arranged them and not saved yet."""
    draft = chosen(arrangement_drafts.own(the_archive(), visitor().actor, item_id))
    if draft is None:
        return _files(item_id)
    return _files(item_id, arrangement_drafts.places_in(draft.typed), mark=draft.mark, standing=draft)


@blueprint.post("")
def arrange(item_id: str) -> ResponseReturnValue:
    """Put them in order, or do what the button says: one beside a file moves it and saves what was chosen with it."""
    seen = request.form.get(MARK, "")
    archive, actor = the_archive(), visitor().actor
    places = _moved(_chosen(), request.form.get("move", ""))
    now = replaced.files_stand_at(archive, actor, item_id)
    if any(one.file_id in now for one in places):
        return _where_they_are(places, now, seen)
    if request.form.get(DO) == "edit":
        return _files(item_id, places, mark=seen)
    if (window := thrown_away()) is not None:
        if THROW in request.form:
            # Another window's: what is typed in this one is kept.
            _keep_files(item_id, places, seen)
        arrangement_drafts.throw_away(archive, actor, item_id, window)
        return _files_kept(item_id)
    if WRITE in request.form or request.form.get(DO) == KEEP:
        _keep_files(item_id, places, seen)
        return _files_kept(item_id)
    try:
        troubles = arranging.arrange(archive, actor, item_id, places, seen, window_here(), anyway=is_meant())
    except ConflictError as error:
        if error.code not in (STALE, BEING_ARRANGED):
            raise
        _keep_files(item_id, places, seen)
        return _files(item_id, places, crossed=error.code), 409
    if troubles:
        # Whoever goes to look something up finds it again.
        _keep_files(item_id, places, seen)
        return _files(item_id, places, mark=seen, troubles=troubles), 400
    return redirect(url_for(".files", item_id=item_id, show=shown_on()), 303)


@blueprint.post("/history/<int(max=1000000):number>")
def arrange_again(item_id: str, number: int) -> ResponseReturnValue:
    """Put them as they stood then."""
    arranging.restore(the_archive(), visitor().actor, item_id, number, request.form.get(MARK, ""))
    return redirect(url_for("review.history", item_id=item_id, show=shown_on()), 303)


@blueprint.get("/<file_id>/transcript")
def transcript(item_id: str, file_id: str) -> str:
    """What a file says, beside the file; or what this curator has typed of it and not saved yet."""
    draft = chosen(transcript_drafts.own(the_archive(), visitor().actor, item_id, file_id))
    if draft is None:
        return _transcript(item_id, file_id)
    return _transcript(item_id, file_id, typed=draft.typed[TEXT], mark=draft.mark, standing=draft)


@blueprint.post("/<file_id>/transcript")
def write(item_id: str, file_id: str) -> ResponseReturnValue:
    """Write it, or do what the button says; whatever is in the way, what was typed is on the next page."""
    typed = request.form.get("text", "").replace("\r\n", "\n")
    seen = request.form.get(MARK, "")
    archive, actor = the_archive(), visitor().actor
    # Its files may have been put together in another way while the form was open.
    item_id, file_id = replaced.file_stands_at(archive, actor, item_id, file_id)
    if request.form.get(DO) == "edit":
        return _transcript(item_id, file_id, typed=typed, mark=seen)
    if (window := thrown_away()) is not None:
        if THROW in request.form:
            # Another window's: what is typed in this one is kept.
            _keep(item_id, file_id, typed, seen)
        transcript_drafts.throw_away(archive, actor, item_id, file_id, window)
        return _kept(item_id, file_id)
    if request.form.get(DO) == KEEP:
        _keep(item_id, file_id, typed, seen)
        return _kept(item_id, file_id)
    try:
        faults = transcribing.write(
            archive, actor, item_id, file_id, typed, seen, window_here(), anyway=is_meant()
        )
    except ConflictError as error:
        if error.code not in (STALE, BEING_ARRANGED, BEING_MADE_ANEW):
            raise
        _keep(item_id, file_id, typed, seen)
        return _transcript(item_id, file_id, typed=typed, crossed=error.code), 409
    if faults:
        # Whoever goes to look something up finds it again.
        _keep(item_id, file_id, typed, seen)
        return _transcript(item_id, file_id, typed=typed, mark=seen, faults=faults), 400
    return redirect(url_for(".transcript", item_id=item_id, file_id=file_id, show=shown_on()), 303)


@blueprint.post("/<file_id>/transcript/<int(max=1000000):number>")
def restore(item_id: str, file_id: str, number: int) -> ResponseReturnValue:
    """Write again what stood there then."""
    seen = request.form.get(MARK, "")
    transcribing.restore(the_archive(), visitor().actor, item_id, file_id, number, seen)
    return redirect(url_for(".transcript", item_id=item_id, file_id=file_id, show=shown_on()), 303)


def _keep(item_id: str, file_id: str, typed: str, seen: str) -> None:
    archive, actor = the_archive(), visitor().actor
    transcript_drafts.keep(archive, actor, item_id, file_id, typed, seen, window_here())


def _kept(item_id: str, file_id: str) -> ResponseReturnValue:
    """A script that keeps what somebody types is told so without a page."""
    if request.form.get("quietly"):
        return "", 204
    return redirect(url_for(".transcript", item_id=item_id, file_id=file_id, show=shown_on()), 303)


def _keep_files(item_id: str, places: Sequence[Place], seen: str) -> None:
    arrangement_drafts.keep(the_archive(), visitor().actor, item_id, places, seen, window_here())


def _files_kept(item_id: str) -> ResponseReturnValue:
    """As `_kept`; whoever goes to write the text of a file is led there."""
    if request.form.get("quietly"):
        return "", 204
    file_id = request.form.get(WRITE)
    where = url_for(".transcript", item_id=item_id, file_id=file_id) if file_id else ""
    return redirect(where or url_for(".files", item_id=item_id, show=shown_on()), 303)


def _where_they_are(
    places: Sequence[Place], now: Mapping[str, tuple[str, str]], seen: str
) -> ResponseReturnValue:
    """Of what was split or joined while the form was open: a draft in each item where its files are `now`, the first shown."""
    archive, actor, window = the_archive(), visitor().actor, thrown_away()
    kept: dict[str, Places] = {}
    for item_id, here in arrangement_drafts.parted(places, now).items():
        # Some of it may have been moved to where they may not describe it.
        with contextlib.suppress(ForbiddenError):
            if window is None or THROW in request.form:
                _keep_files(item_id, here, seen)
            if window is not None:
                arrangement_drafts.throw_away(archive, actor, item_id, window)
            kept[item_id] = here
    if not kept:
        raise ForbiddenError("Your role does not allow describing this.")
    first, *others = kept
    if window is not None or request.form.get("quietly"):
        return _files_kept(first)
    titled = [(one, show.item(archive, actor, one, language()).title) for one in others]
    told = partial(regrouped, chosen=places, now=now, others=titled)
    return _files(first, kept[first], crossed=STALE, told=told), 409


def _arranged(item_id: str) -> tuple[ItemView, Places]:
    """The item and how its files stand, for those alone who may describe it."""
    archive, actor = the_archive(), visitor().actor
    view = show.item(archive, actor, item_id, language())
    stand = arrangements.arranged(archive, actor, item_id)
    at_it(item_id)
    return view, stand


def _chosen() -> list[Place]:
    order = " ".join(request.form.getlist(ORDER))
    return list(arrangement_drafts.places_in({**request.form.to_dict(), ORDER: order}))


def _moved(places: list[Place], move: str) -> list[Place]:
    """The places with one of them a step further up or down: `up:<file>` or `down:<file>`."""
    direction, _, file_id = move.partition(":")
    at = next((number for number, one in enumerate(places) if one.file_id == file_id), None)
    to = None if at is None else at + {"up": -1, "down": 1}.get(direction, 0)
    if at is not None and to is not None and 0 <= to < len(places):
        places[at], places[to] = places[to], places[at]
    return places


def _files(
    item_id: str,
    places: Sequence[Place] | None = None,
    *,
    mark: str = "",
    troubles: Mapping[str, str] | None = None,
    crossed: str = "",
    standing: OwnDraft | None = None,
    told: Callable[[ItemView], Regrouped] | None = None,
) -> str:
    view, stand = _arranged(item_id)
    if noted := note_first(view):
        return noted
    names = names_in(view)

    def words(typed: Mapping[str, str]) -> Sequence[tuple[str, str]]:
        return [
            (label, new) for label, _old, new in differing(stand, arrangement_drafts.places_in(typed), names)
        ]

    own = arrangement_drafts.own(the_archive(), visitor().actor, item_id)
    page = files_page(
        view, stand, stand if places is None else places, mark=mark, troubles=troubles, crossed=bool(crossed)
    )
    return render_template(
        "preserve/files.html",
        page=page,
        is_being_arranged=crossed == BEING_ARRANGED,
        regrouped=told(view) if told else None,
        drafts=drafts_shown(own, standing, words),
    )


def _transcript(
    item_id: str,
    file_id: str,
    *,
    typed: str | None = None,
    mark: str = "",
    faults: Sequence[Fault] = (),
    crossed: str = "",
    standing: OwnDraft | None = None,
) -> str:
    archive, actor = the_archive(), visitor().actor
    view = _arranged(item_id)[0]
    file = view.file(file_id)
    if file is None:
        raise NotFoundError(NO_SUCH_FILE)
    # Reading what is taken out is written down as a look; before the note nobody has looked at anything.
    if noted := note_first(view):
        return noted
    written = transcribing.written(archive, actor, item_id, file_id)
    wordings = transcribing.wordings(archive, actor, item_id, file_id)
    names = accounts.names_of(archive, {one.agent for one in wordings})
    page = transcript_page(
        view, file, written, wordings, names, typed=typed, mark=mark, faults=faults, crossed=crossed == STALE
    )
    own = transcript_drafts.own(archive, actor, item_id, file_id)
    return render_template(
        "preserve/transcript.html",
        page=page,
        is_being_arranged=crossed == BEING_ARRANGED,
        drafts=drafts_shown(own, standing, lambda said: [(_("Its text"), said[TEXT])]),
    )
