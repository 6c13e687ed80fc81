"""Makes exports, by a job or by a command, and writes each down in the history of everything that is in it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.access import OPERATOR, Actor
from archive.durable import fsync_path
from archive.models import Export, ExportItem, Item, SharedBag, record_event, today
from archive.models.errors import (
    ArchiveError,
    BadInputError,
    ConflictError,
    NotFoundError,
    StorageFailingError,
    StorageFullError,
)
from archive.services import fixity_audit, shared_fixity
from archive.services.acting import actor_named
from archive.services.bags_away import is_away
from archive.services.export_choosing import Selection, Weighed, weigh
from archive.services.export_forms import WHOLE, Form, Wish
from archive.services.export_making import ItemRefusedError, Made, Tell, check_room, make
from archive.services.export_public import changed
from archive.services.export_room import check_room_to_make
from archive.services.export_standing import (
    ASKED,
    DONE,
    FAILED,
    MAKING,
    delete_files,
    folder_of,
    has_right,
    why_not,
)
from archive.services.fixity_state import DAMAGED, IS_DAMAGED, ask_now
from archive.services.lifecycle import agent_of, load_for_change
from archive.services.opening import Archive
from archive.services.records import touch_history
from archive.storage import of_the_disk

EVENT = "export"
AT_ONCE = 100


def weighed_again(archive: Archive, actor: Actor, selection: Selection, wish: Wish, mark: str) -> Weighed:
    """What an export would hold now; refusals as `exports.ask`."""
    weighed = weigh(archive, actor, selection, wish.form)
    if not weighed.leaving:
        raise BadInputError("Nothing of this may leave in this form.", code="nothing-leaves")
    if mark and mark != weighed.mark:
        raise ConflictError("What matches is not the same any more.", code="stale-choice")
    return weighed


def make_file(
    archive: Archive,
    actor: Actor,
    selection: Selection,
    wish: Wish,
    target: Path,
    tell: Tell,
) -> Made:
    """Make an export as the file `target`, with its checksum beside, here and now; refusals as `ask`, and `bag-damaged`.

    It is checked, and written down, before it has its name.
    """
    weighed = weighed_again(archive, actor, selection, wish, "")
    check_room(archive, target.parent, weighed.size)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".exporting-") as folder:
        made = _make_or_alarm(archive, actor, wish, weighed.leaving, Path(folder), tell)
        if weighed_again(archive, actor, selection, wish, "").mark != weighed.mark:
            raise changed()
        for start in range(0, len(weighed.leaving), AT_ONCE):
            with archive.db.write() as session:
                _write_down(session, weighed.leaving[start : start + AT_ONCE], agent_of(actor), wish.detail())
        beside = target.with_name(f"{target.name}.sha512")
        beside.write_text(f"{made.sha512}  {target.name}\n", encoding="utf-8")
        made.path.replace(target)
    fsync_path(beside)
    fsync_path(target.parent)
    return Made(target, made.size, made.sha512)


def carry_out(archive: Archive, export_id: str, tell: Tell) -> None:
    """Make an export that was asked for; done again after a death it is made again, and nothing half made is served."""
    with archive.db.read() as session:
        export = session.get(Export, export_id)
        if export is None or export.state != ASKED:
            # A worker that was killed before it noted that the job is done is asked once more: what is made stays.
            if export is None or export.state != DONE:
                delete_files(archive, export_id)
            return
        held = select(ExportItem.item_id).where(ExportItem.export_id == export_id)
        ids = session.scalars(held.order_by(ExportItem.item_id)).all()
    try:
        _check(archive, export_id, first=True)
        made = _make(archive, export, ids, tell)
        _check(archive, export_id)
        _note_all(archive, export)
        _finish(archive, export_id, made)
    except StorageFullError:
        # It passes by itself, and is tried again.
        raise
    except ArchiveError as error:
        _fail(archive, export_id, error.code)
    except OSError as error:
        told = of_the_disk(error)
        if not isinstance(told, StorageFailingError):
            raise
        # Whoever asked for it is told, and may ask again.
        _fail(archive, export_id, told.code)
    finally:
        shutil.rmtree(archive.settings.exports / f"{MAKING}{export_id}", ignore_errors=True)


def _check(archive: Archive, export_id: str, *, first: bool = False) -> None:
    """ConflictError where something may not leave now, or whoever asked for it may not take it out any more.

    The `first` look, before it is made, notes which version of each item it is about to hold.
    """
    with archive.db.write() as session:
        export = session.get_one(Export, export_id, populate_existing=True)
        if first:
            version = select(Item.version).where(Item.id == ExportItem.item_id).scalar_subquery()
            all_of_it = update(ExportItem).where(ExportItem.export_id == export_id)
            session.execute(all_of_it.values(version=version))
        if not has_right(session, export, actor_named(session, export.agent)):
            raise ConflictError("It may not be taken out any more.", code="forbidden")
        why = why_not(session, export)
        if first and not why and Form(export.form) in WHOLE:
            held = select(ExportItem.item_id).join(Item, Item.id == ExportItem.item_id)
            damaged = session.scalar(held.where(ExportItem.export_id == export_id, IS_DAMAGED).limit(1))
            why = DAMAGED if damaged else ""
    if why:
        raise ConflictError("It may not leave any more.", code=why)


def _make(archive: Archive, export: Export, ids: Sequence[str], tell: Tell) -> Made:
    """Make it apart, and put it into its place by one rename."""
    making, place = archive.settings.exports / f"{MAKING}{export.id}", folder_of(archive, export.id)
    for leftover in (making, place):
        shutil.rmtree(leftover, ignore_errors=True)
    check_room_to_make(archive, export)
    making.mkdir(mode=0o700, parents=True)
    wish = Wish(Form(export.form), export.wrapping, export.purpose, export.for_whom)
    with archive.db.read() as session:
        actor = actor_named(session, export.agent)
    made = _make_or_alarm(archive, actor, wish, ids, making, tell)
    fsync_path(making)
    making.rename(place)
    fsync_path(archive.settings.exports)
    return made


def _make_or_alarm(
    archive: Archive, actor: Actor, wish: Wish, ids: Sequence[str], folder: Path, tell: Tell
) -> Made:
    """As `make`; whoever answers for a bag that stops it is told of its damage, as `export_bag` has it.

    ConflictError (`bag-damaged`), which names the item, where an audit of it finds the damage too. StorageFailingError where
    it is no matter of one bag, since none can be read.
    """
    try:
        return make(archive, wish, ids, folder, tell)
    except ItemRefusedError as error:
        if is_away(archive, error.item_id):
            raise StorageFailingError(
                "The place where all bags are kept cannot be read, so this export was not made."
            ) from error
        if _is_shared(archive, error.item_id):
            _refuse_damaged_shared(archive, actor, error.item_id)
            raise
        if wish.form not in WHOLE:
            # What everybody may have is made of access copies, and some of it has no bag. An audit reads both.
            with suppress(NotFoundError):
                ask_now(archive, OPERATOR, item_id=error.item_id)
            raise
        found = fixity_audit.check(archive, actor, error.item_id)
        if found is None or found.is_sound:
            raise
        raise ConflictError(
            f"The bag of {error.item_id} was found damaged, so this export was not made.",
            code=DAMAGED,
            remedy="Put the bag right from a copy that is whole; or ask again, and it leaves without this item.",
        ) from error


def _is_shared(archive: Archive, bag_id: str) -> bool:
    with archive.db.read() as session:
        return session.get(SharedBag, bag_id) is not None


def _refuse_damaged_shared(archive: Archive, actor: Actor, bag_id: str) -> None:
    """ConflictError (`shared-bag-damaged`) where an audit finds the damage of a bag of what belongs to no item too."""
    found = None
    # One that could not even be written is no bag yet.
    with suppress(NotFoundError):
        found = shared_fixity.check(archive, actor, bag_id)
    if found is not None and not found.is_sound:
        raise ConflictError(
            f"The bag shared/{bag_id} was found damaged, so this export was not made.",
            code="shared-bag-damaged",
            remedy=f"Make it anew from the database, which holds all of it: remembrance bags renew {bag_id}",
        )


def _note_all(archive: Archive, export: Export) -> None:
    """Write it into the history of each item, some at a time; those that have it are left as they are."""
    wish = Wish(Form(export.form), export.wrapping, export.purpose, export.for_whom)
    left = select(ExportItem.item_id).where(ExportItem.export_id == export.id, ExportItem.noted.is_(False))
    while True:
        with archive.db.write() as session:
            ids = session.scalars(left.order_by(ExportItem.item_id).limit(AT_ONCE)).all()
            if not ids:
                return
            _write_down(session, ids, export.agent, wish.detail() | {"export": export.id})
            some = (ExportItem.export_id == export.id, ExportItem.item_id.in_(ids))
            session.execute(update(ExportItem).where(*some).values(noted=True))


def _write_down(session: Session, ids: Sequence[str], agent: str, detail: dict[str, Any]) -> None:
    for item_id in ids:
        item = load_for_change(session, item_id)
        record_event(session, item_id, EVENT, agent, dict(detail))
        touch_history(session, item)


def _finish(archive: Archive, export_id: str, made: Made) -> None:
    with archive.db.write() as session:
        export = session.get_one(Export, export_id, with_for_update=True, populate_existing=True)
        if export.state != ASKED:
            raise changed()
        export.state, export.size, export.sha512 = DONE, made.size, made.sha512
        export.expires_on = today() + timedelta(days=archive.settings.export_days)
        # From here on the history of each item says who has it.
        export.for_whom = ""


def _fail(archive: Archive, export_id: str, why: str) -> None:
    with archive.db.write() as session:
        export = session.get_one(Export, export_id, with_for_update=True, populate_existing=True)
        if export.state == ASKED:
            export.state, export.why, export.for_whom = FAILED, why, ""
    delete_files(archive, export_id)
