"""Descriptions as a spreadsheet: taken out, changed elsewhere, and brought in again as a batch."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from archive.models.errors import BadInputError, TooLargeError
from archive.services import batches, sheets
from archive.services.choosing import Choice
from archive.services.sheets import Sheet
from archive.web.batch import STATES
from archive.web.errors import status_of
from archive.web.form_check import check_form
from archive.web.i18n import language
from archive.web.pages_sheet import sheet_page
from archive.web.preserve import only_staff
from archive.web.visitors import the_archive, visitor

blueprint = Blueprint("spreadsheet", __name__, url_prefix="/desk/spreadsheet")


@blueprint.before_request
def tell_whose_session_ended() -> None:
    """Nothing of the file is read then; to be led to another page would not say what became of it."""
    if request.method == "POST" and not visitor().signed_in:
        raise CSRFError("The session in which this form was opened has ended.")


blueprint.before_request(only_staff)
# Something larger is not even read; up to there the sheet's own limit is told in words.
LARGEST_FORM = 2 * sheets.LARGEST


@blueprint.before_request
def only_who_may() -> None:
    """Decided before anything is looked up."""
    batches.check_actor(visitor().actor)


@blueprint.get("")
def both_ways() -> str:
    """Where a spreadsheet is taken out and brought in."""
    return _page()


@blueprint.get("/items.csv")
def take_out() -> Response:
    """The descriptions of the items that match, written while they are sent."""
    choice = _choice(request.args)
    with_mark = request.args.get("bom") == "yes"
    lines = sheets.write_sheet(the_archive(), visitor().actor, choice, with_mark_of_encoding=with_mark)
    response = Response((line.encode() for line in lines), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"{choice.collection}.csv")
    return response


@blueprint.post("")
def bring() -> ResponseReturnValue:
    """Check a sheet; one without a problem becomes the plan of a batch, which is looked at before it is done."""
    request.max_content_length = LARGEST_FORM
    check_form()
    archive, actor = the_archive(), visitor().actor
    given = request.files.get("sheet")
    data = given.stream.read(sheets.LARGEST + 1) if given else b""
    if not data:
        return _page(trouble="sheet-missing"), 400
    try:
        sheet = sheets.read_sheet(archive, actor, data, language())
    except (BadInputError, TooLargeError) as error:
        return _page(trouble=error.code), status_of(error)
    if sheet.problems:
        return _page(sheet=sheet), 400
    if not sheet.changes:
        return _page(sheet=sheet)
    try:
        batch_id = sheets.plan_sheet(archive, actor, sheet, language())
    except TooLargeError as error:
        return _page(trouble=error.code), status_of(error)
    return redirect(url_for("batch.look", batch_id=batch_id), 303)


def _choice(values: Mapping[str, str]) -> Choice:
    state = values.get("state", "")
    return Choice(
        values.get("collection", ""), state if state in STATES else "", values.get("words", "").strip()
    )


def _page(*, trouble: str = "", sheet: Sheet | None = None) -> str:
    page = sheet_page(the_archive(), visitor().actor, _choice(request.args), sheet, trouble)
    return render_template("preserve/spreadsheet.html", page=page)
