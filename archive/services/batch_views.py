"""Batches to look at: what each would change or has changed, item by item."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.access import Actor, is_sealed_to
from archive.models import Batch, BatchItem, Item
from archive.models.errors import NotFoundError
from archive.services.batches import ASKED, DONE, NO_SUCH_BATCH, check_actor, is_stopped, looked_at, may_look
from archive.services.choosing import reviewed
from archive.services.lifecycle import agent_of
from archive.services.opening import Archive
from archive.services.sealed import listed_title
from archive.services.written_in import written_in

PER_PAGE = 100
LISTED = 50


@dataclass(frozen=True)
class BatchLine:
    """A batch in the list of all."""

    id: str
    kind: str
    field: str
    agent: str
    made_on: date
    state: str
    items: int


@dataclass(frozen=True)
class BatchRow:
    """One item of a batch: what changes by field, or `trouble`, a code that says why nothing does, and its field.

    `note_in` is the language (a code) of its content note. What is sealed to who looks shows no
    word of it here: its own page does, which writes the look down.
    """

    item_id: str
    title: str
    content_note: str
    note_in: str
    collection: str
    state: str
    act: str
    was: Mapping[str, str]
    said: Mapping[str, str]
    trouble: str
    where: str


@dataclass(frozen=True)
class BatchView:
    """A batch, with the rows of one page; `open` are items that still wait, `troubled` those that stay as they are.

    `is_stopped` when it was asked for and nobody is at it any more.
    """

    id: str
    kind: str
    field: str
    agent: str
    made_on: date
    state: str
    undoes: str | None
    is_mine: bool
    open: int
    done: int
    troubled: int
    rows: tuple[BatchRow, ...]
    page: int
    pages: int
    is_stopped: bool


def batches(archive: Archive, actor: Actor, page: int = 1) -> tuple[int, tuple[BatchLine, ...]]:
    """The batches that were asked for and that `actor` may look at, and what they planned themselves, the newest first.

    How many pages of 50 they fill, and those of one page: of the last, where there are fewer.
    """
    check_actor(actor)
    query = select(Batch).where(looked_at(actor)).order_by(Batch.made_on.desc(), Batch.id.desc())
    with archive.db.read() as session:
        total = session.scalar(select(func.count()).select_from(Batch).where(looked_at(actor))) or 0
        pages = max(1, -(-total // LISTED))
        # Ids are not in the order of time, days are; within a day the order is nobody's concern.
        shown = session.scalars(query.limit(LISTED).offset(LISTED * (min(page, pages) - 1))).all()
        counts = select(BatchItem.batch_id, func.count()).join(Item, Item.id == BatchItem.item_id)
        counts = counts.where(BatchItem.batch_id.in_([one.id for one in shown]), *reviewed(actor))
        counted = session.execute(counts.group_by(BatchItem.batch_id))
        known = {batch_id: count for batch_id, count in counted}  # noqa: C416 - a Row is no tuple to the type checker
        return pages, tuple(
            BatchLine(one.id, one.kind, one.field, one.agent, one.made_on, one.state, known.get(one.id, 0))
            for one in shown
        )


def batch(archive: Archive, actor: Actor, batch_id: str, page: int = 1) -> BatchView:
    """One batch; of items that `actor` may not change it shows nothing. NotFoundError when it is not theirs to see."""
    check_actor(actor)
    with archive.db.read() as session:
        row = session.get(Batch, batch_id)
        if row is None or not may_look(session, actor, row):
            raise NotFoundError(NO_SUCH_BATCH)
        counts = _counts(session, actor, batch_id)
        total = sum(counts.values())
        return BatchView(
            id=row.id,
            kind=row.kind,
            field=row.field,
            agent=row.agent,
            made_on=row.made_on,
            state=row.state,
            undoes=row.undoes,
            is_mine=row.agent == agent_of(actor),
            open=counts[""],
            done=counts[DONE],
            troubled=total - counts[""] - counts[DONE],
            rows=_rows(archive, session, actor, batch_id, page),
            page=page,
            pages=max(1, -(-total // PER_PAGE)),
            is_stopped=row.state == ASKED and is_stopped(archive, batch_id),
        )


def _counts(session: Session, actor: Actor, batch_id: str) -> Counter[str]:
    query = select(BatchItem.outcome, func.count()).join(Item, Item.id == BatchItem.item_id)
    query = query.where(BatchItem.batch_id == batch_id, *reviewed(actor)).group_by(BatchItem.outcome)
    return Counter({outcome: count for outcome, count in session.execute(query)})  # noqa: C416 - a Row is no tuple to the type checker


def _rows(archive: Archive, session: Session, actor: Actor, batch_id: str, page: int) -> tuple[BatchRow, ...]:
    query = select(BatchItem, Item).join(Item, Item.id == BatchItem.item_id)
    query = query.where(BatchItem.batch_id == batch_id, *reviewed(actor))
    query = query.order_by(BatchItem.position).limit(PER_PAGE).offset(PER_PAGE * (page - 1))
    return tuple(_row(archive, actor, row, item) for row, item in session.execute(query))


def _row(archive: Archive, actor: Actor, row: BatchItem, item: Item) -> BatchRow:
    is_sealed = is_sealed_to(actor, item)
    trouble, _, where = ("", "", "") if row.outcome == DONE else row.outcome.partition(":")
    return BatchRow(
        item_id=item.id,
        title=listed_title(actor, item),
        content_note="" if is_sealed else item.content_note,
        note_in=written_in(archive.profiles, item),
        collection=item.collection,
        state=item.state,
        act=row.act,
        was={} if is_sealed else row.was,
        said={} if is_sealed else row.said,
        trouble=trouble,
        where=where,
    )
