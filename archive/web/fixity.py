"""The desk's page of fixity: when bags were read in full, which are damaged, and reading them now."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.services import fixity_state, shared_fixity
from archive.web.pages_fixity import fixity_page
from archive.web.preserve import only_staff
from archive.web.visitors import the_archive, visitor

blueprint = Blueprint("fixity", __name__, url_prefix="/desk/fixity")
blueprint.before_request(only_staff)


@blueprint.get("")
def look() -> str:
    """How all bags are that the archivist answers for."""
    archive = the_archive()
    found = fixity_state.state(archive, visitor().actor)
    shared = shared_fixity.damaged(archive) if shared_fixity.answers_for(visitor().actor) else []
    refused = found.refused_count + shared_fixity.refused_count(archive, visitor().actor)
    page = fixity_page(archive, found, shared, refused, is_working=archive.jobs.is_worker_alive())
    return render_template("preserve/fixity.html", page=page)


@blueprint.post("")
def check_now() -> ResponseReturnValue:
    """Have bags read before all others: those of a collection, or all."""
    fixity_state.ask_now(the_archive(), visitor().actor, request.form.get("collection", ""))
    return redirect(url_for(".look"), 303)


@blueprint.post("/items/<item_id>")
def check_item(item_id: str) -> ResponseReturnValue:
    """Have one bag read before all others."""
    fixity_state.ask_now(the_archive(), visitor().actor, item_id=item_id)
    return redirect(url_for(".look"), 303)
