"""A store that is away, held, unfit or another one is told apart, and holds up no other."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from archive.bags import bag_key
from archive.models.errors import BadInputError
from archive.services import (
    copies,
    copies_bag,
    copies_stores,
)
from archive.services.opening import open_archive
from archive.settings import Settings
from archive.storage import FolderStore, StoreAwayError, leased, open_store
from tests.fixtures.copying import WithStores, state_of
from tests.fixtures.shelf import Shelf


def test_a_store_that_is_away_holds_up_no_other_and_catches_up(
    shelf: Shelf, with_stores: WithStores, disk: Path, tmp_path: Path
) -> None:
    away = tmp_path / "away"
    archive = with_stores(away, disk)
    first, second = copies.run(archive)
    assert (first.trouble, first.waiting, second.trouble, second.waiting) == ("store-away", 3, "", 0)
    assert not away.exists(), "the place of a disk that is not mounted is never filled"
    assert (state_of(archive).trouble, state_of(archive).reached_on) == ("store-away", None)
    away.mkdir()
    first, _ = copies.run(archive)
    assert (first.copied, first.waiting, first.trouble) == (3, 0, "")


def test_another_disk_at_the_same_place_is_told_apart_until_it_is_adopted(
    shelf: Shelf, with_stores: WithStores, disk: Path, tmp_path: Path
) -> None:
    archive = with_stores(disk)
    copies.run(archive)
    disk.rename(tmp_path / "taken-out")
    disk.mkdir()
    (ran,) = copies.run(archive)
    assert (ran.trouble, list(disk.rglob("bag-info.txt"))) == ("store-other", [])
    copies_stores.adopt(archive, copies_stores.places(archive.settings)[0])
    (ran,) = copies.run(archive)
    assert (ran.copied, ran.trouble) == (3, "")
    shutil.rmtree(disk)
    (tmp_path / "taken-out").rename(disk)
    (ran,) = copies.run(archive)
    assert ran.trouble == "store-other"


def test_a_store_is_never_written_by_two_at_once(shelf: Shelf, with_stores: WithStores, disk: Path) -> None:
    archive = with_stores(disk)
    with leased(open_store(str(disk)), "another machine"):
        (ran,) = copies.run(archive)
    assert (ran.copied, ran.trouble) == (0, "store-held")
    assert state_of(archive).trouble == ""
    (ran,) = copies.run(archive)
    assert (ran.copied, ran.trouble) == (3, "")


def test_one_who_lost_the_store_while_copying_writes_no_more(
    shelf: Shelf, with_stores: WithStores, disk: Path
) -> None:
    archive, one = with_stores(disk), shelf.items["one"]

    def lost() -> None:
        raise StoreAwayError("It is somebody else's.")

    with pytest.raises(StoreAwayError):
        copies_bag.copy_bag(
            archive.bag_folder(bag_key(one)), open_store(str(disk)), bag_key(one), lost, in_full=True
        )
    assert not (disk / "bags").exists()


@pytest.mark.parametrize("inside", ["objects", "objects/bags", "."])
def test_a_copy_beside_nothing_but_itself_is_refused(
    inside: str, shelf: Shelf, with_stores: WithStores
) -> None:
    archive = with_stores(shelf.archive.settings.home / inside)
    (ran,) = copies.run(archive)
    assert (ran.trouble, ran.copied) == ("store-same-place", 0)


def test_an_address_with_a_key_in_it_is_shown_nowhere(with_stores: WithStores) -> None:
    archive = with_stores("s3://key:planted@bucket/x")
    (ran,) = copies.run(archive)
    assert ran.trouble == "storage-url"
    assert "planted" not in f"{ran}{state_of(archive)}"


def test_a_server_that_writes_over_what_is_there_is_not_used(
    with_stores: WithStores, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ignores_the_condition(self: FolderStore, key: str, _old: bytes | None, new: bytes) -> bool:
        self.replace_bytes(key, new)
        return True

    monkeypatch.setattr(FolderStore, "swap_bytes", ignores_the_condition)
    (ran,) = copies.run(with_stores(disk))
    assert (ran.trouble, ran.copied, list(disk.rglob("*.json"))) == ("store-unfit", 0, [])


def test_the_bags_themselves_lie_in_a_folder(tmp_path: Path) -> None:
    with pytest.raises(BadInputError) as refused:
        open_archive(Settings(home=tmp_path / "home", objects_url="s3://bucket/x"))
    assert refused.value.code == "bad-setting"
