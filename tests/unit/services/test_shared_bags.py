"""Stories, introductions, names and words are in bags of their own, from which they come back as they were."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from archive.access import OPERATOR
from archive.bags import (
    StockValidator,
    patience,
    shared_key,
    verify,
)
from archive.models import SharedBag
from archive.services import (
    doctor,
    erasing,
    rebuild,
    rebuild_compare,
    shared_bags,
    shared_writing,
    stories,
    upkeep,
    withdrawing,
)
from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from tests.fixtures.letters_kept import shelf
from tests.fixtures.outside import bytes_below
from tests.fixtures.second_opinion import refusals
from tests.fixtures.shared_things import (
    COLLECTION,
    Written,
    bag_id,
    bag_of,
    is_written,
    look,
    reword,
    show,
    word,
    written,
)
from tests.fixtures.shelf import Shelf

__all__ = ["shelf", "written"]
ROOT = Path(__file__).parents[3]


def again(shelf: Shelf, home: Path) -> Archive:
    """An archive that has the same bags and ledger of withdrawals, and nothing else."""
    for name in ("objects", "withdrawals"):
        if (shelf.archive.settings.home / name).exists():
            shutil.copytree(shelf.archive.settings.home / name, home / name)
    return open_archive(Settings(home=home), beside_bags=True)


def bags_of(archive: Archive) -> list[Path]:
    return sorted(archive.bag_folder("shared").iterdir())


def test_everything_comes_back_with_its_revisions_and_all_pages_are_equal(
    shelf: Shelf, written: Written, tmp_path: Path
) -> None:
    before = look(shelf.archive, written)
    archive = again(shelf, tmp_path / "again")
    try:
        held = bytes_below(archive.bag_folder("shared"))
        brought = rebuild.bring_back(archive, awaits_copies=False)
        assert brought.refused == [] and len(brought.shared) == len(bags_of(archive)) == 8
        assert look(archive, written) == before
        assert before["/stories/rivers"][0] == before[f"/collections/{COLLECTION}"][0] == 200
        assert before["/stories/not-yet"][0] == 404
        # What came back needs no writing, and is what bags alone give.
        assert shared_writing.write_waiting(archive) == frozenset()
        assert bytes_below(archive.bag_folder("shared")) == held
        assert rebuild_compare.compare(archive).is_equal
    finally:
        archive.close()


def test_each_is_a_valid_bag_that_one_can_read_without_us(shelf: Shelf, written: Written) -> None:
    with StockValidator() as stock:
        for folder in bags_of(shelf.archive):
            assert verify(folder).ok
            assert stock.validate(folder, patience(10_000)).valid
            assert refusals(folder) == []
    found = bag_of(shelf.archive, shared_bags.story(written.stories["published"]))
    assert found.record("text.md").decode().startswith("# Rivers, songs\n\nMore. They *sang*.")
    assert "a story" in found.record("README.txt").decode()
    record = json.loads(found.record("record.json"))
    assert [one["title"] for one in record["history"]] == ["Rivers and songs", "Rivers, songs"]
    assert {one["agent"] for one in record["events"]} == {"operator"}


def test_publishing_and_taking_off_is_a_revision(shelf: Shelf, written: Written) -> None:
    subject = shared_bags.story(written.stories["published"])
    before = bag_of(shelf.archive, subject)
    show(shelf.archive, written.stories["published"], publish=False)
    upkeep.catch_up(shelf.archive)
    after = bag_of(shelf.archive, subject)
    assert after.current_revision == before.current_revision + 1
    assert json.loads(after.record("record.json"))["story"]["published"] is False
    assert json.loads(after.record("record.json", before.current_revision))["story"]["published"] is True


def test_what_is_destroyed_is_in_no_revision_of_any_of_them(shelf: Shelf, written: Written) -> None:
    archive, gone = shelf.archive, shelf.items["two"]
    old = bag_id(archive, shared_bags.story(written.stories["published"]))
    assert any(gone.encode() in data for data in bytes_below(archive.bag_folder("shared")).values())
    withdrawing.withdraw_item(archive, OPERATOR, gone, destroy=True)
    upkeep.catch_up(archive)
    assert not any(gone.encode() in data for data in bytes_below(archive.bag_folder("shared")).values())
    assert not archive.bag_folder(shared_key(old)).exists()
    assert is_written(archive, written.stories["published"])
    assert len(stories.history(archive, OPERATOR, written.stories["published"])) == 2


def test_an_item_is_not_said_to_be_destroyed_before_they_are_gone(
    shelf: Shelf, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    withdrawing.withdraw_item(shelf.archive, OPERATOR, shelf.items["two"], destroy=True)
    with monkeypatch.context() as patched:
        patched.setattr(shared_writing, "remove_leaving", lambda _archive: None)
        assert not erasing.clear(shelf.archive)
    assert erasing.clear(shelf.archive)


def test_a_name_that_was_let_go_is_in_no_bag(shelf: Shelf, written: Written) -> None:
    word_id = word(shelf.archive, "agents", "Misspelt Person", note="A singer.")
    shared_writing.write_waiting(shelf.archive)
    reword(shelf.archive, "agents", word_id, name="Rightly Spelt", keep_name="no")
    shared_writing.write_waiting(shelf.archive)
    held = bytes_below(shelf.archive.bag_folder("shared")).values()
    assert not any(b"Misspelt" in data for data in held)
    assert any(b"Rightly Spelt" in data for data in held)


def test_of_two_bags_the_newer_one_counts_and_the_other_goes(
    shelf: Shelf, written: Written, tmp_path: Path
) -> None:
    subject = shared_bags.story(written.stories["published"])
    old = shelf.archive.bag_folder(shared_key(bag_id(shelf.archive, subject)))
    with shelf.archive.db.write() as session:
        shared_bags.begin_anew(session, [subject])
    shutil.copytree(old, tmp_path / "aside")
    shared_writing.write_waiting(shelf.archive)
    shutil.copytree(tmp_path / "aside", old)
    archive = again(shelf, tmp_path / "again")
    try:
        assert rebuild.bring_back(archive, awaits_copies=False).refused == []
        assert bag_id(archive, subject) == bag_id(shelf.archive, subject)
        upkeep.catch_up(archive)
        assert not archive.bag_folder(shared_key(old.name)).exists()
    finally:
        archive.close()


@pytest.mark.parametrize("lies_there_still", [True, False])
def test_bags_of_another_folder_are_copied_and_what_is_destroyed_is_taken_out(
    shelf: Shelf, written: Written, tmp_path: Path, lies_there_still: bool
) -> None:
    source, gone = shelf.archive.settings.home / "objects", shelf.items["two"]
    away = Path(shutil.copytree(source, tmp_path / "away"))
    if not lies_there_still:
        shutil.rmtree(away / "bags" / gone)
    withdrawing.withdraw_item(shelf.archive, OPERATOR, gone, destroy=True)
    upkeep.catch_up(shelf.archive)
    shutil.rmtree(source)
    archive = again(shelf, tmp_path / "again")
    try:
        brought = rebuild.bring_back(archive, away, awaits_copies=False)
        assert (brought.refused, brought.destroyed) == ([], [gone] if lies_there_still else [])
        upkeep.catch_up(archive)
        assert not any(gone.encode() in data for data in bytes_below(archive.bag_folder("shared")).values())
        assert gone not in str(look(archive, written))
    finally:
        archive.close()


def test_a_changed_byte_is_refused_and_the_rest_comes_back(
    shelf: Shelf, written: Written, tmp_path: Path
) -> None:
    subject = shared_bags.story(written.stories["draft"])
    damaged = bag_of(shelf.archive, subject).root
    (damaged / "data" / "about.txt").write_bytes(b"x" * len(shared_writing.ABOUT_TEXT))
    archive = again(shelf, tmp_path / "again")
    try:
        brought = rebuild.bring_back(archive, awaits_copies=False)
        assert [(one.name, one.code) for one in brought.refused] == [(damaged.name, "bag-changed")]
        assert subject not in brought.shared and len(brought.shared) == 7
    finally:
        archive.close()


def test_what_was_there_before_they_had_bags_gets_them(shelf: Shelf, written: Written) -> None:
    with shelf.archive.db.write() as session:
        session.query(SharedBag).delete()
    shutil.rmtree(shelf.archive.bag_folder("shared"))
    upkeep.TurnOfDay(shelf.archive)()
    assert upkeep.catch_up(shelf.archive) and len(bags_of(shelf.archive)) == 8


def test_the_doctor_tells_what_is_gone_and_what_belongs_to_nothing(shelf: Shelf, written: Written) -> None:
    first, second, *_ = bags_of(shelf.archive)
    first.rename(second.with_name("stranger"))
    told = [one.sentence for one in doctor.examine(shelf.archive) if one.what == "bags"]
    assert f"The bag shared/{first.name} is gone." in told
    assert any(one.startswith("The bag shared/stranger belongs to nothing") for one in told)
