"""Exports: asked for, looked at, handed to whoever asked, and removed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Actor
from archive.jobs import JobState, Progress
from archive.models import Export, ExportItem, Item, today
from archive.models.errors import ConflictError, NotFoundError
from archive.services.export_carrying import weighed_again
from archive.services.export_choosing import Selection, check_actor, taken_out_by, weigh
from archive.services.export_forms import MEDIA_TYPES, Form, Wish, name_of
from archive.services.export_making import check_room
from archive.services.export_standing import (
    ASKED,
    BY_HAND,
    DONE,
    EXPORT_JOB,
    FAILED,
    folder_of,
    has_right,
    job_id,
    remove,
    why_not,
)
from archive.services.fixity_state import DAMAGED, IS_DAMAGED, PROBLEMS_SHOWN
from archive.services.lifecycle import agent_of
from archive.services.opening import Archive
from archive.services.views import Delivery

NO_SUCH_EXPORT = "There is no such export."


@dataclass(frozen=True)
class ExportView:
    """An export as whoever asked for it sees it: `state` and `why` as in `Export`, `progress` while it is made.

    `damaged` are the items in it whose bags are damaged now, where that is why it could not be made.
    """

    id: str
    wish: Wish
    state: str
    why: str
    items: int
    name: str
    size: int
    sha512: str
    asked_on: date
    expires_on: date
    progress: Progress
    damaged: tuple[str, ...] = ()


def ask(archive: Archive, actor: Actor, selection: Selection, wish: Wish, mark: str = "") -> str:
    """Have an export made by a job; returns its id.

    `mark` is that of the look (`weigh`) on which it was decided. BadInputError (`nothing-leaves`) when nothing may
    leave, ConflictError (`stale-choice`) when another look finds other items, StorageFullError; what `weigh` raises.
    """
    weighed = weighed_again(archive, actor, selection, wish, mark)
    archive.settings.exports.mkdir(mode=0o700, exist_ok=True)
    check_room(archive, archive.settings.exports, weighed.size)
    export = Export(
        agent=agent_of(actor),
        form=wish.form,
        wrapping=wish.wrapping,
        purpose=wish.purpose,
        for_whom=wish.for_whom,
        items=len(weighed.leaving),
        name=f"{name_of(wish.form, weighed.leaving)}.{wish.ending}",
        expires_on=today() + timedelta(days=archive.settings.export_days),
    )
    with archive.db.write() as session:
        session.add(export)
        session.flush()
        session.add_all(ExportItem(export_id=export.id, item_id=one, version=0) for one in weighed.leaving)
        archive.jobs.enqueue(session, EXPORT_JOB, export.id, key=export.id)
    return export.id


def ask_for_large_bag(archive: Archive, actor: Actor, item_id: str, size: int, wish: Wish) -> str:
    """Have the bag of one item made by a job where nobody could wait for it; its id, "" for one that can leave at once.

    What is sealed is opened one by one, and no selection finds it: that leaves at once too, however large. What `ask` raises.
    """
    if size <= archive.settings.page_bag_bytes:
        return ""
    selection = Selection(ids=(item_id,))
    if not weigh(archive, actor, selection, wish.form).leaving:
        return ""
    return ask(archive, actor, selection, wish)


def listed(archive: Archive, actor: Actor) -> tuple[ExportView, ...]:
    """The exports that `actor` asked for, the newest first."""
    check_actor(actor)
    query = select(Export).where(Export.agent == agent_of(actor))
    with archive.db.read() as session:
        rows = session.scalars(query.order_by(Export.asked_on.desc(), Export.id.desc())).all()
    return tuple(_view(archive, actor, row) for row in rows)


def one(archive: Archive, actor: Actor, export_id: str) -> ExportView:
    """One of them; NotFoundError for everybody else."""
    with archive.db.read() as session:
        row = _own(session, actor, export_id)
    return _view(archive, actor, row)


def deliver(archive: Archive, actor: Actor, export_id: str) -> Delivery:
    """The file of a finished export, for whoever asked for it while they may still take out all that is in it.

    NotFoundError for everybody else, and when it is past its day; ConflictError (`export-taken-back`) when something
    in it was taken back or changed since: then it is removed at once.
    """
    with archive.db.read() as session:
        row = _own(session, actor, export_id)
        if row.state != DONE or row.expires_on <= today():
            raise NotFoundError(NO_SUCH_EXPORT)
        why = why_not(session, row)
        if not why and not has_right(session, row, actor):
            raise NotFoundError(NO_SUCH_EXPORT)
    if why:
        remove(archive, export_id, why)
        raise ConflictError(
            "Something in this export was taken back or changed since it was made.",
            code="export-taken-back",
            remedy="Ask for it again; it will hold what may leave now.",
        )
    path = folder_of(archive, export_id) / row.name
    media_type = MEDIA_TYPES[row.name.rpartition(".")[2]]
    return Delivery(path, media_type, row.size, row.sha512, row.name)


def take_off(archive: Archive, actor: Actor, export_id: str) -> None:
    """Remove an export that `actor` asked for, made or not; NotFoundError for everybody else."""
    with archive.db.read() as session:
        _own(session, actor, export_id)
    remove(archive, export_id, BY_HAND)


def _own(session: Session, actor: Actor, export_id: str) -> Export:
    check_actor(actor)
    row = session.get(Export, export_id)
    if row is None or row.agent != agent_of(actor):
        raise NotFoundError(NO_SUCH_EXPORT)
    return row


def _view(archive: Archive, actor: Actor, row: Export) -> ExportView:
    state, why, progress = row.state, row.why, Progress()
    if state == ASKED:
        job = archive.jobs.status(job_id(row.id))
        progress = job.progress
        if job.state in (JobState.FAILED, JobState.CANCELLED):
            # Whatever made it died of it too often to be tried again.
            state, why = FAILED, "unexpected"
    return ExportView(
        id=row.id,
        wish=Wish(Form(row.form), row.wrapping, row.purpose, row.for_whom),
        state=state,
        why=why,
        items=row.items,
        name=row.name,
        size=row.size,
        sha512=row.sha512,
        asked_on=row.asked_on,
        expires_on=row.expires_on,
        progress=progress,
        damaged=_damaged(archive, actor, row) if why == DAMAGED else (),
    )


def _damaged(archive: Archive, actor: Actor, row: Export) -> tuple[str, ...]:
    held = select(Item.id).join(ExportItem, ExportItem.item_id == Item.id)
    held = held.where(ExportItem.export_id == row.id, IS_DAMAGED, taken_out_by(actor))
    with archive.db.read() as session:
        return tuple(session.scalars(held.order_by(Item.id).limit(PROBLEMS_SHOWN)))
