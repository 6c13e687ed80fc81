"""Of what belongs to no item a rebuild gives the newest that any disk holds, whichever comes first, and names what it cannot use."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from archive.access import OPERATOR
from archive.bags import shared_key, verify
from archive.services import rebuild, rebuild_compare, shared_bags, shared_writing, stories, upkeep
from archive.services.opening import Archive, open_archive
from archive.services.rebuild import Brought
from archive.settings import Settings
from tests.fixtures.copying import rotten
from tests.fixtures.letters_kept import shelf
from tests.fixtures.outside import bytes_below
from tests.fixtures.shared_things import Written, bag_id, bag_of, introduce, look, reword, show, written
from tests.fixtures.shelf import Shelf
from tests.fixtures.withdrawn import troubles

__all__ = ["shelf", "written"]


@pytest.fixture
def disks(shelf: Shelf, written: Written, tmp_path: Path) -> tuple[Path, Path]:
    """The bags as they were once, and as they are after much was changed and a story had to begin anew."""
    archive, objects = shelf.archive, shelf.archive.settings.home / "objects"
    old = Path(shutil.copytree(objects, tmp_path / "old"))
    show(archive, written.stories["translated"], publish=False)
    show(archive, written.stories["translated"], publish=True)
    introduce(archive, "en", "We keep all of it.")
    reword(archive, "agents", written.words["Esther Moss"], note="She sang, and wrote songs.")
    shared_writing.renew(archive, OPERATOR, bag_id(archive, shared_bags.story(written.stories["draft"])))
    upkeep.catch_up(archive)
    return old, Path(shutil.copytree(objects, tmp_path / "new"))


@contextmanager
def home_of(objects: Path, home: Path) -> Iterator[Archive]:
    shutil.copytree(objects, home / "objects")
    archive = open_archive(Settings(home=home), beside_bags=True)
    try:
        yield archive
    finally:
        archive.close()


def bring(archive: Archive, source: Path | None = None) -> Brought:
    brought = rebuild.bring_back(archive, source, awaits_copies=False)
    upkeep.catch_up(archive)
    return brought


def is_as_before(archive: Archive, shelf: Shelf, written: Written) -> None:
    assert look(archive, written) == look(shelf.archive, written)
    assert rebuild_compare.compare(archive).is_equal
    mine = {one.name: bytes_below(one) for one in archive.bag_folder("shared").iterdir()}
    assert all(verify(archive.bag_folder(shared_key(one))).ok for one in mine) and len(mine) == 8
    assert [one for one in troubles(archive) if "shared/" in one] == []


@pytest.mark.parametrize("is_newer_elsewhere", [True, False])
def test_of_two_disks_of_which_each_holds_all_the_newer_counts(
    shelf: Shelf, written: Written, disks: tuple[Path, Path], tmp_path: Path, is_newer_elsewhere: bool
) -> None:
    here, elsewhere = disks if is_newer_elsewhere else disks[::-1]
    with home_of(here, tmp_path / "again") as archive:
        brought = bring(archive, elsewhere)
        assert (brought.refused, len(brought.shared)) == ([], 8)
        is_as_before(archive, shelf, written)
        assert not (archive.bag_folder("shared").parent / ".quarantine").exists()


@pytest.mark.parametrize("is_newer_first", [True, False])
def test_one_disk_after_the_other_gives_the_same(
    shelf: Shelf, written: Written, disks: tuple[Path, Path], tmp_path: Path, is_newer_first: bool
) -> None:
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    first, second = disks[::-1] if is_newer_first else disks
    with home_of(nothing, tmp_path / "again") as archive:
        for disk in (first, second, first):
            assert bring(archive, disk).refused == []
        is_as_before(archive, shelf, written)


@pytest.mark.parametrize("is_damaged_here", [True, False])
def test_what_is_damaged_on_one_disk_comes_from_the_other(
    shelf: Shelf, written: Written, disks: tuple[Path, Path], tmp_path: Path, is_damaged_here: bool
) -> None:
    here, elsewhere = disks[1], Path(shutil.copytree(disks[1], tmp_path / "elsewhere"))
    damaged = bag_of(shelf.archive, shared_bags.story(written.stories["published"]))
    disk = here if is_damaged_here else elsewhere
    rotten(disk / shared_key(damaged.id) / "data/about.txt")
    with home_of(here, tmp_path / "again") as archive:
        assert bring(archive, elsewhere).refused == []
        is_as_before(archive, shelf, written)
        aside = archive.bag_folder("shared").parent / ".quarantine"
        kept = [one.name for one in aside.iterdir()] if aside.exists() else []
        assert [one.rpartition("-")[0][:-11] for one in kept] == ([damaged.id] if is_damaged_here else [])
        # It is no bag of anything any more, and goes with what took its place.
        shared_writing.renew(archive, OPERATOR, damaged.id)
        assert not kept or list(aside.iterdir()) == []


def test_what_is_damaged_on_both_is_left_out_and_named(
    shelf: Shelf, written: Written, disks: tuple[Path, Path], tmp_path: Path
) -> None:
    damaged = bag_of(shelf.archive, shared_bags.story(written.stories["published"]))
    for disk in disks:
        rotten(disk / shared_key(damaged.id) / "data/about.txt")
    with home_of(disks[0], tmp_path / "again") as archive:
        brought = bring(archive, disks[1])
        assert {(one.name, one.code) for one in brought.refused} == {(damaged.id, "bag-changed")}
        assert len(brought.shared) == 7
        # Found again later, it is brought by the same command.
        third = tmp_path / "third"
        shutil.copytree(shelf.archive.settings.home / "objects", third)
        assert bring(archive, third).refused == []
        is_as_before(archive, shelf, written)


def test_what_lies_in_quarantine_is_no_bag_of_anything(
    shelf: Shelf, written: Written, disks: tuple[Path, Path], tmp_path: Path
) -> None:
    old, new = disks
    subject = bag_id(shelf.archive, shared_bags.story(written.stories["published"]))
    for disk in disks:
        (disk / ".quarantine").mkdir()
        shutil.copytree(old / shared_key(subject), disk / ".quarantine" / f"{subject}-2026-03-25-1")
    with home_of(new, tmp_path / "again") as archive:
        assert bring(archive, old).refused == []
        is_as_before(archive, shelf, written)
        assert len(stories.at_desk(archive, OPERATOR)) == 3


def test_two_that_went_apart_from_one_are_both_kept_and_the_higher_revision_counts(
    shelf: Shelf, written: Written, disks: tuple[Path, Path], tmp_path: Path
) -> None:
    old, new = disks
    with home_of(old, tmp_path / "other") as other:
        bring(other)
        introduce(other, "en", "Said elsewhere.")
        upkeep.catch_up(other)
        parted = Path(shutil.copytree(other.settings.home / "objects", tmp_path / "parted"))
    introduce(shelf.archive, "en", "We keep all of it, always.")
    upkeep.catch_up(shelf.archive)
    newest = Path(shutil.copytree(shelf.archive.settings.home / "objects", tmp_path / "newest"))
    assert new != newest
    with home_of(parted, tmp_path / "again") as archive:
        assert bring(archive, newest).refused == []
        assert look(archive, written) == look(shelf.archive, written)
        aside = bytes_below(archive.bag_folder("shared").parent / ".quarantine").values()
        assert any(b"Said elsewhere." in one for one in aside)
