"""What is destroyed goes also from a store that takes nothing more, and whoever looks after the archive is told why it does not."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from archive.access import OPERATOR
from archive.bags import bag_key, shared_key
from archive.models import today
from archive.models.errors import StorageFullError
from archive.services import copies, copies_health, shared_bags, withdrawing
from archive.services.opening import Archive
from archive.storage import FolderStore, StoreHeldError, leased, open_store
from archive.storage.lease import KEY
from tests.fixtures.copying import WithStores, likenesses, revise, state_of, without_room
from tests.fixtures.shared_things import Written, bag_id, written
from tests.fixtures.shelf import Shelf
from tests.fixtures.small_disk import small_disk
from tests.fixtures.withdrawn import settle

__all__ = ["written"]

BLOCK = os.sysconf("SC_PAGE_SIZE")


@pytest.fixture
def little(tmp_path: Path) -> Iterator[Path]:
    """A small disk of this test's own."""
    with small_disk(tmp_path / "small", 256 * BLOCK) as place:
        yield place


def fill(disk: Path, left: int) -> None:
    """Leave room for so many small files on a disk."""
    with (disk / "others").open("wb", buffering=0) as stream:
        try:
            while True:
                stream.write(bytes(BLOCK))
        except OSError as error:
            assert error.errno == errno.ENOSPC
        stream.truncate(stream.tell() - left * BLOCK)


def destroy(archive: Archive, item_id: str) -> None:
    withdrawing.withdraw_item(archive, OPERATOR, item_id, destroy=True)
    settle(archive)


def told(archive: Archive) -> tuple[str, str, str]:
    (found,) = copies_health.look(archive)
    return found


def test_what_is_destroyed_goes_from_a_full_disk_and_makes_the_room_for_what_waits(
    shelf: Shelf, with_stores: WithStores, little: Path
) -> None:
    archive, one = with_stores(little), shelf.items["one"]
    copies.run(archive)
    # So it fills up while it is written to, and lets nobody say that they write no more.
    fill(little, left=2)
    revise(archive, shelf.items["two"])
    for _ in range(2):
        (ran,) = copies.run(archive)
        assert (ran.trouble, ran.copied, ran.waiting) == ("storage-full", 0, 1)
    assert not os.statvfs(little).f_bavail
    destroy(archive, one)
    (ran,) = copies.run(archive)
    assert (ran.removed, ran.copied, ran.trouble) == (1, 1, "")
    assert not list(little.glob("**/one*")) and not (little / bag_key(one)).exists()
    assert likenesses(archive)[shelf.items["two"]] == "same"


def test_a_run_that_found_no_room_holds_up_no_other(
    shelf: Shelf, with_stores: WithStores, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, one = with_stores(disk), shelf.items["one"]
    copies.run(archive)
    revise(archive, shelf.items["two"])
    without_room(monkeypatch, disk)
    assert [copies.run(archive)[0].trouble for _ in range(2)] == ["storage-full"] * 2
    destroy(archive, one)
    (ran,) = copies.run(archive)
    assert (ran.trouble, ran.removed, (disk / bag_key(one)).exists()) == ("storage-full", 1, False)


def test_where_not_even_who_writes_finds_room_what_is_destroyed_makes_it(
    shelf: Shelf, with_stores: WithStores, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a file system that writes nothing in its place, or where the note of who writes is gone."""
    archive, one = with_stores(disk), shelf.items["one"]
    copies.run(archive)
    destroy(archive, one)
    (disk / KEY).unlink()
    real = FolderStore.replace_bytes

    def replace(self: FolderStore, key: str, data: bytes) -> None:
        if key == KEY and (disk / bag_key(one)).exists():
            raise StorageFullError(f"There is no room left to keep {key}.")
        real(self, key, data)

    monkeypatch.setattr(FolderStore, "replace_bytes", replace)
    (ran,) = copies.run(archive)
    assert (ran.removed, ran.trouble, state_of(archive).to_remove) == (1, "", 0)


def test_nothing_is_removed_from_a_full_store_to_which_somebody_else_writes(
    shelf: Shelf, with_stores: WithStores, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, one = with_stores(disk), shelf.items["one"]
    copies.run(archive)
    destroy(archive, one)
    with leased(open_store(str(disk)), "another machine"):
        without_room(monkeypatch, disk)
        (ran,) = copies.run(archive)
        assert (ran.trouble, ran.removed) == (StoreHeldError.code, 0)
        assert (disk / bag_key(one)).exists()


def test_a_story_that_showed_what_is_destroyed_goes_as_it_was_from_a_store_without_room(
    shelf: Shelf, with_stores: WithStores, disk: Path, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = with_stores(disk)
    copies.run(archive)
    was = shared_key(bag_id(archive, shared_bags.story(written.stories["published"])))
    assert (disk / was).exists()
    destroy(archive, shelf.items["one"])
    revise(archive, shelf.items["two"])
    without_room(monkeypatch, disk)
    (ran,) = copies.run(archive)
    assert (ran.trouble, (disk / was).exists()) == ("storage-full", False)


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "it is full (storage-full)"), (errno.EROFS, "could not read or write there")],
    ids=["full", "can only be read"],
)
def test_doctor_says_why_a_store_takes_nothing_and_what_waits_to_be_removed(
    shelf: Shelf,
    with_stores: WithStores,
    disk: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    words: str,
) -> None:
    archive = with_stores(disk)
    copies.run(archive)
    revise(archive, shelf.items["two"])
    with monkeypatch.context() as failing:
        without_room(failing, disk, number)
        copies.run(archive)
        destroy(archive, shelf.items["one"])
        verdict, sentence, remedy = told(archive)
        assert (verdict, "copies run" in remedy) == ("problem", True)
        assert words in sentence and "1 bag waits for it" in sentence
        assert "1 destroyed bag waits to be removed from it" in sentence
    copies.run(archive)
    assert told(archive)[0] == "ok"


def test_doctor_says_of_a_disk_that_is_away_that_something_destroyed_lies_there_and_for_how_long(
    shelf: Shelf, with_stores: WithStores, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, now = with_stores(disk), today()
    copies.run(archive)
    disk.rename(disk.with_name("drawer"))
    assert told(archive)[:2] == ("note", f"{disk} is not there. 0 bags wait for it.")
    destroy(archive, shelf.items["one"])
    sentence = f"{disk} is not there. 1 destroyed bag waits to be removed from it since {now}."
    assert told(archive)[:2] == ("note", sentence)
    monkeypatch.setattr(copies_health, "today", lambda: now + timedelta(days=copies_health.DAYS_AWAY + 1))
    assert told(archive)[:2] == ("problem", sentence)
    disk.with_name("drawer").rename(disk)
    assert told(archive)[0] == "problem", "it is there, and nobody removes it"
    copies.run(archive)
    assert told(archive)[0] == "ok"
