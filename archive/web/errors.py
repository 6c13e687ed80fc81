"""Errors as pages: one table of statuses, one page, one JSON shape; no traceback reaches a person."""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass, replace

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from archive.models import errors
from archive.storage import of_the_disk
from archive.web.i18n import DEFAULT, language
from archive.web.words import _, day

STATUS: dict[type[errors.ArchiveError], int] = {
    errors.BadInputError: 400,
    errors.ForbiddenError: 403,
    errors.NotFoundError: 404,
    errors.ConflictError: 409,
    errors.GoneError: 410,
    errors.TooLargeError: 413,
    errors.TooOftenError: 429,
    errors.IntegrityError: 500,
    errors.StorageFailingError: 503,
    errors.StorageFullError: 507,
}
JSON, HTML = "application/json", "text/html"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ErrorPage:
    """What happened, and what to do next."""

    status: int
    code: str
    title: str
    sentence: str
    remedy: str


@dataclass(frozen=True)
class WithdrawnPage:
    """What stands in the place of something that was taken back: the day, and words that its giver wrote for it."""

    title: str
    sentence: str
    on: str
    words: str


def install(app: Flask) -> None:
    """Answer every error of `app` in words."""
    app.register_error_handler(errors.ArchiveError, _archive_error)
    app.register_error_handler(errors.GoneError, _gone)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def status_of(error: errors.ArchiveError) -> int:
    """The HTTP status of an error: that of its nearest class in the table, else 500."""
    return next((STATUS[one] for one in type(error).__mro__ if one in STATUS), 500)


def searching_words(error: errors.BadInputError) -> tuple[str, str]:
    """Why a search cannot be asked and what to do, in the visitor's language."""
    sentence = {
        "query-too-long": _("This search is too long."),
        "query-too-many-words": _("This search has too many words."),
    }.get(error.code, _("This search cannot be understood."))
    return sentence, _("Search for fewer or simpler words. What you typed is still here.")


def _archive_error(error: errors.ArchiveError) -> Response:
    status = status_of(error)
    if status >= 500:
        logger.error("request failed: %s", error.code)
    known = _known(status)
    if status in (403, 404) or known is None:
        return _answer(known or _failed(status))
    if language() == DEFAULT or error.is_translated:
        return _answer(ErrorPage(status, error.code, known.title, str(error), error.remedy))
    # Better the general words in somebody's own language than the exact ones in one they may not read.
    return _answer(replace(known, code=error.code))


def _gone(error: errors.GoneError) -> Response:
    """Say that something was taken back, when, and in its giver's words why; nothing else of it."""
    on = day(error.on) if error.on else ""
    gone = ErrorPage(410, error.code, _("Taken back"), _("What was shown here was taken back."), "")
    if request.accept_mimetypes.best_match([HTML, JSON]) == JSON:
        return _answer(gone)
    page = WithdrawnPage(gone.title, gone.sentence, on, error.words)
    response = make_response(render_template("public/withdrawn.html", page=page))
    response.status_code = gone.status
    return response


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    if isinstance(error, SecurityError):
        # A host that is not ours: no address can be built for it, so there is no page either.
        return Response("This archive does not answer at that address.\n", 400, mimetype="text/plain")
    if isinstance(error, CSRFError):
        return _answer(_old_form())
    response = _answer(_known(status) or _failed(status))
    for name, value in error.get_headers():
        if name in ("Allow", "Content-Range", "Retry-After"):
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> Response:
    found = of_the_disk(error)
    if found is not None:
        return _archive_error(found)
    # Where it happened, without the error's own words: those may hold what a person typed.
    where = "".join(traceback.format_tb(error.__traceback__))
    logger.error("request failed: %s at %s\n%s", type(error).__name__, request.endpoint, where)
    return _answer(_failed(500))


def _answer(page: ErrorPage) -> Response:
    if request.accept_mimetypes.best_match([HTML, JSON]) == JSON:
        body = {"code": page.code, "sentence": page.sentence, "remedy": page.remedy}
        response = jsonify({"error": body})
    else:
        response = make_response(render_template("errors/error.html", page=page))
    response.status_code = page.status
    return response


def _known(status: int) -> ErrorPage | None:
    words = {
        400: (_("This cannot be used"), _("The request cannot be understood."), _("Go back and try again.")),
        403: (
            _("Not yours to do"),
            _("Your role does not allow this."),
            _("Ask somebody whose role allows it."),
        ),
        404: (
            _("Nothing here"),
            _("There is nothing at this address, or it is not shown."),
            _("Check the address, or search for what you are looking for."),
        ),
        405: (
            _("Not possible here"),
            _("This page does not take that kind of request."),
            _("Go back and try again."),
        ),
        409: (
            _("Changed in the meantime"),
            _("Somebody else changed this first."),
            _("Look at it as it is now and decide again."),
        ),
        413: (
            _("Too large"),
            _("What was sent is larger than this archive takes at once."),
            _("Send less at once."),
        ),
        416: (
            _("No such part"),
            _("The file has no such part."),
            _("Open it from the beginning."),
        ),
        429: (
            _("Too much at once"),
            _("More was sent within an hour than one person may send."),
            _("Go on in an hour. What has arrived is kept."),
        ),
        503: (
            _("The disk does not answer"),
            _("The disk could not take this, so it was not kept."),
            _("Try again in a while. What was acknowledged before is kept."),
        ),
        507: (
            _("No room left"),
            _("There is no room left to keep it safely."),
            _("What was acknowledged is kept. Tell the people who run this archive."),
        ),
    }
    if status not in words:
        return None
    codes = {400: "bad-input", 403: "forbidden", 404: "not-found", 409: "conflict", 413: "too-large"}
    return ErrorPage(status, codes.get(status, f"http-{status}"), *words[status])


def _failed(status: int) -> ErrorPage:
    return ErrorPage(
        status,
        f"http-{status}",
        _("Something went wrong"),
        _("This page could not be made. Nothing that was kept is lost."),
        _("Try again. If it happens again, tell the people who run this archive."),
    )


def _old_form() -> ErrorPage:
    return ErrorPage(
        400,
        "old-form",
        _("This form is too old"),
        _("The form was opened too long ago, or not on this site. Nothing was changed."),
        _("Go back, open the page again and send it once more."),
    )
