"""One writer at a time holds a store; who died lets go of it by and by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.storage import FolderStore, StoreHeldError, leased
from archive.storage.lease import GRACE, KEY, LASTS, Lease

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def test_a_store_is_held_by_one_until_it_is_given_back(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    with leased(store, "one"), pytest.raises(StoreHeldError), leased(store, "two"):
        pass
    with leased(store, "two") as lease:
        lease.still()


def test_who_died_holds_it_no_longer_than_it_runs(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    Lease(store, "died", lambda: NOON).take()
    with pytest.raises(StoreHeldError):
        Lease(store, "next", lambda: NOON + LASTS).take()
    Lease(store, "next", lambda: NOON + LASTS + GRACE + timedelta(seconds=1)).take()


def test_who_was_thought_dead_is_told_and_takes_nothing_back(tmp_path: Path) -> None:
    store, clock = FolderStore(tmp_path), [NOON]
    slow = Lease(store, "slow", lambda: clock[0])
    slow.take()
    slow.still()
    clock[0] = NOON + LASTS + GRACE + timedelta(seconds=1)
    with pytest.raises(StoreHeldError):
        slow.still()
    Lease(store, "next", lambda: clock[0]).take()
    with pytest.raises(StoreHeldError):
        slow.renew()
    slow.give_back()
    with pytest.raises(StoreHeldError):
        Lease(store, "third", lambda: clock[0]).take()


def test_what_is_renewed_goes_on(tmp_path: Path) -> None:
    store, clock = FolderStore(tmp_path), [NOON]
    lease = Lease(store, "one", lambda: clock[0])
    lease.take()
    clock[0] = NOON + LASTS
    lease.renew()
    clock[0] = NOON + LASTS + LASTS / 2
    lease.still()


def test_what_nobody_can_read_holds_nobody_up(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.put_bytes(KEY, b"\xff not JSON")
    with leased(store, "one") as lease:
        lease.still()
