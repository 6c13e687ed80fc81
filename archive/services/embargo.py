"""Staff may keep something back until a day: only ever later than whoever gave it allowed, never earlier."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from archive.access import Actor, can, can_see
from archive.models import Consent, Embargo, Item, Right, days_now, record_event
from archive.models.errors import BadInputError, ForbiddenError, NotFoundError
from archive.services import consents
from archive.services.first_days import first_days, let_go
from archive.services.lifecycle import NO_SUCH_ITEM, agent_of, load_for_change
from archive.services.of_submission import has_for_all
from archive.services.opening import Archive
from archive.services.records import touch_submission
from archive.services.upsert import put_row


def keep_back(
    archive: Archive, actor: Actor, item_id: str, until: date | None, *, version: int | None = None
) -> None:
    """Show nothing that was given with an item before the day `until`; None lets what the giver allowed count again.

    It is a new version of the consent, with its event and in the record. BadInputError (`wider-than-allowed`) for a
    day before the giver's own, (`after-the-last-day`) for one past their last, (`not-a-day-to-come`) for one that has
    come; ConflictError (`stale-version`)
    when the consent is not `version` any more; NotFoundError, ForbiddenError for who may not decide about it, or about all
    that opens with it.
    """
    with archive.db.write() as session:
        submission_id = _decidable(session, actor, item_id).submission_id
        before = consents.newest(session, submission_id)
        allowed = first_days(session, before).own
        day = allowed if until is None else until
        _check(day, allowed, before)
        if until is not None and days_now().has_begun(until) and until not in (allowed, before.not_before):
            raise BadInputError("Choose a day that is still to come.", code="not-a-day-to-come")
        if _is_sooner(day, before.not_before):
            _check_everywhere(session, actor, submission_id)
        number = consents.revise_in(
            archive, session, actor, submission_id, {"not_before": day}, version=version
        )
        if number == before.version:
            if until is None:
                _let_go(session, actor, item_id, before)
            return
        row = {"submission_id": submission_id, "consent_version": number, "allowed_from": allowed}
        put_row(session, Embargo, ["submission_id"], row)


def _let_go(session: Session, actor: Actor, item_id: str, consent: Consent) -> None:
    """Forget a day of staff that a later one of the giver's covers; the history says that they did."""
    if session.get(Embargo, consent.submission_id) is not None:
        day = first_days(session, consent).kept_back
        let_go(session, consent.submission_id)
        touch_submission(session, consent.submission_id)
        item = load_for_change(session, item_id)
        days = consents.days_told(day, None) if day else {}
        told = {"changed": ["not_before"], "version": consent.version, **days}
        record_event(session, item.id, "consent", agent_of(actor), told)


def _decidable(session: Session, actor: Actor, item_id: str) -> Item:
    item = session.get(Item, item_id)
    if item is None or not can_see(actor, item):
        raise NotFoundError(NO_SUCH_ITEM)
    if not can(actor, Right.REVIEW, item):
        raise ForbiddenError("Your role does not allow keeping it back.")
    return item


def _is_sooner(day: date | None, before: date | None) -> bool:
    return before is not None and (day is None or day < before)


def _check_everywhere(session: Session, actor: Actor, submission_id: str) -> None:
    """What was given together opens together, wherever each lies by now: nobody opens what others look after."""
    if not has_for_all(session, actor, submission_id, Right.REVIEW):
        raise ForbiddenError(
            "Something that was given with it lies in a collection that you do not look after.",
            remedy="Ask somebody who looks after both.",
        )


def _check(day: date | None, allowed: date | None, consent: Consent) -> None:
    if allowed is not None and (day is None or day < allowed):
        raise BadInputError(
            "Whoever gave it allows it only from a later day.",
            code="wider-than-allowed",
            remedy="Choose their day or a later one.",
        )
    if day is not None and consent.not_after is not None and day > consent.not_after:
        raise BadInputError(
            "On that day it may not be shown any more.",
            code="after-the-last-day",
            remedy="Choose a day before the last one that whoever gave it allows.",
        )
