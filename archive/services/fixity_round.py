"""The rounds of the audit: every bag is read in full within a period, a little at a time, the longest unread first."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from archive.access import PIPELINE
from archive.models import File, Fixity, Item, now, today
from archive.models.errors import ArchiveError, IntegrityError
from archive.services import fixity_audit, shared_fixity
from archive.services.fixity_pace import GivenUpError, Pace
from archive.services.fixity_state import HAS_BAG, last_audit
from archive.services.opening import Archive, exclusively_or_not

log = logging.getLogger(__name__)

DAY_S = 86400
# Seconds between looks at what has its turn; what somebody asked for is looked for each time.
LOOK_EVERY_S = 300.0


@dataclass(frozen=True)
class Turns:
    """The days after which a bag may be read again, and after which it has to be, well before the period ends."""

    may: int
    must: int

    @classmethod
    def of(cls, days: int) -> Turns:
        """For a period of so many days; half of it is enough to spread what came on one day."""
        return cls(max(1, days // 2), max(1, days * 4 // 5))


class Round:
    """Reads what has its turn, one bag after another; killed at any moment, it goes on with the bag it was at."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._stopping = threading.Event()
        self._looked = 0.0
        self._failed: set[str] = set()
        self._failed_on = today()

    def __call__(self) -> None:
        """Read what was asked for, and of the rest as much as it takes to be through in time."""
        with exclusively_or_not(self._archive.settings.run / "fixity.lock") as mine:
            if mine:
                self._read_all()

    def stop(self) -> None:
        """Have the reading given up: what was not read to its end was not checked."""
        self._stopping.set()

    def _read_all(self) -> None:
        pace = Pace(self._archive.settings.fixity_bytes_a_second, self._is_busy, self._stopping)
        self._read_shared(pace)
        while not self._stopping.is_set() and (item_id := self._next()) is not None:
            try:
                fixity_audit.check(self._archive, PIPELINE, item_id, pace=pace, threads=1)
            except GivenUpError:
                return
            except (ArchiveError, OSError, SQLAlchemyError) as error:
                if isinstance(error, IntegrityError) and error.code == fixity_audit.ABSENT:
                    # Of no bag anything can be said; whoever looks at the health is told.
                    log.error("no bag is where bags are kept")
                    return
                # One that cannot be read to its end must not keep the others waiting; it is tried again tomorrow.
                log.warning("the bag of %s could not be audited: %s", item_id, type(error).__name__)
                self._failed.add(item_id)
                with contextlib.suppress(SQLAlchemyError):
                    fixity_audit.note_unread(self._archive, item_id)

    def _read_shared(self, pace: Pace) -> None:
        """Those of what belongs to no item are few and small: each is read when its turn comes, at once."""
        if self._failed_on != today():
            self._failed, self._failed_on = set(), today()
        after = timedelta(days=Turns.of(self._archive.settings.fixity_days).may)
        with contextlib.suppress(GivenUpError):
            shared_fixity.read_due(self._archive, after, self._failed, pace)

    def _is_busy(self) -> bool:
        return self._archive.jobs.pending_count() > 0

    def _next(self) -> str | None:
        if self._failed_on != today():
            self._failed, self._failed_on = set(), today()
        asked = select(Fixity.item_id).join(Item).where(Fixity.wanted, HAS_BAG)
        asked = asked.where(Fixity.item_id.not_in(self._failed))
        with self._archive.db.read() as session:
            wanted = session.scalar(asked.order_by(last_audit, Item.id).limit(1))
        if wanted is not None:
            return wanted
        if time.monotonic() - self._looked < LOOK_EVERY_S and self._looked:
            return None
        found = has_turn(self._archive, self._failed)
        if found is None:
            self._looked = time.monotonic()
        return found


def has_turn(archive: Archive, without: set[str]) -> str | None:
    """The bag that was not read for longest, if it has to be read by now for all to be in time; None if none has.

    What may be read again is spread evenly over the days until the first of it must be, and over the hours of a day.
    """
    turns = Turns.of(archive.settings.fixity_days)
    day, moment = today(), now()
    may = (HAS_BAG, last_audit <= day - timedelta(days=turns.may), Item.id.not_in(without))
    size = select(func.coalesce(func.sum(File.size), 0)).where(File.item_id == Item.id).scalar_subquery()
    waiting = select(func.min(last_audit), func.sum(size)).select_from(Item).outerjoin(Fixity).where(*may)
    done = select(func.coalesce(func.sum(size), 0)).select_from(Item).join(Fixity)
    with archive.db.read() as session:
        oldest, left = session.execute(waiting).one()
        if oldest is None:
            return None
        read_today = session.scalar(done.where(Fixity.audited_on == day)) or 0
        if not _is_due(oldest, int(left), int(read_today), turns, day, _part_of(moment.hour, moment.minute)):
            return None
        first = select(Item.id).outerjoin(Fixity).where(*may).order_by(last_audit, Item.id).limit(1)
        return session.scalar(first)


def _is_due(oldest: date, left: int, read_today: int, turns: Turns, day: date, part: float) -> bool:
    days_left = (oldest + timedelta(days=turns.must) - day).days
    if days_left <= 0:
        return True
    return read_today < (left + read_today) / days_left * part


def _part_of(hour: int, minute: int) -> float:
    """How much of a day has passed when this hour ends: nothing waits for midnight."""
    return min(1.0, (hour * 60 + minute + 60) * 60 / DAY_S)
