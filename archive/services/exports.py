"""Exports: asked for, looked at, handed to whoever asked, and removed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Actor
from archive.jobs import JobState, Progress
from archive.models import Event, Export, ExportItem, Item, today
from archive.models.errors import ConflictError, NotFoundError
from archive.services.export_carrying import EVENT, weighed_again
from archive.services.export_choosing import Selection, Weighed, check_actor, taken_out_by, weigh
from archive.services.export_forms import MEDIA_TYPES, Form, Wish, name_of
from archive.services.export_room import check_room_to_ask, is_given_up
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
from archive.services.lifecycle import agent_of, load_for_change
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
    check_room_to_ask(archive, weighed.size)
    with archive.db.write() as session:
        return _put_down(archive, session, actor, weighed, wish)


def _put_down(archive: Archive, session: Session, actor: Actor, weighed: Weighed, wish: Wish) -> str:
    export = Export(
        agent=agent_of(actor),
        form=wish.form,
        wrapping=wish.wrapping,
        purpose=wish.purpose,
        for_whom=wish.for_whom,
        items=len(weighed.leaving),
        size=weighed.size,
        name=f"{name_of(wish.form, weighed.leaving)}.{wish.ending}",
        expires_on=today() + timedelta(days=archive.settings.export_days),
    )
    session.add(export)
    session.flush()
    session.add_all(ExportItem(export_id=export.id, item_id=one, version=0) for one in weighed.leaving)
    archive.jobs.enqueue(session, EXPORT_JOB, export.id, key=export.id)
    return export.id


def ask_for_large_bag(archive: Archive, actor: Actor, item_id: str, size: int, wish: Wish) -> str:
    """Have the bag of one item made by a job where nobody could wait for it; its id, "" for one that can leave at once.

    What is sealed is opened one by one, and no selection finds it: that leaves at once too, however large. What `ask` raises.
    Asked once more for the same purpose and recipient while it is being made or can be had, it is the one that there is.
    """
    if size <= archive.settings.page_bag_bytes:
        return ""
    selection = Selection(ids=(item_id,))
    weighed = weigh(archive, actor, selection, wish.form)
    if not weighed.leaving:
        return ""
    if there := _same(archive, actor, item_id, wish):
        return there
    check_room_to_ask(archive, weighed.size)
    with archive.db.write() as session:
        # Two clicks at once are told apart here: the second waits for the first one's row.
        load_for_change(session, item_id)
        if there := _same(archive, actor, item_id, wish, session):
            return there
        return _put_down(archive, session, actor, weighed, wish)


def _same(archive: Archive, actor: Actor, item_id: str, wish: Wish, session: Session | None = None) -> str:
    """The id of the export of this item, as it is now, that `actor` asked for in the same words; "" where there is none."""
    if session is None:
        with archive.db.read() as session:
            return _same(archive, actor, item_id, wish, session)
    same = select(Export, ExportItem.version, Item.version)
    same = same.join(ExportItem, ExportItem.export_id == Export.id).join(Item, Item.id == ExportItem.item_id)
    same = same.where(Item.id == item_id, Export.items == 1, Export.agent == agent_of(actor))
    same = same.where(
        Export.form == wish.form, Export.wrapping == wish.wrapping, Export.purpose == wish.purpose
    )
    same = same.where(Export.state.in_((ASKED, DONE)), Export.expires_on > today())
    for export, held, version in session.execute(same.order_by(Export.asked_on.desc(), Export.id)):
        if export.state == ASKED:
            # What is not begun yet holds no version: it will be the one that counts then.
            fits = export.for_whom == wish.for_whom and held in (0, version)
            fits = fits and not is_given_up(archive, export.id)
        else:
            fits = held == version and _went_to(session, item_id, export.id) == wish.for_whom
        if fits:
            return export.id
    return ""


def _went_to(session: Session, item_id: str, export_id: str) -> str | None:
    """For whom a finished export is: only the history of what is in it says that."""
    told = select(Event.detail).where(Event.subject_id == item_id, Event.kind == EVENT)
    details = session.scalars(told.order_by(Event.sequence.desc()))
    return next((one.get("for", "") for one in details if one.get("export") == export_id), None)


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
