"""Changes what a contributor allows: a new version each time, obeyed from the moment it is written."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import UNASKED, Actor
from archive.models import Audience, Consent, Item, ItemState, Right, Submission, record_event
from archive.models.errors import BadInputError, ConflictError, NotFoundError
from archive.profiles import CollectionProfile
from archive.services import additions, names_forgotten, places_forgotten, taken_out
from archive.services.closing_marks import mark_consent
from archive.services.describe import by_present_names
from archive.services.describing import rights_uri
from archive.services.export_standing import end_holding
from archive.services.first_days import carry_over, first_days, say_own
from archive.services.lifecycle import STALE, agent_of, load_for_change, touch
from archive.services.narrowest import narrowest
from archive.services.of_submission import check_left, has_for_any
from archive.services.opening import Archive
from archive.services.shown import DECIMALS, was_asked

CHOICES = (
    "audience",
    "naming",
    "name_shown",
    "place_precision",
    "places_shown",
    "people",
    "people_words",
    "reuse",
    "not_before",
    "not_after",
)
AGREEMENT = ("agreement_version", "agreement_language", "agreement_fingerprint", "agreement_text")
ALLOWED = {
    "audience": frozenset(one.value for one in Audience),
    "naming": frozenset({"own-name", "other-name", "no-name"}),
    "place_precision": frozenset({*DECIMALS, "none"}),
    "people": frozenset({"", "none", "agreed"}) | UNASKED,
}


def revise(
    archive: Archive,
    actor: Actor,
    submission_id: str,
    changes: Mapping[str, Any],
    *,
    version: int | None = None,
    only_less: bool = False,
    forget_places: bool = False,
    anyway: bool = False,
    agreed: Mapping[str, str] | None = None,
) -> int:
    """Write a new version of a submission's consent, by who gave it or by staff who review; returns its number.

    `changes` are values of CHOICES and AGREEMENT, those left out stay; when nothing changes there is no new version.
    `agreed` are values of AGREEMENT that were read beside the choices: they go with a change of its giver's, and alone are none.
    Of what staff ask for, nothing counts that its giver does not allow, and a first day of its giver's lifts none of staff's; with `only_less` nothing of theirs either that
    shows more than before. Where only towns may be shown and none is known, no place is. With `forget_places`, of its
    giver alone, nobody at all reads any more of places than the words in their stead.
    NotFoundError for everybody else, ConflictError (`stale-version`) when `version` is not the newest any more and the
    newest says something else, (`destroyed`, `being-destroyed`) when nothing is left that it would be about,
    BadInputError (`bad-consent`) for what is no choice, and without `anyway` (`taken-out`) for a name, or words for a
    place, that were taken out of a file of the submission. A name that is not to be shown any more is forgotten: in every
    version at once, in bags and in the log of the database when the bags are next written.
    """

    def write(session: Session) -> int:
        check_left(session, submission_id)
        less = {"only_less": only_less, "forget_places": forget_places, "anyway": anyway}
        return revise_in(
            archive, session, actor, submission_id, changes, version=version, agreed=agreed, **less
        )

    return archive.db.write_until_done(write)


def revise_in(
    archive: Archive,
    session: Session,
    actor: Actor,
    submission_id: str,
    changes: Mapping[str, Any],
    *,
    version: int | None = None,
    only_less: bool = False,
    forget_places: bool = False,
    anyway: bool = False,
    agreed: Mapping[str, str] | None = None,
) -> int:
    """The same in the caller's transaction."""
    submission = session.get(Submission, submission_id, with_for_update=True, populate_existing=True)
    if submission is None or not submission.sent or not _may_revise(session, actor, submission):
        raise NotFoundError("There is no such submission.")
    before = submission.consents[-1]
    if "places_shown" in changes:
        changes = {**changes, "places_shown": by_present_names(session, changes["places_shown"])}
    after = {name: getattr(before, name) for name in (*CHOICES, *AGREEMENT)} | dict(changes)
    by_giver = submission.id in actor.submissions
    forget_places = forget_places and by_giver
    days = first_days(session, before)
    if by_giver:
        after["not_before"] = changes.get("not_before", days.own)
    _check(changes, after, forgets=forget_places)
    if only_less or not by_giver:
        after |= _no_wider(session, before, after)
    if before.place_precision == "exact" or before.places_shown:
        after |= _untold(after)
    if after["naming"] == names_forgotten.NAMELESS:
        after["name_shown"] = ""
    own = after["not_before"]
    if by_giver:
        after["not_before"] = days.together(own, after["not_after"])
    asked = {name for name in changes if getattr(before, name) != after[name]}
    if says_day := by_giver and own != days.own:
        asked.add("not_before")
    # Whoever sends the same once more is told that it is done, not that somebody else was faster.
    if asked and version not in (None, before.version):
        raise ConflictError(STALE, code="stale-version")
    if not asked and not forget_places:
        return before.version
    if not anyway:
        given = select(Item.id).where(Item.submission_id == submission.id)
        stood = {name: getattr(before, name) for name in CHOICES}
        taken_out.check(session, given, _shown_words(stood), _shown_words(after))
    after |= (agreed or {}) if by_giver else {}
    # What was given before is shown wider only where its giver says so.
    kept = set(CHOICES) - asked if by_giver else set(CHOICES)
    after |= _as_narrow_as_given(session, before, after, kept)
    differs = {name for name, value in after.items() if getattr(before, name) != value}
    changed = sorted(differs | {"not_before"} if says_day else differs)
    consent = Consent(version=before.version + 1, **after)
    submission.consents.append(consent)
    session.flush()
    mark_consent(session, submission.id)
    if says_day:
        say_own(session, days, own, consent)
    elif "not_before" not in changed:
        carry_over(session, before, consent)
    told = {} if by_giver or "not_before" not in differs else days_told(before.not_before, consent.not_before)
    _point_to(archive, session, actor, consent, {"changed": changed, "version": consent.version, **told})
    if forget_places:
        places_forgotten.forget(archive, session, consent, agent_of(actor))
    if names_forgotten.forget(submission.consents) or forget_places:
        session.flush()
        additions.forget(session, submission.id)
        end_holding(archive, session, submission.id)
    return consent.version


def days_told(before: date | None, after: date | None) -> dict[str, Any]:
    """How the history tells that staff moved the first day; of what its giver chooses it tells no word."""
    days = {"before": before, "after": after}
    return {"not_before": {name: day.isoformat() if day else "" for name, day in days.items()}}


def newest(session: Session, submission_id: str) -> Consent:
    """The consent as it stands, its submission locked so that it stays the newest; NotFoundError if there is none."""
    submission = session.get(Submission, submission_id, with_for_update=True, populate_existing=True)
    if submission is None or not submission.sent:
        raise NotFoundError("There is no such submission.")
    return submission.consents[-1]


def say_rights(item: Item, profile: CollectionProfile, reuse: str) -> None:
    """Have what the contributor lets others do be what the item says of its rights."""
    asked = next((one for one in profile.fields if one.kind == "rights"), None)
    if asked is not None:
        item.rights = item.rights_uri = rights_uri(reuse, asked, profile) if reuse else ""


def _may_revise(session: Session, actor: Actor, submission: Submission) -> bool:
    if submission.id in actor.submissions:
        return True
    return has_for_any(session, actor, submission.id, Right.SEE_ALL, Right.REVIEW)


def _shown_words(choices: Mapping[str, Any]) -> dict[str, str]:
    """What of the choices everybody reads: the name of the giver, and what stands for places."""
    return {
        "name_shown": choices["name_shown"],
        **{f"at {place}": words for place, words in choices["places_shown"].items()},
    }


def _check(changes: Mapping[str, Any], after: Mapping[str, Any], *, forgets: bool) -> None:
    unknown = sorted(set(changes) - {*CHOICES, *AGREEMENT})
    wrong = [name for name, allowed in ALLOWED.items() if name in changes and after[name] not in allowed]
    wrong += [name for name in ("not_before", "not_after") if not isinstance(after[name], date | None)]
    first, last = after["not_before"], after["not_after"]
    if not wrong and first is not None and last is not None and first > last:
        wrong = ["not_after"]
    if forgets and after["place_precision"] == "exact":
        wrong += ["place_precision"]
    if unknown or wrong:
        raise BadInputError(
            f"That is no choice of a consent: {', '.join(unknown + wrong)}.", code="bad-consent"
        )


def _no_wider(session: Session, before: Consent, after: Mapping[str, Any]) -> dict[str, Any]:
    """The choices of staff, as far as its giver allows them; a day that staff had chosen they may take back."""
    given = {name: getattr(before, name) for name in CHOICES}
    given["not_before"] = first_days(session, before).own
    together = narrowest([given, {name: after[name] for name in CHOICES}])
    # Of two names, two licences or two towns none is the narrower: what the giver said stays, or nothing.
    if together["naming"] != "no-name":
        together |= {"naming": given["naming"], "name_shown": given["name_shown"]}
    together["reuse"] = given["reuse"] if after["reuse"] else ""
    towns = after["places_shown"]
    if given["place_precision"] != "exact":
        towns = {place: words for place, words in given["places_shown"].items() if towns.get(place)}
    return together | {"places_shown": towns}


def _untold(after: Mapping[str, Any]) -> dict[str, Any]:
    """How exactly places are shown of which only the towns may be, and no town is known: not at all.

    Whoever brings what nobody was asked about vouches for the names of places: without this they would still be told.
    """
    is_told = after["place_precision"] == "exact" or was_asked(Consent(**after))
    return {} if is_told else {"place_precision": "none"}


def _as_narrow_as_given(
    session: Session, before: Consent, after: Mapping[str, Any], names: AbstractSet[str]
) -> dict[str, Any]:
    """Of the choices `names` what is not wider than what an item was given with that follows an older version still.

    Once, what was given first was left behind with the consent it had when something was added to it.
    """
    follow = select(Item.consent_id).where(
        Item.submission_id == before.submission_id, Item.state != ItemState.DRAFT, Item.erasure == ""
    )
    behind = session.scalars(
        select(Consent).where(Consent.id.in_(follow), Consent.id != before.id).order_by(Consent.version)
    ).all()
    if not behind:
        return {}
    given = [{name: getattr(one, name) for name in CHOICES} for one in behind]
    together = narrowest([*given, {name: after[name] for name in CHOICES}])
    return {name: together[name] for name in names}


def _point_to(
    archive: Archive, session: Session, actor: Actor, consent: Consent, told: Mapping[str, Any]
) -> None:
    """Have every item of the submission follow the new version; the history tells which choices changed."""
    ids = session.scalars(
        select(Item.id).where(Item.submission_id == consent.submission_id).order_by(Item.id)
    )
    for item_id in ids.all():
        item = load_for_change(session, item_id)
        item.consent_id = consent.id
        if item.erasure or item.state == ItemState.DRAFT:
            continue
        profile = archive.profiles.get(item.collection)
        if "reuse" in told["changed"] and profile is not None:
            say_rights(item, profile, consent.reuse)
        record_event(session, item.id, "consent", agent_of(actor), dict(told))
        touch(item)
