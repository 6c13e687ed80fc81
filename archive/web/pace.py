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


Accounts = list[tuple[int, Spent]]


class Pace:
    """Holds everybody to the hourly limits, by session and by address.

    An address is kept only as an HMAC under a salt that is drawn each day and is nowhere but in memory; so it can
    be told apart for a day, and never be found out. Visitors by Tor, or by a proxy on this machine that is not trusted,
    all come from the machine itself: of these the session alone counts, and those without one share what many people may.

    `files` and `size` (bytes) are what one person may begin within an hour, 0 any number. Of `processes`, each knows
    what it counted itself alone: each allows its part, so that together they allow no more.
    """

    def __init__(self, files: int, size: int = 0) -> None:
        self._files, self._size = files, size
        self.processes = 1
        self._lock = threading.Lock()
        self._spent: dict[bytes, Spent] = {}
        self._marks = Marks()

    def spend(self, session: str, address: str, size: int) -> None:
        """Count one file of `size` bytes that is begun; TooOftenError when that is too much for this hour."""
        self.count(self.accounts(session, address), 1, size)

    def accounts(self, session: str, address: str) -> Accounts:
        """What is counted for somebody in this hour, each with how many people it is counted for."""
        with self._lock:
            return self._accounts(session, address)

    def count(self, accounts: Accounts, files: int, size: int, own: int = 0) -> None:
        """Count so much more, all of it or nothing; `own` bytes are counted there already for the same sending.

        TooOftenError when that is too much.
        """
        with self._lock:
            for people, spent in accounts:
                self._check(people, spent, files, size, own)
            for _, spent in accounts:
                spent.files += files
                spent.size += size

    def give_back(self, accounts: Accounts, size: int) -> None:
        """Count so many bytes less: they never came."""
        with self._lock:
            for _, spent in accounts:
                spent.size -= size

    def _check(self, people: int, spent: Spent, files: int, size: int, own: int) -> None:
        if self._files and spent.files + files > self._part(self._files * people):
            raise TooOftenError("More files were begun within an hour than one person may.")
        # One large file is let through whole, whichever process it comes to.
        most = self._size * people if spent.size <= own else self._part(self._size * people)
        if self._size and spent.size + size > most:
            raise TooOftenError("More was begun within an hour than one person may.")

    def _part(self, whole: int) -> int:
        return max(1, whole // self.processes)

    def _accounts(self, session: str, address: str) -> Accounts:
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


class Charge:
    """One sending whose files say no length: counted while it arrives, so that many at once come no further than one.

    `announced` bytes are counted before the first of them comes, and what of these never came is given back in the
    end. What came counts, whether or not it could be kept.
    """

    def __init__(self, pace: Pace, session: str, address: str, announced: int = 0) -> None:
        self._pace, self._accounts = pace, pace.accounts(session, address)
        self._counted = self._came = 0
        self._count(0, max(0, announced))

    def begin_file(self) -> None:
        """Count one file; TooOftenError when that is too many for this hour."""
        self._count(1, 0)

    def take(self, size: int) -> None:
        """Count bytes that came; TooOftenError when they are too many for this hour."""
        self._count(0, max(0, self._came + size - self._counted))
        self._came += size

    def end(self) -> None:
        """Give back what was announced and never came."""
        self._pace.give_back(self._accounts, self._counted - self._came)
        self._counted = self._came

    def _count(self, files: int, size: int) -> None:
        if files or size:
            self._pace.count(self._accounts, files, size, self._counted)
            self._counted += size
