"""A damaged bag is put right only from a copy that proves whole, and at no instant are both lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.access import OPERATOR
from archive.bags import BagReport, bag_key, verify
from archive.models.errors import ForbiddenError, IntegrityError, NotFoundError
from archive.services import (
    copies,
    copies_repair,
    copies_stores,
    copies_telling,
    doctor_proof,
    fixity_state,
    records,
    withdrawing,
)
from archive.services import quarantine as quarantine_of
from archive.services.opening import Archive
from archive.services.sweep import sweep
from tests.fixtures.copying import WithStores, revise, rotten
from tests.fixtures.items import actor, item_of
from tests.fixtures.shelf import Shelf
from tests.fixtures.withdrawn import history, settle

WAYS = (quarantine_of.BRINGING, quarantine_of.CHANGING, quarantine_of.CHANGING)


def repair(archive: Archive, item_id: str) -> copies_repair.Repaired:
    return copies_repair.repair(archive, OPERATOR, item_id, copies_stores.places(archive.settings))


def quarantine(archive: Archive) -> list[Path]:
    return sorted((archive.settings.home / "objects" / ".quarantine").glob("*"))


@pytest.fixture
def copied(with_stores: WithStores, disk: Path) -> Archive:
    """An archive whose three bags are on a second disk."""
    archive = with_stores(disk)
    copies.run(archive)
    return archive


def damaged(archive: Archive, item_id: str) -> Path:
    folder = archive.bag_folder(bag_key(item_id))
    rotten(folder / "data/one.txt")
    (folder / "bag-info.txt").unlink()
    return folder


def test_a_bag_is_put_right_from_a_sound_copy_and_its_history_says_so(
    shelf: Shelf, copied: Archive, disk: Path
) -> None:
    one = shelf.items["one"]
    folder = damaged(copied, one)
    rot = (folder / "data/one.txt").read_bytes()
    done = repair(copied, one)
    assert verify(folder).ok
    assert done.store == str(disk)
    assert set(done.files) >= {"bag-info.txt", shelf.files["one", 0]}
    (event,) = [event for event in history(copied, one) if event.kind == "repair"]
    kept_as = Path(done.quarantined).name
    assert event.detail == {"store": str(disk), "files": list(done.files), "kept": kept_as}
    assert "one.txt" not in str(event.detail), "a name as given may say what it holds"
    (kept,) = quarantine(copied)
    assert (str(kept), (kept / "data/one.txt").read_bytes()) == (done.quarantined, rot)
    records.write_waiting(copied)
    assert item_of(copied, one).bag_revision == item_of(copied, one).record_revision
    assert copies.run(copied)[0].trouble == ""


def test_a_bag_that_is_gone_is_put_back(shelf: Shelf, copied: Archive) -> None:
    one = shelf.items["one"]
    folder = copied.bag_folder(bag_key(one))
    shutil.rmtree(folder)
    assert repair(copied, one).quarantined == ""
    assert verify(folder).ok


def test_a_whole_bag_is_left_alone(shelf: Shelf, copied: Archive) -> None:
    assert repair(copied, shelf.items["two"]).store == ""
    assert quarantine(copied) == []


def test_a_copy_that_does_not_prove_whole_is_refused_and_named(
    shelf: Shelf, copied: Archive, disk: Path, with_stores: WithStores, tmp_path: Path
) -> None:
    one = shelf.items["one"]
    folder = damaged(copied, one)
    rotten(disk / bag_key(one) / "data/one more.txt")
    archive = with_stores(disk, tmp_path / "away")
    with pytest.raises(copies_repair.NoSoundCopyError) as refused:
        repair(archive, one)
    assert {store for store, _ in refused.value.refusals} == {str(disk), str(tmp_path / "away")}
    assert not (folder / "bag-info.txt").exists(), "nothing was changed"
    assert quarantine(archive) == []
    assert list(archive.settings.staging.glob("repair-*")) == []


def test_another_items_whole_bag_is_no_copy(shelf: Shelf, copied: Archive, disk: Path) -> None:
    one, two = shelf.items["one"], shelf.items["two"]
    damaged(copied, one)
    shutil.rmtree(disk / bag_key(one))
    shutil.copytree(disk / bag_key(two), disk / bag_key(one))
    with pytest.raises(copies_repair.NoSoundCopyError):
        repair(copied, one)


def test_of_several_copies_the_newest_is_taken(
    shelf: Shelf, copied: Archive, disk: Path, with_stores: WithStores, tmp_path: Path
) -> None:
    one, newer = shelf.items["one"], tmp_path / "newer"
    newer.mkdir()
    revise(copied, one)
    copies.run(with_stores(newer))
    archive = with_stores(disk, newer)
    damaged(archive, one)
    assert repair(archive, one).store == str(newer)


def test_broken_off_before_or_after_the_swap_there_is_a_whole_bag_and_the_damaged_one(
    shelf: Shelf, copied: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = shelf.items["one"]
    folder = damaged(copied, one)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(copies_repair, "exchange", dies)
        repair(copied, one)
    assert not (folder / "bag-info.txt").exists()
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(copies_telling, "note", dies)
        repair(copied, one)
    assert verify(folder).ok
    (kept,) = quarantine(copied)
    assert not verify(kept).ok, "what was fetched and never came to its place is no damaged bag"
    # Done again, it is written down: nothing is wrong any more, and the history says what was.
    done = repair(copied, one)
    assert (done.quarantined, "bag-info.txt" in done.files) == (str(kept), True)
    assert [event.kind for event in history(copied, one)].count("repair") == 1
    assert repair(copied, one).files == ()
    records.write_waiting(copied)
    assert item_of(copied, one).bag_revision == item_of(copied, one).record_revision


def test_a_disk_that_does_not_give_back_what_was_fetched_changes_nothing(
    shelf: Shelf, copied: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = shelf.items["one"]
    folder = damaged(copied, one)
    real = copies_repair.exchange

    def spoils(here: Path, there: Path) -> None:
        real(here, there)
        if (there / "bag-info.txt").exists():
            rotten(there / "data/one.txt")

    monkeypatch.setattr(copies_repair, "exchange", spoils)
    with pytest.raises(IntegrityError) as refused:
        repair(copied, one)
    assert refused.value.code == "disk-at-fault"
    assert not (folder / "bag-info.txt").exists()


def test_who_may_not_see_or_audit_repairs_nothing(shelf: Shelf, copied: Archive) -> None:
    one = shelf.items["one"]
    which = copies_stores.places(copied.settings)
    with pytest.raises(NotFoundError):
        copies_repair.repair(copied, actor("archivist", "elsewhere"), one, which)
    with pytest.raises(ForbiddenError):
        copies_repair.repair(copied, actor("curator"), one, which)
    with pytest.raises(NotFoundError):
        repair(copied, "no-such-item")


def test_what_is_destroyed_goes_from_quarantine_too(shelf: Shelf, copied: Archive) -> None:
    one = shelf.items["one"]
    damaged(copied, one)
    repair(copied, one)
    withdrawing.withdraw_item(copied, OPERATOR, one, destroy=True)
    settle(copied)
    assert quarantine(copied) == []


def test_a_bag_that_came_from_a_copy_which_is_behind_is_whole_and_the_alarm_ends(
    shelf: Shelf, copied: Archive
) -> None:
    one = shelf.items["one"]
    revise(copied, one)
    damaged(copied, one)
    repair(copied, one)
    assert fixity_state.damaged_ids(copied) == {}
    records.write_waiting(copied)
    assert item_of(copied, one).bag_revision == item_of(copied, one).record_revision


def test_what_a_killed_repair_left_on_its_way_is_finished_by_the_next_start(
    shelf: Shelf, copied: Archive
) -> None:
    one = shelf.items["one"]
    folder = damaged(copied, one)
    place = quarantine_of.place_for(copied, one)
    # Killed while it copied, before the two changed places, and between that and the last name.
    half, before, after = (place.with_name(f"{place.name}{number}{way}") for number, way in enumerate(WAYS))
    shutil.copytree(copied.bag_folder(bag_key(shelf.items["two"])), half)
    shutil.copytree(copied.bag_folder(bag_key(shelf.items["two"])), before)
    shutil.copytree(folder, after)
    assert sweep(copied) == 3
    assert quarantine(copied) == [after.with_suffix("")]
    assert sweep(copied) == 0


def remembering(whole: Path) -> Callable[..., BagReport]:
    """A `verify` as it is while the memory holds every bag sound: only what is read from the disk is told."""

    def verify_remembered(root: Path, *, from_disk: bool = False) -> BagReport:
        return verify(root if from_disk else whole, from_disk=from_disk)

    return verify_remembered


def test_a_bag_that_rotted_on_the_disk_while_the_memory_holds_it_sound_is_kept(
    shelf: Shelf, copied: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, whole = shelf.items["one"], copied.bag_folder(bag_key(shelf.items["two"]))
    place = quarantine_of.place_for(copied, one)
    changed = place.with_suffix(quarantine_of.CHANGING)
    shutil.copytree(damaged(copied, one), changed)
    monkeypatch.setattr(quarantine_of, "verify", remembering(whole))
    assert quarantine_of.settle(copied, one) == 1
    assert quarantine(copied) == [place]


def test_broken_off_after_the_swap_what_rotted_on_the_disk_is_kept(
    shelf: Shelf, copied: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, whole = shelf.items["one"], copied.bag_folder(bag_key(shelf.items["two"]))
    rot = (damaged(copied, one) / "data/one.txt").read_bytes()
    real = copies_repair.exchange

    def dies_after(here: Path, there: Path) -> None:
        real(here, there)
        monkeypatch.setattr(copies_repair, "verify", remembering(whole))
        raise KeyboardInterrupt

    monkeypatch.setattr(copies_repair, "exchange", dies_after)
    with pytest.raises(KeyboardInterrupt):
        repair(copied, one)
    (kept,) = quarantine(copied)
    assert (kept / "data/one.txt").read_bytes() == rot


def test_a_folder_in_quarantine_that_somebody_renamed_holds_up_nothing_and_is_told(
    shelf: Shelf, copied: Archive
) -> None:
    one = shelf.items["one"]
    damaged(copied, one)
    repair(copied, one)
    assert list(doctor_proof.quarantined(copied)) == []
    (kept,) = quarantine(copied)
    renamed, strange = kept.with_name(f"{kept.name}-looked at"), kept.with_name("for Ada")
    kept.rename(renamed)
    strange.mkdir()
    damaged(copied, one)
    done = repair(copied, one)
    assert done.files, "the damage is told"
    assert sorted(quarantine(copied)) == sorted([renamed, strange, Path(done.quarantined)])
    named = {finding.sentence.split("'")[1] for finding in doctor_proof.quarantined(copied)}
    assert named == {strange.name, renamed.name}
    told = [event.detail["kept"] for event in history(copied, one) if event.kind == "repair"]
    assert told == [kept.name, renamed.name, Path(done.quarantined).name], "told under its new name too"
