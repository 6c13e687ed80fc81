"""Beside every item: asking that it be taken down or put right, or telling what one knows; and reading the answer."""

from __future__ import annotations

from flask import Blueprint, Flask, current_app, render_template, request, session
from flask.typing import ResponseReturnValue

from archive.models import Right
from archive.models.errors import BadInputError, TooOftenError
from archive.services import asking, show
from archive.services.asking import Asking
from archive.services.opening import Archive
from archive.services.sessions import ASKED_HERE
from archive.services.views import ItemView
from archive.web import limits
from archive.web.counts import Counts
from archive.web.errors import status_of
from archive.web.form_check import check_form, protection
from archive.web.i18n import language
from archive.web.pace import Pace
from archive.web.pages_asking import answer_page, ask_page
from archive.web.pages_item import link_to
from archive.web.sessions import current_session
from archive.web.tries import tries_left, wrong_try
from archive.web.visitors import the_archive, visitor
from archive.web.whence import whence

KEY = "asking"
FIELDS = ("kind", "words", "why", "name", "reach", "once")

blueprint = Blueprint("asking", __name__)
# What people have to say may be long; what is too long is told beside it.
limits.widen(blueprint, limits.LARGEST_HEARD)


def install(app: Flask, archive: Archive, counts: Counts) -> None:
    """Give `app` its count of who asked how much."""
    app.extensions[KEY] = Pace(archive.settings.max_hourly_requests, counts=counts, of="requests")
    # Visitors have no cookie that another site could use in their name; those who have one are checked below.
    protection.exempt(send)
    # Nothing is changed there.
    protection.exempt(read)


@blueprint.get("/items/<item_id>/ask")
def ask(item_id: str) -> str:
    """The form, about an item that this visitor may see; what it is for may be chosen by the link that led here."""
    return _form(_item(item_id), Asking(kind=request.args.get("kind", "")))


@blueprint.post("/items/<item_id>/ask")
def send(item_id: str) -> ResponseReturnValue:
    """Keep what was asked and show the code for the answer; whatever is in the way, what was typed is on the next page."""
    item = _item(item_id)
    if visitor().is_known:
        check_form()
    typed = Asking(**{name: request.form.get(name, "").replace("\r\n", "\n") for name in FIELDS})
    if asking.troubles(typed):
        return _form(item, typed, told=True), 400
    try:
        _pace().spend(current_session().token, whence(), 0)
        words = asking.ask(the_archive(), visitor().actor, item_id, typed, language())
    except (TooOftenError, BadInputError) as error:
        return _form(item, typed, told=True, trouble=error.code), status_of(error)
    _remember(words)
    days = the_archive().settings.answer_requests_days
    return render_template("public/asked.html", words=words, days=days, item=link_to(item))


@blueprint.get("/asked")
def come_back() -> str:
    """Where the code is typed."""
    return render_template("public/answer.html", page=None, is_wrong=False)


@blueprint.post("/asked")
def read() -> ResponseReturnValue:
    """How the request stands whose code was typed; one answer for every wrong one."""
    tries_left()
    found = asking.answer(the_archive(), request.form.get("code", ""))
    if found is None:
        wrong_try()
        return render_template("public/answer.html", page=None, is_wrong=True), 400
    return render_template("public/answer.html", page=answer_page(found), is_wrong=False)


def _remember(words: str) -> None:
    """Whoever could decide on it is not to decide on what they sent; of everybody else nothing is kept."""
    if not visitor().actor.has(Right.REVIEW):
        return
    # No row says who asked: the session does, and is forgotten when it ends.
    found = asking.answer(the_archive(), words)
    if found is not None:
        session[ASKED_HERE] = sorted({found.id, *session.get(ASKED_HERE, ())})


def _form(item: ItemView, typed: Asking, *, told: bool = False, trouble: str = "") -> str:
    days = the_archive().settings.answer_requests_days
    return render_template("public/ask.html", page=ask_page(item, typed, days, told=told, trouble=trouble))


def _item(item_id: str) -> ItemView:
    return show.item(the_archive(), visitor().actor, item_id, language())


def _pace() -> Pace:
    pace: Pace = current_app.extensions[KEY]
    return pace
