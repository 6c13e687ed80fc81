"""How an error is answered: an object for programs, a page for people, and a bare one where no other can be made."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import cast

from flask import Response, g, jsonify, make_response, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from archive.web.i18n import language, shared
from archive.web.limits import widen_here
from archive.web.pages_error import BarePage, ErrorPage
from archive.web.visitors import Visitor, the_archive
from archive.web.words import _

JSON, HTML = "application/json", "text/html"
# The first parts of the addresses of contributors.
OF_CONTRIBUTORS = frozenset({"give", "mine", "receipt", "leave"})
# Fields in which people write, if only one word, a year or the number of a telephone.
WRITTEN = re.compile(
    "words|name|reach|text|title|reason|written|name_shown|people_words|email|other|not_before|not_after"
    "|(about|caption|town)-.*"
)
# Choices and ids, which nobody typed; and marks of what somebody had before them.
NOT_TYPED = re.compile(r"[a-z0-9_:.-]*")
MARKS = frozenset({"seen", "version", "mark", "gift"})
SECRETS = re.compile(r"csrf_token|code|.*password.*")

logger = logging.getLogger(__name__)


def is_contributors() -> bool:
    """Whether the address is one of those where somebody gives, or comes back to what they gave."""
    return request.path == "/account/new" or request.path.strip("/").partition("/")[0] in OF_CONTRIBUTORS


def wants_object() -> bool:
    """Whether a program asks."""
    return request.accept_mimetypes.best_match([HTML, JSON]) == JSON


def answer(page: ErrorPage) -> Response:
    """The answer of an error in the form that was asked for."""
    if wants_object():
        body = {"code": page.code, "sentence": page.sentence, "remedy": page.remedy}
        response = jsonify({"error": body})
    else:
        response = make_response(_page(page))
    response.status_code = page.status
    return response


def bare(*pages: BarePage, typed: tuple[str, ...] = ()) -> str:
    """A page that needs no database, no session and no address of ours; in several languages where it is not known whose it is."""
    # What is told to whoever asks would have to be looked up.
    g.visitor = Visitor()
    style = shared("/static/css/remembrance.css")
    leave_to = the_archive().settings.leave_to
    return render_template("errors/bare.html", pages=pages, style=style, leave_to=leave_to, typed=typed)


def spoken(page: ErrorPage, code: str) -> BarePage:
    """A page whose words are in the language of that code, which is spoken now."""
    return BarePage(page, code, _("Leave this page quickly"))


def _page(page: ErrorPage) -> str:
    template = "errors/giving.html" if is_contributors() else "errors/error.html"
    typed = given_back()
    try:
        return render_template(template, page=page, typed=typed)
    except Exception as error:
        # What broke the page that was asked for may break this one too, such as a database that cannot be read.
        logger.error("the page of an error failed: %s", type(error).__name__)
        return bare(spoken(page, language()), typed=typed)


def given_back() -> tuple[str, ...]:
    """What somebody typed into the form that could not be taken, to be copied; not what another site sent here.

    Pages of ours are kept by no browser, so it would be lost by going back.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return ()
    texts = (
        (name, text)
        for name, text in _form().items(multi=True)
        if text and name not in MARKS and not SECRETS.fullmatch(name)
    )
    return tuple(text for name, text in texts if WRITTEN.fullmatch(name) or not NOT_TYPED.fullmatch(text))


def was_typed(form: Mapping[str, str]) -> None:
    """Have what stood in a form be given back that was read as it came, where nothing comes of it."""
    g.typed = MultiDict(form)


def _form() -> MultiDict[str, str]:
    """The form that was sent, read now where what went wrong did so before anybody read it; nothing where it is too long."""
    if "typed" in g:
        return cast("MultiDict[str, str]", g.typed)
    if "form" in request.__dict__:
        return request.form
    # Other bodies may be files without end.
    if request.method != "POST" or request.mimetype != "application/x-www-form-urlencoded":
        return MultiDict()
    widen_here()
    try:
        return request.form
    except (HTTPException, OSError):
        return MultiDict()
