"""Checking a receipt: whoever has one learns whether what it names is still kept, by bytes that are read now."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, Flask, current_app, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from archive.models.errors import BadInputError, TooOftenError
from archive.services import receipt_ledger, receipts
from archive.web import limits
from archive.web.form_check import protection
from archive.web.formats import size_words
from archive.web.receipt_choices import checked_choices
from archive.web.receipt_words import receipt_page, too_long, trouble
from archive.web.visitors import the_archive

blueprint = Blueprint("receipts", __name__)
# A receipt of several times as many files as a submission may hold, each with its proof, and little enough for a page
# that is open to everybody. Those of the largest parcels of the kit are for the command, which reads ten times as much.
LARGEST_RECEIPT = limits.LARGEST_HEARD
limits.widen(blueprint, LARGEST_RECEIPT)
# Reading takes a while, and everybody else wants to be answered meanwhile.
AT_ONCE = 2
KEY = "receipts-being-read"


def install(app: Flask) -> None:
    """Give `app` the seats for those whose receipts are read."""
    app.extensions[KEY] = threading.BoundedSemaphore(AT_ONCE)
    # Nothing is changed, so no other site can do harm by sending the form, and nobody needs a cookie.
    protection.exempt(check)


@blueprint.get("/receipt")
def ask() -> str:
    """Where a receipt is pasted, or its file is chosen."""
    return _ask()


@blueprint.post("/receipt")
def check() -> ResponseReturnValue:
    """What became of each file of the receipt, of its terms, and of each choice."""
    typed = ""
    try:
        typed = request.form.get("text", "")
        file = request.files.get("file")
        text = file.read().decode("utf-8", "replace") if file and file.filename else typed
        with _seat():
            findings = receipts.check(the_archive(), text)
            held = receipts.allowed(the_archive(), text)
            entered = receipt_ledger.entered(the_archive(), text)
    except RequestEntityTooLarge:
        return _ask(trouble=too_long(size_words(LARGEST_RECEIPT))), 413
    except BadInputError as error:
        return _ask(typed, trouble(error)), 400
    choices = checked_choices(held.choices, the_archive().profiles)
    page = receipt_page(findings, choices, held.is_agreed, entered)
    return render_template("public/receipt.html", page=page, typed="", trouble="")


def _ask(typed: str = "", trouble: str = "") -> str:
    return render_template("public/receipt.html", page=None, typed=typed, trouble=trouble)


@contextmanager
def _seat() -> Iterator[None]:
    """One of the seats for those whose receipts are read; TooOftenError where all are taken."""
    seats: threading.BoundedSemaphore = current_app.extensions[KEY]
    if not seats.acquire(blocking=False):
        raise TooOftenError(
            "Other receipts are being checked just now.",
            code="receipts-busy",
            remedy="Try again in a minute. Your receipt was not kept.",
        )
    try:
        yield
    finally:
        seats.release()
