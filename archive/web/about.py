"""What this archive promises, a page each: what is kept about people, taking down, content notes, barriers, and proof."""

from __future__ import annotations

from flask import Blueprint, render_template

from archive.web.visitors import the_archive

blueprint = Blueprint("about", __name__, url_prefix="/about")


@blueprint.get("/privacy")
def privacy() -> str:
    """What is kept about visitors, givers and those who ask, and what is not."""
    return render_template("about/privacy.html")


@blueprint.get("/taking-down")
def taking_down() -> str:
    """Who may ask that something be taken down, how it is decided, and how soon."""
    days = the_archive().settings.answer_requests_days
    return render_template("about/taking_down.html", days=days)


@blueprint.get("/content-notes")
def content_notes() -> str:
    """Why some things say what they hold before they are opened."""
    return render_template("about/content_notes.html")


@blueprint.get("/accessibility")
def accessibility() -> str:
    """How these pages are made for everyone, how that is looked after, and where barriers are left."""
    return render_template("about/accessibility.html")


@blueprint.get("/proof")
def proof() -> str:
    """How anybody checks a bag or a receipt, with nothing of ours."""
    return render_template("about/proof.html")
