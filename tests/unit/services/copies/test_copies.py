"""Each new revision of each bag comes to every store and is proved there."""

from __future__ import annotations

import errno
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from archive.access import OPERATOR
from archive.bags import bag_key, verify
from archive.models import BagCopy, Collection, Item, today
from archive.models.errors import ConflictError
from archive.services import (
    copies,
    copies_bag,
    copies_repair,
    copies_settle,
    copies_stores,
    withdrawing,
)
from archive.services.copies_mend import SourceDamagedError
from archive.services.copies_round import CopyRound
from archive.services.describe import Description
from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from archive.storage import FolderStore, open_store
from tests.fixtures.copying import WithStores, likenesses, revise, rotten, state_of
from tests.fixtures.shelf import Shelf
from tests.fixtures.withdrawn import history


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
    (ran,) = copies.run(archive)
    assert ran.copied == 0, "its turn has not come"
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


def test_a_copy_that_is_ahead_of_a_whole_bag_is_settled_and_kept_apart(
    shelf: Shelf, with_stores: WithStores, disk: Path, tmp_path: Path
) -> None:
    archive, one = with_stores(disk), shelf.items["one"]
    place, folder = copies_stores.places(archive.settings)[0], archive.bag_folder(bag_key(one))
    older = shutil.copytree(folder, tmp_path / "older")
    revise(archive, one)
    copies.run(archive)
    with pytest.raises(ConflictError) as not_ahead:
        copies_settle.settle(archive, OPERATOR, one, place)
    assert not_ahead.value.code == "copy-not-ahead"
    # The archive is as it was before, and what is over there is newer, and rotten.
    shutil.rmtree(folder)
    shutil.copytree(older, folder)
    with archive.db.write() as session:
        item = session.get_one(Item, one)
        item.record_revision = item.bag_revision = 1
    rotten(disk / bag_key(one) / "data/one.txt")
    assert [one.trouble for one in copies.run(archive)] == ["copy-ahead"]
    rotten(folder / "data/one more.txt")
    with pytest.raises(SourceDamagedError):
        copies_settle.settle(archive, OPERATOR, one, place)
    rotten(folder / "data/one more.txt")
    settled = copies_settle.settle(archive, OPERATOR, one, place)
    assert likenesses(archive)[one] == "same"
    # Whoever repairs bags later leaves it there.
    copies_repair.repair(archive, OPERATOR, one, [place])
    assert (Path(settled.kept) / "metadata/2/record.json").is_file() and settled.unreadable == ()
    assert [ran.trouble for ran in copies.run(archive)] == [""]
    assert [event.kind for event in history(archive, one)][-1] == "remove-copy"


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


def test_a_bad_place_on_a_disk_holds_up_no_other_bag(
    shelf: Shelf, with_stores: WithStores, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, one = with_stores(disk), shelf.items["one"]
    honest = FolderStore.put_file

    def failing(self: FolderStore, key: str, source: Path, *, move: bool = False) -> None:
        if one in key:
            raise OSError(errno.EIO, "Input/output error")
        honest(self, key, source, move=move)

    with monkeypatch.context() as patched:
        patched.setattr(FolderStore, "put_file", failing)
        (ran,) = copies.run(archive)
    assert (ran.copied, ran.waiting, ran.trouble) == (2, 1, "store-failing")
    assert [bad.id for bad in state_of(archive).in_trouble] == [one]
    copies.run(archive)
    assert (state_of(archive).in_trouble, likenesses(archive)[one]) == ((), "same")


def test_rows_say_the_same_on_either_database(database_url: str, disk: Path, tmp_path: Path) -> None:
    settings = Settings(
        home=tmp_path / "home", database_url=database_url, copies=(str(disk),), staff_second_factor=False
    )
    shelf = Shelf(open_archive(settings))
    try:
        with shelf.archive.db.write() as session:
            session.add(Collection(slug="march-25"))
            session.flush()
            item = shelf.item(session, "one", Description(title="One"))
            shelf.file(session, item, b"one", "one.txt", "text/plain")
            shelf.bag(session, item)
        looks = CopyRound(shelf.archive, copies_stores.places(settings)[0])
        looks()
        assert (state_of(shelf.archive).kept, state_of(shelf.archive).waiting) == (1, 0)
        revise(shelf.archive, shelf.items["one"])
        assert (state_of(shelf.archive).kept, state_of(shelf.archive).waiting) == (0, 1)
        looks()
        assert likenesses(shelf.archive) == {shelf.items["one"]: "same"}
        withdrawing.withdraw_item(shelf.archive, OPERATOR, shelf.items["one"], destroy=True)
        assert state_of(shelf.archive).to_remove == 1
        looks()
        assert (state_of(shelf.archive).to_remove, list(disk.rglob("bagit.txt"))) == (0, [])
    finally:
        shelf.archive.close()
