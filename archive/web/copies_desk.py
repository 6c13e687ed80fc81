"""The desk's look at the copies: each store, what is in it, what waits for it."""

from __future__ import annotations

from flask import Blueprint, render_template

from archive.services import copies_state
from archive.web.pages_copies import copies_page
from archive.web.preserve import only_staff
from archive.web.visitors import the_archive, visitor

blueprint = Blueprint("copies_desk", __name__, url_prefix="/desk/copies")
blueprint.before_request(only_staff)


@blueprint.get("")
def stores() -> str:
    """Every store of copies."""
    found = copies_state.states(the_archive(), visitor().actor)
    return render_template("preserve/copies.html", page=copies_page(found))
