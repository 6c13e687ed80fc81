"""What contributors may have if they wish: a receipt, and a way to be reached."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.models.errors import BadInputError
from archive.services import contacts, mine, notices, receipts
from archive.services.contacts import Details
from archive.web.giving import Giving, for_contributors, giving
from archive.web.i18n import language
from archive.web.pages_consent import answered
from archive.web.pages_mine import as_draft
from archive.web.receipt_words import receipt_words

blueprint = Blueprint("more", __name__, url_prefix="/mine")
for_contributors(blueprint, "mine.come_back")


@blueprint.get("/receipt")
def receipt() -> ResponseReturnValue:
    """The receipt as a page, for those who asked for it."""
    return render_template("contribute/receipt.html", text=_receipt(giving()))


@blueprint.get("/receipt.txt")
def receipt_text() -> ResponseReturnValue:
    """The receipt as a text file, to keep."""
    answer = Response(_receipt(giving()), mimetype="text/plain")
    # A name that says nothing in a list of downloads.
    answer.headers["Content-Disposition"] = 'attachment; filename="text.txt"'
    return answer


@blueprint.get("/contact")
def contact() -> ResponseReturnValue:
    """How the contributor wishes to be reached; what was left before is not shown again."""
    giving()
    return _contact(Details())


@blueprint.post("/contact")
def keep_contact() -> ResponseReturnValue:
    """Keep it, sealed; empty forgets it."""
    here, form = giving(), request.form
    given = Details(form.get("email", "").strip(), form.get("other", "").strip(), language())
    try:
        contacts.keep(here.archive, here.actor, here.submission_id, given)
    except BadInputError:
        return _contact(given, is_wrong=True), 400
    return redirect(url_for("mine.overview") + "#more", 303)


def _contact(given: Details, *, is_wrong: bool = False) -> str:
    here = giving()
    own = mine.submission(here.archive, here.actor, here.submission_id)
    sends = notices.are_sent(here.archive.settings)
    return render_template("contribute/contact.html", own=own, given=given, is_wrong=is_wrong, sends=sends)


def _receipt(here: Giving) -> str:
    own = mine.submission(here.archive, here.actor, here.submission_id)
    profile = here.archive.profiles[own.collection]
    choices = [(label, words) for label, words, _ in answered(profile, as_draft(profile, own))]
    return receipts.receipt(here.archive, here.actor, own.id, receipt_words(), choices)
