"""Errors as pages: one table of statuses, one page, one JSON shape; no traceback reaches a person."""

from __future__ import annotations

import logging
import traceback
from dataclasses import replace

from flask import Flask, Response, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, SecurityError

from archive.models import errors
from archive.models.database import is_crossed
from archive.storage import of_the_disk
from archive.web import labels_search
from archive.web.error_answers import answer, bare, given_back, is_contributors, spoken, wants_object
from archive.web.formats import size_words
from archive.web.i18n import DEFAULT, language
from archive.web.limits import LARGEST_HEARD
from archive.web.pages_error import (
    ErrorPage,
    WithdrawnPage,
    disk_failing,
    exactly,
    failed,
    form_too_long,
    known,
    no_index,
    not_now,
    old_form,
    told_as,
    wrote,
)
from archive.web.words import _, day

STATUS: dict[type[errors.ArchiveError], int] = {
    errors.BadInputError: 400,
    errors.ForbiddenError: 403,
    errors.NotFoundError: 404,
    errors.ConflictError: 409,
    errors.GoneError: 410,
    errors.TooLargeError: 413,
    errors.TooOftenError: 429,
    errors.IndexUnusableError: 503,
    errors.IntegrityError: 500,
    errors.StorageFailingError: 503,
    errors.StorageFullError: 507,
}
# Somebody else was first; every other conflict has another reason.
CROSSED = frozenset({"stale-version"})
# Where somebody gets to who opens the address of a form again, as browsers do that were closed for a while.
OPENED_AGAIN = {"/give/send": "contribute.check", "/mine/code/again": "mine.code"}

# Where people type about what they give, or gave.
GIVING = frozenset({"contribute", "mine", "allow", "more"})

logger = logging.getLogger(__name__)


def install(app: Flask) -> None:
    """Answer every error of `app` in words."""
    app.register_error_handler(errors.ArchiveError, tell)
    app.register_error_handler(errors.GoneError, _gone)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def status_of(error: errors.ArchiveError) -> int:
    """The HTTP status of an error: that of its nearest class in the table, else 500."""
    return next((STATUS[one] for one in type(error).__mro__ if one in STATUS), 500)


def searching_words(error: errors.BadInputError) -> tuple[str, str]:
    """Why a search cannot be asked and what to do, in the visitor's language."""
    return labels_search.trouble(error.code), _(
        "Search for fewer or simpler words. What you typed is still here."
    )


def tell(error: errors.ArchiveError) -> Response:
    """An error of the archive in the visitor's language, as a page or as an object."""
    status = status_of(error)
    if status >= 500:
        logger.error("request failed: %s", error.code)
    if isinstance(error, errors.IndexUnusableError):
        # What the command is called helps nobody who reads a page.
        return answer(no_index(error.code))
    page = _page_of(error, status)
    if status in (403, 404) or page is None:
        return answer(page or failed(status))
    if language() == DEFAULT or error.is_translated:
        return answer(ErrorPage(status, error.code, page.title, str(error), error.remedy))
    if exact := exactly(error.code):
        return answer(ErrorPage(status, error.code, page.title, *exact))
    # Better the general words in somebody's own language than the exact ones in one they may not read.
    return answer(replace(page, code=error.code))


def _page_of(error: errors.ArchiveError, status: int) -> ErrorPage | None:
    """What is said of an error where it has no words of its own, and how the page of those is called."""
    if isinstance(error, errors.StorageFailingError):
        return disk_failing()
    return not_now() if status == 409 and error.code not in CROSSED else known(status)


def _gone(error: errors.GoneError) -> Response:
    """Say that something was taken back, when, and in words that were written for it why; nothing else of it."""
    on = day(error.on) if error.on else ""
    gone = ErrorPage(410, error.code, _("Taken back"), _("What was shown here was taken back."), "")
    if wants_object() or is_contributors():
        return answer(gone)
    page = WithdrawnPage(gone.title, gone.sentence, on, error.words, wrote(by_giver=error.by_giver))
    response = make_response(render_template("public/withdrawn.html", page=page, typed=given_back()))
    response.status_code = gone.status
    return response


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    if isinstance(error, SecurityError):
        return _elsewhere()
    if isinstance(error, CSRFError):
        return answer(old_form())
    if status == 413 and request.blueprint in GIVING:
        return answer(form_too_long(size_words(LARGEST_HEARD)))
    if isinstance(error, MethodNotAllowed) and (form := _form_of()):
        return make_response(redirect(form, 303))
    response = answer(told_as(status))
    for name, value in error.get_headers():
        if name in ("Allow", "Content-Range", "Retry-After"):
            response.headers[name] = value
    return response


def _elsewhere() -> Response:
    """A host that is not ours: no address can be built for it, so there is no page of ours either."""
    nothing = ErrorPage(
        400,
        "bad-input",
        _("Nothing here"),
        _("This archive does not answer at that address."),
        _("Check the address."),
    )
    return Response(bare(spoken(nothing, language())), 400)


def _form_of() -> str:
    """The page with the form whose address somebody opened; nothing where there is none."""
    path = request.path
    if request.method not in ("GET", "HEAD") or not is_contributors() or path.startswith("/give/tus"):
        return ""
    usual = "contribute.files" if path.startswith("/give/") else "mine.overview"
    return url_for(OPENED_AGAIN.get(path, usual))


def _unexpected(error: Exception) -> Response:
    found = of_the_disk(error)
    if found is not None:
        return tell(found)
    if is_crossed(error):
        # Somebody else was first, as with everything that two change at once.
        return answer(told_as(409))
    # Where it happened, without the error's own words: those may hold what a person typed.
    where = "".join(traceback.format_tb(error.__traceback__))
    logger.error("request failed: %s at %s\n%s", type(error).__name__, request.endpoint, where)
    # A database that somebody holds is free again in a moment.
    return answer(told_as(503 if "is locked" in str(getattr(error, "orig", "")) else 500))
