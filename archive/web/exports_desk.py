"""The export desk: choose what leaves, look at it, have it made, take it, remove it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from archive.models import Right
from archive.models.errors import ArchiveError, NotFoundError
from archive.services import export_choosing, exports
from archive.services.export_choosing import Selection, Weighed
from archive.services.export_forms import Form, wish_of
from archive.services.views import Delivery
from archive.web.errors import status_of
from archive.web.limits import widen
from archive.web.pages_export import AT, asked_for, choose_page, listed, one_listed
from archive.web.preserve import only_staff
from archive.web.visitors import the_archive, visitor

blueprint = Blueprint("exports", __name__, url_prefix="/desk/exports")
# A list of ten thousand numbers.
widen(blueprint)
# What may be typed otherwise; anything else is an error of its own page.
FORM_ERRORS = (400, 409, 413, 507)


@blueprint.before_request
def only_who_may() -> ResponseReturnValue | None:
    """Decided before anything is looked up; the link of an export answers others as if there were none."""
    if "export_id" not in (request.view_args or {}):
        if turned_away := only_staff():
            return turned_away
        export_choosing.check_actor(visitor().actor)
    elif not (visitor().signed_in and visitor().is_staff and visitor().actor.has(Right.EXPORT)):
        raise NotFoundError(exports.NO_SUCH_EXPORT)
    return None


@blueprint.get("")
def all_exports() -> str:
    """What this visitor had made, and how far it is."""
    page = listed(exports.listed(the_archive(), visitor().actor))
    return render_template("preserve/exports.html", page=page)


@blueprint.get("/new")
def choose() -> str:
    """What is to leave; nothing is looked for yet."""
    typed, _, _ = asked_for(request.args)
    return _page(typed)


@blueprint.post("/new")
def look() -> ResponseReturnValue:
    """What would leave, how much that is, and what may not; nothing is made, nothing is written down."""
    typed, selection, wrong = asked_for(request.form)
    weighed, troubles = _weigh(typed, selection, wrong)
    page = _page(typed, weighed, troubles)
    return page, 400 if troubles else 200


@blueprint.post("")
def make() -> ResponseReturnValue:
    """Have it made, if it is still what was looked at; whatever is not right is told where it was typed."""
    archive, actor, form = the_archive(), visitor().actor, request.form
    typed, selection, wrong = asked_for(form)
    if misread := _misread(typed, wrong):
        return _page(typed, None, misread), 400
    try:
        wish = wish_of(typed["form"], typed["wrapping"] or "zip", typed["purpose"], typed["for"])
        export_id = exports.ask(archive, actor, selection, wish, form.get("mark", ""))
    except ArchiveError as error:
        if status_of(error) not in FORM_ERRORS:
            raise
        # Looked at once more only where it is shown once more.
        weighed, troubles = _weigh(typed, selection, wrong)
        return _page(typed, weighed, troubles or {AT.get(error.code, ""): error.code}), status_of(error)
    return redirect(url_for(".one", export_id=export_id), 303)


@blueprint.get("/<export_id>")
def one(export_id: str) -> str:
    """One export: how far it is, its checksum, and where to take it."""
    page = one_listed(exports.one(the_archive(), visitor().actor, export_id))
    return render_template("preserve/export.html", page=page)


@blueprint.get("/<export_id>/<name>")
def download(export_id: str, name: str) -> Response:
    """The file, or the part of it that is asked for."""
    found = _delivered(export_id)
    if name != found.download_name:
        raise NotFoundError(exports.NO_SUCH_EXPORT)
    try:
        response = send_file(
            found.path,
            mimetype=found.media_type,
            as_attachment=True,
            download_name=found.download_name,
            conditional=True,
            etag=found.sha512,
        )
    except FileNotFoundError as error:
        raise NotFoundError(exports.NO_SUCH_EXPORT) from error
    # When it was made tells nothing that its day does not.
    response.headers.pop("Last-Modified", None)
    return response


@blueprint.get("/<export_id>/sha512")
def checksum(export_id: str) -> Response:
    """Its SHA-512, as `sha512sum -c` reads it."""
    found = _delivered(export_id)
    response = Response(f"{found.sha512}  {found.download_name}\n", mimetype="text/plain")
    response.headers.set("Content-Disposition", "attachment", filename=f"{found.download_name}.sha512")
    return response


@blueprint.post("/<export_id>/remove")
def remove(export_id: str) -> ResponseReturnValue:
    """Remove it before its days are over."""
    exports.take_off(the_archive(), visitor().actor, export_id)
    return redirect(url_for(".all_exports"), 303)


def _delivered(export_id: str) -> Delivery:
    return exports.deliver(the_archive(), visitor().actor, export_id)


def _weigh(
    typed: Mapping[str, str], selection: Selection, wrong: frozenset[str]
) -> tuple[Weighed | None, dict[str, str]]:
    """What would leave, or the codes of what is not right, by field."""
    if misread := _misread(typed, wrong):
        return None, misread
    try:
        return export_choosing.weigh(the_archive(), visitor().actor, selection, Form(typed["form"])), {}
    except ArchiveError as error:
        if status_of(error) not in FORM_ERRORS:
            raise
        return None, {AT.get(error.code, ""): error.code}


def _misread(typed: Mapping[str, str], wrong: frozenset[str]) -> dict[str, str]:
    """The codes of what cannot be read as it was typed, by field."""
    form = {} if typed["form"] in list(Form) else {"form": "export-form"}
    return dict.fromkeys(wrong, "not-a-day") | form


def _page(
    typed: Mapping[str, str], weighed: Weighed | None = None, troubles: Mapping[str, str] | None = None
) -> str:
    page = choose_page(the_archive(), visitor().actor, typed, weighed, troubles)
    return render_template("preserve/export_choose.html", page=page)
