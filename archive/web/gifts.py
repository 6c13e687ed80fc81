"""Which gift a page of somebody who gave several is about: each says so in its forms, its links and where these lead.

The session knows the one that was opened last alone; pages of others stay open in other windows, and are opened anew by themselves.
"""

from __future__ import annotations

import hashlib
import secrets
from functools import cache

from flask import g, request, session

from archive.access import Actor
from archive.models.errors import ConflictError
from archive.services.sessions import SUBMISSION
from archive.web.addresses import Site
from archive.web.error_answers import is_contributors
from archive.web.visitors import visitor

# The field, and the part of an address, in which a page says which gift it is about.
GIFT = "gift"
# With a number behind it: about one that is still to begin; and in the session what has begun so.
NEW, BEGUN = "new-", "begun"
# The rooms whose pages are about one gift, and where a form of files goes.
FILES = "uploads.add"
ROOMS = frozenset({"contribute", "uploads", "mine", "allow", "more", "unsent"})


def install(app: Site) -> None:
    """Have links and redirects of whoever has an account lead on with the gift that their page is about.

    Whoever came by a code has one gift alone, and nothing of it stands in an address.
    """

    def carried(endpoint: str) -> dict[str, str]:
        if not g.get(GIFT) or not is_carried(endpoint) or not (mark := in_address()):
            return {}
        return {GIFT: mark}

    @cache
    def is_carried(endpoint: str) -> bool:
        # A form says it in a field, but for that of files, which is read as it comes.
        if endpoint == FILES or endpoint.partition(".")[0] not in ROOMS:
            return endpoint == FILES
        return any("GET" in (rule.methods or ()) for rule in app.url_map.iter_rules(endpoint))

    app.carries = carried


def meant(who: Actor) -> str:
    """The gift that a request is about, by its mark, else the one that the session holds.

    ConflictError for what was sent from the page of one that is not open to `who`.
    """
    held = str(session.get(SUBMISSION, ""))
    # A body that may be files is read by who takes it in.
    form = request.form if "form" in request.__dict__ else {}
    mark = form.get(GIFT, "") or request.args.get(GIFT, "")
    if mark.startswith(NEW):
        return str(session.get(BEGUN, {}).get(mark, ""))
    found = next((one for one in who.submissions if _mark_of(one) == mark), "") if mark else held
    if not found and held in who.submissions:
        if request.method == "POST":
            raise _another()
        return held
    return found


def in_address() -> str:
    """What stands in the address of a page about the gift of this request; nothing for who has one alone."""
    return _mark_of(g.gift) if g.get(GIFT) and visitor().signed_in else ""


def about(submission_id: str) -> None:
    """Have the page of this request, its links and where it leads be about that gift; about none yet where it is empty."""
    g.gift = submission_id


def is_of(submission_id: str, mark: str) -> None:
    """ConflictError where a page with that mark is of another gift; one without is of none."""
    if mark and mark != _mark_of(submission_id):
        raise _another()


def gift_mark() -> str:
    """By what a form of a contributor's page says which gift it is about; nothing on other pages and where there is none."""
    if not is_contributors():
        return ""
    if GIFT not in g:
        about(str(session.get(SUBMISSION, "")))
    return _mark_of(g.gift) if g.gift else ""


def new_mark() -> str:
    """The mark of a page by which something new is begun: sent twice, it is begun once."""
    return NEW + secrets.token_hex(8)


def begun(submission_id: str) -> None:
    """Take note that it was begun by the page with the mark of this request, if that had one."""
    mark = request.form.get(GIFT, "")
    if mark.startswith(NEW):
        session[BEGUN] = {mark: submission_id}


def _another() -> ConflictError:
    return ConflictError("In another window you opened something else that you gave.", code="another-gift")


def _mark_of(submission_id: str) -> str:
    """The same on every page of it, for what was begun on one goes on from the next; the id itself is nobody's to read."""
    return hashlib.sha256(f"gift {submission_id}".encode()).hexdigest()[:16]
