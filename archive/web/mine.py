"""Coming back: where things stand, and everything that contributors may do with what they gave."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.access import contributor
from archive.models.errors import BadInputError, ConflictError, NotFoundError
from archive.services import codes, drafts, messages, mine, replaced, unsent_words
from archive.services.my_items import MySubmission
from archive.services.taken_out import TAKEN_OUT
from archive.services.unsent_words import MESSAGE, correcting
from archive.web.correcting import (
    correction,
    kept_elsewhere,
    put_right_or_propose,
    spoken,
    to_keep,
    typed_of_item,
)
from archive.web.described_form import Typed, names_sent
from archive.web.gifts import about
from archive.web.giving import Giving, for_contributors, giving, hold
from archive.web.i18n import language
from archive.web.pages_mine import all_given, mine_page
from archive.web.town_answers import places_asked, towns_typed, unasked
from archive.web.tries import tries_left, wrong_try
from archive.web.unsent import COME_BACK, KEEP, ask_first, go_on_by_code
from archive.web.unsent_words import saved_first, sent, told, typed_before
from archive.web.visitors import the_archive, visitor

STALE = "stale-version"

blueprint = Blueprint("mine", __name__, url_prefix="/mine")
for_contributors(blueprint, "mine.come_back")


@blueprint.get("/come-back")
def come_back() -> ResponseReturnValue:
    """Where the code is typed."""
    return ask_first(COME_BACK) or render_template("contribute/come_back.html", is_wrong=False)


@blueprint.post("/come-back")
def enter() -> ResponseReturnValue:
    """Let in whoever has a code; one answer for every wrong one."""
    if asked := ask_first(COME_BACK):
        return asked
    tries_left()
    found = codes.come_back(the_archive(), request.form.get("code", ""))
    if found is None:
        wrong_try()
        # Said to everybody, so that it tells of no code whether it was one.
        days = the_archive().settings.draft_days
        keeps = KEEP in request.form
        return render_template("contribute/come_back.html", is_wrong=True, days=days, keeps=keeps), 400
    try:
        go_on_by_code(found)
    except ConflictError:
        # The code is right, and leads in without that wish: nobody is to type its nine words again.
        typed = request.form["code"].strip()
        return render_template("contribute/come_back.html", is_held=True, typed=typed), 409
    # The page of a draft says that it is removed if nobody comes back.
    drafts.touch(the_archive(), contributor([found]), found)
    hold(found)
    return redirect(url_for("mine.overview"), 303)


@blueprint.get("")
def overview() -> ResponseReturnValue:
    """Where things stand."""
    return _overview(giving())


@blueprint.get("/all")
def everything() -> ResponseReturnValue:
    """What somebody with an account gave, to choose one."""
    own = all_given(mine.submissions(the_archive(), visitor().actor))
    return render_template("contribute/all.html", own=own)


@blueprint.post("/all")
def choose() -> ResponseReturnValue:
    """Go to one of them."""
    chosen = request.form.get("submission", "")
    if chosen not in visitor().actor.submissions:
        raise NotFoundError("There is no such submission.")
    hold(chosen)
    about(chosen)
    return redirect(url_for("mine.overview"), 303)


@blueprint.get("/code")
def code() -> ResponseReturnValue:
    """Before the code is shown: what it is for, and who may stand behind one."""
    here = giving()
    return render_template("contribute/code.html", own=_own(here), words="", is_wrong=False)


@blueprint.get("/later")
def later() -> ResponseReturnValue:
    """The same, for a draft that is not sent yet."""
    return redirect(url_for("mine.code"), 303)


@blueprint.post("/code")
def show_code() -> ResponseReturnValue:
    """Show the code, this once; one that nobody has typed again yet is replaced."""
    here = giving()
    # Making one is the same work as trying one.
    tries_left()
    if _own(here).code_is_shown:
        wrong_try()
    words = codes.make(here.archive, here.actor, here.submission_id, language())
    return render_template("contribute/code.html", own=_own(here), words=words, is_wrong=False)


@blueprint.post("/code/again")
def confirm_code() -> ResponseReturnValue:
    """Ask for it again, so that nobody leaves without it."""
    here = giving()
    # Every try is work, also of who came in already.
    tries_left()
    if not codes.confirm(here.archive, here.actor, here.submission_id, request.form.get("code", "")):
        wrong_try()
        return render_template("contribute/code.html", own=_own(here), words="", is_wrong=True), 400
    return redirect(url_for("mine.overview"), 303)


@blueprint.post("/messages")
def write() -> ResponseReturnValue:
    """Write to the curators."""
    here, text = giving(), _message()
    if there := saved_first(here, MESSAGE, {"text": text} if text else {}):
        return there
    try:
        if text:
            messages.write(here.archive, here.actor, here.submission_id, text)
    except BadInputError:
        return _overview(here, text), 400
    sent(here, MESSAGE)
    return redirect(url_for("mine.overview") + "#messages", 303)


@blueprint.post("/add")
def add() -> ResponseReturnValue:
    """Add files to what was sent; a message that is half written on the same page waits there."""
    here = giving()
    if text := _message():
        unsent_words.keep(here.archive, here.actor, here.submission_id, MESSAGE, {"text": text})
    drafts.add_more(here.archive, here.actor, here.submission_id)
    hold(here.submission_id, drafting=True)
    return redirect(url_for("contribute.files"), 303)


@blueprint.get("/items/<item_id>")
def correct(item_id: str) -> ResponseReturnValue:
    """What is said of one thing, to be put right."""
    here = giving()
    if (there := _stands_at(here, item_id)) != item_id:
        return redirect(url_for("mine.correct", item_id=there))
    item = _own(here).item(item_id)
    kept = typed_before(here, correcting(item_id))
    if kept is None:
        return correction(here, item)
    left = kept.typed
    typed = Typed(left["said"], left["choices"], left["mark"])
    return correction(here, item, typed, towns=left["towns"], kept=kept)


@blueprint.post("/items/<item_id>")
def put_right(item_id: str) -> ResponseReturnValue:
    """Put it right; of what was decided on already the change goes to the curators as a message."""
    here = giving()
    own, opened, item_id = _own(here), item_id, _stands_at(here, item_id)
    item = own.item(item_id)
    profile = spoken(here, item, names_sent()).profile
    typed = typed_of_item(here, item, profile, opened)
    places = places_asked(profile, own.consent, typed.said)
    towns = towns_typed(places, request.form)
    moved = kept_elsewhere(here, own, item, opened)
    if there := saved_first(here, correcting(item_id), to_keep(here, item, typed, towns)):
        return there
    if unasked(own.consent, places, towns):
        return correction(here, item, typed, towns=towns, moved=moved), 400
    try:
        troubles, told_at = put_right_or_propose(here, item, typed, towns)
    except ConflictError:
        return correction(here, item, typed, towns=towns, moved=moved, is_crossed=True), 409
    except BadInputError as error:
        if error.code != TAKEN_OUT:
            raise
        return correction(here, item, typed, towns=towns, moved=moved, asks_anyway=True), 400
    if troubles:
        return correction(here, item, typed, troubles, towns=towns, moved=moved), 400
    sent(here, correcting(item_id))
    # What is left to be saved stands in the form of what the file is a part of now.
    there = url_for("mine.correct", item_id=moved[0].item_id) if moved else ""
    return redirect(there or url_for("mine.overview") + told_at, 303)


def _message() -> str:
    # A browser counts the end of a line as one character, and sends two.
    return request.form.get("text", "").replace("\r\n", "\n").strip()


def _overview(here: Giving, too_long: str = "") -> str:
    """Where things stand; `too_long` is a message that could not be sent."""
    own = _own(here)
    looks = request.method != "HEAD"
    page = mine_page(here.archive, own, messages.thread(here.archive, here.actor, own.id, looks=looks))
    kept = None if too_long else typed_before(here, MESSAGE)
    return render_template(
        "contribute/mine.html",
        page=page,
        text=too_long or (kept.typed["text"] if kept else ""),
        is_too_long=bool(too_long),
        longest=messages.LONGEST,
        unsent=told(here, kept),
    )


def _own(here: Giving) -> MySubmission:
    return mine.submission(here.archive, here.actor, here.submission_id)


def _stands_at(here: Giving, item_id: str) -> str:
    """The id of an item, or of what took its place since the page was opened."""
    return replaced.stands_at(here.archive, here.actor, item_id)
