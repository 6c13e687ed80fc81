"""A rebuild that left something out is not over before that is there, whatever is run in between, and doctor names it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.models.errors import BadInputError
from archive.services import rebuild_mark
from archive.services.doctor_rebuild import rebuild as look
from archive.services.opening import Archive, open_archive
from archive.services.rebuild import bring_back
from archive.services.rebuild_begun import rebuilding
from archive.services.withdrawal_ledger import Act, Entry
from archive.settings import Settings
from tests.fixtures.commands import command
from tests.fixtures.letters_kept import shelf
from tests.fixtures.shelf import Shelf

__all__ = ["shelf"]


@pytest.fixture
def copy(shelf: Shelf, tmp_path: Path) -> Path:
    """A store of copies in which the bag of the first letter is damaged."""
    made = Path(shutil.copytree(shelf.archive.settings.home / "objects", tmp_path / "a copy"))
    payload_of(made, shelf.items["one"]).write_bytes(b"letter one")
    return made


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Archive]:
    archive = open_archive(Settings(home=tmp_path / "new"))
    yield archive
    archive.close()


def payload_of(store: Path, item_id: str) -> Path:
    return store / "bags" / item_id / "data" / "one.txt"


def mend(store: Path, item_id: str) -> None:
    payload_of(store, item_id).write_bytes(b"Letter one")


def run(archive: Archive, *arguments: str | Path) -> tuple[int, dict[str, str]]:
    """A rebuild: its exit code, and the names it left out with the code of each."""
    done = command(archive.settings.home, "rebuild", "--json", *map(str, arguments))
    assert done.exception is None
    return done.return_value, {one["name"]: one["code"] for one in json.loads(done.stdout)["refused"]}


def test_what_a_copy_did_not_bring_is_missed_until_it_is_there(
    shelf: Shelf, copy: Path, new: Archive
) -> None:
    one = shelf.items["one"]
    assert run(new, "--from", copy) == (1, {one: "bag-changed"})
    (told,) = look(new)
    assert told.sentence == f"Making the database again from bags left out 1 of those in {copy}: {one}."
    assert f"remembrance rebuild --from '{copy}'" in told.remedy
    # As it was advised once: it looks elsewhere, and is no end.
    assert run(new) == (1, {one: "rebuild-left-out"})
    assert [*look(new)] == [told]
    mend(copy, one)
    assert run(new, "--from", copy) == (0, {})
    assert [*look(new)] == [] and not rebuild_mark.is_there(new.settings)


def test_a_bag_that_comes_from_elsewhere_is_missed_no_more(shelf: Shelf, copy: Path, new: Archive) -> None:
    run(new, "--from", copy)
    assert run(new, "--from", shelf.archive.settings.home / "objects") == (0, {})
    assert [*look(new)] == []


def test_a_bag_that_was_moved_away_is_missed_no_more_but_a_disk_that_is_not_mounted_ends_nothing(
    shelf: Shelf, copy: Path, new: Archive
) -> None:
    one = shelf.items["one"]
    run(new, "--from", copy)
    mounted = copy.rename(copy.with_name("mounted elsewhere"))
    copy.mkdir()
    assert run(new, "--from", copy) == (1, {one: "rebuild-left-out"})
    copy.rmdir()
    shutil.rmtree(mounted.rename(copy) / "bags" / one)
    assert run(new, "--from", copy) == (0, {})


def test_a_run_that_was_killed_is_not_ended_by_one_that_looks_elsewhere(
    shelf: Shelf, copy: Path, new: Archive
) -> None:
    with pytest.raises(KeyboardInterrupt), rebuilding(new, copy):
        raise KeyboardInterrupt
    (told,) = look(new)
    assert "came to no end" in told.sentence and f"--from '{copy}'" in told.remedy
    assert run(new) == (1, {str(copy): "rebuild-left-out"})
    assert [*look(new)] == [told]
    mend(copy, shelf.items["one"])
    assert run(new, "--from", copy) == (0, {})


def test_nothing_is_told_to_be_destroyed_while_it_may_only_have_been_left_out(
    shelf: Shelf, copy: Path, new: Archive
) -> None:
    new.withdrawals.append([Entry(Act.DESTROY, "an-item-in-no-bag", "s")])
    run(new, "--from", copy)
    with rebuilding(new):
        assert [one.code for one in bring_back(new).refused] == ["rebuild-left-out"]


def test_a_folder_that_is_not_there_begins_nothing(new: Archive, tmp_path: Path) -> None:
    done = command(new.settings.home, "rebuild", "--from", str(tmp_path / "mistyped"))
    assert isinstance(done.exception, BadInputError) and done.exception.code == "no-such-path"
    assert [*look(new)] == []


def test_what_an_older_version_left_unfinished_goes_on_and_ends(
    shelf: Shelf, copy: Path, new: Archive
) -> None:
    (new.settings.run / rebuild_mark.FILE).touch()
    (told,) = look(new)
    assert "with --from where it was begun so" in told.remedy
    assert run(new, "--from", copy)[0] == 1
    assert [one.remedy for one in look(new)] != [told.remedy]
    mend(copy, shelf.items["one"])
    assert run(new, "--from", copy) == (0, {})
    assert [*look(new)] == []


@pytest.mark.parametrize("given", ["", "bags", "bags/", "bags/../bags"])
def test_what_belongs_to_no_item_comes_too_where_the_folder_of_the_items_is_given(
    shelf: Shelf, new: Archive, given: str
) -> None:
    """`shared/` beside it holds stories, introductions, names and words: one that is no bag is told of."""
    store = shelf.archive.settings.home / "objects"
    (store / "shared" / "no-bag").mkdir(parents=True)
    assert run(new, "--from", f"{store}/{given}") == (1, {"no-bag": "bag-tag-missing"})
    (told,) = look(new)
    assert f"--from {store} " in told.remedy
