"""What a restore writes down of itself, so that nothing which is removed later can be passed off as lost in it.

It lies beside the public ledger and not in it: the ledger of the home that is lost takes the place of the restored one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime

from sqlalchemy import select

from archive.durable import cut_times, replace_file
from archive.models import Event, today
from archive.models.errors import IntegrityError
from archive.services.checkpoint_entries import KIND_OF
from archive.services.checkpoint_text import Checkpoint
from archive.services.gap_check import size_before
from archive.services.opening import Archive
from archive.services.own_database import RESTORES
from archive.settings import Settings

FILE = RESTORES


@dataclass(frozen=True)
class Restore:
    """One restore: the day of the backup, the day it was restored on, and the hashes of the events of the first of these
    days that the backup has, of the kinds that the public ledger enters."""

    backup: str
    on: str
    has: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bound:
    """Up to which entry something can have been lost in a restore, `restored` on that day; None where somebody named it.

    `has` are events that the backup had.
    """

    until: int
    restored: date | None
    has: frozenset[str] = frozenset()

    def holds(self, point_day: date, point_size: int) -> bool:
        """Whether a checkpoint can have been published before the restore."""
        return point_day < self.restored if self.restored else point_size <= self.until


def write(archive: Archive, backup: date) -> None:
    """Put down that a backup of that day was restored just now, flushed to disk."""
    midnight = datetime.combine(backup, datetime.min.time(), UTC)
    query = select(Event.hash).where(Event.kind.in_(KIND_OF), Event.at >= midnight).order_by(Event.hash)
    with archive.db.read() as session:
        has = tuple(session.scalars(query))
    made = Restore(backup.isoformat(), today().isoformat(), has)
    lines = "".join(json.dumps(asdict(one)) + "\n" for one in (*read_all(archive.settings), made))
    path = archive.settings.home / FILE
    replace_file(path, lines.encode())
    path.chmod(0o600)
    cut_times(path)


def read_all(settings: Settings) -> list[Restore]:
    """Every restore on record, the first one first; IntegrityError (`checkpoint-refused`) when it cannot be read."""
    path = settings.home / FILE
    if not path.exists():
        return []
    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        found = [Restore(**(one | {"has": tuple(one["has"])})) for one in lines]
        for day in (day for one in found for day in (one.backup, one.on)):
            date.fromisoformat(day)
    except (ValueError, TypeError, KeyError) as error:
        raise IntegrityError(
            "What was written down of restores cannot be read.",
            code="checkpoint-refused",
            remedy=f"Put {FILE} back from a backup, or move it away and name with --until which entry was the last.",
        ) from error
    return found


def bound(settings: Settings, found: Sequence[Checkpoint], backup: date, named: int | None) -> Bound | None:
    """Up to which entry something was lost since that backup; None where no restore is on record and nobody `named` one.

    A checkpoint of a day before that of the restore was signed by then, or is over nothing that came after it. What is
    named makes the bound of a restore only smaller.
    """
    size = found[-1].size if found else 0
    day = backup.isoformat()
    on_record = [one for one in read_all(settings) if one.backup <= day <= one.on]
    if on_record:
        last = max(on_record, key=lambda one: one.on)
        on = date.fromisoformat(last.on)
        before = size_before(found, on)
        return Bound(before if named is None else min(named, before), on, frozenset(last.has))
    return None if named is None else Bound(min(named, size), None)
