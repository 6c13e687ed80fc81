"""The desk: what waits, what is kept and what happened to it, and taking a bag out."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.access import Actor
from archive.models import ItemState
from archive.models.errors import BadInputError, ConflictError, ForbiddenError
from archive.services import (
    accounts,
    desk_queue,
    export,
    export_bag,
    exports,
    messages,
    reviewing,
    shared_fixity,
    show,
    taking,
    withdrawing,
)
from archive.services.export_forms import Form, wish_of
from archive.services.opening import Archive
from archive.services.taken_back_by import WORDS_STAND, AtTheirWish
from archive.services.views import Stream
from archive.web import labels, limits
from archive.web.errors import status_of
from archive.web.i18n import DEFAULT, LANGUAGES, language, said_in
from archive.web.pages_conflict import conflict_words
from archive.web.pages_desk import desk_item_page, destroy_page
from archive.web.pages_export import what_for_and_whom
from archive.web.pages_form import too_long
from archive.web.pages_queue import asked_of, queue_page
from archive.web.visitors import the_archive, visitor
from archive.web.words import _

blueprint = Blueprint("preserve", __name__, url_prefix="/desk")
# What is too long is told with all of it.
limits.widen(blueprint)


@blueprint.before_request
def only_staff() -> ResponseReturnValue | None:
    """Decided before anything is looked up, so that no answer tells what exists."""
    if not visitor().signed_in:
        return redirect(url_for("account.sign_in_form"), 303)
    if not visitor().is_staff:
        raise ForbiddenError("The desk is for those who look after the archive.")
    return None


def at_it(item_id: str) -> None:
    """The others see for a while that somebody works at an item, on whichever of its pages; to ask for a head is no work."""
    if request.method != "HEAD":
        taking.say_still(the_archive(), visitor().actor, item_id)


@blueprint.get("")
def desk() -> str:
    """The queue: what waits, or what else is asked for."""
    archive, actor = the_archive(), visitor().actor
    with archive.db.one_view():
        return _desk(archive, actor)


def _desk(archive: Archive, actor: Actor) -> str:
    asked = asked_of(request.args, archive)
    found = desk_queue.queue(archive, actor, asked, language())
    page = queue_page(
        archive,
        visitor(),
        asked,
        found,
        accounts.names_of(archive, found.around.user_ids),
        shown=request.args.get("show", ""),
        alarm=shared_fixity.alarm(archive, actor),
    )
    return render_template("preserve/desk.html", page=page)


@blueprint.get("/items/<item_id>")
def item(item_id: str) -> str:
    """One item with everything that happened to it; the others see for a while that somebody looks at it."""
    return desk_item(item_id, looks=request.method == "GET")


def desk_item(
    item_id: str,
    *,
    decision: str = "",
    words: str = "",
    trouble: str = "",
    looks: bool = False,
    export_trouble: str = "",
    **more: str,
) -> str:
    """The page of one item; with what was typed into the form of a decision that could not be made.

    Of `more`, `told` is said above everything else, `day` and `day_trouble` stand at the form that `wrong_form` names.
    `export_trouble` is the code of what was not right where its bag was asked for. `reason` and `instead` were typed
    where it was to be taken back, `how` was chosen there.
    """
    archive, actor = the_archive(), visitor().actor
    with archive.db.one_view():
        view, facts = reviewing.opened(archive, actor, item_id, language(), looks=looks)
        withdrawn = view.state == ItemState.WITHDRAWN
        left = export.bags_that_left(archive, actor, item_id) if withdrawn else ()
        around = {*facts.around.user_ids, *({facts.planned.user_id} if facts.planned else ())}
        around |= {one.agent for one in facts.messages}
        names = accounts.names_of(archive, {event.agent for event in view.events} | around)
        page = desk_item_page(archive, view, facts, left, visitor(), names)
        return render_template(
            "preserve/item.html",
            page=page,
            decision=decision,
            words=words,
            trouble=too_long(messages.LONGEST, words.strip()) or labels.decision_trouble(trouble),
            is_shown=request.args.get("show") == "1",
            leaving=what_for_and_whom(Form.PRESERVATION, request.form, export_trouble),
            **more,
        )


@blueprint.get("/items/<item_id>/bag.zip")
def ask_for_bag(item_id: str) -> ResponseReturnValue:
    """How large the item's bag is, to who asks for that alone; else the form in which it is said for whom it is."""
    stream = export_bag.look_at_zip(the_archive(), visitor().actor, item_id)
    if request.method != "HEAD":
        return redirect(url_for(".item", item_id=item_id, _anchor="actions"), 303)
    return _sent(stream)


@blueprint.post("/items/<item_id>/bag.zip")
def bag(item_id: str) -> ResponseReturnValue:
    """The item's bag as a ZIP, sent when it is made and checked, or the page on which a large one is being made; for
    whom and for what is kept."""
    archive, actor, typed = the_archive(), visitor().actor, request.form
    size = export_bag.look_at_zip(archive, actor, item_id).size
    try:
        wish = wish_of(Form.PRESERVATION, "zip", typed.get("purpose", ""), typed.get("for", ""))
    except BadInputError as error:
        return desk_item(item_id, export_trouble=error.code), 400
    if export_id := exports.ask_for_large_bag(archive, actor, item_id, size, wish):
        return redirect(url_for("exports.one", export_id=export_id), 303)
    return _sent(export_bag.bag_zip(archive, actor, item_id, wish.for_whom, wish.purpose))


def _sent(stream: Stream) -> Response:
    response = Response(stream.chunks, mimetype=stream.media_type)
    response.content_length = stream.size
    response.headers.set("Content-Disposition", "attachment", filename=stream.download_name)
    return response


@blueprint.post("/items/<item_id>/withdraw")
def withdraw(item_id: str) -> ResponseReturnValue:
    """Take an item back, or everything that was given with it; what is to be destroyed is asked about once more."""
    archive, actor, form = the_archive(), visitor().actor, request.form
    reason, words = form.get("reason", "").strip(), form.get("words", "").strip()
    destroy, everything = form.get("how") == "destroy", form.get("everything") == "yes"
    longest = withdrawing.LONGEST_WORDS
    too_much = too_long(longest, reason), too_long(longest, words)
    typed = {"reason": reason, "instead": words, "how": form.get("how", "")}
    typed |= {"everything": form.get("everything", "")}
    if any(too_much):
        typed |= dict(zip(("reason_trouble", "instead_trouble"), too_much, strict=True))
        return desk_item(item_id, looks=False, **typed), 400
    view = show.item(archive, actor, item_id, language())
    try:
        if destroy and form.get("sure") != "yes":
            # What cannot be is said before somebody is asked whether they are sure.
            if not everything:
                withdrawing.check(archive, actor, item_id, words)
            page = destroy_page(view, reason, words, everything=everything)
            return render_template("preserve/destroy.html", page=page)
        if everything:
            withdrawing.withdraw_submission(
                archive, actor, view.submission_id, reason, destroy=destroy, words=words
            )
        else:
            withdrawing.withdraw_item(archive, actor, item_id, reason, destroy=destroy, words=words)
    except ConflictError as error:
        if error.code != WORDS_STAND:
            raise
        typed["instead_trouble"] = " ".join(conflict_words()[error.code])
        return desk_item(item_id, looks=False, **typed), status_of(error)
    return redirect(url_for(".item", item_id=item_id), 303)


@blueprint.post("/items/<item_id>/reinstate")
def reinstate(item_id: str) -> ResponseReturnValue:
    """Have what was hidden wait in review again; it is shown when it is published.

    What its giver took back only if they ask for it, which is said with how that is known; and they are told.
    """
    form = request.form
    why, is_asked = form.get("why", "").strip(), form.get("asked") == "yes"
    typed = {"why": why, "asked": "yes" if is_asked else ""}
    if too_much := too_long(withdrawing.LONGEST_WORDS, why):
        return desk_item(item_id, looks=False, why_trouble=too_much, **typed), 400
    wish = AtTheirWish(why, _shown_again) if is_asked else None
    try:
        version = form.get("version", type=int)
        withdrawing.reinstate(the_archive(), visitor().actor, item_id, version=version, asked=wish)
    except ConflictError as error:
        if error.code not in ("replaced", "not-asked-for"):
            raise
        words = " ".join(conflict_words()[error.code])
        # Its page names what took its place.
        typed["told" if error.code == "replaced" else "why_trouble"] = words
        return desk_item(item_id, looks=False, **typed), status_of(error)
    return redirect(url_for(".item", item_id=item_id), 303)


def _shown_again(code: str) -> str:
    """What is written to whoever took something back, in their language; of what it is nothing, for others may read it."""
    with said_in(code if code in LANGUAGES else DEFAULT):
        return _(
            "Something that you had taken back waits in review again, because we understood that you ask for it. "
            "If you did not, take it back once more on this page, or write to us here."
        )
