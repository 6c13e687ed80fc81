"""What a worker does for the copies: a round of its own for each store, so that none waits for another."""

from __future__ import annotations

import time
from datetime import date

from sqlalchemy import select

from archive.jobs import Periodic
from archive.models import CopyStore, today
from archive.services import copies, copies_shared
from archive.services import copies_rows as rows
from archive.services.copies_stores import Place, places
from archive.services.opening import Archive

EVERY_S = 15.0
# After one that failed: tried again less and less often, so that a disk that is away costs nothing.
FIRST_AGAIN_S, LAST_AGAIN_S = 30.0, 1800.0


def rounds(archive: Archive) -> tuple[Periodic, ...]:
    """One round a store."""
    return tuple(
        Periodic(f"copies-{number}", EVERY_S, CopyRound(archive, place))
        for number, place in enumerate(places(archive.settings), 1)
    )


class CopyRound:
    """Runs when there is something to do in its store, and once a day in any case; after a failure ever more seldom."""

    def __init__(self, archive: Archive, place: Place) -> None:
        self._archive, self._place = archive, place
        self._again_s = self._not_before = 0.0
        self._day: date | None = None

    def __call__(self) -> None:
        is_new_day = self._day != today()
        if time.monotonic() < self._not_before or not (is_new_day or self._anything()):
            return
        ran = copies.run_one(self._archive, self._place, thorough=is_new_day)
        if ran.trouble:
            self._again_s = min(max(2 * self._again_s, FIRST_AGAIN_S), LAST_AGAIN_S)
            self._not_before = time.monotonic() + self._again_s
        else:
            self._again_s, self._day = 0.0, today()

    def _anything(self) -> bool:
        with self._archive.db.read() as session:
            store_id = session.scalar(select(CopyStore.id).where(CopyStore.url == self._place.url))
            days = self._archive.settings.copies_read_days
            if store_id is None or rows.any_work(session, store_id, days):
                return True
            return copies_shared.any_work(self._archive, session, store_id)
