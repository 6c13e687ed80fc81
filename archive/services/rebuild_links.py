"""What bags say of each other: which items took the place of which, and which consent holds for all that came together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from archive.access import OPERATOR, PIPELINE
from archive.models import (
    TRANSITIONS,
    Action,
    Consent,
    Event,
    File,
    Item,
    ItemState,
    Replacement,
    Submission,
    record_event,
)
from archive.models import Collection as Folder
from archive.services import places_forgotten
from archive.services.lifecycle import agent_of, touch, transition
from archive.services.opening import Archive
from archive.services.upsert import put_row, put_row_once

Said = Mapping[str, Any]


def link(session: Session, replaced: Mapping[tuple[str, str], Said]) -> None:
    """Say in the caller's transaction which items took the place of which, where both are here."""
    named = {one for pair in replaced for one in pair}
    here = set(session.scalars(select(Item.id).where(Item.id.in_(named))))
    for (old_id, new_id), told in replaced.items():
        if old_id in here and new_id in here:
            row = {"old_id": old_id, "new_id": new_id, "agent": told["agent"], "done": told["done"]}
            put_row_once(session, Replacement, ["old_id", "new_id"], row)


def step_back(session: Session) -> None:
    """Have what was put together in another way step back, where its own bag has not heard that this was done.

    Whatever was made of it says so, and holds every file of it: shown beside these it would show what one of them may
    hide by now. Nothing steps back where one of several was taken back before: then the others stay.
    """
    made: dict[tuple[str, ...], list[Event]] = {}
    for event in session.scalars(select(Event).where(Event.kind == "receive").order_by(Event.id)):
        if event.detail.get("from"):
            made.setdefault(tuple(event.detail["from"]), []).append(event)
    for old_ids, told in made.items():
        olds = list(session.scalars(select(Item).where(Item.id.in_(old_ids)).order_by(Item.id)))
        news = set(session.scalars(select(Item.id).where(Item.id.in_([one.subject_id for one in told]))))
        behind = [one for one in olds if not _ever_stepped_back(session, one.id)]
        is_taken_back = any(one.state == ItemState.WITHDRAWN for one in behind)
        if len(olds) < len(old_ids) or is_taken_back or not _are_held(session, behind, news):
            continue
        for old in behind:
            _replace(session, old, [one for one in told if one.subject_id in news])


def _ever_stepped_back(session: Session, item_id: str) -> bool:
    # Also one that was brought back afterwards: its own bag has heard of both.
    told = select(Event.id).where(Event.subject_id == item_id, Event.kind == Action.REPLACE)
    return session.scalar(told.limit(1)) is not None


def _are_held(session: Session, olds: Sequence[Item], news: Collection[str]) -> bool:
    held = set(session.scalars(select(File.sha512).where(File.item_id.in_(news))))
    can_step_back = all((ItemState(one.state), Action.REPLACE) in TRANSITIONS for one in olds)
    return can_step_back and all(file.sha512 in held for one in olds for file in one.files)


def _replace(session: Session, old: Item, made: Sequence[Event]) -> None:
    for one in made:
        row = {"old_id": old.id, "new_id": one.subject_id, "agent": one.agent, "done": True}
        put_row(session, Replacement, ["old_id", "new_id"], row)
    detail = {"by": sorted(one.subject_id for one in made)}
    transition(session, old, Action.REPLACE, PIPELINE, detail=detail)
    touch(old)


def follow_consents(archive: Archive, session: Session) -> None:
    """Have what was given together follow the newest consent that any of its bags has heard of.

    A bag that came from an older copy must not show what its giver has narrowed since, nor tell what they had forgotten.
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
        forgotten = places_forgotten.forgotten_at(session, submission_id)
        for item in session.scalars(behind).all():
            has_not_heard = item.consent.version < forgotten
            item.consent_id = consent.id
            if has_not_heard:
                places_forgotten.forget_behind(archive, session, item, consent)
            detail = {"changed": [], "version": version}
            record_event(session, item.id, "consent", agent_of(OPERATOR), detail)
            touch(item)


def date_collections(session: Session) -> None:
    """A collection is as old as what was first given to it."""
    first = select(func.min(Submission.received_on)).where(Submission.collection == Folder.slug)
    given = select(Submission.id).where(Submission.collection == Folder.slug).exists()
    session.execute(
        update(Folder)
        .where(given)
        .values(created_on=first.scalar_subquery())
        .execution_options(synchronize_session=False)
    )
