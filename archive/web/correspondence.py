"""The desk's side of messages: what contributors wrote, answers to them, and how they can be reached."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.models.errors import BadInputError
from archive.services import accounts, contacts, messages, show
from archive.web import limits
from archive.web.i18n import language
from archive.web.pages_form import too_long
from archive.web.pages_messages import thread_page, waiting_page
from archive.web.preserve import only_staff
from archive.web.visitors import the_archive, visitor

blueprint = Blueprint("correspondence", __name__, url_prefix="/desk")
# What is too long is heard out, and told with all of it.
limits.widen(blueprint, limits.LARGEST_HEARD)
blueprint.before_request(only_staff)


@blueprint.get("/messages")
def waiting() -> str:
    """The threads that wait for an answer."""
    found = messages.waiting(the_archive(), visitor().actor)
    return render_template("preserve/waiting.html", page=waiting_page(found))


@blueprint.get("/items/<item_id>/messages")
def thread(item_id: str) -> str:
    """The thread about an item; what is shown counts as looked at, and waits until it is answered."""
    return _thread(item_id)


@blueprint.post("/items/<item_id>/messages")
def write(item_id: str) -> ResponseReturnValue:
    """Answer; what was typed stays when it cannot be sent."""
    archive, actor = the_archive(), visitor().actor
    submission_id, text = messages.about_item(archive, actor, item_id), request.form.get("text", "")
    try:
        messages.write(archive, actor, submission_id, text, at=item_id, read_to=_read_to())
    except BadInputError:
        return _thread(item_id, typed=text), 400
    return redirect(url_for(".thread", item_id=item_id), 303)


@blueprint.post("/items/<item_id>/messages/no-answer")
def no_answer(item_id: str) -> ResponseReturnValue:
    """Say that what was shown needs no answer."""
    messages.needs_no_answer(the_archive(), visitor().actor, item_id, _read_to())
    return redirect(url_for(".thread", item_id=item_id), 303)


@blueprint.post("/items/<item_id>/contact")
def contact(item_id: str) -> str:
    """How the contributor can be reached; that somebody looked is written down."""
    archive, actor = the_archive(), visitor().actor
    item = show.item(archive, actor, item_id, language())
    details = contacts.read(archive, actor, contacts.about_item(archive, actor, item_id))
    return render_template("preserve/contact.html", item=item, details=details)


def _read_to() -> int:
    """The last message that was on the page: what came since waits."""
    return request.form.get("read_to", 0, type=int)


def _thread(item_id: str, typed: str | None = None) -> str:
    archive, actor = the_archive(), visitor().actor
    submission_id = messages.about_item(archive, actor, item_id)
    item = show.item(archive, actor, item_id, language())
    found = messages.thread(archive, actor, submission_id, looks=request.method != "HEAD")
    none = messages.needed_none(archive, actor, item_id)
    names = accounts.names_of(archive, {one.agent for one in found} | ({none[0]} if none else set()))
    page = thread_page(item, found, none, visitor(), names)
    why = too_long(messages.LONGEST, (typed or "").strip())
    return render_template(
        "preserve/messages.html", page=page, typed=typed or "", is_wrong=typed is not None, too_long=why
    )
