"""The desk's page of what is held, and in what state."""

from __future__ import annotations

from flask import Blueprint, render_template

from archive.services import holdings
from archive.web.pages_holdings import holdings_page
from archive.web.preserve import only_staff
from archive.web.visitors import the_archive, visitor

blueprint = Blueprint("holdings", __name__, url_prefix="/desk/holdings")
blueprint.before_request(only_staff)


@blueprint.get("")
def held() -> str:
    """Counts and bytes of what one answers for."""
    archive = the_archive()
    page = holdings_page(archive, holdings.holdings(archive, visitor().actor))
    return render_template("preserve/holdings.html", page=page)
