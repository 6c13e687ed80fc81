"""Publishes on a day that a curator chose, in their name; what cannot be published then waits at the desk with the reason."""

from __future__ import annotations

import logging
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import UNASKED, Actor, actor_of, can, can_see, consent_shows
from archive.models import (
    Action,
    Audience,
    Days,
    Holder,
    Item,
    ItemState,
    PlannedPublication,
    Right,
    User,
    days_now,
    record_event,
)
from archive.models.errors import BadInputError, ConflictError, ForbiddenError, NotFoundError
from archive.services.asked_about import TAKEN_DOWN, against_publishing
from archive.services.lifecycle import (
    NO_SUCH_ITEM,
    NOT_ACCEPTED,
    STALE,
    agent_of,
    changing,
    load_for_change,
    touch,
    transition,
)
from archive.services.opening import Archive
from archive.services.upsert import put_row

# Why something was not published on its day, beside what was decided since.
NOT_ALLOWED = "not-allowed"
KEPT_BACK = "kept-back"
AFTER_LAST = "after-the-last-day"
PEOPLE_NOT_ASKED = "people-not-asked"
STAFF_ONLY = "staff-only"
PLAN, CANCELLED = "plan", "plan-cancelled"
# What makes it vain to choose a day; whoever asked may have an answer by then.
VAIN = {
    TAKEN_DOWN: "It was taken down because somebody asked, and they were told so.",
    KEPT_BACK: "It is kept back until a later day.",
    AFTER_LAST: "On that day it may not be shown any more.",
    PEOPLE_NOT_ASKED: "Others can be recognized in it who were not asked, or do not wish to be shown.",
    STAFF_ONLY: "Whoever gave it allows that staff see it, and nobody else.",
}

log = logging.getLogger(__name__)


def publish_later(
    archive: Archive, actor: Actor, item_id: str, day: date | None, version: int | None = None
) -> None:
    """Have an item be published on a day to come, accepting it first when it still waits in review.

    BadInputError (`not-a-day-to-come`) for another day; ConflictError (`taken-down`, `kept-back`,
    `after-the-last-day`, `people-not-asked`, `staff-only`) for one on which it would stay hidden; NotFoundError, ForbiddenError, ConflictError as `lifecycle.transition` otherwise.
    A day that somebody chose before gives way to it only where `version` is the one that has it.
    """
    with changing(archive, item_id) as (session, item):
        _check(actor, item, version)
        if day is None or days_now().has_begun(day):
            raise BadInputError("Choose a day that is still to come.", code="not-a-day-to-come")
        if item.state == ItemState.IN_REVIEW:
            transition(session, item, Action.ACCEPT, actor)
        if item.state != ItemState.ACCEPTED:
            raise ConflictError("Only what is accepted is published.", code="not-accepted")
        if (against := _against(session, item, Days(day, day))) in VAIN:
            raise ConflictError(VAIN[against], code=against)
        stood = session.get(PlannedPublication, item_id, populate_existing=True)
        if stood and (stood.publish_on, stood.user_id, stood.trouble) == (day, actor.id, ""):
            return
        plan = {"item_id": item_id, "publish_on": day, "user_id": actor.id, "trouble": ""}
        put_row(session, PlannedPublication, ["item_id"], plan)
        _note(session, item, PLAN, actor, day)


def cancel(archive: Archive, actor: Actor, item_id: str, version: int | None = None) -> None:
    """Leave it unpublished after all; it stays accepted. ConflictError when the item is not `version` any more."""
    with changing(archive, item_id) as (session, item):
        _check(actor, item, version)
        plan = session.get(PlannedPublication, item_id, populate_existing=True)
        if plan is not None:
            session.delete(plan)
            _note(session, item, CANCELLED, actor, plan.publish_on)


def publish_due(archive: Archive) -> int:
    """Publish what is due on a day that has begun everywhere; return how many were. Done again, it does nothing twice."""
    due = select(PlannedPublication.item_id).where(
        PlannedPublication.publish_on <= days_now().first, PlannedPublication.trouble == ""
    )
    with archive.db.read() as session:
        ids = session.scalars(due.order_by(PlannedPublication.publish_on)).all()
    published = sum(_publish(archive, item_id) for item_id in ids)
    if published:
        log.info("published %d items whose day has come", published)
    return published


def _note(session: Session, item: Item, kind: str, actor: Actor, day: date) -> None:
    """Write down what was done about a day; whoever has an older page of the item open is told so."""
    touch(item)
    record_event(session, item.id, kind, agent_of(actor), {"day": day.isoformat()})


def _publish(archive: Archive, item_id: str) -> bool:
    with archive.db.write() as session:
        item = load_for_change(session, item_id)
        plan = session.get(PlannedPublication, item_id, populate_existing=True)
        # Somebody has just published or cancelled it, put it off, or found it in trouble.
        if plan is None or plan.trouble or not days_now().has_begun(plan.publish_on):
            return False
        actor = _asker(session, plan.user_id)
        if item.state != ItemState.ACCEPTED:
            plan.trouble = NOT_ACCEPTED
        elif actor is None or not can(actor, Right.PUBLISH, item):
            plan.trouble = NOT_ALLOWED
        elif against := _against(session, item, days_now()):
            plan.trouble = against
        else:
            transition(session, item, Action.PUBLISH, actor)
            return True
        return False


def _against(session: Session, item: Item, on: Days) -> str:
    """Why an item is not published on some day by itself, whoever asked: what was decided stands until somebody looks again."""
    if against := against_publishing(session, item.id):
        return against
    consent = item.consent
    if consent_shows(item, on):
        is_kept_back = consent.not_before is not None and not on.has_begun(consent.not_before)
        return KEPT_BACK if is_kept_back else ""
    if consent.audience == Audience.STAFF:
        return STAFF_ONLY
    return PEOPLE_NOT_ASKED if consent.people in UNASKED else AFTER_LAST


def _asker(session: Session, user_id: str) -> Actor | None:
    """Who asked, with the roles as they are now; None when the account is closed."""
    user = session.get(User, user_id)
    if user is None or not user.active:
        return None
    held = session.scalars(select(Holder.submission_id).where(Holder.user_id == user_id))
    return actor_of(user, held.all())


def _check(actor: Actor, item: Item, version: int | None) -> None:
    if not can_see(actor, item):
        raise NotFoundError(NO_SUCH_ITEM)
    if not can(actor, Right.PUBLISH, item):
        raise ForbiddenError("Your role does not allow publishing here.")
    if version is not None and version != item.version:
        raise ConflictError(STALE, code="stale-version")
