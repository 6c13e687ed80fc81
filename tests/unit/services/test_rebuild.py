"""A rebuild believes bags that are whole and nothing else, obeys who took something back, and goes on where it stopped."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from archive.access import OPERATOR
from archive.bags import add_revision, read_bag
from archive.models import File, Item, ItemState, PublicNote
from archive.models.errors import ArchiveError, BadInputError, ConflictError
from archive.services import fixity_audit, rebuild, rebuild_compare, rebuild_mark, records, upkeep
from archive.services.opening import Archive, open_archive
from archive.services.rebuild_begun import rebuilding, settle
from archive.services.withdrawal_ledger import Act, Entry
from archive.settings import Settings
from tests.fixtures.commands import command
from tests.fixtures.letters_kept import SECRET, bag, empty, shelf
from tests.fixtures.outside import bytes_below
from tests.fixtures.shelf import Shelf

__all__ = ["empty", "shelf"]

Json = dict[str, Any]


def rows(archive: Archive) -> dict[str, Item]:
    with archive.db.read() as session:
        return {one.id: one for one in session.scalars(select(Item))}


def retell(root: Path, change: Callable[[Json], None]) -> None:
    """Have a bag, sound in itself, say something else than it did."""
    record = json.loads(read_bag(root).record("record.json"))
    change(record)
    add_revision(root, {"record.json": json.dumps(record).encode()})


def spoil(record: Json) -> None:
    record["events"][0]["agent"] = "somebody else"


def before_arrangements(record: Json) -> None:
    del record["arrangements"]


def before_names_as_bytes(record: Json) -> None:
    del record["files"][0]["given_bytes"]


def swap(record: Json) -> None:
    record["files"][0]["safe_name"] = "another.txt"


def forget(record: Json) -> None:
    del record["description"]


def outgrow(record: Json) -> None:
    record["format"] = "remembrance-record/9"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (spoil, "history-changed"),
        (swap, "record-of-another"),
        (forget, "record-not-understood"),
        (outgrow, "record-not-understood"),
    ],
)
def test_a_record_that_cannot_be_right_is_refused_and_the_rest_comes_back(
    shelf: Shelf, empty: Archive, change: Callable[[Json], None], code: str
) -> None:
    retell(bag(empty, shelf.items["one"]), change)
    brought = rebuild.bring_back(empty)
    assert [(one.name, one.code) for one in brought.refused] == [(shelf.items["one"], code)]
    assert list(rows(empty)) == brought.items == [shelf.items["two"]]


@pytest.mark.parametrize("before", [before_arrangements, before_names_as_bytes])
def test_a_bag_of_before_something_was_kept_comes_back_like_any_other(
    shelf: Shelf, empty: Archive, before: Callable[[Json], None]
) -> None:
    retell(bag(empty, shelf.items["one"]), before)
    brought = rebuild.bring_back(empty)
    assert brought.refused == [] and set(brought.items) == {*shelf.items.values()}


def test_a_changed_byte_is_refused_and_what_is_no_bag_is_told(shelf: Shelf, empty: Archive) -> None:
    payload = bag(empty, shelf.items["one"]) / "data" / "one.txt"
    payload.write_bytes(b"letter one")
    (bag(empty, shelf.items["one"]).parent / "stray").mkdir()
    brought = rebuild.bring_back(empty)
    assert {one.name: one.code for one in brought.refused} == {
        shelf.items["one"]: "bag-changed",
        "stray": "bag-tag-missing",
    }
    assert brought.items == [shelf.items["two"]]


def test_bags_are_only_read(shelf: Shelf, empty: Archive) -> None:
    before = bytes_below(empty.bag_folder("bags"))
    rebuild.bring_back(empty, awaits_copies=False)
    assert bytes_below(empty.bag_folder("bags")) == before
    assert records.waiting(empty) == []


def test_bags_of_another_folder_are_copied_into_the_store(shelf: Shelf, tmp_path: Path) -> None:
    source = shelf.archive.bag_folder("bags")
    before = bytes_below(source)
    archive = open_archive(Settings(home=tmp_path / "elsewhere"))
    try:
        brought = rebuild.bring_back(archive, source)
        assert sorted(brought.items) == sorted(shelf.items.values())
        assert bytes_below(source) == before
        held = {
            path.relative_to(archive.bag_folder("bags")) for path in bytes_below(archive.bag_folder("bags"))
        }
        assert held == {path.relative_to(source) for path in before}
        with pytest.raises(BadInputError):
            rebuild.bring_back(archive, tmp_path / "nowhere")
    finally:
        archive.close()


def test_a_database_that_knows_something_is_left_alone(shelf: Shelf) -> None:
    with pytest.raises(ConflictError) as refused, rebuilding(shelf.archive):
        raise AssertionError("it began")
    assert refused.value.code == "rebuild-not-empty"


def test_what_was_stopped_goes_on(shelf: Shelf, empty: Archive) -> None:
    away = empty.settings.home / "away"
    bag(empty, shelf.items["two"]).rename(away)
    with pytest.raises(KeyboardInterrupt), rebuilding(empty):
        assert rebuild.bring_back(empty).items == [shelf.items["one"]]
        raise KeyboardInterrupt
    away.rename(bag(empty, shelf.items["two"]))
    assert rebuild_mark.is_there(empty.settings)
    with rebuilding(empty):
        brought = rebuild.bring_back(empty)
        assert (brought.already, brought.items) == ([shelf.items["one"]], [shelf.items["two"]])
        # Nothing counts as kept before its copies are made.
        assert sorted(rebuild.unfinished(empty)) == sorted(shelf.items.values())
        for item_id in shelf.items.values():
            rebuild.finish(empty, item_id)
        settle(empty, None, brought)
    assert not rebuild_mark.is_there(empty.settings) and rebuild.unfinished(empty) == []


def test_where_something_else_is_learnt_of_a_file_its_bag_hears_of_it(shelf: Shelf, empty: Archive) -> None:
    rebuild.bring_back(empty)
    with empty.db.write() as session:
        session.execute(update(File).values(state="examined"))
        session.execute(update(File).where(File.given_name == "one.txt").values(format_name="Known better"))
    for item_id in shelf.items.values():
        rebuild.finish(empty, item_id)
    assert records.waiting(empty) == [shelf.items["one"]]


def test_what_was_taken_back_stays_so_whatever_an_old_bag_says(shelf: Shelf, empty: Archive) -> None:
    hidden, destroyed = shelf.items["one"], shelf.items["two"]
    empty.withdrawals.append([Entry(Act.HIDE, hidden, "s"), Entry(Act.DESTROY, destroyed, "s")])
    brought = rebuild.bring_back(empty)
    assert (brought.items, brought.destroyed) == ([hidden], [destroyed])
    found = rows(empty)
    assert {one.state for one in found.values()} == {ItemState.WITHDRAWN}
    assert (found[destroyed].title, found[destroyed].erasure) == ("", "asked")
    with empty.db.read() as session:
        told = session.scalars(select(PublicNote.item_id)).all()
        assert list(told) == [hidden]
        assert session.scalar(select(File.id).where(File.item_id == destroyed)) is None
    upkeep.catch_up(empty)
    assert not bag(empty, destroyed).exists() and bag(empty, hidden).exists()


def test_a_comparison_names_every_difference_and_changes_nothing(shelf: Shelf) -> None:
    archive = shelf.archive
    before = bytes_below(archive.bag_folder("bags"))
    # An audit that finds a bag as it was writes nothing into it, and is no difference.
    fixity_audit.check(archive, OPERATOR, shelf.items["one"])
    assert rebuild_compare.compare(archive).is_equal
    with archive.db.write() as session:
        session.execute(update(Item).where(Item.id == shelf.items["one"]).values(title="Another"))
    shutil.rmtree(bag(archive, shelf.items["two"]))
    found = rebuild_compare.compare(archive)
    assert found.differing == [(shelf.items["one"], ("description.title",))]
    assert found.only_in_database == [shelf.items["two"]]
    assert not found.is_equal
    assert {path for path in before if path.exists()} == set(bytes_below(archive.bag_folder("bags")))
    assert [path.name for path in archive.settings.home.iterdir() if path.name.startswith(".")] == []


def test_the_command_compares_and_says_by_its_exit_code_whether_all_is_equal(shelf: Shelf) -> None:
    home = shelf.archive.settings.home
    equal = command(home, "rebuild", "--check")
    assert equal.return_value == 0, equal.output
    with shelf.archive.db.write() as session:
        session.execute(update(Item).where(Item.id == shelf.items["one"]).values(title=f"{SECRET} changed"))
    (bag(shelf.archive, shelf.items["two"]) / "data" / "two.txt").unlink()
    different = command(home, "rebuild", "--check")
    assert different.return_value == 1
    assert f"{shelf.items['one']} differs in description.title." in different.stderr
    assert f"{shelf.items['two']} (bag-payload-missing)" in different.stderr
    # Which, not what: nobody reads a title in a terminal's history.
    assert SECRET not in different.output
    as_json = command(home, "rebuild", "--check", "--json")
    assert json.loads(as_json.stdout)["differing"] == [[shelf.items["one"], ["description.title"]]]


def test_the_command_leaves_a_database_that_knows_something_alone(shelf: Shelf, tmp_path: Path) -> None:
    home = shelf.archive.settings.home
    for arguments, code in (
        (("rebuild",), "rebuild-not-empty"),
        (("rebuild", "--check", "--from", str(tmp_path)), "bad-input"),
    ):
        refused = command(home, *arguments).exception
        assert isinstance(refused, ArchiveError) and refused.code == code


def test_what_was_left_out_comes_back_once_its_bag_is_whole(shelf: Shelf, empty: Archive) -> None:
    one, two = shelf.items["one"], shelf.items["two"]
    payload = bag(empty, one) / "data" / "one.txt"
    payload.write_bytes(b"letter one")
    retell(bag(empty, two), as_just_received)
    first = command(empty.settings.home, "rebuild")
    assert first.return_value == 1 and f"{one} (bag-changed)" in first.stderr
    # What had been kept, and handed to nobody yet, goes on to the curators' desk.
    assert {one.id: one.state for one in rows(empty).values()} == {two: ItemState.IN_REVIEW}
    assert rebuild_mark.is_there(empty.settings)
    payload.write_bytes(b"Letter one")
    second = command(empty.settings.home, "rebuild", "--json")
    assert second.return_value == 0
    told = json.loads(second.stdout)
    assert (told["items"], told["already"], told["refused"]) == ([one], [two], [])
    assert not rebuild_mark.is_there(empty.settings)
    assert rows(empty)[one].state == ItemState.PUBLISHED


def as_just_received(record: Json) -> None:
    record["item"] |= {"state": "received", "published_on": None}
