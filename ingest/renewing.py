"""Makes anew what an older version of the program made: at once when asked, else one file after another beside all other work."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy.exc import SQLAlchemyError

from archive.models import today
from archive.models.errors import ArchiveError
from archive.services import renewing
from archive.services.opening import Archive, exclusively_or_not
from archive.services.rebuild import Refused
from ingest.item_parcel import Tools
from ingest.pipeline import renew_one

log = logging.getLogger(__name__)
LOCK = "renewing.lock"
# So many files are asked for at once, in the order in which they have their turn.
SOME = 200
# After one file the round rests for as long as that took, and so long at least; while others work, much longer.
LEAST_REST_S, BESIDE_WORK_S, BESIDE_WORK = 2.0, 20.0, 4
# Seconds between looks once nothing is left: what is older comes with an upgrade or a restore, and then a worker starts.
LOOK_EVERY_S = 3600.0


def renew_all(archive: Archive, progress: Callable[[str, int, int], None]) -> tuple[int, tuple[Refused, ...]]:
    """Make everything anew that an older version made; how many files that were, and those that could not be, with the reason."""
    waiting = renewing.older(archive)
    tools = Tools(archive)
    renewed: list[str] = []
    refused: list[Refused] = []
    try:
        with ThreadPoolExecutor(archive.settings.concurrency) as pool:
            done = pool.map(lambda file_id: _renewed(tools, file_id), waiting)
            for count, (file_id, found) in enumerate(zip(waiting, done, strict=True), start=1):
                # Whoever had just asked for the copy before has it by now.
                renewing.settle(archive, renewed[-1:])
                refused += [found] if isinstance(found, Refused) else []
                renewed += [file_id] if found is True else []
                progress("copies", count, len(waiting))
        renewing.settle(archive, renewed[-1:])
    finally:
        tools.close()
    return len(renewed), tuple(refused)


class RenewalRound:
    """Makes one file anew at each call that has its turn; killed at any moment, it goes on with the file it was at."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._tools: Tools | None = None
        self._waiting: deque[str] = deque()
        self._renewed: list[str] = []
        self._not_before = 0.0
        self._failed: set[str] = set()
        self._failed_on = today()

    def __call__(self) -> None:
        """Renew the next file, once the rest after the one before is over, unless another process is at it."""
        if time.monotonic() < self._not_before:
            return
        with exclusively_or_not(self._archive.settings.run / LOCK) as mine:
            if mine:
                self._go_on()

    def stop(self) -> None:
        """Have the reading given up, that a worker can stop; what stood before stays."""
        tools, self._tools = self._tools, None
        if tools is not None:
            tools.sandboxes.give_up()
            tools.close()

    def _go_on(self) -> None:
        # Where a disk takes nothing now, it is not asked again at once.
        self._not_before = time.monotonic() + self._rest_s(0.0)
        renewing.settle(self._archive, self._renewed)
        self._renewed = []
        file_id = self._next()
        if file_id is None:
            self.stop()
            self._not_before = time.monotonic() + LOOK_EVERY_S
            return
        # Of its own, so that no job waits for it.
        tools = self._tools = self._tools or Tools(self._archive, 1)
        began = time.monotonic()
        found = _renewed(tools, file_id)
        if isinstance(found, Refused):
            # It must not keep the others waiting; it is tried again tomorrow.
            log.warning("what is shown of file %s could not be made anew: %s", file_id, found.code)
            self._failed.add(file_id)
        self._renewed += [file_id] if found is True else []
        self._not_before = time.monotonic() + self._rest_s(time.monotonic() - began)

    def _rest_s(self, took: float) -> float:
        if self._archive.jobs.pending_count() > 0:
            return max(BESIDE_WORK_S, BESIDE_WORK * took)
        return max(LEAST_REST_S, took)

    def _next(self) -> str | None:
        if self._failed_on != today():
            self._failed, self._failed_on = set(), today()
        if not self._waiting:
            found = renewing.older(self._archive, SOME + len(self._failed))
            self._waiting.extend(one for one in found if one not in self._failed)
        return self._waiting.popleft() if self._waiting else None


def _renewed(tools: Tools, file_id: str) -> bool | Refused:
    try:
        return renew_one(tools, file_id)
    except ArchiveError as error:
        return Refused(file_id, error.code, str(error))
    except OSError as error:
        return Refused(file_id, "file-unreadable", f"It cannot be read: {error.strerror or error}.")
    except SQLAlchemyError as error:
        return Refused(file_id, "database-busy", f"The database took nothing: {type(error).__name__}.")
