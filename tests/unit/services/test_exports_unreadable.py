"""A file of a bag that the disk does not give is told as damage of that bag; a disk that gives nothing as what it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.access import OPERATOR
from archive.models.errors import ArchiveError, ConflictError, StorageFailingError
from archive.services import export_bag, export_carrying, exports, fixity_state
from archive.services.export_choosing import Selection
from archive.services.export_forms import Wish, wish_of
from tests.fixtures.bad_sectors import do_not_give
from tests.fixtures.exporting import quiet, wish
from tests.fixtures.kept_bags import bag_of, bags_master, checks_of, kept, row_of
from tests.fixtures.shelf import Shelf

__all__ = ["bags_master", "kept"]
BAGS = wish("preservation")
LARGE = "data/letter-2.bin"


def all_of(kept: Shelf) -> Selection:
    return Selection(ids=tuple(kept.items.values()))


def to_file(kept: Shelf, tmp_path: Path, wanted: Wish = BAGS) -> ArchiveError:
    """Why an export by command was not made; nothing of it lies there."""
    folder = tmp_path / "out"
    folder.mkdir(exist_ok=True)
    target = folder / f"all.{wanted.ending}"
    with pytest.raises(ArchiveError) as refused:
        export_carrying.make_file(kept.archive, OPERATOR, all_of(kept), wanted, target, quiet)
    assert list(folder.iterdir()) == []
    return refused.value


@pytest.mark.parametrize("wrapping", ["zip", "tar"])
def test_what_cannot_be_read_of_one_bag_is_told_alarmed_and_written_down(
    kept: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrapping: str
) -> None:
    do_not_give(monkeypatch, [bag_of(kept, "letter") / LARGE])
    error = to_file(kept, tmp_path, wish("preservation", wrapping))
    assert isinstance(error, ConflictError) and error.code == "bag-damaged"
    assert kept.items["letter"] in str(error)
    (told,) = checks_of(kept.archive, kept.items["letter"])
    assert (told.outcome, told.detail) == ("failure", {"found": {"unreadable": 1}})
    assert list(fixity_state.damaged_ids(kept.archive)) == [kept.items["letter"]]


def test_whoever_asked_for_it_sees_which_item_it_was(kept: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    export_id = exports.ask(kept.archive, OPERATOR, all_of(kept), BAGS)
    with monkeypatch.context() as failing:
        do_not_give(failing, [bag_of(kept, "letter") / LARGE])
        export_carrying.carry_out(kept.archive, export_id, quiet)
    told = exports.one(kept.archive, OPERATOR, export_id)
    assert (told.state, told.why, told.damaged) == ("failed", "bag-damaged", (kept.items["letter"],))


def test_a_disk_that_gives_nothing_is_no_damage_of_a_bag(
    kept: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = [one for one in kept.archive.bag_folder("bags").rglob("*") if one.is_file()]
    do_not_give(monkeypatch, everything)
    error = to_file(kept, tmp_path)
    assert isinstance(error, StorageFailingError) and error.code == "storage-failing"
    nobody_is_alarmed(kept)


def test_a_place_of_bags_that_is_away_is_no_damage_of_a_bag(kept: Shelf, tmp_path: Path) -> None:
    bags = kept.archive.bag_folder("bags")
    export_id = exports.ask(kept.archive, OPERATOR, all_of(kept), BAGS)
    bags.rename(tmp_path / "away")
    assert to_file(kept, tmp_path).code == "storage-failing"
    export_carrying.carry_out(kept.archive, export_id, quiet)
    assert exports.one(kept.archive, OPERATOR, export_id).why == "storage-failing"
    nobody_is_alarmed(kept)


def test_one_bag_that_fails_once_it_was_read_is_told_too(
    kept: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right, looks = export_bag.zip_stream, []

    def later(root: Path) -> tuple[Iterator[bytes], int]:
        looks.append(root)
        if len(looks) == 2:
            do_not_give(monkeypatch, [root / LARGE])
        return right(root)

    monkeypatch.setattr(export_bag, "zip_stream", later)
    with pytest.raises(ConflictError) as refused:
        export_bag.bag_file(kept.archive, OPERATOR, kept.items["letter"], tmp_path)
    assert refused.value.code == "bag-damaged"
    assert [one.outcome for one in checks_of(kept.archive, kept.items["letter"])] == ["success", "failure"]


def nobody_is_alarmed(kept: Shelf) -> None:
    assert fixity_state.counts(kept.archive)[0] == 0
    assert [checks_of(kept.archive, one) for one in kept.items.values()] == [[]] * len(kept.items)


def test_an_access_copy_that_cannot_be_read_has_its_item_read_next(
    kept: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item_id = kept.items["photo"]
    copies = [one for one in (kept.archive.settings.access / item_id).rglob("*") if one.is_file()]
    do_not_give(monkeypatch, copies)
    error = to_file(kept, tmp_path, wish_of(wish("safe").form, "zip", "research"))
    assert error.code == "bag-unreadable" and item_id in str(error)
    row = row_of(kept.archive, item_id)
    assert row is not None and row.wanted
