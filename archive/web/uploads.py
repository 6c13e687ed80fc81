"""Files by a plain form, and what can be done with those that are there: no script is needed for any of it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.models.errors import ArchiveError, ConflictError, NotFoundError
from archive.services import draft_files
from archive.services import uploads as intake_of
from archive.services.arrival import Arrival, arrive
from archive.services.draft_files import CAPTION
from archive.services.meanwhile import reconcile
from archive.web import intake
from archive.web.connection import BLOCK, CutError, body
from archive.web.described_form import MARK
from archive.web.error_answers import was_typed
from archive.web.form_read import (
    FORM,
    OF_A_FORM,
    Sent,
    boundary_of_form,
    telling_of_a_cut,
    typed_before_files,
)
from archive.web.giving import Giving, for_contributors, giving
from archive.web.multipart import Part, Parts
from archive.web.pace import Charge
from archive.web.saving_first import wished
from archive.web.upload_troubles import (
    CUT,
    TOO_MUCH,
    Trouble,
    captioned_twice,
    not_added,
    not_heard,
    tell,
    trouble,
)
from archive.web.visitors import the_archive

# What a form holds beside the bytes of its files.
AROUND = 1024 * 1024
# The button by which somebody has no more to add.
GO_ON = "on"

blueprint = Blueprint("uploads", __name__, url_prefix="/give/files")
for_contributors(blueprint, "contribute.what")


@blueprint.post("")
def add() -> ResponseReturnValue:
    """Take in the files of a form, keep what was typed in it, and go on where that was asked for.

    A file that cannot be taken never takes another one with it. Whose draft it is and whether there is room is known
    before any file is read, and that the form is ours; what was typed stands before the files, and is kept without them.
    """
    boundary = boundary_of_form()
    parts = Parts(body(request), boundary, the_archive().settings.max_submission_files)
    try:
        here = giving()
    except (NotFoundError, ConflictError):
        was_typed(typed_before_files(parts))
        raise
    with contextlib.ExitStack() as until_read:
        charge = _charged(here, until_read, (request.content_length or 0) - AROUND)
        sent = _read(here, charge, parts)
    if sent.refused is not None:
        was_typed(sent.typed)
        raise sent.refused
    if not sent.is_ours:
        sent.typed.clear()
    _keep_typed(here, sent.typed)
    tell(sent.troubles)
    if isinstance(charge, ArchiveError):
        raise charge
    there = "" if sent.troubles else wished(sent.typed)
    return redirect(there or _next(here, goes_on=GO_ON in sent.typed and not sent.troubles), 303)


def _read(here: Giving, charge: Charge | ArchiveError, parts: Parts) -> Sent:
    """Read a form to its end, taking in its files, or to the first file where none can be."""
    sent = Sent()
    unheard: list[str] = []
    with telling_of_a_cut(sent):
        for part in parts:
            if part.name in OF_A_FORM:
                sent.look_at(part, here.submission_id)
            elif part.file_name:
                if not sent.is_ours and sent.refused is None:
                    sent.look_at(Part(FORM), here.submission_id)
                # What was typed stands before the files, and is given back.
                if isinstance(charge, ArchiveError) or sent.refused is not None:
                    break
                sent.troubles += _take(here, charge, part, most_left(parts))
            elif part.is_heard:
                # A button that stands before the form comes before its token.
                sent.typed[part.name] = part.value
            elif sent.is_ours:
                unheard.append(part.name)
    named = {f"{CAPTION}{one.id}": one.given_name for one in here.draft.files} if unheard else {}
    sent.troubles += [not_heard(named.get(name, "")) for name in unheard]
    return sent


@blueprint.get("/record")
def record() -> ResponseReturnValue:
    """Record a voice in the browser; what is recorded goes the way of every file."""
    giving()
    return render_template("contribute/record.html")


@blueprint.post("/captions")
def captions() -> ResponseReturnValue:
    """Keep what was typed under the files."""
    return _done(giving())


@blueprint.post("/<file_id>/remove")
def remove(file_id: str) -> ResponseReturnValue:
    """Take a file out again; gone already is well too."""
    here = giving()
    with contextlib.suppress(NotFoundError):
        draft_files.remove_file(here.archive, here.actor, here.submission_id, file_id)
    return _done(here)


@blueprint.post("/<file_id>/<any(earlier, later):where>")
def move(file_id: str, where: str) -> ResponseReturnValue:
    """Move a file one place to the front or to the end."""
    here = giving()
    places = -1 if where == "earlier" else 1
    with contextlib.suppress(NotFoundError):
        draft_files.move_file(here.archive, here.actor, here.submission_id, file_id, places)
    return _done(here)


@blueprint.post("/arriving/<upload_id>/remove")
def stop(upload_id: str) -> ResponseReturnValue:
    """Give up a file that has not arrived whole."""
    here = giving()
    with contextlib.suppress(NotFoundError):
        intake_of.abandon(here.archive, here.actor, upload_id)
    return _done(here)


@blueprint.post("/arriving/<upload_id>/keep")
def keep(upload_id: str) -> ResponseReturnValue:
    """Make a file of what has arrived of a recording that came to no end."""
    here = giving()
    with contextlib.suppress(NotFoundError):
        upload = intake_of.find(here.archive, here.actor, upload_id)
        if upload.length is None and upload.offset:
            with arrive(here.archive, intake.intake().memory, upload) as arrival:
                intake_of.announce(here.archive, here.actor, upload_id, arrival.offset)
                arrival.flush()
                intake_of.finish(here.archive, here.actor, upload_id, *arrival.digest())
    return _done(here)


def _keep_typed(here: Giving, form: Mapping[str, str]) -> None:
    """Keep what was typed and chosen beside the files, whatever button was pressed."""
    typed = {name.removeprefix(CAPTION): text for name, text in form.items() if name.startswith(CAPTION)}
    seen = form.get(MARK, "")
    both = draft_files.caption_files(here.archive, here.actor, here.submission_id, typed, seen)
    tell([captioned_twice(name) for name in both])
    if "together" in form:
        chosen = {"together": form["together"]}
        # What is only left as it stood takes back no choice of another page's; of two choices the later counts.
        here.save(lambda answers: _chosen({"together": answers.together}, chosen, seen))


def _chosen(stands: Mapping[str, str], typed: Mapping[str, str], seen: str) -> Mapping[str, str]:
    found = reconcile(stands, typed, seen)
    return found.taken | found.crossed


def _next(here: Giving, *, goes_on: bool) -> str:
    draft = here.draft
    is_whole = draft.files and not draft.arriving and not draft_files.caption_troubles(draft.files)
    if goes_on and is_whole:
        return url_for("contribute.about")
    return url_for("contribute.files", told=1 if goes_on else None)


def _done(here: Giving) -> ResponseReturnValue:
    """Nothing that the form held is lost by pressing one of its buttons.

    Files that were chosen and not added come as their names alone: they are named, to be chosen again.
    """
    _keep_typed(here, request.form)
    tell([not_added(name) for name in request.form.getlist("files") if name])
    return redirect(url_for("contribute.files"), 303)


def _charged(here: Giving, until_read: contextlib.ExitStack, size: int) -> Charge | ArchiveError:
    """What counts the files of a form of so many bytes; why they cannot fit, known before they are read, otherwise."""
    try:
        if size > 0:
            intake_of.look_for_room(here.archive, here.actor, here.submission_id, size)
        return until_read.enter_context(intake.charged(size))
    except ArchiveError as error:
        return intake.told(error)


def most_left(parts: Parts) -> int | None:
    """The most that the rest of the body can be."""
    length = request.content_length
    # What was read ahead may be part of the next file.
    return None if length is None else max(1, length - parts.received + 4 * BLOCK)


def _take(here: Giving, charge: Charge, part: Part, bound: int | None) -> Iterator[Trouble]:
    """Take in one file; yields what went wrong with it, if something did."""
    sent = part.file_name or ""
    name = intake_of.name_as_given(sent)
    if not part.is_heard:
        yield trouble(name, ArchiveError("More came in one form than is read of one.", code=TOO_MUCH))
        return
    try:
        charge.begin_file()
        upload = intake_of.begin(here.archive, here.actor, here.submission_id, sent, None)
    except ArchiveError as error:
        yield trouble(name, error)
        return
    try:
        _write(here, charge, part, upload, bound)
    except ArchiveError as error:
        _abandon(here, upload.id)
        yield trouble(name, error)
    except CutError:
        # Whoever comes back is told which file did not arrive whole.
        _abandon(here, upload.id)
        yield trouble(name, ArchiveError("The connection broke before the file was whole.", code=CUT))
    except BaseException:
        _abandon(here, upload.id)
        raise


def _write(here: Giving, charge: Charge, part: Part, upload: intake_of.UploadView, bound: int | None) -> None:
    grow = partial(intake_of.grow, bound=bound)
    with arrive(here.archive, intake.intake().memory, upload, grow) as arrival:
        for block in part.blocks:
            charge.take(len(block))
            arrival.write(block)
        arrival.flush()
        _finish(here, upload, arrival)


def take_in(here: Giving, name: str, content: bytes) -> None:
    """Take in bytes that came in another form as a file of the draft; ArchiveError, in words, when it cannot be."""
    try:
        intake.spend(len(content))
        upload = intake_of.begin(here.archive, here.actor, here.submission_id, name, len(content))
        with arrive(here.archive, intake.intake().memory, upload) as arrival:
            arrival.write(content)
            arrival.flush()
            _finish(here, upload, arrival)
    except ArchiveError as error:
        raise intake.told(error) from error


def _finish(here: Giving, upload: intake_of.UploadView, arrival: Arrival) -> None:
    # On a slow line a button is pressed twice, and sends all of it twice.
    intake_of.finish(here.archive, here.actor, upload.id, *arrival.digest(), once=True)


def _abandon(here: Giving, upload_id: str) -> None:
    with contextlib.suppress(NotFoundError):
        intake_of.abandon(here.archive, here.actor, upload_id)
