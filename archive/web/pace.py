"""How much one person begins to upload within an hour: counted in memory alone, under marks that nobody can read back."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from archive.models.errors import TooOftenError
from archive.web.marks import Marks, network

HOUR_S = 3600.0
# Many people may share one address, at an event or behind one provider.
PEOPLE_AT_ONE_ADDRESS = 20
CLEANED_AT = 10_000


@dataclass
class Spent:
    """What was begun since a moment."""

    since: float
    files: int = 0
    size: int = 0


class Pace:
    """Holds everybody to the hourly limits, by session and by address.

    An address is kept only as an HMAC under a salt that is drawn each day and is nowhere but in memory; so it can
    be told apart for a day, and never be found out. Visitors by Tor, or by a proxy on this machine, all come from
    the machine itself: of these the session alone counts, and those without one share what many people may.

    `files` and `size` (bytes) are what one person may begin within an hour, 0 any number. Of `processes`, each knows
    what it counted itself alone: each allows its part, so that together they allow no more.
    """

    def __init__(self, files: int, size: int = 0) -> None:
        self._files, self._size = files, size
        self.processes = 1
        self._lock = threading.Lock()
        self._spent: dict[bytes, Spent] = {}
        self._marks = Marks()

    def check(self, session: str, address: str, size: int) -> None:
        """TooOftenError when so many bytes more would be too much for this hour."""
        with self._lock:
            self._check(session, address, 0, size)

    def spend(self, session: str, address: str, size: int) -> None:
        """Count one file of `size` bytes that is begun; TooOftenError when that is too much for this hour."""
        with self._lock:
            self._check(session, address, 1, size)
            for _, spent in self._accounts(session, address):
                spent.files += 1
                spent.size += size

    def add(self, session: str, address: str, size: int) -> None:
        """Count bytes of a file that was begun without a length."""
        with self._lock:
            for _, spent in self._accounts(session, address):
                spent.size += size

    def _check(self, session: str, address: str, files: int, size: int) -> None:
        for people, spent in self._accounts(session, address):
            if self._files and spent.files + files > self._part(self._files * people):
                raise TooOftenError("More files were begun within an hour than one person may.")
            # One large file is let through whole, whichever process it comes to.
            most = self._size * people if not spent.size else self._part(self._size * people)
            if self._size and spent.size + size > most:
                raise TooOftenError("More was begun within an hour than one person may.")

    def _part(self, whole: int) -> int:
        return max(1, whole // self.processes)

    def _accounts(self, session: str, address: str) -> list[tuple[int, Spent]]:
        if self._marks.turn():
            self._spent.clear()
        found = [(1, self._account(f"session {session}"))] if session else []
        where = network(address)
        shared = where or not session
        return [*found, (PEOPLE_AT_ONE_ADDRESS, self._account(f"address {where}"))] if shared else found

    def _account(self, of: str) -> Spent:
        mark = self._marks.of(of)
        moment = time.monotonic()
        if len(self._spent) > CLEANED_AT:
            self._spent = {key: one for key, one in self._spent.items() if moment - one.since < HOUR_S}
        spent = self._spent.get(mark)
        if spent is None or moment - spent.since >= HOUR_S:
            spent = self._spent[mark] = Spent(moment)
        return spent
