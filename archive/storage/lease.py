"""Who may write to a store: one at a time, among machines too, by a small object that says who and until when."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

from archive.models.errors import ArchiveError, NotFoundError, StorageFullError
from archive.storage.port import ObjectStore

KEY = "remembrance-writer.json"
LASTS = timedelta(minutes=10)
# Clocks of two machines may differ by so much before one takes what the other still holds.
GRACE = timedelta(minutes=2)
# Bytes: each that is written is as long as the one before, so that a full disk can take it in the same place.
SIZE = 128
FREE = b'{"owner": "", "until": ""}'.ljust(SIZE)


class StoreHeldError(ArchiveError):
    """Somebody else is writing to the store."""

    code = "store-held"
    remedy = "Nothing: it is tried again. One that died lets go of it within a quarter of an hour."


class Lease:
    """What one writer holds; `still` is asked before each object is written."""

    def __init__(self, store: ObjectStore, owner: str, clock: Callable[[], datetime]) -> None:
        self._store, self._owner, self._clock = store, owner, clock
        self._held = b""
        self._until = datetime.min.replace(tzinfo=UTC)

    def take(self) -> None:
        """Take it if it is free or its holder let it run out; StoreHeldError otherwise."""
        self._swap(self._free())

    def remove(self, prefix: str) -> bool:
        """Without taking it, for a store that has no room for that: remove what is at `prefix` while nobody can take it.

        Returns whether it was removed; StoreHeldError when somebody else holds it.
        """
        return self._store.delete_while(KEY, self._free(), prefix)

    def renew(self) -> None:
        """Hold it for as long again; StoreHeldError when it was lost meanwhile."""
        self._swap(self._held)

    def give_back(self) -> None:
        """Let the next one have it at once."""
        self._store.swap_bytes(KEY, self._held, FREE)

    def still(self) -> None:
        """Raise StoreHeldError once it may be somebody else's."""
        if self._clock() > self._until:
            raise _held()

    def _swap(self, old: bytes | None) -> None:
        until = self._clock() + LASTS
        mine = json.dumps({"owner": self._owner, "until": until.isoformat()}).encode().ljust(SIZE)
        if not self._store.swap_bytes(KEY, old, mine):
            raise _held()
        self._held, self._until = mine, until

    def _free(self) -> bytes | None:
        found = self._read()
        if found is not None and self._is_held(found):
            raise _held()
        return found

    def _read(self) -> bytes | None:
        try:
            with self._store.open(KEY) as stream:
                return stream.read()
        except NotFoundError:
            return None

    def _is_held(self, found: bytes) -> bool:
        try:
            until = json.loads(found)["until"]
            return bool(until) and self._clock() <= datetime.fromisoformat(until) + GRACE
        except (ValueError, KeyError, TypeError):
            # Nobody can be named who holds it.
            return False


@contextmanager
def leased(
    store: ObjectStore,
    owner: str,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    renew_s: float = LASTS.total_seconds() / 5,
    without_room: Callable[[Callable[[str], bool]], None] | None = None,
) -> Iterator[Lease]:
    """Be the only writer of `store` until the `with` ends; StoreHeldError when somebody else is.

    Where even the lease finds no room, `without_room` makes some with what it is given, `Lease.remove`, and it is tried again.
    """
    lease = Lease(store, owner, clock)
    try:
        lease.take()
    except StorageFullError:
        if without_room is None:
            raise
        without_room(lease.remove)
        lease.take()
    over = threading.Event()

    def keep() -> None:
        while not over.wait(renew_s):
            try:
                lease.renew()
            except (ArchiveError, OSError):
                # `still` tells the writer in time: what is not renewed runs out.
                continue

    keeper = threading.Thread(target=keep, name="lease", daemon=True)
    keeper.start()
    try:
        yield lease
    finally:
        over.set()
        keeper.join()
        with suppress(ArchiveError, OSError):
            # Where that cannot be said, it runs out by itself.
            lease.give_back()


def _held() -> StoreHeldError:
    return StoreHeldError("Somebody else is writing to this store.")
