"""Reads a bag in full and writes down what was found; what was not read to its end is never said to be checked."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from archive.access import Actor
from archive.models import Fixity, Item, record_event, today
from archive.models.errors import IntegrityError
from archive.services import fixity, fixity_copies
from archive.services.fixity import BagLine, Reading
from archive.services.fixity_state import CHECK, FAILURE, HAS_BAG, SUCCESS, are_there
from archive.services.lifecycle import agent_of, load_for_change
from archive.services.opening import Archive
from archive.services.records import touch_history

log = logging.getLogger(__name__)

ABSENT = "bags-absent"
# Of one kind of damage no more paths are kept than somebody can look at.
PATHS_KEPT = 100

Pace = Callable[[int], None]


@dataclass(frozen=True)
class Checked:
    """What an audit of one bag found; `copies` are the files whose access copies were damaged and are made anew."""

    id: str
    reading: Reading
    copies: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Whether the bag is whole and unchanged."""
        return self.reading.is_sound


def check(
    archive: Archive, actor: Actor, item_id: str, *, pace: Pace | None = None, threads: int = fixity.AT_ONCE
) -> Checked | None:
    """Read the bag and the access copies of an item in full, and write down what was found: one event, and the bag's state.

    None when the item lost its bag meanwhile, for it was destroyed. NotFoundError when it has none, IntegrityError
    (`bags-absent`) when no bag at all is where bags are kept; whatever is raised, nothing was checked.
    """
    be_there(archive)
    (line,) = fixity.bags(archive, [item_id])
    with archive.db.read() as session:
        known = fixity.originals(session, item_id)
    reading = fixity.read(line, known, threads=threads, pace=pace)
    if not reading.is_sound:
        # Once more before anybody is alarmed: it may have been touched while it was read.
        again = fixity.read(line, known, threads=threads, pace=pace)
        if again.found != reading.found:
            log.warning("the bag of %s reads otherwise a second time", item_id)
        reading = again
    copies = fixity_copies.read(archive, item_id, pace)
    return _write_down(archive, actor, line, reading, copies)


def note_repaired(archive: Archive, actor: Actor, item_id: str) -> bool:
    """Read a bag that was put right again in full; whether it is sound, and then nothing of it is refused any more."""
    found = check(archive, actor, item_id)
    return found is not None and found.is_sound


def note_unread(archive: Archive, item_id: str) -> None:
    """Write down that the audit of a bag came to no end, whatever was in the way: it is told until one does."""
    with archive.db.write_again() as session:
        if session.scalar(select(Item.id).where(Item.id == item_id, HAS_BAG)) is None:
            return
        row = session.get(Fixity, item_id) or Fixity(item_id=item_id)
        row.unread_on = row.unread_on or today()
        session.add(row)


def be_there(archive: Archive) -> None:
    """IntegrityError (`bags-absent`) when the place of all bags is gone: a disk that is not there is no damage to a bag."""
    if not are_there(archive):
        raise IntegrityError(
            "The place where all bags are kept is not there, so none was read.",
            code=ABSENT,
            remedy="Connect the disk that holds them, or correct the setting objects_url; then look again.",
        )


def _write_down(
    archive: Archive, actor: Actor, line: BagLine, reading: Reading, copies: fixity_copies.CopiesRead
) -> Checked | None:
    with archive.db.write() as session:
        item = load_for_change(session, line.id)
        if not item.bag_key or item.erasure:
            return None
        row = session.get(Fixity, line.id)
        if row is None:
            row = Fixity(item_id=line.id, outcome="", found={}, copies=[], bytes_read=0, wanted=False)
            session.add(row)
        was_damaged = row.outcome == FAILURE
        _set(row, reading, copies.bytes_read)
        bad = fixity_copies.put_right(archive, session, item, row, copies.damaged, was_damaged=was_damaged)
        detail = _detail(reading, bad)
        record_event(session, item.id, CHECK, agent_of(actor), detail, outcome=row.outcome)
        if was_damaged and reading.is_sound:
            # What is as it was is told by the next revision; a damaged bag is left as it is.
            touch_history(session, item)
    return Checked(line.id, reading, tuple(bad))


def _detail(reading: Reading, copies: Sequence[str]) -> dict[str, Any]:
    """What an event says: how many files have which damage, and of which files copies had; never a name."""
    detail: dict[str, Any] = {}
    if reading.found:
        detail["found"] = {kind: len(paths) for kind, paths in reading.found.items()}
    if copies:
        detail["copies"] = list(copies)
    return detail


def _set(row: Fixity, reading: Reading, of_copies: int) -> None:
    row.audited_on = today()
    row.unread_on = None
    row.wanted = False
    row.bytes_read = reading.bytes_read + of_copies
    row.outcome = SUCCESS if reading.is_sound else FAILURE
    row.failed_on = None if reading.is_sound else (row.failed_on or row.audited_on)
    row.found = {
        kind: {"count": len(paths), "paths": list(paths[:PATHS_KEPT])}
        for kind, paths in reading.found.items()
    }
    if reading.is_complete:
        row.read_on = row.audited_on
