"""Days of remembrance: all of them, each of them, and a calendar that others can follow."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from archive.exchange import ics
from archive.services import days
from archive.web.i18n import language
from archive.web.pages_days import day_line, day_page, yearly
from archive.web.pages_head import page_head
from archive.web.visitors import the_archive, visitor
from archive.web.words import _

ITEMS_SHOWN, STORIES_SHOWN = 12, 3

blueprint = Blueprint("observances", __name__)


@blueprint.get("/days")
def listed() -> str:
    """Every day of remembrance, the next one first."""
    archive, on = the_archive(), days.today(the_archive())
    found = days.all_days(archive, on.first, language())
    return render_template("public/days.html", page=[day_line(one, on) for one in found])


@blueprint.get("/days/<slug>")
def day(slug: str) -> str:
    """One day, and what belongs to it."""
    archive, actor = the_archive(), visitor().actor
    on = days.today(archive)
    found = days.one(archive, slug, on.first, language())
    total, cards = days.items_of(archive, actor, found, ITEMS_SHOWN, language())
    besides = days.new_besides(archive, actor, found, cards, ITEMS_SHOWN, language())
    told = days.stories_of(archive, actor, found, STORIES_SHOWN, language())
    page = day_page(archive, found, on, total, cards, told, besides)
    head = page_head(archive, found.name, found.welcome)
    return render_template("public/day.html", page=page, head=head)


@blueprint.get("/days.ics")
def calendar() -> Response:
    """The days as a calendar, in the language of the page that links to it."""
    archive = the_archive()
    kept = days.all_days(archive, days.today(archive).first, language())
    found = sorted(kept, key=lambda one: (one.month, one.day, one.id))
    made = ics.calendar(_("Days of remembrance"), language(), [yearly(archive, one) for one in found])
    return Response(made, mimetype=ics.MEDIA_TYPE)
