"""Wrong codes are counted, in memory alone: after many of them one has to wait, and learns nothing."""

from __future__ import annotations

import threading
import time

from flask import Flask, current_app, request

from archive.models.errors import TooOftenError
from archive.web.marks import Marks, network

MOST = 20
WITHIN_S = 600.0
# All who come by Tor or a proxy on this machine share one door, and none of them must lock out the others so easily.
PEOPLE_AT_THE_SHARED_DOOR = 20


class Tries:
    """When wrong codes came from where, for ten minutes, under marks that are worth nothing tomorrow."""

    def __init__(self) -> None:
        self._marks, self._lock = Marks(), threading.Lock()
        self._wrong: dict[bytes, list[float]] = {}
        self.processes = 1

    def left(self, address: str) -> bool:
        """Whether another try is allowed."""
        with self._lock:
            most = max(1, MOST // self.processes)
            most *= 1 if network(address) else PEOPLE_AT_THE_SHARED_DOOR
            return len(self._recent(self._where(address))) < most

    def wrong(self, address: str) -> None:
        """Count a wrong try."""
        with self._lock:
            where = self._where(address)
            self._wrong[where] = [*self._recent(where), time.monotonic()]

    def _recent(self, where: bytes) -> list[float]:
        since = time.monotonic() - WITHIN_S
        return [moment for moment in self._wrong.get(where, ()) if moment > since]

    def _where(self, address: str) -> bytes:
        if self._marks.turn():
            self._wrong.clear()
        return self._marks.of(network(address))


def install(app: Flask) -> None:
    """Give `app` its count."""
    app.extensions["tries"] = Tries()


def share(app: Flask, processes: int) -> None:
    """Have the counts of so many processes, of which each knows its own alone, stay below one limit together."""
    tries: Tries = app.extensions["tries"]
    tries.processes = processes


def tries_left() -> None:
    """TooOftenError (`too-many-tries`) when too many wrong codes came from where this request comes from."""
    if not _tries().left(request.remote_addr or ""):
        raise TooOftenError(
            "There were too many wrong codes.",
            code="too-many-tries",
            remedy="Wait ten minutes, then try again.",
        )


def wrong_try() -> None:
    """Count a wrong code."""
    _tries().wrong(request.remote_addr or "")


def _tries() -> Tries:
    tries: Tries = current_app.extensions["tries"]
    return tries
