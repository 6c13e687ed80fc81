"""What a worker does beside jobs, again and again, and what a command does itself when no worker runs."""

from __future__ import annotations

from datetime import date

from archive.models import today
from archive.services import accounts, indexing, records
from archive.services.opening import Archive


def catch_up(archive: Archive) -> None:
    """Write what bags wait for, then what the indexes wait for; nothing to do costs two small queries."""
    # Withdrawals must vanish from search first and fastest; a bag's revision can wait for it.
    if indexing.pending(archive):
        indexing.drain(archive)
    records.write_waiting(archive)


class TurnOfDay:
    """Runs once a day, and once at the start: what consent opens or closes by date, and sessions that have ended."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._last: date | None = None

    def __call__(self) -> None:
        if self._last != today():
            indexing.mark_turn_of_day(self._archive)
            accounts.remove_ended_sessions(self._archive)
            self._last = today()
