"""One writer at a time holds a store; who died lets go of it by and by."""

from __future__ import annotations

import errno
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.models.errors import StorageFullError
from archive.storage import FolderStore, StoreHeldError, folder, leased
from archive.storage.lease import GRACE, KEY, LASTS, Lease
from tests.fixtures.copying import without_room

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


def test_a_store_without_room_is_held_by_one_at_a_time_and_given_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, clock = FolderStore(tmp_path), [NOON]
    with leased(store, "one"):
        # It fills up while somebody writes to it.
        without_room(monkeypatch, tmp_path)
    lease = Lease(store, "two", lambda: clock[0])
    lease.take()
    clock[0] = NOON + LASTS
    lease.renew()
    clock[0] = NOON + LASTS + LASTS / 2
    lease.still()
    with pytest.raises(StoreHeldError):
        Lease(store, "three", lambda: clock[0]).take()
    lease.give_back()
    with leased(store, "three"):
        pass


def test_a_shorter_lease_that_an_older_version_left_in_a_full_store_is_taken_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FolderStore(tmp_path)
    store.put_bytes(KEY, b'{"owner": "", "until": ""}')
    without_room(monkeypatch, tmp_path)
    with leased(store, "one"), pytest.raises(StoreHeldError), leased(store, "two"):
        pass


def test_a_store_in_which_not_even_that_finds_room_gives_room_only_while_nobody_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, clock = FolderStore(tmp_path), [NOON]
    store.put_bytes("bags/gone/data/one.txt", b"one")
    other = Lease(store, "other", lambda: clock[0])
    other.take()
    without_room(monkeypatch, tmp_path)
    monkeypatch.setattr(folder, "_write_over", _no_room)
    mine = Lease(store, "mine", lambda: clock[0])
    with pytest.raises(StoreHeldError):
        mine.remove("bags/gone")
    assert store.exists("bags/gone/data/one.txt")
    clock[0] = NOON + LASTS + GRACE + timedelta(seconds=1)
    with pytest.raises(StorageFullError):
        mine.take()
    assert mine.remove("bags/gone") and not store.exists("bags/gone/data/one.txt")


def _no_room(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
