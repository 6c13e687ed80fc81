"""Brings every store up to what the archive holds: each new revision of each bag, and nothing of what was destroyed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import delete, select

from archive.access import PIPELINE
from archive.bags import BagRefusedError, bag_key
from archive.models import BagCopy, Item, new_id, record_event, today
from archive.models.errors import (
    ArchiveError,
    BadInputError,
    ConflictError,
    IntegrityError,
    NotFoundError,
    StorageFullError,
)
from archive.services import copies_rows as rows
from archive.services import copies_shared
from archive.services.copies_mend import SourceDamagedError, blame, copy_or_mend
from archive.services.copies_stores import Place, alone, places, reach, row_of
from archive.services.lifecycle import agent_of
from archive.services.opening import Archive
from archive.services.withdrawal_ledger import Act
from archive.storage import ObjectStore, StoreAwayError, StoreHeldError, leased

BATCH = 50

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ran:
    """What one run did in one store; `trouble` is why it did not do all of it, empty when it did."""

    store: str
    copied: int
    removed: int
    waiting: int
    trouble: str = ""
    sentence: str = ""
    remedy: str = ""


def run(
    archive: Archive,
    which: Sequence[Place] | None = None,
    *,
    thorough: bool = True,
    progress: Callable[[str, int, int], None] = lambda _store, _done, _total: None,
) -> list[Ran]:
    """Do what there is to do in each store; one that is away, held or failing holds up no other.

    With `thorough` also remove what was destroyed of which no row speaks: a database restored from an older copy.
    """
    return [
        run_one(archive, place, thorough=thorough, progress=progress)
        for place in which or places(archive.settings)
    ]


def run_one(
    archive: Archive,
    place: Place,
    *,
    thorough: bool,
    progress: Callable[[str, int, int], None] = lambda _store, _done, _total: None,
) -> Ran:
    """Do what there is to do in one store."""
    with archive.db.write() as session:
        store_id = row_of(session, place).id
        rows.note_waiting(session, store_id)
    turn = _Turn(archive, place, store_id, progress)
    error: ArchiveError | None = None
    try:
        with alone(archive, store_id):
            turn.go(thorough=thorough)
    except NotFoundError as caught:
        error = StoreAwayError(f"{place.name} went away.")
        error.__cause__ = caught
    except ArchiveError as caught:
        error = caught
    except OSError as caught:
        log.warning("the store %s failed: %s", store_id, type(caught).__name__)
        error = StoreAwayError(
            f"{place.name} cannot be read or written: {caught.strerror}.", code="store-failing"
        )
    return turn.ended(error)


class _Turn:
    """One run in one store."""

    def __init__(
        self, archive: Archive, place: Place, store_id: str, progress: Callable[[str, int, int], None]
    ) -> None:
        self._archive, self._place, self._store_id = archive, place, store_id
        self._progress = progress
        self._copied = self._removed = 0
        self._failed: dict[str, ArchiveError] = {}

    def go(self, *, thorough: bool) -> None:
        """Remove what was destroyed, then copy what waits, then remove what was destroyed meanwhile."""
        store = reach(self._archive, self._place)
        destroyed = self._destroyed() if thorough else []
        with leased(store, new_id(), without_room=partial(self._make_room, store, destroyed)) as lease:
            store.sweep_orphans()
            self._remove(store, destroyed)
            try:
                self._copy_waiting(store, lease.still)
            except StorageFullError:
                # Also what belongs to no item is removed from a store that takes nothing more.
                self._bring_up_shared(store, lease.still)
                raise
            self._bring_up_shared(store, lease.still)
            self._remove(store, [])

    def _make_room(self, store: ObjectStore, destroyed: Sequence[str], remove: Callable[[str], bool]) -> None:
        """Where there is not even room to say who writes: what has to go makes it."""
        store.sweep_orphans()
        self._remove(store, destroyed, remove)

    def _bring_up_shared(self, store: ObjectStore, goes_on: Callable[[], None]) -> None:
        copied, removed, failed = copies_shared.bring_up(self._archive, store, self._store_id, goes_on)
        self._copied, self._removed = self._copied + copied, self._removed + removed
        self._failed |= failed

    def ended(self, error: ArchiveError | None) -> Ran:
        """Note how it ended, and say so; a bag that failed is told when the store did not."""
        told = error or next(iter(self._failed.values()), None)
        is_held = isinstance(error, StoreHeldError)
        with self._archive.db.write() as session:
            row = row_of(session, self._place)
            waiting, _ = rows.count_waiting(session, row.id, Item.id != "")
            waiting += copies_shared.count_waiting(session, row.id)
            if not is_held:
                # Whoever holds it says how it is.
                row.looked_on, row.trouble = today(), error.code if error else ""
                row.reached_on = today() if error is None else row.reached_on
        words = (told.code, str(told), told.remedy) if told else ("", "", "")
        return Ran(self._place.name, self._copied, self._removed, waiting, *words)

    def _copy_waiting(self, store: ObjectStore, goes_on: Callable[[], None]) -> None:
        total = 0
        while found := self._behind():
            total += len(found)
            for item_id in found:
                goes_on()
                self._copy(store, item_id, goes_on)
                self._progress(self._place.name, self._copied + len(self._failed), total)

    def _behind(self) -> list[str]:
        with self._archive.db.write_again() as session:
            rows.note_waiting(session, self._store_id)
            days = self._archive.settings.copies_read_days
            return rows.behind(session, self._store_id, days, self._failed, BATCH)

    def _copy(self, store: ObjectStore, item_id: str, goes_on: Callable[[], None]) -> None:
        with self._archive.db.read() as session:
            revision = session.scalar(select(Item.bag_revision).where(Item.id == item_id)) or 0
            row = session.get_one(BagCopy, (self._store_id, item_id))
        days = self._archive.settings.copies_read_days
        overdue = rows.is_overdue(row.read_on, days)
        in_full = bool(row.trouble or overdue)
        try:
            key = bag_key(item_id)
            copy_or_mend(self._archive.bag_folder(key), store, key, goes_on, in_full=in_full)
        except (IntegrityError, ConflictError, BadInputError) as error:
            # One bag that cannot be copied must not keep the others waiting.
            is_ours = isinstance(error, BagRefusedError | BadInputError)
            code = SourceDamagedError.code if is_ours else error.code
            log.warning("the bag of %s has no copy in %s: %s", item_id, self._store_id, code)
            self._failed[item_id] = error
            self._note(item_id, trouble=code)
        except OSError as error:
            told = blame(self._archive, self._place, bag_key(item_id), error)
            self._failed[item_id] = told
            self._note(item_id, trouble=told.code)
        else:
            self._copied += 1
            self._note(item_id, revision=revision, read=in_full)

    def _note(
        self, item_id: str, *, revision: int | None = None, read: bool = False, trouble: str = ""
    ) -> None:
        with self._archive.db.write_again() as session:
            row = session.get(BagCopy, (self._store_id, item_id))
            if row is None:
                return
            row.trouble = trouble
            if revision is not None:
                row.revision, row.waits_since = revision, None
                row.read_on = today() if read else row.read_on

    def _destroyed(self) -> list[str]:
        """Ids of everything that was ever destroyed, as the ledger has it: it outlives the database."""
        standing = self._archive.withdrawals.standing()
        return [item_id for item_id, line in standing.items() if line.act == Act.DESTROY]

    def _remove(
        self, store: ObjectStore, more: Sequence[str], remove: Callable[[str], bool] | None = None
    ) -> None:
        with self._archive.db.read() as session:
            noted = set(rows.to_remove(session, self._store_id))
        for item_id in sorted(noted.union(more)):
            is_there = next(store.list(bag_key(item_id)), None) is not None
            if is_there:
                if remove is None:
                    store.delete_prefix(bag_key(item_id))
                elif not remove(bag_key(item_id)):
                    continue
                self._removed += 1
            self._note_removed(item_id, was_there=is_there)

    def _note_removed(self, item_id: str, *, was_there: bool) -> None:
        """Forget a copy that is not there any more; the history of what it was of says that it went."""
        with self._archive.db.write() as session:
            if was_there and session.get(Item, item_id) is not None:
                detail = {"store": self._place.name}
                record_event(session, item_id, "remove-copy", agent_of(PIPELINE), detail)
            mine = (BagCopy.store_id == self._store_id, BagCopy.item_id == item_id)
            session.execute(delete(BagCopy).where(*mine))
