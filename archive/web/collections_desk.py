"""The desk's collections: what their folders say, what is wrong with it, and the words that introduce them."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.models.errors import BadInputError, ConflictError
from archive.profiles import say
from archive.services import accounts, introductions
from archive.web import limits
from archive.web.described_form import is_meant
from archive.web.i18n import language as page_language
from archive.web.pages_collections import collection_desk_page, introduction_page
from archive.web.pages_shared import introduction_history
from archive.web.preserve import only_staff
from archive.web.visitors import the_archive, visitor

blueprint = Blueprint("collections_desk", __name__, url_prefix="/desk/collections")
# An introduction may be long.
limits.widen(blueprint)
blueprint.before_request(only_staff)
STALE = "stale-version"


@blueprint.get("")
def listed() -> str:
    """The collections one looks after."""
    archive = the_archive()
    slugs = introductions.looked_after(archive, visitor().actor)
    page = [(slug, say(archive.profiles[slug].title, page_language())) for slug in slugs]
    return render_template("preserve/collections.html", page=page)


@blueprint.get("/<slug>")
def collection(slug: str) -> str:
    """One collection."""
    state = introductions.state(the_archive(), visitor().actor, slug)
    return render_template("preserve/collection.html", page=collection_desk_page(state))


@blueprint.get("/<slug>/<language>")
def introduction(slug: str, language: str) -> str:
    """The words that introduce it in one language."""
    return _form(slug, language)


@blueprint.post("/<slug>/<language>")
def save(slug: str, language: str) -> ResponseReturnValue:
    """Save them, look at them first, or go back to the folder's words; whatever is in the way, nothing typed is lost."""
    form = request.form
    typed, seen = form.get("body", "").replace("\r\n", "\n"), form.get("seen", "")
    if "preview" in form:
        return _form(slug, language, typed=typed, seen=seen, preview=True)
    body = "" if "back" in form else typed
    try:
        introductions.write(the_archive(), visitor().actor, slug, language, body, seen, anyway=is_meant())
    except BadInputError as error:
        return _form(slug, language, typed=typed, seen=seen, trouble=error.code), 400
    except ConflictError as error:
        if error.code != STALE:
            raise
        return _form(slug, language, typed=typed, crossed=True), 409
    return redirect(url_for(".introduction", slug=slug, language=language), 303)


@blueprint.post("/<slug>/<language>/history/<int(max=1000000):number>")
def restore(slug: str, language: str, number: int) -> ResponseReturnValue:
    """Introduce it again as was done then."""
    seen = request.form.get("seen", "")
    introductions.restore(the_archive(), visitor().actor, slug, language, number, seen)
    return redirect(url_for(".introduction", slug=slug, language=language), 303)


def _form(slug: str, language: str, **more: object) -> str:
    archive, actor = the_archive(), visitor().actor
    # What may be brought back over is what is shown.
    with archive.db.one_view():
        words = introductions.words_of(archive, actor, slug, language)
        changes = introductions.history(archive, actor, slug, language)
        users = accounts.names_of(archive, {one.agent for one in changes})
    page = introduction_page(introductions.state(archive, actor, slug), words, **more)  # type: ignore[arg-type]
    history = introduction_history(words, changes, users)
    return render_template("preserve/introduction.html", page=page, history=history)
