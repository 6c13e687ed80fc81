"""What is destroyed at its giver's wish goes from every copy; what is hidden stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from archive.access import OPERATOR
from archive.bags import bag_key
from archive.models import BagCopy
from archive.services import (
    copies,
    copies_mend,
    erasing,
    withdrawing,
)
from tests.fixtures.copying import WithStores, likenesses, state_of
from tests.fixtures.shelf import Shelf
from tests.fixtures.withdrawn import history, settle


def test_what_is_destroyed_goes_from_every_copy_also_from_one_that_was_away(
    shelf: Shelf, with_stores: WithStores, disk: Path, tmp_path: Path
) -> None:
    other, one = tmp_path / "other", shelf.items["one"]
    other.mkdir()
    archive = with_stores(disk, other)
    copies.run(archive)
    other.rename(tmp_path / "drawer")
    withdrawing.withdraw_item(archive, OPERATOR, one, destroy=True)
    settle(archive)
    assert state_of(archive).to_remove == 1
    first, second = copies.run(archive)
    assert (first.removed, second.trouble) == (1, "store-away")
    assert not (disk / bag_key(one)).exists()
    assert (state_of(archive, 1).to_remove, (tmp_path / "drawer" / bag_key(one)).exists()) == (1, True)
    (tmp_path / "drawer").rename(other)
    _, second = copies.run(archive)
    assert (second.removed, state_of(archive, 1).to_remove) == (1, 0)
    assert not (other / bag_key(one)).exists()
    gone = [event.detail["store"] for event in history(archive, one) if event.kind == "remove-copy"]
    assert gone == [str(disk), str(other)]
    assert not list(disk.glob("**/one.txt"))


def test_what_was_destroyed_goes_also_where_no_row_speaks_of_it(
    shelf: Shelf, with_stores: WithStores, disk: Path
) -> None:
    archive, one = with_stores(disk), shelf.items["one"]
    copies.run(archive)
    withdrawing.withdraw_item(archive, OPERATOR, one, destroy=True)
    settle(archive)
    with archive.db.write() as session:
        session.query(BagCopy).delete()
    copies.run(archive)
    assert not (disk / bag_key(one)).exists()


def test_what_is_hidden_stays_in_the_copies(shelf: Shelf, with_stores: WithStores, disk: Path) -> None:
    archive, one = with_stores(disk), shelf.items["one"]
    withdrawing.withdraw_item(archive, OPERATOR, one)
    settle(archive)
    copies.run(archive)
    assert likenesses(archive)[one] == "same"


@pytest.fixture
def erased_quietly(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing is removed here for a while."""
    with monkeypatch.context() as patched:
        patched.setattr(erasing, "clear", lambda *_, **__: True)
        yield


@pytest.mark.usefixtures("erased_quietly")
def test_what_is_destroyed_while_it_is_copied_does_not_stay(
    shelf: Shelf, with_stores: WithStores, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, one = with_stores(disk), shelf.items["one"]
    real = copies_mend.copy_bag

    def meanwhile(folder: Path, *arguments: Any, **more: Any) -> None:
        real(folder, *arguments, **more)
        if folder.name == one:
            withdrawing.withdraw_item(archive, OPERATOR, one, destroy=True)

    monkeypatch.setattr(copies_mend, "copy_bag", meanwhile)
    copies.run(archive)
    assert not (disk / bag_key(one)).exists()
    with archive.db.read() as session:
        assert one not in session.scalars(select(BagCopy.item_id)).all()
