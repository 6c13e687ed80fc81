"""What a worker does beside jobs, again and again, and what a command does itself when no worker runs."""

from __future__ import annotations

import time
from datetime import date

from archive.models import Days, days_now, today
from archive.services import (
    bag_import_standing,
    batches,
    erasing,
    expiry,
    export_standing,
    index_due,
    indexing,
    invitations,
    planned,
    records,
    sealed_copies,
    sessions,
    shared_bags,
    shared_writing,
    taking,
    withdrawing,
)
from archive.services.opening import Archive

# What cannot be done now (a full or failing disk) is tried again less and less often.
FIRST_AGAIN_S, LAST_AGAIN_S = 0.5, 10.0


def catch_up(archive: Archive) -> bool:
    """Write what the indexes wait for, remove what was taken back, then write what bags wait for.

    Returns whether all that can be done is; which bags take nothing now is written down, and `doctor` and `health` tell it.
    Nothing to do costs four small queries.
    """
    # Withdrawals must vanish from search first and fastest; a bag's revision can wait for it.
    if indexing.pending(archive):
        indexing.drain(archive)
    cleared = erasing.clear(archive)
    export_standing.sweep(archive)
    stuck = records.write_waiting(archive)
    shared = shared_writing.write_waiting(archive)
    behind = stuck is None or indexing.pending(archive) or records.waiting(archive, stuck)
    behind = behind or shared is None or shared_writing.waiting(archive, shared)
    return cleared and not behind


class Indexing:
    """Keeps the indexes up to date in the background; during a burst of work they hear of it together.

    A publication is found within `INDEX_S` and a moment; what is only on its way to the desk waits `DESK_S` at most.
    """

    INDEX_S, DESK_S = 1.2, 5.0
    # Nobody waits any more for a change by then: what many of them left apart is put together.
    TIDY_S = 3.0

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._indexed = time.monotonic()
        self._is_tidy = False
        self._again_s = self._try_at = 0.0

    def __call__(self) -> None:
        if time.monotonic() < self._try_at:
            return
        try:
            self._look()
            self._again_s = 0.0
        except BaseException:
            self._again_s = _longer(self._again_s)
            self._try_at = time.monotonic() + self._again_s
            raise

    def _look(self) -> None:
        busy = self._archive.jobs.pending_count() > 0
        # A commit costs an index the same for one item as for many.
        if (not busy or self._is_due()) and indexing.pending(self._archive):
            indexing.drain(self._archive)
            self._indexed, self._is_tidy = time.monotonic(), False
        elif not self._is_tidy and not busy and _waited(self._indexed, self.TIDY_S):
            self._is_tidy = indexing.tidy(self._archive)

    def _is_due(self) -> bool:
        if not _waited(self._indexed, self.INDEX_S):
            return False
        return _waited(self._indexed, self.DESK_S) or indexing.is_pressing(self._archive)


class CatchUp:
    """Removes in the background what was taken back, and writes what bags wait for: of a burst of work at its end.

    Beside `Indexing`, not before it: a flush of the disk for a bag would be waited for by whoever looks for what was
    just published. A bag waits `RECORDS_S` at most.
    """

    RECORDS_S = 10.0
    # Bags are written so long in one go while a publication waits to be found.
    SHARE_S = 0.2

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._recorded = time.monotonic()
        self._ledger = archive.withdrawals.stamp()
        self._again_s = self._clear_at = 0.0

    def __call__(self) -> None:
        ledger = self._archive.withdrawals.stamp()
        if ledger != self._ledger:
            # Whoever wrote the line may have been killed before the database heard of it.
            withdrawing.reapply(self._archive)
            self._ledger = ledger
        self._clear()
        # An item on its way through the pipeline changes several times: one revision serves for all of them.
        if not self._archive.jobs.pending_count() or _waited(self._recorded, self.RECORDS_S):
            began = time.monotonic()
            records.write_waiting(self._archive, lambda: self._is_pressed(began))
            shared_writing.write_waiting(self._archive)
            self._recorded = time.monotonic()

    def _clear(self) -> None:
        if time.monotonic() < self._clear_at:
            return
        is_clear = erasing.clear(self._archive)
        self._again_s = 0.0 if is_clear else _longer(self._again_s)
        self._clear_at = time.monotonic() + self._again_s

    def _is_pressed(self, began: float) -> bool:
        return _waited(began, self.SHARE_S) and indexing.is_pressing(self._archive)


class AnotherDay:
    """Has the indexes hear within seconds of what opened and closed with a day, and publishes what is due; the rest takes longer."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._last: Days | None = None

    def __call__(self) -> None:
        # A day begins and ends where people live, at other hours than in UTC.
        if self._last != (on := days_now()):
            index_due.mark_turn_of_day(self._archive)
            planned.publish_due(self._archive)
            self._last = on


class TurnOfDay:
    """Runs once a day, and once at the start: what was taken back, what consent opens or closes by date, what is kept for some days."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._last: date | None = None

    def __call__(self) -> None:
        if self._last != today():
            withdrawing.reapply(self._archive)
            erasing.clear(self._archive, all_days=True)
            erasing.sweep_destroyed(self._archive)
            planned.publish_due(self._archive)
            sealed_copies.sweep(self._archive)
            index_due.mark_turn_of_day(self._archive)
            sessions.remove_ended_sessions(self._archive)
            invitations.remove_ended(self._archive)
            expiry.expire(self._archive)
            bag_import_standing.expire(self._archive)
            taking.forget_ended(self._archive)
            batches.forget_old_plans(self._archive)
            export_standing.forget_old(self._archive)
            with self._archive.db.write() as session:
                shared_bags.see_to_all(session)
            self._last = today()


def _waited(since: float, seconds: float) -> bool:
    return time.monotonic() - since > seconds


def _longer(seconds: float) -> float:
    return min(max(2 * seconds, FIRST_AGAIN_S), LAST_AGAIN_S)
