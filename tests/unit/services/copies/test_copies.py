"""Each new revision of each bag comes to every store and is proved there; one store holds up nobody."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from archive.access import OPERATOR
from archive.bags import bag_key, verify
from archive.models import BagCopy, Item, today
from archive.models.errors import ConflictError
from archive.services import (
    copies,
    copies_bag,
    copies_compare,
    copies_state,
    copies_stores,
    erasing,
    records,
    withdrawing,
)
from archive.services.opening import Archive
from archive.services.records import touch_history
from archive.storage import FolderStore, StoreAwayError, leased, open_store
from tests.fixtures.shelf import Shelf
from tests.fixtures.withdrawn import history, settle

WithStores = Callable[..., Archive]
LISTS = ("data/one.txt", "data/one more.txt")


def state_of(archive: Archive, number: int = 0) -> copies_state.StoreState:
    return copies_state.states(archive, OPERATOR)[number]


def likenesses(archive: Archive, number: int = 0, *, read: bool = True) -> dict[str, str]:
    compared = copies_compare.compare(archive, copies_stores.places(archive.settings)[number], read=read)
    return {one.id: one.state for one in compared.bags}


def revise(archive: Archive, item_id: str) -> None:
    """Have the record of an item change, and its bag hear of it."""
    with archive.db.write() as session:
        touch_history(session, session.get_one(Item, item_id))
    records.write_waiting(archive)


def rotten(path: Path) -> None:
    """One bit of a file is another."""
    data = bytearray(path.read_bytes())
    data[0] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("kind", ["folder", "bucket"])
def test_every_bag_and_each_revision_comes_to_a_store_and_is_equal_there(
    kind: str, shelf: Shelf, with_stores: WithStores, disk: Path, request: pytest.FixtureRequest
) -> None:
    url = str(disk) if kind == "folder" else request.getfixturevalue("new_bucket")()
    archive = with_stores(url)
    assert state_of(archive).waiting == 3
    (ran,) = copies.run(archive)
    assert (ran.copied, ran.waiting, ran.trouble) == (3, 0, "")
    assert set(likenesses(archive).values()) == {"same"}
    one = shelf.items["one"]
    revise(archive, one)
    assert (state_of(archive).waiting, state_of(archive).waiting_since) == (1, today())
    assert likenesses(archive)[one] == "behind"
    (ran,) = copies.run(archive)
    assert (ran.copied, ran.waiting) == (1, 0)
    assert set(likenesses(archive).values()) == {"same"}
    store = state_of(archive)
    assert (store.kept, store.reached_on, store.read_since) == (3, today(), today())
    assert "planted-secret" not in str(store)


def test_a_copy_is_a_bag_that_anybody_can_verify(shelf: Shelf, with_stores: WithStores, disk: Path) -> None:
    copies.run(with_stores(disk))
    assert all(verify(disk / bag_key(item_id)).ok for item_id in shelf.items.values())


def test_what_makes_a_copy_count_comes_last(
    shelf: Shelf, with_stores: WithStores, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken off before any write, the copy does not count; the next run goes on and ends with the whole."""
    archive, one = with_stores(disk), shelf.items["one"]
    writes = _count_writes(archive, one, monkeypatch)
    assert writes > 5
    for broken_at in range(1, writes + 1):
        shutil.rmtree(disk / "bags", ignore_errors=True)
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            _break_off(patched, broken_at)
            copies_bag.copy_bag(
                archive.bag_folder(bag_key(one)),
                open_store(str(disk)),
                bag_key(one),
                lambda: None,
                in_full=True,
            )
        assert not (disk / bag_key(one) / "tagmanifest-sha512.txt").exists()
    assert likenesses(archive, read=False)[one] == "missing"
    copies.run(archive)
    assert likenesses(archive)[one] == "same"


def _count_writes(archive: Archive, item_id: str, monkeypatch: pytest.MonkeyPatch) -> int:
    written: list[str] = []
    with monkeypatch.context() as patched:
        patched.setattr(FolderStore, "put_file", lambda _self, key, *_: written.append(key))
        patched.setattr(FolderStore, "replace_bytes", lambda _self, key, *_: written.append(key))
        patched.setattr(copies_bag, "_read_back", lambda *_: None)
        folder, store = (
            archive.bag_folder(bag_key(item_id)),
            open_store(str(archive.settings.home / "unused")),
        )
        copies_bag.copy_bag(folder, store, bag_key(item_id), lambda: None, in_full=True)
    assert [key.rpartition("/")[2] for key in written[-1:]] == ["tagmanifest-sha512.txt"]
    return len(written)


def _break_off(patched: pytest.MonkeyPatch, at: int) -> None:
    left = iter(range(at - 1))

    def dies(write: Any) -> Any:
        def call(*arguments: Any) -> None:
            if next(left, None) is None:
                raise KeyboardInterrupt
            write(*arguments)

        return call

    patched.setattr(FolderStore, "put_file", dies(FolderStore.put_file))
    patched.setattr(FolderStore, "replace_bytes", dies(FolderStore.replace_bytes))


def test_a_store_that_does_not_give_back_what_it_got_is_found_out(
    shelf: Shelf, with_stores: WithStores, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, one = with_stores(disk), shelf.items["one"]
    honest = FolderStore.put_file

    def lying(self: FolderStore, key: str, source: Path, *, move: bool = False) -> None:
        honest(self, key, source, move=move)
        if key.endswith("/one.txt"):
            rotten(disk / key)

    monkeypatch.setattr(FolderStore, "put_file", lying)
    (ran,) = copies.run(archive)
    assert (ran.copied, ran.waiting, ran.trouble) == (2, 1, "copy-differs")
    assert [(bad.id, bad.trouble) for bad in state_of(archive).in_trouble] == [(one, "copy-differs")]
    assert likenesses(archive, read=False)[one] == "missing"


def test_a_copy_that_rots_is_found_when_it_is_read_again_and_is_put_right(
    shelf: Shelf, with_stores: WithStores, disk: Path
) -> None:
    archive, one = with_stores(disk), shelf.items["one"]
    copies.run(archive)
    rotten(disk / bag_key(one) / "data/one.txt")
    assert likenesses(archive, read=False)[one] == "same"
    assert likenesses(archive)[one] == "changed"
    copies.run(archive)
    assert likenesses(archive)[one] == "changed"
    with archive.db.write() as session:
        session.execute(update(BagCopy).values(read_on=today() - timedelta(days=90)))
    copies.run(archive)
    assert set(likenesses(archive).values()) == {"same"}
    assert state_of(archive).read_since == today()


def test_a_damaged_bag_never_takes_the_place_of_its_copy(
    shelf: Shelf, with_stores: WithStores, disk: Path
) -> None:
    archive, one = with_stores(disk), shelf.items["one"]
    copies.run(archive)
    rotten(archive.bag_folder(bag_key(one)) / "data/one.txt")
    rotten(disk / bag_key(one) / "data/one more.txt")
    with archive.db.write() as session:
        session.execute(update(BagCopy).values(read_on=today() - timedelta(days=90)))
    (ran,) = copies.run(archive)
    assert (ran.copied, ran.trouble) == (2, "source-damaged")
    assert b"What one holds." in (disk / bag_key(one) / "data/one.txt").read_bytes()
    assert (disk / bag_key(one) / "data/one more.txt").exists()


def test_a_damaged_bag_gets_no_copy(shelf: Shelf, with_stores: WithStores, disk: Path) -> None:
    archive, one = with_stores(disk), shelf.items["one"]
    rotten(archive.bag_folder(bag_key(one)) / "data/one.txt")
    (ran,) = copies.run(archive)
    assert (ran.copied, ran.waiting, ran.trouble) == (2, 1, "source-damaged")
    assert likenesses(archive, read=False)[one] == "missing"


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


def test_a_copy_with_a_newer_record_is_not_written_over(
    shelf: Shelf, with_stores: WithStores, disk: Path, tmp_path: Path
) -> None:
    archive, one = with_stores(disk), shelf.items["one"]
    older = shutil.copytree(archive.bag_folder(bag_key(one)), tmp_path / "older")
    revise(archive, one)
    copies.run(archive)
    with pytest.raises(ConflictError) as refused:
        copies_bag.copy_bag(older, open_store(str(disk)), bag_key(one), lambda: None, in_full=True)
    assert refused.value.code == "copy-ahead"
    assert likenesses(archive)[one] == "same"


def test_compare_tells_what_is_missing_changed_and_of_nobody(
    shelf: Shelf, with_stores: WithStores, disk: Path
) -> None:
    archive, items = with_stores(disk), shelf.items
    copies.run(archive)
    shutil.rmtree(disk / bag_key(items["one"]))
    (disk / bag_key(items["two"]) / "data/two.txt").unlink()
    (disk / bag_key(items["three"]) / "stray.txt").write_text("x", encoding="utf-8")
    shutil.copytree(disk / bag_key(items["two"]), disk / "bags" / "nobody")
    assert likenesses(archive, read=False) == {
        items["one"]: "missing",
        items["two"]: "changed",
        items["three"]: "changed",
        "nobody": "untracked",
    }


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
    real = copies.copy_bag

    def meanwhile(folder: Path, *arguments: Any, **more: Any) -> None:
        real(folder, *arguments, **more)
        if folder.name == one:
            withdrawing.withdraw_item(archive, OPERATOR, one, destroy=True)

    monkeypatch.setattr(copies, "copy_bag", meanwhile)
    copies.run(archive)
    assert not (disk / bag_key(one)).exists()
    with archive.db.read() as session:
        assert one not in session.scalars(select(BagCopy.item_id)).all()
