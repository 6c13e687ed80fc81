"""The desk's list of who did what, when, to what; and taking it out as a table."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from archive.services import audit
from archive.web.numbering import number_in
from archive.web.pages_audit import asked_for, audit_page
from archive.web.preserve import only_staff
from archive.web.visitors import the_archive, visitor

blueprint = Blueprint("audit", __name__, url_prefix="/desk/audit")
blueprint.before_request(only_staff)


@blueprint.get("")
def events() -> ResponseReturnValue:
    """What was done, newest first, as far as it is asked for; a day that cannot be read is told at its field."""
    archive, actor = the_archive(), visitor().actor
    asked, wrong = asked_for(request.args)
    before = number_in(request.args, "before")
    found, older = audit.events(archive, actor, asked, before)
    page = audit_page(archive, request.args, () if wrong else found, None if wrong else older, wrong, actor)
    return render_template("preserve/audit.html", page=page), 400 if wrong else 200


@blueprint.post("")
def export() -> ResponseReturnValue:
    """Everything that is asked for as a table, made while it is sent; that it was taken out is written down."""
    archive, actor = the_archive(), visitor().actor
    asked, wrong = asked_for(request.form)
    if wrong:
        page = audit_page(archive, request.form, (), None, wrong, actor)
        return render_template("preserve/audit.html", page=page), 400
    response = Response(audit.export(archive, actor, asked), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename="what-was-done.csv")
    return response
