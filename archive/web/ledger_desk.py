"""The desk's page of the public ledger: what a restore lost of it, and saying so, for ever and in public."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.models.errors import ArchiveError
from archive.services import checkpoint_gaps, gap_acknowledging
from archive.services.gap_acknowledging import GAP_DAY
from archive.web import limits
from archive.web.errors import status_of
from archive.web.pages_gap import NOT_SURE, gap_page
from archive.web.preserve import only_staff
from archive.web.visitors import the_archive, visitor

blueprint = Blueprint("ledger_desk", __name__, url_prefix="/desk/ledger")
# What is too long is told with all of it.
limits.widen(blueprint)
# What may be typed otherwise, or looked at once more; anything else is an error of its own page.
FORM_ERRORS = (400, 409)


@blueprint.before_request
def only_who_may() -> ResponseReturnValue | None:
    """Decided before anything is looked up."""
    if turned_away := only_staff():
        return turned_away
    gap_acknowledging.check_actor(visitor().actor)
    return None


@blueprint.get("")
def look() -> ResponseReturnValue:
    """What was acknowledged, and what would be since the day of a backup; nothing is written."""
    typed = request.args.get("backup", "").strip()
    return _page(typed) if typed else _page("", look_again=False)


@blueprint.post("")
def acknowledge() -> ResponseReturnValue:
    """Sign and publish it, if it is still what was looked at; what was typed is shown again where it is not."""
    form = request.form
    typed, reason = form.get("backup", "").strip(), form.get("reason", "")
    backup = _day(typed)
    if backup is None:
        return _page(typed, reason)
    if form.get("sure") != "yes":
        return _page(typed, reason, NOT_SURE, 400)
    try:
        gap_acknowledging.acknowledge(
            the_archive(), visitor().actor, backup, reason, mark=form.get("mark", "")
        )
    except ArchiveError as error:
        if status_of(error) not in FORM_ERRORS:
            raise
        return _page(typed, reason, error.code, status_of(error))
    return redirect(url_for(".look"), 303)


def _page(
    typed: str, reason: str = "", trouble: str = "", status: int = 200, *, look_again: bool = True
) -> ResponseReturnValue:
    archive, backup, found = the_archive(), _day(typed), None
    if look_again and backup is None:
        trouble, status = GAP_DAY, 400
    elif look_again and backup is not None:
        try:
            found = gap_acknowledging.offer(archive, visitor().actor, backup)
        except ArchiveError as error:
            if status_of(error) not in FORM_ERRORS:
                raise
            trouble, status = error.code, status_of(error)
    page = gap_page(checkpoint_gaps.read_all(archive.settings), found, typed, reason, trouble)
    return render_template("preserve/ledger.html", page=page), status


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
