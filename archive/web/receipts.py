"""Checking a receipt: whoever has one learns whether what it names is still kept, by bytes that are read now."""

from __future__ import annotations

import threading

from flask import Blueprint, Flask, current_app, render_template, request
from flask.typing import ResponseReturnValue

from archive.models.errors import BadInputError, TooOftenError
from archive.services import receipt_ledger, receipts
from archive.web import limits
from archive.web.form_check import protection
from archive.web.receipt_choices import checked_choices
from archive.web.receipt_words import receipt_page, trouble
from archive.web.visitors import the_archive

blueprint = Blueprint("receipts", __name__)
# A receipt of as many files as a submission may hold, and its agreement.
LARGEST_RECEIPT = 1024 * 1024
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
    return render_template("public/receipt.html", page=None, typed="", trouble="")


@blueprint.post("/receipt")
def check() -> ResponseReturnValue:
    """What became of each file of the receipt, of its terms, and of each choice."""
    typed = request.form.get("text", "")
    file = request.files.get("file")
    text = file.read().decode("utf-8", "replace") if file and file.filename else typed
    try:
        findings = _read(text)
        held = receipts.allowed(the_archive(), text)
        entered = receipt_ledger.entered(the_archive(), text)
    except BadInputError as error:
        return render_template("public/receipt.html", page=None, typed=typed, trouble=trouble(error)), 400
    choices = checked_choices(held.choices, the_archive().profiles)
    page = receipt_page(findings, choices, held.is_agreed, entered)
    return render_template("public/receipt.html", page=page, typed="", trouble="")


def _read(text: str) -> tuple[receipts.Finding, ...]:
    seats: threading.BoundedSemaphore = current_app.extensions[KEY]
    if not seats.acquire(blocking=False):
        raise TooOftenError(
            "Other receipts are being checked just now.",
            code="receipts-busy",
            remedy="Try again in a minute. Your receipt was not kept.",
        )
    try:
        return receipts.check(the_archive(), text)
    finally:
        seats.release()
