"""Moves an item through its life: the one function that changes a state, and the use cases that call it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.orm.interfaces import ORMOption

from archive.access import Actor, can, can_see, widest
from archive.models import (
    TRANSITIONS,
    Action,
    Event,
    Item,
    ItemState,
    PlannedPublication,
    Right,
    Submission,
    record_event,
    today,
)
from archive.models.database import is_crossed
from archive.models.errors import ConflictError, ForbiddenError, NotFoundError
from archive.services.closing_marks import mark_shown
from archive.services.opening import Archive
from archive.services.replaced import check_not_replaced

# Said alike wherever it is said: what is hidden answers like what never was.
NO_SUCH_ITEM = "There is no such item."
NO_SUCH_FILE = "There is no such file."
# Why something is not published on its day.
NOT_ACCEPTED = "not-accepted"
STALE = "Somebody else changed this item in the meantime."


def transition(
    session: Session,
    item: Item,
    action: Action,
    actor: Actor,
    *,
    version: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Apply `action` to `item` in the caller's transaction: state, event, row version, index and bag marks.

    NotFoundError when the actor may not see it, ForbiddenError when they may not do it, ConflictError
    when the state does not allow it or `version` is not the item's any more.
    """
    state = ItemState(item.state)
    after, right = TRANSITIONS.get((state, action), (None, None))
    if not can_see(actor, item):
        raise NotFoundError(NO_SUCH_ITEM)
    _check_version(item, version)
    if after is None or right is None:
        raise ConflictError(f"An item that is {state.replace('_', ' ')} cannot be changed by “{action}”.")
    if not can(actor, right, item):
        raise ForbiddenError(f"Your role does not allow “{action}” here.")
    if action == Action.REINSTATE and item.erasure:
        raise ConflictError("What was destroyed cannot be shown again.", code="destroyed")
    if action == Action.REINSTATE:
        check_not_replaced(session, item.id)
    if action == Action.PUBLISH:
        # Somebody may take it off again: no plan made before then publishes it a second time.
        session.execute(delete(PlannedPublication).where(PlannedPublication.item_id == item.id))
    elif action != Action.ACCEPT:
        stop_plan(session, item.id)
    if state == ItemState.PUBLISHED:
        # Whatever is allowed or refused later, these have seen it, and nobody else.
        item.shown_to = widest(item)
    item.state = after
    if after == ItemState.PUBLISHED and item.published_on is None:
        item.published_on = today()
    item.withdrawn_on = today() if after == ItemState.WITHDRAWN else None
    if action in (Action.PUBLISH, Action.UNPUBLISH):
        mark_shown(session, item.id)
    touch(item)
    record_event(session, item.id, action, agent_of(actor), detail)


def _check_version(item: Item, version: int | None) -> None:
    if version is not None and version != item.version:
        raise ConflictError(STALE, code="stale-version")


def stop_plan(session: Session, item_id: str, why: str = NOT_ACCEPTED) -> None:
    """Leave an item unpublished on the day that was chosen before something else was decided; the desk is told why."""
    plan = update(PlannedPublication).where(PlannedPublication.item_id == item_id)
    session.execute(plan.where(PlannedPublication.trouble == "").values(trouble=why))


def touch(item: Item) -> None:
    """Mark that the record changed: the bag is to get a new revision, the indexes to hear of it."""
    item.record_revision += 1
    item.index_pending = True


def agent_of(actor: Actor) -> str:
    """How an actor is named in events: a user's id, or a role's word; never a person's name."""
    return actor.id


# Who did what nobody wrote down; a page says so in words, and nobody is named in their stead.
NOT_KNOWN = ""


def load_for_change(session: Session, item_id: str, *options: ORMOption) -> Item:
    """The item, locked until the transaction ends so that two changes never cross; NotFoundError if there is none."""
    # What the session had read before the lock was its own may have changed while it waited.
    fresh = select(Item).where(Item.id == item_id).options(*options).with_for_update(of=Item)
    item = session.scalars(fresh.execution_options(populate_existing=True)).first()
    if item is None:
        raise NotFoundError(NO_SUCH_ITEM)
    return item


@contextmanager
def changing(archive: Archive, item_id: str) -> Iterator[tuple[Session, Item]]:
    """One transaction in which the item is locked; ConflictError when somebody else changed it first all the same."""
    with _conflicts_told(), archive.db.write() as session:
        yield session, load_for_change(session, item_id)


@contextmanager
def trying(archive: Archive, item_id: str) -> Iterator[tuple[Session, Item]]:
    """The same, and nothing that is done in it is kept (`Database.trial`)."""
    with _conflicts_told(), archive.db.trial() as session:
        yield session, load_for_change(session, item_id)


def change_until_done(archive: Archive, item_id: str, work: Callable[[Session, Item], None]) -> None:
    """`work` on the locked item in one transaction, done anew where it and another waited for each other.

    For what somebody wrote, which is not asked for twice: `Database.write_until_done` says what `work` may do.
    """
    with _conflicts_told():
        archive.db.write_until_done(lambda session: work(session, load_for_change(session, item_id)))


@contextmanager
def changing_together(archive: Archive, item_ids: Iterable[str]) -> Iterator[tuple[Session, dict[str, Item]]]:
    """The same of several, by id, after what they were given with: in the order in which all of it is taken back.

    So whoever adds a row to a submission waits for a withdrawal of it, and never the two for each other.
    """
    with _conflicts_told(), archive.db.write() as session:
        ids = sorted(set(item_ids))
        of = select(Item.submission_id).where(Item.id.in_(ids))
        held = select(Submission.id).where(Submission.id.in_(of)).order_by(Submission.id)
        session.execute(held.with_for_update(read=True, key_share=True)).all()
        yield session, {one: load_for_change(session, one) for one in ids}


@contextmanager
def _conflicts_told() -> Iterator[None]:
    try:
        yield
    except (StaleDataError, DBAPIError) as error:
        if isinstance(error, DBAPIError) and not is_crossed(error):
            raise
        raise ConflictError(STALE, code="stale-version") from error


def change_state(
    archive: Archive,
    actor: Actor,
    item_id: str,
    action: Action,
    *,
    version: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Apply one action in a transaction of its own."""
    with changing(archive, item_id) as (session, item):
        transition(session, item, action, actor, version=version, detail=detail)


def publish(archive: Archive, actor: Actor, item_id: str, version: int | None = None) -> None:
    """Publish an item, accepting it first when it still waits in review.

    Already published is success for whoever names no `version` or published it themselves; for others ConflictError
    (`stale-version`) when it is not the item's.
    """
    with changing(archive, item_id) as (session, item):
        publish_held(session, item, actor, version)


def publish_held(session: Session, item: Item, actor: Actor, version: int | None = None) -> bool:
    """The same of an item that the caller's transaction holds; returns whether it is published by this."""
    if item.state == ItemState.PUBLISHED and can(actor, Right.PUBLISH, item):
        # Who presses twice has done it once. Of two, the second is told, and what goes with their decision is not sent.
        if not _was_published_by(session, item.id, actor):
            _check_version(item, version)
        return False
    if item.state == ItemState.IN_REVIEW:
        transition(session, item, Action.ACCEPT, actor, version=version)
        version = None
    transition(session, item, Action.PUBLISH, actor, version=version)
    return True


def was_done_by(session: Session, item: Item, action: Action, actor: Actor) -> bool:
    """Whether `action` by `actor` is the last thing that was done to an item: who sends it again pressed twice."""
    acts = select(Event.kind, Event.agent).where(Event.subject_id == item.id, Event.kind.in_(list(Action)))
    last = session.execute(acts.order_by(Event.sequence.desc()).limit(1)).first()
    return last == (action, agent_of(actor)) and can(actor, Right.REVIEW, item)


def _was_published_by(session: Session, item_id: str, actor: Actor) -> bool:
    last = select(Event.agent).where(Event.subject_id == item_id, Event.kind == Action.PUBLISH)
    return session.scalar(last.order_by(Event.sequence.desc()).limit(1)) == agent_of(actor)
