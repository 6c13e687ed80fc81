"""What contributors may have if they wish: a receipt, and a way to be reached."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.models.errors import BadInputError
from archive.services import contacts, mine, notices, receipts
from archive.services.contacts import Details
from archive.services.unsent_words import CONTACT, Kept
from archive.web.giving import Giving, for_contributors, giving
from archive.web.i18n import language
from archive.web.pages_consent import answered, put_off_until
from archive.web.pages_mine import as_draft
from archive.web.receipt_words import receipt_words
from archive.web.unsent_words import saved_first, sent, told, typed_before

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
    here = giving()
    kept = typed_before(here, CONTACT)
    left = kept.typed if kept else {}
    return _contact(here, Details(left.get("email", ""), left.get("other", ""), language()), kept=kept)


@blueprint.post("/contact")
def keep_contact() -> ResponseReturnValue:
    """Keep it, sealed; empty forgets it."""
    here, form = giving(), request.form
    given = Details(form.get("email", "").strip(), form.get("other", "").strip(), language())
    typed = {"email": given.email, "other": given.other} if given.email or given.other else {}
    if there := saved_first(here, CONTACT, typed):
        return there
    try:
        contacts.keep(here.archive, here.actor, here.submission_id, given)
    except BadInputError:
        return _contact(here, given, is_wrong=True), 400
    sent(here, CONTACT)
    return redirect(url_for("mine.overview") + "#more", 303)


def _contact(here: Giving, given: Details, *, kept: Kept | None = None, is_wrong: bool = False) -> str:
    own = mine.submission(here.archive, here.actor, here.submission_id)
    is_too_long = is_wrong and len(given.other) > contacts.LONGEST
    return render_template(
        "contribute/contact.html",
        own=own,
        given=given,
        is_wrong=is_wrong and not (is_too_long and contacts.is_well(given.email)),
        is_too_long=is_too_long,
        longest=contacts.LONGEST,
        sends=notices.are_sent(here.archive.settings),
        unsent=told(here, kept),
    )


def _receipt(here: Giving) -> str:
    own = mine.submission(here.archive, here.actor, here.submission_id)
    profile = here.archive.profiles[own.collection]
    # The line for programs has the later of both days, that of staff also once it has come.
    rows = [
        *answered(profile, as_draft(profile, own), names_places=False),
        *put_off_until(own.days.kept_back),
    ]
    choices = [(label, words) for label, words, _ in rows]
    return receipts.receipt(here.archive, here.actor, own.id, receipt_words(), choices)
