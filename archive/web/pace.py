"""How much one person begins to upload within an hour: counted in memory alone, under marks that nobody can read back."""

from __future__ import annotations

from typing import NamedTuple

from archive.models.errors import TooOftenError
from archive.web.counts import Counts, Spent
from archive.web.marks import network

# Many people may share one address, at an event or behind one provider.
PEOPLE_AT_ONE_ADDRESS = 20


class Account(NamedTuple):
    """Where somebody is counted, in the hour that began then, and how many people are counted there."""

    mark: bytes
    people: int
    since: float


class Pace:
    """Holds everybody to the hourly limits, by session and by address, whichever process they come to.

    An address is kept only as an HMAC under a salt that is drawn each day and is nowhere but in memory; so it can
    be told apart for a day, and never be found out. Visitors by Tor, or by a proxy on this machine that is not trusted,
    all come from the machine itself: of these the session alone counts, and those without one share what many people may.

    `files` and `size` (bytes) are what one person may begin within an hour, 0 any number. `counts` is where it is
    counted, and `of` tells it there from what else is counted of the same people.
    """

    def __init__(self, files: int, size: int = 0, counts: Counts | None = None, of: str = "files") -> None:
        self._files, self._size, self._of = files, size, of
        self._counts = counts or Counts()

    def spend(self, session: str, address: str, size: int) -> None:
        """Count one file of `size` bytes that is begun; TooOftenError when that is too much for this hour."""
        self.count(self.accounts(session, address), 1, size)

    def accounts(self, session: str, address: str) -> list[Account]:
        """Where somebody is counted in this hour."""
        where = network(address)
        named = [(f"session {session}", 1)] if session else []
        if where or not session:
            named.append((f"address {where}", PEOPLE_AT_ONE_ADDRESS))
        with self._counts.held():
            return [self._account(name, people) for name, people in named]

    def count(self, accounts: list[Account], files: int, size: int) -> None:
        """Count so much more, all of it or nothing; TooOftenError when that is too much."""
        with self._counts.held():
            stand = [(one, self._counts.look(one.mark)) for one in accounts]
            for one, spent in stand:
                self._check(one.people, spent, files, size)
            for one, spent in stand:
                self._counts.keep(one.mark, Spent(spent.since, spent.files + files, spent.size + size))

    def give_back(self, accounts: list[Account], size: int) -> None:
        """Count so many bytes less: they never came. What was counted in an hour that is over is over with it."""
        with self._counts.held():
            for one in accounts:
                spent = self._counts.look(one.mark)
                if spent.since == one.since:
                    self._counts.keep(one.mark, spent._replace(size=spent.size - size))

    def _account(self, name: str, people: int) -> Account:
        mark = self._counts.mark(f"{self._of} {name}")
        spent = self._counts.look(mark)
        self._counts.keep(mark, spent)
        return Account(mark, people, spent.since)

    def _check(self, people: int, spent: Spent, files: int, size: int) -> None:
        if self._files and spent.files + files > self._files * people:
            raise TooOftenError("More files were begun within an hour than one person may.")
        if self._size and spent.size + size > self._size * people:
            raise TooOftenError("More was begun within an hour than one person may.")


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
            self._pace.count(self._accounts, files, size)
            self._counted += size
