"""A repair from a copy that lags loses no revision that is whole anywhere at hand, and tells which are lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from archive.access import OPERATOR
from archive.bags import bag_key, read_bag, verify
from archive.cli.main import cli
from archive.models import BagCopy, Item, record_event
from archive.models.errors import ConflictError
from archive.services import copies, copies_repair, copies_settle, copies_stores, copies_telling, records
from archive.services.opening import Archive
from archive.services.rebuild_record import newest_record
from tests.fixtures.copying import WithStores, likenesses, revise, rotten, state_of
from tests.fixtures.items import item_of
from tests.fixtures.shelf import Shelf
from tests.fixtures.withdrawn import history


def repair(archive: Archive, item_id: str) -> copies_repair.Repaired:
    return copies_repair.repair(archive, OPERATOR, item_id, copies_stores.places(archive.settings))


def revised(folder: Path) -> dict[str, bytes]:
    """Every file of every revision of the record in a bag."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.glob("metadata/*/*")}


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    folder = tmp_path / "newer"
    folder.mkdir()
    return folder


@pytest.fixture
def lagging(shelf: Shelf, with_stores: WithStores, disk: Path, newer: Path) -> Archive:
    """One bag and the store `newer` hold revisions 1 to 6, the store `disk` holds 1 to 3; `newer` is away since."""
    one, archive = shelf.items["one"], with_stores(disk, newer)
    revise(archive, one)
    revise(archive, one)
    copies.run(archive)
    for _ in range(3):
        revise(archive, one)
    copies.run(archive, copies_stores.places(archive.settings)[1:])
    assert read_bag(disk / bag_key(one)).current_revision == 3
    assert read_bag(newer / bag_key(one)).current_revision == 6
    newer.rename(newer.with_name("drawer"))
    return archive


def come_back(newer: Path) -> None:
    newer.with_name("drawer").rename(newer)


def test_what_is_whole_in_the_damaged_bag_and_not_yet_in_the_copy_is_carried_over(
    shelf: Shelf, lagging: Archive, disk: Path, newer: Path
) -> None:
    one = shelf.items["one"]
    folder = lagging.bag_folder(bag_key(one))
    before = revised(folder)
    rotten(folder / "data/one.txt")
    done = repair(lagging, one)
    assert (done.store, done.lost, done.passed_over) == (str(disk), None, ())
    assert verify(folder).ok and revised(folder) == before
    assert newest_record(read_bag(folder))["revision"] == item_of(lagging, one).bag_revision == 6
    (event,) = [event for event in history(lagging, one) if event.kind == "repair"]
    assert "lost" not in event.detail
    for _ in range(4):
        revise(lagging, one)
    come_back(newer)
    assert [ran.trouble for ran in copies.run(lagging)] == ["", ""]
    assert revised(newer / bag_key(one)).items() >= before.items()
    assert [likenesses(lagging, number)[one] for number in (0, 1)] == ["same", "same"]


def test_no_revision_is_carried_over_past_one_that_is_not_whole(
    shelf: Shelf, lagging: Archive, disk: Path
) -> None:
    one = shelf.items["one"]
    folder = lagging.bag_folder(bag_key(one))
    before = revised(folder)
    rotten(folder / "metadata/5/record.json")
    done = repair(lagging, one)
    assert done.lost == (5, 6) and [store for store, _ in done.passed_over] == [str(disk.with_name("newer"))]
    assert verify(folder).ok
    assert revised(folder) == {path: data for path, data in before.items() if path < "metadata/5"}
    (event,) = [event for event in history(lagging, one) if event.kind == "repair"]
    assert event.detail["lost"] == [5, 6]
    assert item_of(lagging, one).bag_revision == 4


@pytest.mark.parametrize("harm", ["rotten", "listing", "unlisted"])
def test_what_does_not_match_its_own_listing_is_not_carried_over(
    harm: str, shelf: Shelf, lagging: Archive
) -> None:
    one = shelf.items["one"]
    folder = lagging.bag_folder(bag_key(one))
    if harm == "rotten":
        rotten(folder / "metadata/4/premis.xml")
    elif harm == "listing":
        lines = (folder / "tagmanifest-sha512.txt").read_bytes().split(b"\n")
        kept = [line for line in lines if not line.endswith(b"metadata/4/dc.xml")]
        (folder / "tagmanifest-sha512.txt").write_bytes(b"\n".join(kept))
    else:
        (folder / "metadata/4/stray.txt").write_text("x", encoding="utf-8")
    assert repair(lagging, one).lost == (4, 6)
    assert read_bag(folder).current_revision == 3


def test_another_copy_is_preferred_that_has_what_the_damaged_bag_has_not_whole(
    shelf: Shelf, lagging: Archive, newer: Path
) -> None:
    one = shelf.items["one"]
    folder = lagging.bag_folder(bag_key(one))
    before = revised(folder)
    come_back(newer)
    rotten(folder / "metadata/5/record.json")
    done = repair(lagging, one)
    assert (done.store, done.lost) == (str(newer), None)
    assert revised(folder) == before


def test_a_rotten_line_of_the_listing_makes_no_copy_another_history(shelf: Shelf, lagging: Archive) -> None:
    one = shelf.items["one"]
    folder = lagging.bag_folder(bag_key(one))
    before, listing = revised(folder), folder / "tagmanifest-sha512.txt"
    line = next(
        line for line in listing.read_bytes().split(b"\n") if line.endswith(b"metadata/2/record.json")
    )
    other = (b"0" if line[:1] != b"0" else b"1") + line[1:]
    listing.write_bytes(listing.read_bytes().replace(line, other))
    assert repair(lagging, one).lost is None
    assert verify(folder).ok and revised(folder) == before


def test_a_rotten_number_in_the_listing_makes_no_revision_that_was_lost(
    shelf: Shelf, lagging: Archive, newer: Path
) -> None:
    one = shelf.items["one"]
    come_back(newer)
    listing = lagging.bag_folder(bag_key(one)) / "tagmanifest-sha512.txt"
    listing.write_bytes(listing.read_bytes().replace(b"metadata/6/dc.xml", b"metadata/7/dc.xml"))
    assert repair(lagging, one).lost is None


def test_of_a_bag_that_is_gone_the_database_knows_that_newer_revisions_are_lost(
    shelf: Shelf, lagging: Archive
) -> None:
    one = shelf.items["one"]
    shutil.rmtree(lagging.bag_folder(bag_key(one)))
    assert repair(lagging, one).lost == (4, 0)


def test_a_repair_that_was_killed_tells_afterwards_what_was_lost(
    shelf: Shelf, lagging: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = shelf.items["one"]
    folder = lagging.bag_folder(bag_key(one))
    rotten(folder / "metadata/4/record.json")

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(copies_telling, "note", dies)
        repair(lagging, one)
    revise(lagging, one)
    assert repair(lagging, one).lost == (4, 6)


def test_a_copy_with_another_record_under_the_same_number_is_never_written_over(
    shelf: Shelf, lagging: Archive, newer: Path
) -> None:
    one = shelf.items["one"]
    folder = lagging.bag_folder(bag_key(one))
    last = revised(newer.with_name("drawer") / bag_key(one))
    rotten(folder / "metadata/4/record.json")
    assert repair(lagging, one).lost == (4, 6)
    for _ in range(4):
        revise(lagging, one)
    assert read_bag(folder).current_revision >= 7, "the numbers have caught up"
    come_back(newer)
    ran = copies.run(lagging)
    assert [(turn.trouble, turn.waiting) for turn in ran] == [("", 0), ("copy-diverged", 1)]
    assert "copies settle" in ran[1].remedy
    assert [bad.trouble for bad in state_of(lagging, 1).in_trouble] == ["copy-diverged"]
    assert revised(newer / bag_key(one)) == last
    # Where somebody says so, the copy is kept apart whole, and the bag is copied anew.
    place = copies_stores.places(lagging.settings)[1]
    settled = copies_settle.settle(lagging, OPERATOR, one, place)
    assert revised(Path(settled.kept)) == last
    assert likenesses(lagging, 1)[one] == "same"
    with pytest.raises(ConflictError) as nothing_to_settle:
        copies_settle.settle(lagging, OPERATOR, one, place)
    assert nothing_to_settle.value.code == "copy-not-ahead"


def test_a_copy_whose_listing_rotted_has_not_diverged_and_is_put_right(
    shelf: Shelf, lagging: Archive, disk: Path
) -> None:
    one = shelf.items["one"]
    listing = disk / bag_key(one) / "tagmanifest-sha512.txt"
    line = next(
        line for line in listing.read_bytes().split(b"\n") if line.endswith(b"metadata/2/record.json")
    )
    other = (b"0" if line[:1] != b"0" else b"1") + line[1:]
    listing.write_bytes(listing.read_bytes().replace(line, other))
    assert copies.run(lagging)[0].trouble == ""
    assert likenesses(lagging)[one] == "same"


def test_of_two_copies_that_parted_the_one_on_the_bags_own_line_is_taken(
    shelf: Shelf, lagging: Archive, disk: Path, newer: Path
) -> None:
    one = shelf.items["one"]
    folder = lagging.bag_folder(bag_key(one))
    rotten(folder / "metadata/4/record.json")
    repair(lagging, one)
    records.write_waiting(lagging)
    copies.run(lagging)
    come_back(newer)
    before = revised(folder)
    rotten(folder / "data/one.txt")
    done = repair(lagging, one)
    assert (done.store, done.lost) == (str(disk), None), "the other has more revisions, of another line"
    assert revised(folder) == before


def test_whoever_repairs_is_told_what_was_lost_and_where_it_may_be(
    shelf: Shelf, lagging: Archive, disk: Path, newer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = shelf.items["one"]
    rotten(lagging.bag_folder(bag_key(one)) / "metadata/5/record.json")
    monkeypatch.setenv("REMEMBRANCE_HOME", str(lagging.settings.home))
    monkeypatch.setenv("REMEMBRANCE_COPIES", f"{disk},{newer}")
    ran = CliRunner().invoke(cli, ["bags", "repair", one], standalone_mode=False)
    assert ran.return_value == 1, "a script hears of it too"
    assert "Revisions 5 to 6 of the record" in ran.stderr and f"{newer} was not taken" in ran.stderr


def restored(archive: Archive, item_id: str, older: Path) -> None:
    """The bag and the database are as they were at revision 3, as after a restore; from then on it goes another way."""
    folder = archive.bag_folder(bag_key(item_id))
    shutil.rmtree(folder)
    shutil.copytree(older, folder)
    with archive.db.write() as session:
        item = session.get_one(Item, item_id)
        item.record_revision = item.bag_revision = 3
        of_item = BagCopy.item_id == item_id
        session.execute(update(BagCopy).where(of_item).values(revision=3, waits_since=None, trouble=""))
        record_event(session, item_id, "describe", "pipeline", {})


def test_after_a_restore_the_copies_of_what_came_since_the_backup_are_never_written_over(
    shelf: Shelf, lagging: Archive, disk: Path, newer: Path
) -> None:
    one = shelf.items["one"]
    come_back(newer)
    last = revised(newer / bag_key(one))
    restored(lagging, one, disk / bag_key(one))
    troubles = []
    for _ in range(5):
        revise(lagging, one)
        troubles.append(copies.run(lagging)[1].trouble)
    assert troubles == ["copy-ahead"] * 2 + ["copy-diverged"] * 3
    assert revised(newer / bag_key(one)) == last


def test_a_bag_repaired_from_a_copy_that_knows_more_than_the_database_goes_on_after_it(
    shelf: Shelf, lagging: Archive, disk: Path, newer: Path
) -> None:
    one = shelf.items["one"]
    folder = lagging.bag_folder(bag_key(one))
    come_back(newer)
    last = revised(newer / bag_key(one))
    restored(lagging, one, disk / bag_key(one))
    rotten(folder / "data/one.txt")
    assert repair(lagging, one).store == str(newer)
    records.write_waiting(lagging)
    item, bag = item_of(lagging, one), read_bag(folder)
    assert newest_record(bag)["revision"] == item.record_revision == item.bag_revision == 7
    assert (bag.current_revision, revised(folder).items() >= last.items()) == (7, True)
    assert [ran.trouble for ran in copies.run(lagging)] == ["", ""]
