"""What contributors decide about what they gave: who may see it, and taking it back."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.models.errors import BadInputError, ConflictError
from archive.services import consents, mine, withdrawing
from archive.services.answers import Answers, places_said
from archive.services.mine import MySubmission
from archive.services.whole_day import read_day
from archive.web.date_answers import day_answer
from archive.web.giving import Giving, for_contributors, giving
from archive.web.i18n import language
from archive.web.pages_mine import answers_of, as_draft, consent_page

blueprint = Blueprint("allow", __name__, url_prefix="/mine")
for_contributors(blueprint, "mine.come_back")

FIELDS = (
    "audience",
    "not_before",
    "not_after",
    "place_precision",
    "reuse",
    "naming",
    "name_shown",
    "people",
    "people_words",
)


@blueprint.get("/allow")
def choices() -> ResponseReturnValue:
    """What the contributor allows, to be changed."""
    here = giving()
    own = mine.submission(here.archive, here.actor, here.submission_id)
    profile = here.archive.profiles[own.collection]
    return render_template(
        "contribute/allow.html",
        page=consent_page(profile, as_draft(profile, own)),
        version=own.consent.version,
    )


@blueprint.post("/allow")
def change() -> ResponseReturnValue:
    """Change it: from now on everything that is shown follows the new answers."""
    here = giving()
    own = mine.submission(here.archive, here.actor, here.submission_id)
    profile, form = here.archive.profiles[own.collection], request.form
    before = answers_of(profile, own)
    towns = {
        place: form.get(f"town-{number}", "").strip()
        for number, place in enumerate(places_said(profile, before))
    }
    # What the page did not ask, such as how exactly to show a place of which there is none, stays as it was.
    given = {name: form.get(name, getattr(before, name)).strip() for name in FIELDS}
    given |= {name: day_answer(name, getattr(before, name)) for name in ("not_before", "not_after")}
    answers = Answers.from_json({**before.to_json(), **given, "places_shown": towns})
    page = consent_page(profile, as_draft(profile, own, answers), told=True)
    if page.troubles:
        return render_template("contribute/allow.html", page=page, version=own.consent.version), 400
    changes = {name: getattr(answers, name) for name in FIELDS}
    changes |= {
        "not_before": read_day(answers.not_before, language()),
        "not_after": read_day(answers.not_after, language()),
        "places_shown": towns if answers.place_precision == "town" else {},
        "name_shown": "" if answers.naming == "no-name" else answers.name_shown,
    }
    try:
        consents.revise(here.archive, here.actor, own.id, changes, version=form.get("version", type=int))
    except ConflictError:
        # With the version as it is now: whoever has read what was said here decides again.
        newest = mine.submission(here.archive, here.actor, own.id).consent.version
        return render_template("contribute/allow.html", page=page, version=newest, is_stale=True), 409
    return redirect(url_for("mine.overview") + "#allowed", 303)


@blueprint.get("/take-back")
def take_back() -> ResponseReturnValue:
    """Taking one thing back, or all of it: what happens, before it happens."""
    here = giving()
    return _only_a_draft(here) or _asked(here, request.args.get("item", ""))


@blueprint.post("/take-back")
def taken_back() -> ResponseReturnValue:
    """Take it back; what is to be destroyed is asked about once more."""
    here, form = giving(), request.form
    if there := _only_a_draft(here):
        return there
    item_id, how = form.get("item", ""), form.get("how", "")
    destroy = how == "destroy"
    words = form.get("words", "").replace("\r\n", "\n").strip()
    if how not in ("hide", "destroy") or (destroy and form.get("sure") != "yes"):
        return _asked(here, item_id, how=how, words=words, told=True), 400
    try:
        _take_back(here, item_id, words, destroy=destroy)
    except BadInputError:
        return _asked(here, item_id, how=how, words=words, too_long=True), 400
    return redirect(url_for("mine.overview"), 303)


def _only_a_draft(here: Giving) -> ResponseReturnValue | None:
    """Where somebody goes of whose submission nothing was sent: there is nothing to hide, and a draft to throw away."""
    own = mine.submission(here.archive, here.actor, here.submission_id)
    return None if own.sent else redirect(url_for("unsent.look"), 303)


def _take_back(here: Giving, item_id: str, words: str, *, destroy: bool) -> None:
    if item_id:
        withdrawing.withdraw_item(here.archive, here.actor, item_id, destroy=destroy, words=words)
    else:
        withdrawing.withdraw_submission(
            here.archive, here.actor, here.submission_id, destroy=destroy, words=words
        )


def _asked(here: Giving, item_id: str, **more: object) -> str:
    own: MySubmission = mine.submission(here.archive, here.actor, here.submission_id)
    item = own.item(item_id) if item_id else None
    return render_template("contribute/take_back.html", own=own, item=item, **more)
