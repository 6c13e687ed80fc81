"""Takes parts of files out of everything that is shown: marked first, closed at once, shown again when it is made anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.access import Actor, can, can_see, may_narrow
from archive.copies_version import as_counted
from archive.models import (
    File,
    FileState,
    Item,
    ItemState,
    Redaction,
    Right,
    Transcript,
    record_event,
    today,
)
from archive.models.errors import BadInputError, ConflictError, ForbiddenError, NotFoundError
from archive.services.carrying_over import UNREDACT, check_settled, made_of, marks_for, removed_by
from archive.services.contribute import enqueue_examination
from archive.services.erasing import delete_copies
from archive.services.lifecycle import (
    NO_SUCH_FILE,
    NO_SUCH_ITEM,
    STALE,
    agent_of,
    changing,
    load_for_change,
    touch,
)
from archive.services.marking import Wanted
from archive.services.opening import Archive
from archive.services.standing_marks import of_item, seen_mark, touched_by
from archive.services.taken_out import Told, told_around

NO_SUCH_MARK = "There is no such mark."


@dataclass(frozen=True)
class MarkView:
    """One mark, as `Redaction` explains it; `removed_on` and `removed_by` tell of one that does not stand any more."""

    id: str
    file_id: str
    kind: str
    page: int | None
    extent: dict[str, Any]
    reason: str
    made_on: date
    agent: str
    removed_on: date | None = None
    removed_by: str = ""

    @property
    def takes(self) -> tuple[str, str, int | None, dict[str, Any]]:
        """What it takes out of which file."""
        extent = {name: value for name, value in self.extent.items() if name != "counted_by"}
        return self.file_id, self.kind, self.page, extent


@dataclass(frozen=True)
class Marked:
    """The marks that stand on an item, and the mark by which a later change knows that it saw these.

    `touched` are the files that something is taken out of, `may_remove` tells whether the actor may show it again,
    `told_in` where around it words are said still, `removed` the marks whose parts are shown again, those of the last day first.
    """

    marks: tuple[MarkView, ...]
    seen: str
    touched: frozenset[str]
    may_remove: bool
    told_in: tuple[Told, ...] = ()
    removed: tuple[MarkView, ...] = ()

    def on(self, file_id: str) -> tuple[MarkView, ...]:
        """Those of one file."""
        return tuple(one for one in self.marks if one.file_id == file_id)

    def removed_from(self, file_id: str) -> tuple[MarkView, ...]:
        """Those of one file that do not stand any more."""
        return tuple(one for one in self.removed if one.file_id == file_id)


def marked(archive: Archive, actor: Actor, item_id: str) -> Marked:
    """What is taken out of an item, for those who may take out more."""
    with archive.db.read() as session:
        item = session.get(Item, item_id)
        check(actor, item)
        assert item is not None
        rows = of_item(session, item_id)
        views = tuple(_view(one) for one in rows)
        touched = frozenset(file.id for row in rows for file in touched_by(row, item.files))
        words = {one.extent["words"] for one in rows if one.kind == "passage"}
        told = told_around(session, actor, item_id, words)
        removed = _removed(session, item_id, views)
        return Marked(views, seen_mark(rows), touched, can(actor, Right.REVIEW, item), told, removed)


def add(
    archive: Archive, actor: Actor, item_id: str, file_id: str, wanted: Sequence[Wanted], seen: str
) -> None:
    """Take something out of a file; from this moment nothing of it is shown until it is made anew without it.

    `seen` is the mark of what the person had before them: ConflictError (`stale-version`) when other marks stand now.
    BadInputError (`mark-none`) when nothing is wanted, (`mark-kind`) when the file has nothing of the kind. Also of
    what one gave oneself: it only narrows what is shown.
    """
    if not wanted:
        raise BadInputError("Nothing is marked yet.", code="mark-none")
    with changing(archive, item_id) as (session, item):
        _check_change(session, actor, item, seen)
        file = next((one for one in item.files if one.id == file_id), None)
        if file is None:
            raise NotFoundError(NO_SUCH_FILE)
        _take_out(archive, session, actor, item, [_row(session, file, one, actor) for one in wanted])


def again(archive: Archive, actor: Actor, item_id: str, mark_id: str, seen: str) -> None:
    """Take out what a mark took out before it was removed, as a mark of its own; as `add` otherwise."""
    with changing(archive, item_id) as (session, item):
        _check_change(session, actor, item, seen)
        before = session.get(Redaction, mark_id)
        files = [one for one in item.files if before and before.removed_on and one.id == before.file_id]
        if before is None or not files:
            raise NotFoundError(NO_SUCH_MARK)
        wanted = Wanted(before.kind, before.page, as_counted(before.extent), before.reason)
        _take_out(archive, session, actor, item, [_row(session, files[0], wanted, actor)])


def remove(archive: Archive, actor: Actor, item_id: str, mark_id: str, seen: str) -> None:
    """Show again what a mark took out, once it is made anew.

    ForbiddenError of what one gave oneself, ConflictError (`being-arranged`) while other items are made of it.
    """
    with changing(archive, item_id) as (session, item):
        _check_change(session, actor, item, seen)
        if not can(actor, Right.REVIEW, item):
            raise ForbiddenError("Nobody shows more of what they gave themselves.")
        check_settled(session, item)
        row = next((one for one in of_item(session, item_id) if one.id == mark_id), None)
        if row is None:
            raise NotFoundError(NO_SUCH_MARK)
        row.removed_on = today()
        session.flush()
        _tell(session, item, UNREDACT, actor, row)
        _close(archive, session, item, [row])


def check(actor: Actor, item: Item | None) -> None:
    """Raise what tells that `actor` may not take anything out of `item`: NotFoundError, ForbiddenError, ConflictError."""
    if item is None or item.state == ItemState.DRAFT or not can_see(actor, item):
        raise NotFoundError(NO_SUCH_ITEM)
    if not may_narrow(actor, item):
        raise ForbiddenError("Your role does not allow taking anything out of this.")
    if item.state == ItemState.WITHDRAWN:
        raise ConflictError("Nothing is shown of what was taken back.", code="withdrawn")


def _view(row: Redaction, removed_by: str = "") -> MarkView:
    return MarkView(
        row.id,
        row.file_id,
        row.kind,
        row.page,
        as_counted(row.extent),
        row.reason,
        row.made_on,
        row.agent,
        row.removed_on,
        removed_by,
    )


def _removed(session: Session, item_id: str, stand: Sequence[MarkView]) -> tuple[MarkView, ...]:
    """The marks of an item that were removed, each thing once, but for what was taken out again."""
    who = removed_by(session, item_id)
    query = select(Redaction).join(File, File.id == Redaction.file_id)
    query = query.where(File.item_id == item_id, Redaction.removed_on.is_not(None))
    found: list[MarkView] = []
    taken = [one.takes for one in stand]
    for row in session.scalars(query.order_by(Redaction.removed_on.desc(), Redaction.id)):
        view = _view(row, who.get(row.id, ""))
        if view.takes not in taken:
            taken.append(view.takes)
            found.append(view)
    return tuple(found)


def _take_out(
    archive: Archive, session: Session, actor: Actor, item: Item, rows: Sequence[Redaction]
) -> None:
    session.add_all(rows)
    session.flush()
    for row in rows:
        _tell(session, item, "redact", actor, row)
    _close(archive, session, item, rows)
    _mark_what_is_made_of(archive, session, actor, item, rows)


def _check_change(session: Session, actor: Actor, item: Item, seen: str) -> None:
    check(actor, item)
    if seen != seen_mark(of_item(session, item.id)):
        raise ConflictError(STALE, code="stale-version")


def _row(session: Session, file: File, wanted: Wanted, actor: Actor) -> Redaction:
    if not wanted.fits(file, file.pages):
        raise BadInputError("This file has nothing that could be marked so.", code="mark-kind")
    extent = wanted.extent
    written = select(Transcript.id).where(Transcript.file_id == file.id).limit(1)
    if extent.get("occurrence") and session.scalar(written) is not None:
        # Which of them is meant was counted in what people wrote; what the archive reads may hold others before it.
        extent = extent | {"occurrence": None}
    elif extent.get("occurrence"):
        extent = extent | {"counted_by": file.copies_version}
    return Redaction(
        file_id=file.id,
        kind=wanted.kind,
        page=wanted.page,
        extent=extent,
        reason=wanted.reason,
        agent=agent_of(actor),
    )


def _tell(session: Session, item: Item, kind: str, actor: Actor, row: Redaction) -> None:
    # Ids alone: an event can never be taken back, and what is marked says what nobody is to read.
    record_event(session, item.id, kind, agent_of(actor), {"redaction": row.id, "file": row.file_id})


def _mark_what_is_made_of(
    archive: Archive, session: Session, actor: Actor, item: Item, rows: Sequence[Redaction]
) -> None:
    """Take the same out of the items that are just being made of this one."""
    for new_id in made_of(session, item.id):
        new = load_for_change(session, new_id)
        copies = marks_for(item, rows, new)
        if copies:
            _take_out(archive, session, actor, new, copies)


def _close(archive: Archive, session: Session, item: Item, rows: Iterable[Redaction]) -> None:
    """Show nothing of the files that the marks touch, remove all that was made of them, and have it made anew."""
    touch(item)
    closed = dict.fromkeys(file.id for row in rows for file in touched_by(row, item.files))
    make_anew(archive, session, item, list(closed), f"marked-{item.record_revision}")


def make_anew(archive: Archive, session: Session, item: Item, file_ids: Sequence[str], why: str) -> None:
    """Show nothing of these files of an item until everything that is shown of them is made anew.

    In the caller's transaction; `why` is a word that tells this time from the others.
    """
    for file in item.files:
        if file.id in file_ids:
            file.state, file.failure_code, file.failure = FileState.RECEIVED, "", ""
    # Whatever could still be refused is refused before a byte is removed.
    session.flush()
    delete_copies(archive, session, list(file_ids))
    for file_id in file_ids:
        enqueue_examination(archive, session, file_id, again=why)
