"""What contributors decide about what they gave: who may see it, and taking it back."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.models.errors import BadInputError, ConflictError
from archive.profiles import CollectionProfile
from archive.services import consents, mine, withdrawing
from archive.services.agreed import agreed_to, words_mark
from archive.services.answers import Answers, places_said
from archive.services.drafts import DraftView
from archive.services.my_items import MySubmission
from archive.services.taken_out import TAKEN_OUT
from archive.services.unsent_words import ALLOW, Kept, taking_back
from archive.services.whole_day import read_day
from archive.web.date_answers import day_answer
from archive.web.described_form import MARK, is_meant
from archive.web.giving import Giving, for_contributors, giving
from archive.web.i18n import language
from archive.web.pages_consent import FORGET
from archive.web.pages_form import SAID_AGAIN
from archive.web.pages_mine import answers_of, as_draft, consent_page
from archive.web.town_answers import town_field, towns_typed
from archive.web.unsent_words import saved_first, sent, told, typed_before

STALE = "stale-version"

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
DAYS = ("not_before", "not_after")


@blueprint.get("/allow")
def choices() -> ResponseReturnValue:
    """What the contributor allows, to be changed, or what they chose before and did not send."""
    here = giving()
    own = mine.submission(here.archive, here.actor, here.submission_id)
    if own.items and not own.anything_left:
        return redirect(url_for("mine.overview"), 303)
    profile = here.archive.profiles[own.collection]
    kept = typed_before(here, ALLOW)
    if kept is None:
        return _choices(here, as_draft(profile, own), own.consent.version)
    answers = Answers.from_json({**answers_of(profile, own).to_json(), **kept.typed["answers"]})
    return _choices(here, as_draft(profile, own, answers), kept.typed["version"], kept=kept)


@blueprint.post("/allow")
def change() -> ResponseReturnValue:
    """Change it: from now on everything that is shown follows the new answers."""
    here = giving()
    own = mine.submission(here.archive, here.actor, here.submission_id)
    profile, version = here.archive.profiles[own.collection], request.form.get("version", type=int)
    is_worded_anew = request.form.get(MARK, "") != words_mark(profile, language())
    before = answers_of(profile, own)
    answers = _answered(profile, before)
    if there := saved_first(here, ALLOW, _to_keep(before, answers, version)):
        return there
    draft, forgets = as_draft(profile, own, answers), request.form.get(FORGET) == "yes"
    troubles = consent_page(profile, draft, told=True, forgets=forgets).troubles
    if troubles or is_worded_anew:
        # What others may see less of needs no words to be agreed to.
        is_less = _allow_less(here, own, before, answers, {one.name for one in troubles}, version)
        if is_less:
            version = mine.submission(here.archive, here.actor, own.id).consent.version
        page = _choices(
            here,
            draft,
            version,
            told_now=True,
            is_less=is_less,
            is_worded_anew=is_worded_anew,
            forgets=forgets,
        )
        return page, 409 if is_worded_anew else 400
    changes = _changes(answers)
    try:
        consents.revise(
            here.archive,
            here.actor,
            own.id,
            changes,
            version=version,
            forget_places=forgets,
            anyway=is_meant(),
            agreed=agreed_to(profile, language()),
        )
    except BadInputError as error:
        if error.code != TAKEN_OUT:
            raise
        said_again = str(SAID_AGAIN)
        return _choices(here, draft, version, told_now=True, said_again=said_again, forgets=forgets), 400
    except ConflictError as error:
        if error.code != STALE:
            raise
        # With the version as it is now: whoever has read what was said here decides again.
        newest = mine.submission(here.archive, here.actor, own.id).consent.version
        return _choices(here, draft, newest, told_now=True, is_stale=True, forgets=forgets), 409
    sent(here, ALLOW)
    return redirect(url_for("mine.overview") + "#allowed", 303)


def _answered(profile: CollectionProfile, before: Answers) -> Answers:
    """What the form says; what the page did not ask, such as how exactly to show a place of which there is none, stays."""
    form = request.form
    towns = {**before.places_shown, **towns_typed(places_said(profile, before), form)}
    given = {name: form.get(name, getattr(before, name)).strip() for name in FIELDS}
    given |= {name: day_answer(name, getattr(before, name)) for name in DAYS}
    return Answers.from_json({**before.to_json(), **given, "places_shown": towns})


def _allow_less(
    here: Giving,
    own: MySubmission,
    before: Answers,
    answers: Answers,
    troubles: AbstractSet[str],
    version: int | None,
) -> bool:
    """Of answers of which some cannot be used, have at once what shows less; whether anything does.

    Whoever is in a hurry to be seen less is asked about the rest afterwards.
    """
    stays = {name: getattr(before, name) for name in FIELDS if name in troubles | {"people_words"}}
    if troubles & {*DAYS}:
        # Of two days that do not go together nobody knows which was meant.
        stays |= {name: getattr(before, name) for name in DAYS}
    if troubles & {"naming", "name_shown"}:
        stays |= {"naming": before.naming, "name_shown": before.name_shown}
        if before.name_shown and not answers.name_shown:
            stays["naming"] = "no-name"
    towns = {
        place: before.places_shown.get(place, "") if town_field(place) in troubles else town
        for place, town in answers.places_shown.items()
    }
    usable = Answers.from_json({**answers.to_json(), **stays, "places_shown": towns})
    try:
        changes = _changes(usable)
        number = consents.revise(here.archive, here.actor, own.id, changes, version=version, only_less=True)
    except ConflictError:
        # Told once the rest can be used.
        return False
    return number != own.consent.version


def _changes(answers: Answers) -> dict[str, Any]:
    """The next version of the consent."""
    towns = {place: words for place, words in answers.places_shown.items() if words}
    return {name: getattr(answers, name) for name in FIELDS} | {
        "not_before": read_day(answers.not_before, language()),
        "not_after": read_day(answers.not_after, language()),
        "places_shown": towns if answers.place_precision == "town" else {},
        "name_shown": "" if answers.naming == "no-name" else answers.name_shown,
    }


def _to_keep(before: Answers, answers: Answers, version: int | None) -> dict[str, Any]:
    """What was chosen; nothing where it is what stands there already."""
    now, chosen = _chosen(before), _chosen(answers)
    return {} if now == chosen else {"answers": chosen, "version": version}


def _chosen(answers: Answers) -> dict[str, Any]:
    towns = {place: words for place, words in answers.places_shown.items() if words}
    return {name: getattr(answers, name) for name in FIELDS} | {"places_shown": towns}


def _choices(
    here: Giving,
    draft: DraftView,
    version: int | None,
    *,
    told_now: bool = False,
    is_stale: bool = False,
    is_less: bool = False,
    is_worded_anew: bool = False,
    said_again: str = "",
    forgets: bool = False,
    kept: Kept | None = None,
) -> str:
    profile = here.profile(draft)
    page = consent_page(profile, draft, told=told_now, forgets=forgets)
    said = {"version": version, "is_stale": is_stale, "is_less": is_less, "said_again": said_again}
    words = {
        "title": mine.submission(here.archive, here.actor, here.submission_id).title,
        "agreement": profile.agreement.clauses.get(language(), ()),
        "agreement_version": profile.agreement.version,
        "agreement_mark": words_mark(profile, language()),
        "is_worded_anew": is_worded_anew,
    }
    return render_template("contribute/allow.html", page=page, unsent=told(here, kept), **said, **words)


@blueprint.get("/take-back")
def take_back() -> ResponseReturnValue:
    """Taking one thing back, or all of it: what happens, before it happens."""
    here, item_id = giving(), request.args.get("item", "")
    if there := _only_a_draft(here):
        return there
    kept = typed_before(here, taking_back(item_id))
    return _asked(here, item_id, kept, **(kept.typed if kept else {}))


@blueprint.post("/take-back")
def taken_back() -> ResponseReturnValue:
    """Take it back; what is to be destroyed is asked about once more."""
    here, form = giving(), request.form
    if there := _only_a_draft(here):
        return there
    item_id, how = form.get("item", ""), form.get("how", "")
    destroy = how == "destroy"
    words = form.get("words", "").replace("\r\n", "\n").strip()
    # That one is sure is said again by whoever comes back.
    if there := saved_first(here, taking_back(item_id), {"how": how, "words": words} if how or words else {}):
        return there
    if how not in ("hide", "destroy") or (destroy and form.get("sure") != "yes"):
        return _asked(here, item_id, how=how, words=words, told=True), 400
    try:
        _take_back(here, item_id, words, destroy=destroy)
    except BadInputError:
        # Words can be shortened afterwards: nobody is shown it while that is done.
        _take_back(here, item_id, "", destroy=False)
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


def _asked(here: Giving, item_id: str, kept: Kept | None = None, **more: object) -> str:
    own: MySubmission = mine.submission(here.archive, here.actor, here.submission_id)
    item = own.item(item_id) if item_id else None
    more |= {"longest": withdrawing.LONGEST_WORDS, "unsent": told(here, kept)}
    return render_template("contribute/take_back.html", own=own, item=item, **more)
