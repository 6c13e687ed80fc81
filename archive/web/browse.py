"""Looking around: the places, years, people and subjects of what a reader may see, and what members see beside others."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from archive.access import Actor
from archive.services import browse, browse_kept, for_members
from archive.services.readers import as_reader
from archive.web.i18n import language
from archive.web.numbering import page_in
from archive.web.pages_box import box_in
from archive.web.pages_browse import At, members_page, people_page, places_page, subjects_page, years_page
from archive.web.visitors import the_archive, visitor

blueprint = Blueprint("browse", __name__)


@blueprint.get("/places")
def places() -> str:
    """Every place, on a map and in a table."""
    page = places_page(browse_kept.places(the_archive(), language(), _reader()), _at())
    return render_template("public/places.html", page=page)


@blueprint.get("/years")
def years() -> str:
    """The timeline."""
    return render_template("public/years.html", page=years_page(browse.decades(the_archive(), _reader())))


@blueprint.get("/people")
def people() -> str:
    """Everyone who is named."""
    page = people_page(browse_kept.people(the_archive(), language(), _reader()), _at())
    return render_template("public/names.html", page=page)


@blueprint.get("/subjects")
def subjects() -> str:
    """What things are about."""
    page = subjects_page(browse_kept.subjects(the_archive(), language(), _reader()), _at())
    return render_template("public/names.html", page=page)


@blueprint.get("/members")
def members() -> str:
    """What is shown to members of the community alone; nothing is here for others."""
    leaf = for_members.leaf(the_archive(), visitor().actor, page_in(request.args), language())
    return render_template("public/members.html", page=members_page(leaf))


def _reader() -> Actor:
    return as_reader(visitor().actor)


def _at() -> At:
    return At(request.args.get("letter", "")[:8], page_in(request.args), box_in(request.args.get("near", "")))
