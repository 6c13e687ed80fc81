"""Wrong codes are counted, in memory alone: after many of them one has to wait, and learns nothing."""

from __future__ import annotations

import threading
import time

from flask import Flask, current_app

from archive.models.errors import TooOftenError
from archive.web.marks import Marks, network
from archive.web.whence import whence

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
        """Whether another try is allowed.

        At the shared door nobody is shut out by what others tried: there tries go on, only not faster.
        """
        with self._lock:
            most = max(1, MOST // self.processes)
            most *= PEOPLE_AT_THE_SHARED_DOOR if is_shared(address) else 1
            recent = self._recent(self._where(address))
            if len(recent) < most:
                return True
            return is_shared(address) and time.monotonic() - recent[-1] >= WITHIN_S / most

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


def is_shared(address: str) -> bool:
    """Whether many people come from there, of whom none can be told from another."""
    return not network(address)


def install(app: Flask) -> None:
    """Give `app` its count."""
    app.extensions["tries"] = Tries()


def share(app: Flask, processes: int) -> None:
    """Have the counts of so many processes, of which each knows its own alone, stay below one limit together."""
    tries: Tries = app.extensions["tries"]
    tries.processes = processes


def tries_left() -> None:
    """TooOftenError (`too-many-tries`, `tries-in-turn`) when too many wrong codes came from where this request comes from."""
    address = whence()
    if _tries().left(address):
        return
    if is_shared(address):
        raise TooOftenError(
            "Many wrong codes come the same way just now.",
            code="tries-in-turn",
            remedy="Wait a moment, then try again.",
        )
    raise TooOftenError(
        "There were too many wrong codes.",
        code="too-many-tries",
        remedy="Wait ten minutes, then try again.",
    )


def wrong_try() -> None:
    """Count a wrong code."""
    _tries().wrong(whence())


def _tries() -> Tries:
    tries: Tries = current_app.extensions["tries"]
    return tries
