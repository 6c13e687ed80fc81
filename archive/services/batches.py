"""Many items changed at once: planned so that it can be looked at, done one by one, and taken back.

Each item is a transaction of its own in which its row of the batch says what became of it: whatever is killed goes on
where it was, and nobody waits longer than for one item.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.orm import Session

from archive.access import Actor, can_see
from archive.jobs import JobState
from archive.models import (
    DESCRIBED,
    Action,
    Batch,
    BatchItem,
    Event,
    Item,
    ItemState,
    Right,
    new_id,
    today,
)
from archive.models.errors import BadInputError, ConflictError, ForbiddenError, NotFoundError, TooLargeError
from archive.services import batch_doing
from archive.services.choosing import reviewed
from archive.services.kept import MOVE
from archive.services.lifecycle import agent_of
from archive.services.opening import Archive
from archive.services.revisions import mark_now
from archive.services.weighing import DESCRIBE, Wish, weigh

BATCH_JOB = "batch"
MOST = 1000
PLANNED, ASKED, DONE = "planned", "asked", batch_doing.DONE
UNDO = "undo"
NO_SUCH_BATCH = "There is no such batch."
# What takes an action back. Of a publication that accepted too, the acceptance stays.
BACK = {
    Action.ACCEPT: Action.REOPEN,
    Action.REOPEN: Action.ACCEPT,
    Action.PUBLISH: Action.UNPUBLISH,
    Action.UNPUBLISH: Action.PUBLISH,
}


def check_actor(actor: Actor) -> None:
    """ForbiddenError unless `actor` reviews some collection."""
    if not actor.has(Right.REVIEW):
        raise ForbiddenError("Your role does not allow changing items.")


def plan(
    archive: Archive,
    actor: Actor,
    kind: str,
    wishes: Mapping[str, Wish],
    *,
    field: str = "",
    language: str = "en",
    undoes: str | None = None,
) -> str:
    """Plan a change of items, by id in their order; returns the id of the batch, and nothing is changed yet.

    An item that `actor` may not see is left out like one that never was. BadInputError (`nothing-chosen`) when none
    is left, TooLargeError (`batch-too-large`) when there are more than `MOST`.
    """
    check_actor(actor)
    if len(wishes) > MOST:
        raise TooLargeError(
            f"One batch changes up to {MOST} items.", code="batch-too-large", remedy="Choose fewer at once."
        )
    batch = Batch(
        id=new_id(), kind=kind, field=field, agent=agent_of(actor), language=language, undoes=undoes
    )
    rows = _rows(archive, actor, batch, wishes)
    if not rows:
        raise BadInputError("No item is chosen.", code="nothing-chosen")
    with archive.db.write() as session:
        session.add(batch)
        session.flush()
        # What was removed meanwhile has nothing left to be changed.
        there = set(session.scalars(select(Item.id).where(Item.id.in_([row.item_id for row in rows]))))
        session.add_all(row for row in rows if row.item_id in there)
    return batch.id


def ask(archive: Archive, actor: Actor, batch_id: str) -> None:
    """Have a planned batch done by a job; asked twice it is done once, and one that stopped goes on where it was."""
    with archive.db.write() as session:
        batch = _own(session, actor, batch_id)
        if batch.state == PLANNED:
            batch.state = ASKED
            archive.jobs.enqueue(session, BATCH_JOB, batch.id, key=batch.id)
            return
    if batch.state == ASKED and is_stopped(archive, batch_id):
        archive.jobs.retry(job_id(batch_id))


def job_id(batch_id: str) -> str:
    """The id of the job that does a batch."""
    return f"{BATCH_JOB}/{batch_id}"


def is_stopped(archive: Archive, batch_id: str) -> bool:
    """Whether the job of a batch that was asked for has ended before the batch was done."""
    try:
        return archive.jobs.status(job_id(batch_id)).state in (JobState.FAILED, JobState.CANCELLED)
    except NotFoundError:
        return False


def drop(archive: Archive, actor: Actor, batch_id: str) -> None:
    """Forget a plan; ConflictError when it has been asked for already."""
    with archive.db.write() as session:
        batch = _own(session, actor, batch_id)
        if batch.state != PLANNED:
            raise ConflictError("This batch is being done already.", code="batch-asked")
        session.execute(delete(Batch).where(Batch.id == batch.id))


def forget_old_plans(archive: Archive) -> None:
    """Forget what was planned before yesterday and never asked for, with the words that came in a sheet."""
    old = Batch.made_on < today() - timedelta(days=1)
    with archive.db.write() as session:
        session.execute(delete(Batch).where(Batch.state == PLANNED, old))


def carry_out(archive: Archive, batch_id: str) -> None:
    """Do what is left of a batch that was asked for, one item after the other; done again, it changes nothing.

    What goes wrong with one item is said in its row, and the others are done; what passes by itself is raised.
    """
    with archive.db.read() as session:
        batch = session.get(Batch, batch_id)
        if batch is None or batch.state != ASKED:
            return
        left = select(BatchItem.id).where(BatchItem.batch_id == batch_id, BatchItem.outcome == "")
        row_ids = session.scalars(left.order_by(BatchItem.position)).all()
    for row_id in row_ids:
        batch_doing.do(archive, batch, row_id)
    with archive.db.write() as session:
        session.get_one(Batch, batch_id).state = DONE


def undo(archive: Archive, actor: Actor, batch_id: str, language: str = "en") -> str:
    """Plan to take back what a batch did; returns the batch that would. What somebody changed since is kept as it is."""
    with archive.db.read() as session:
        batch = session.get(Batch, batch_id)
        if batch is None or not may_look(session, actor, batch):
            raise NotFoundError(NO_SUCH_BATCH)
        if batch.state != DONE:
            raise ConflictError("This batch is not done yet.", code="batch-not-done")
        query = select(BatchItem).where(BatchItem.batch_id == batch_id, BatchItem.outcome == DONE)
        rows = session.scalars(query.order_by(BatchItem.position)).all()
    wishes = {row.item_id: _back(row) for row in rows}
    return plan(archive, actor, UNDO, wishes, field=batch.field, language=language, undoes=batch_id)


def may_look(session: Session, actor: Actor, batch: Batch) -> bool:
    """Whether `actor` may look at a batch: who made it, and of what was done all who review one of its items."""
    query = select(Batch.id).where(Batch.id == batch.id, looked_at(actor))
    return session.scalar(query) is not None


def looked_at(actor: Actor) -> ColumnElement[bool]:
    """The WHERE clause of `may_look`; for queries on Batch."""
    theirs = select(BatchItem.id).join(Item, Item.id == BatchItem.item_id)
    theirs = theirs.where(BatchItem.batch_id == Batch.id, *reviewed(actor))
    return or_(Batch.agent == agent_of(actor), and_(Batch.state != PLANNED, theirs.exists()))


def _back(row: BatchItem) -> Wish:
    if row.act in (DESCRIBE, MOVE):
        return Wish(row.act, row.was, takes_back=True)
    return Wish(BACK[Action(row.act)], takes_back=True)


def _own(session: Session, actor: Actor, batch_id: str) -> Batch:
    batch = session.get(Batch, batch_id, with_for_update=True, populate_existing=True)
    if batch is None or batch.agent != agent_of(actor):
        raise NotFoundError(NO_SUCH_BATCH)
    return batch


def _rows(archive: Archive, actor: Actor, batch: Batch, wishes: Mapping[str, Wish]) -> list[BatchItem]:
    rows: list[BatchItem] = []
    with archive.db.read() as session:
        items = _items(session, wishes)
        for item_id, wish in wishes.items():
            item = items.get(item_id)
            if item is None or item.state == ItemState.DRAFT or not can_see(actor, item):
                continue
            found = weigh(archive, session, actor, item, wish, batch.language)
            rows.append(
                BatchItem(
                    batch_id=batch.id,
                    item_id=item_id,
                    position=len(rows),
                    act=wish.act,
                    seen_mark=found.mark,
                    was=dict(found.was),
                    said=dict(found.said),
                    outcome=_changed_since(archive, session, batch, item, wish) or found.outcome,
                )
            )
    return rows


def _items(session: Session, ids: Iterable[str]) -> dict[str, Item]:
    query = select(Item).options(*DESCRIBED).where(Item.id.in_(list(ids)))
    return {item.id: item for item in session.scalars(query)}


def _changed_since(archive: Archive, session: Session, batch: Batch, item: Item, wish: Wish) -> str:
    """Of what is to be undone: whether somebody has changed it after the batch did."""
    if batch.undoes is None:
        return ""
    row = _row_of(session, batch.undoes, item.id)
    if wish.act == DESCRIBE:
        now = mark_now(archive.profiles, item)
        return "" if now == row.left_mark else "changed-since"
    kinds = [MOVE] if wish.act == MOVE else list(Action)
    decided = select(Event.detail).where(Event.subject_id == item.id, Event.kind.in_(kinds))
    last = session.scalars(decided.order_by(Event.sequence.desc()).limit(1)).first()
    return "" if last and last.get("batch") == batch.undoes else "changed-since"


def _row_of(session: Session, batch_id: str, item_id: str) -> BatchItem:
    query = select(BatchItem).where(BatchItem.batch_id == batch_id, BatchItem.item_id == item_id)
    return session.scalars(query).one()
