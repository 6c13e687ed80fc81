"""Coming back: where things stand, and everything that contributors may do with what they gave."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.access import contributor
from archive.models.errors import BadInputError, ConflictError, NotFoundError
from archive.services import codes, drafts, messages, mine
from archive.services.answers import DATE, Trouble, asked_again
from archive.services.mine import MySubmission
from archive.web.date_answers import reading_answer
from archive.web.giving import Giving, for_contributors, giving, hold
from archive.web.i18n import language
from archive.web.pages_mine import correct_page, mine_page
from archive.web.sessions import current_session
from archive.web.town_answers import places_asked, town_questions, towns_typed, unasked
from archive.web.tries import tries_left, wrong_try
from archive.web.unsent import COME_BACK, ask_first, held_by
from archive.web.visitors import the_archive, visitor

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
        return render_template("contribute/come_back.html", is_wrong=True), 400
    who = visitor()
    if not (who.signed_in and held_by(who.actor, found)):
        current_session().become("")
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
    own = mine.submissions(the_archive(), visitor().actor)
    return render_template("contribute/all.html", own=own)


@blueprint.post("/all")
def choose() -> ResponseReturnValue:
    """Go to one of them."""
    chosen = request.form.get("submission", "")
    if chosen not in visitor().actor.submissions:
        raise NotFoundError("There is no such submission.")
    hold(chosen)
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
    words = codes.make(here.archive, here.actor, here.submission_id, language())
    return render_template("contribute/code.html", own=_own(here), words=words, is_wrong=False)


@blueprint.post("/code/again")
def confirm_code() -> ResponseReturnValue:
    """Ask for it again, so that nobody leaves without it."""
    here = giving()
    if not codes.confirm(here.archive, here.actor, here.submission_id, request.form.get("code", "")):
        return render_template("contribute/code.html", own=_own(here), words="", is_wrong=True), 400
    return redirect(url_for("mine.overview"), 303)


@blueprint.post("/messages")
def write() -> ResponseReturnValue:
    """Write to the curators."""
    here = giving()
    # A browser counts the end of a line as one character, and sends two.
    text = request.form.get("text", "").replace("\r\n", "\n").strip()
    try:
        if text:
            messages.write(here.archive, here.actor, here.submission_id, text)
    except BadInputError:
        return _overview(here, text), 400
    return redirect(url_for("mine.overview") + "#messages", 303)


@blueprint.post("/add")
def add() -> ResponseReturnValue:
    """Add files to what was sent."""
    here = giving()
    drafts.add_more(here.archive, here.actor, here.submission_id)
    hold(here.submission_id, drafting=True)
    return redirect(url_for("contribute.files"), 303)


@blueprint.get("/items/<item_id>")
def correct(item_id: str) -> ResponseReturnValue:
    """What is said of one thing, to be put right."""
    here = giving()
    own = _own(here)
    item = own.item(item_id)
    said = mine.said(here.archive, here.actor, item_id)
    meant = mine.meant(here.archive, here.actor, item_id)
    profile = here.archive.profiles[own.collection]
    towns = town_questions(own.consent, places_asked(profile, own.consent, said), {})
    page = correct_page(profile, item, said, {}, meant, towns)
    return render_template("contribute/correct.html", page=page, item=item)


@blueprint.post("/items/<item_id>")
def put_right(item_id: str) -> ResponseReturnValue:
    """Put it right; of what was decided on already the change goes to the curators as a message."""
    here = giving()
    own = _own(here)
    item, profile = own.item(item_id), here.archive.profiles[own.collection]
    typed = {one.name: request.form.get(f"about-{one.name}", "") for one in asked_again(profile)}
    chosen = reading_answer(DATE, typed.get(DATE, ""))
    places = places_asked(profile, own.consent, typed)
    towns = towns_typed(places, request.form)
    troubles: dict[str, Trouble] = {}
    is_asked = not unasked(own.consent, places, towns)
    try:
        if is_asked:
            troubles = mine.correct(here.archive, here.actor, item_id, typed, language(), chosen, towns)
    except ConflictError:
        mine.say_towns(here.archive, here.actor, own.id, towns)
        _propose(here, item_id, typed)
        return redirect(url_for("mine.overview") + "#messages", 303)
    if troubles or not is_asked:
        meant = {**mine.meant(here.archive, here.actor, item_id), **chosen}
        asked = town_questions(own.consent, places, towns, told=True)
        page = correct_page(profile, item, typed, troubles, meant, asked)
        return render_template("contribute/correct.html", page=page, item=item), 400
    return redirect(url_for("mine.overview"), 303)


def _propose(here: Giving, item_id: str, typed: dict[str, str]) -> None:
    try:
        words = mine.propose(here.archive, here.actor, item_id, typed)
    except BadInputError:
        return
    messages.write(here.archive, here.actor, here.submission_id, words)


def _overview(here: Giving, too_long: str = "") -> str:
    """Where things stand; `too_long` is a message that could not be sent."""
    own = _own(here)
    page = mine_page(here.archive, own, messages.thread(here.archive, here.actor, own.id))
    return render_template("contribute/mine.html", page=page, too_long=too_long, longest=messages.LONGEST)


def _own(here: Giving) -> MySubmission:
    return mine.submission(here.archive, here.actor, here.submission_id)
