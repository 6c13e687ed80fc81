"""A copy that was found missing or changed waits until it is made good; what a wrong clock wrote down is not believed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from archive.access import OPERATOR
from archive.bags import bag_key
from archive.models import BagCopy, today
from archive.services import copies, copies_repair, copies_stores
from tests.fixtures.copying import WithStores, likenesses, rotten, state_of
from tests.fixtures.shelf import Shelf


@pytest.mark.parametrize("is_gone", [False, True])
def test_what_compare_finds_bad_is_made_good_by_the_next_run(
    shelf: Shelf, with_stores: WithStores, disk: Path, is_gone: bool
) -> None:
    archive, one = with_stores(disk), shelf.items["one"]
    copies.run(archive)
    file = disk / bag_key(one) / "data/one.txt"
    file.unlink() if is_gone else rotten(file)
    assert likenesses(archive)[one] == "changed"
    assert state_of(archive).waiting == 1
    (ran,) = copies.run(archive)
    assert (ran.copied, ran.waiting, ran.trouble) == (1, 0, "")
    assert set(likenesses(archive).values()) == {"same"}
    assert state_of(archive).waiting == 0


def test_a_copy_that_repair_refused_waits_too(shelf: Shelf, with_stores: WithStores, disk: Path) -> None:
    archive, one = with_stores(disk), shelf.items["one"]
    copies.run(archive)
    rotten(disk / bag_key(one) / "data/one.txt")
    mine = archive.bag_folder(bag_key(one)) / "data/one.txt"
    rotten(mine)
    with pytest.raises(copies_repair.NoSoundCopyError):
        copies_repair.repair(archive, OPERATOR, one, copies_stores.places(archive.settings))
    assert state_of(archive).waiting == 1
    # Brought back by hand.
    rotten(mine)
    (ran,) = copies.run(archive)
    assert (ran.copied, ran.waiting) == (1, 0)
    assert set(likenesses(archive).values()) == {"same"}


def test_a_bag_of_ours_that_is_damaged_is_no_fault_of_its_copy(
    shelf: Shelf, with_stores: WithStores, disk: Path
) -> None:
    archive, one = with_stores(disk), shelf.items["one"]
    copies.run(archive)
    rotten(archive.bag_folder(bag_key(one)) / "data/one.txt")
    assert likenesses(archive)[one] == "changed"
    assert state_of(archive).waiting == 0


def test_a_copy_that_was_read_on_a_day_still_to_come_is_read_again(
    shelf: Shelf, with_stores: WithStores, disk: Path
) -> None:
    archive, one = with_stores(disk), shelf.items["one"]
    copies.run(archive)
    with archive.db.write() as session:
        session.execute(update(BagCopy).values(read_on=today() + timedelta(days=400)))
    rotten(disk / bag_key(one) / "data/one.txt")
    copies.run(archive)
    assert set(likenesses(archive).values()) == {"same"}
    assert state_of(archive).read_since == today()
