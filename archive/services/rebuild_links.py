"""What bags say of each other: which items took the place of which, and which consent holds for all that came together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from archive.access import OPERATOR
from archive.models import Collection, Consent, Event, Item, Replacement, Submission, record_event
from archive.services.lifecycle import agent_of, touch
from archive.services.upsert import put_row_once

Said = Mapping[str, Any]


def link(session: Session, replaced: Mapping[tuple[str, str], Said]) -> None:
    """Say in the caller's transaction which items took the place of which, where both are here."""
    named = {one for pair in replaced for one in pair}
    here = set(session.scalars(select(Item.id).where(Item.id.in_(named))))
    for (old_id, new_id), told in replaced.items():
        if old_id in here and new_id in here:
            row = {"old_id": old_id, "new_id": new_id, "agent": told["agent"], "done": told["done"]}
            put_row_once(session, Replacement, ["old_id", "new_id"], row)


def follow_consents(session: Session) -> None:
    """Have what was given together follow the newest consent that any of its bags has heard of.

    A bag that came from an older copy must not show what its giver has narrowed since.
    """
    told = select(Item.submission_id, Event.detail).join(Event, Event.subject_id == Item.id)
    newest: dict[str, int] = {}
    for submission_id, detail in session.execute(told.where(Event.kind == "consent")):
        newest[submission_id] = max(newest.get(submission_id, 0), detail.get("version", 0))
    for submission_id, version in newest.items():
        query = select(Consent).where(Consent.submission_id == submission_id, Consent.version == version)
        consent = session.scalars(query).one()
        behind = select(Item).join(Consent, Consent.id == Item.consent_id)
        behind = behind.where(Item.submission_id == submission_id, Consent.version < version)
        for item in session.scalars(behind).all():
            item.consent_id = consent.id
            detail = {"changed": [], "version": version}
            record_event(session, item.id, "consent", agent_of(OPERATOR), detail)
            touch(item)


def date_collections(session: Session) -> None:
    """A collection is as old as what was first given to it."""
    first = select(func.min(Submission.received_on)).where(Submission.collection == Collection.slug)
    given = select(Submission.id).where(Submission.collection == Collection.slug).exists()
    session.execute(
        update(Collection)
        .where(given)
        .values(created_on=first.scalar_subquery())
        .execution_options(synchronize_session=False)
    )
