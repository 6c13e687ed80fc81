"""Whoever is to be named otherwise, or not at all, has the name of before told nowhere any more."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from archive.access import OPERATOR, contributor
from archive.bags import bag_key, read_bag, revise, verify
from archive.models import Consent, Item
from archive.services import (
    accounts,
    backup,
    consents,
    copies,
    copies_repair,
    copies_stores,
    export_standing,
    exports,
    quarantine,
    receipts,
    records,
)
from archive.services.opening import Archive
from archive.services.receipt_choices import ChoiceVerdict
from tests.fixtures.ages import rebuild_with
from tests.fixtures.copying import likenesses
from tests.fixtures.copying import revise as revised
from tests.fixtures.exporting import every_byte, ready, user
from tests.fixtures.items import item_of
from tests.fixtures.letters_kept import shelf
from tests.fixtures.shelf import Shelf
from tests.fixtures.withdrawn import files_with, settle, troubles

__all__ = ["shelf"]

NAME = "Ama Quillington"
NO_NAME = {"naming": "no-name", "name_shown": ""}
OTHERWISE = [NO_NAME, {"naming": "other-name", "name_shown": "A neighbour"}]


@pytest.fixture
def named(shelf: Shelf) -> str:
    """Both letters are of one submission, given by somebody who said a name, and their bags tell it in two revisions."""
    with shelf.archive.db.write() as session:
        one, two = (session.get_one(Item, shelf.items[name]) for name in ("one", "two"))
        two.submission_id, two.consent_id = one.submission_id, one.consent_id
        consent = session.get_one(Consent, one.consent_id)
        consent.naming, consent.name_shown = "own-name", NAME
    for item_id in shelf.items.values():
        revised(shelf.archive, item_id)
        revised(shelf.archive, item_id)
        assert bags_telling(shelf.archive, item_id) == 2
    return one.submission_id


def bags_telling(archive: Archive, item_id: str) -> int:
    """How many revisions in a bag tell the name."""
    return len(files_with(archive.bag_folder(bag_key(item_id)), NAME.encode()))


def choose(archive: Archive, submission_id: str, otherwise: dict[str, Any]) -> None:
    consents.revise(archive, contributor([submission_id]), submission_id, otherwise)
    settle(archive)


def telling(*places: Path) -> list[str]:
    return [found for place in places for found in files_with(place, NAME.encode())]


@pytest.mark.parametrize("otherwise", OTHERWISE)
def test_the_name_is_in_no_file_of_the_archive_and_in_no_bag_of_what_was_given_together(
    shelf: Shelf, named: str, otherwise: dict[str, Any]
) -> None:
    archive = shelf.archive
    assert telling(archive.settings.home)
    choose(archive, named, otherwise)
    assert telling(archive.settings.home) == []
    for item_id in shelf.items.values():
        folder = archive.bag_folder(bag_key(item_id))
        assert verify(folder).ok
        assert read_bag(folder).revisions == (4,)
    assert troubles(archive) == []
    for item_id in shelf.items.values():
        revised(archive, item_id)
        assert read_bag(archive.bag_folder(bag_key(item_id))).revisions == (4, 5)


def test_what_is_changed_beside_the_name_forgets_nothing(shelf: Shelf, named: str) -> None:
    choose(shelf.archive, named, {"audience": "staff"})
    assert [bags_telling(shelf.archive, one) for one in shelf.items.values()] == [3, 3]
    with shelf.archive.db.read() as session:
        told = session.scalars(select(Consent.name_shown).where(Consent.submission_id == named)).all()
    assert list(told) == [NAME, NAME]


def test_exports_that_were_made_before_are_had_no_more_and_those_made_after_do_not_tell_it(
    shelf: Shelf, named: str
) -> None:
    archive = shelf.archive
    accounts.create_user(archive, "archivist", "four random plain words", {"archivist": ""})
    archivist = user(archive, "archivist")
    before = [ready(archive, archivist, form) for form in ("preservation", "safe")]
    choose(archive, named, NO_NAME)
    for export_id in before:
        found = exports.one(archive, archivist, export_id)
        assert (found.state, found.why) == ("removed", export_standing.CHANGED)
    for form in ("preservation", "safe"):
        ready(archive, archivist, form)
    made = [path for path in archive.settings.exports.rglob("*") if path.is_file()]
    assert made and not any(NAME.encode() in every_byte(path) for path in made)


def test_copies_forget_it_also_one_that_was_away(shelf: Shelf, named: str, tmp_path: Path) -> None:
    stores = tmp_path / "disk", tmp_path / "other"
    for one in stores:
        one.mkdir()
    archive = with_copies(shelf.archive, *stores)
    copies.run(archive)
    assert telling(*stores)
    stores[1].rename(tmp_path / "drawer")
    choose(archive, named, NO_NAME)
    assert set(likenesses(archive).values()) == {"behind"}
    copies.run(archive)
    assert telling(stores[0]) == []
    (tmp_path / "drawer").rename(stores[1])
    copies.run(archive)
    assert telling(*stores) == []
    assert {*likenesses(archive, 0).values(), *likenesses(archive, 1).values()} == {"same"}


def test_what_a_repair_brings_back_of_it_from_an_older_copy_is_forgotten_again(
    shelf: Shelf, named: str, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    archive = with_copies(shelf.archive, disk)
    copies.run(archive)
    choose(archive, named, NO_NAME)
    folder = archive.bag_folder(bag_key(shelf.items["one"]))
    (folder / "data/one.txt").write_bytes(b"rotten!!!!")
    copies_repair.repair(archive, OPERATOR, shelf.items["one"], copies_stores.places(archive.settings))
    settle(archive)
    assert verify(folder).ok
    assert telling(folder) == []


def test_a_backup_made_afterwards_does_not_tell_it(shelf: Shelf, named: str, tmp_path: Path) -> None:
    choose(shelf.archive, named, NO_NAME)
    target = tmp_path / "backups"
    target.mkdir()
    backup.back_up(shelf.archive, target, backup.Wished())
    assert any(target.iterdir())
    assert telling(target) == []


def test_a_rebuild_from_bags_of_which_one_has_not_heard_yet_forgets_it_in_all(
    shelf: Shelf, named: str, tmp_path: Path
) -> None:
    archive, two = shelf.archive, bag_key(shelf.items["two"])
    old = shutil.copytree(archive.bag_folder(two), tmp_path / "old")
    choose(archive, named, NO_NAME)
    home = tmp_path / "again"
    rebuild_with(archive, old, two, home)
    assert telling(home) == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_damaged_bags_that_are_kept_apart_forget_it_and_keep_what_was_given(
    shelf: Shelf, named: str, when: str
) -> None:
    """Also one that was put there, or renamed, by hand; and one that came there after the name was forgotten."""
    archive = shelf.archive
    old = archive.settings.home.parent / "old"
    shutil.copytree(archive.bag_folder(bag_key(shelf.items["one"])), old)
    (old / "metadata" / "2" / "record.json").write_bytes(b"{" + NAME.encode())
    if when == "after":
        choose(archive, named, NO_NAME)
    place = quarantine.place_for(archive, shelf.items["one"])
    for name in (place.name, f"{place.name}-seen"):
        shutil.copytree(old, place.with_name(name))
        (place.with_name(name) / "data/one.txt").write_bytes(b"rotten!!!!")
    if when == "before":
        choose(archive, named, NO_NAME)
    else:
        assert telling(archive.settings.home)
        revised(archive, shelf.items["one"])
    assert telling(archive.settings.home) == []
    for name in (place.name, f"{place.name}-seen"):
        assert (place.with_name(name) / "data/one.txt").read_bytes() == b"rotten!!!!"


def test_a_damaged_bag_that_tells_it_still_is_named_with_the_reason_until_it_is_put_right(
    shelf: Shelf, named: str
) -> None:
    archive = shelf.archive
    manifest = archive.bag_folder(bag_key(shelf.items["one"])) / "tagmanifest-sha512.txt"
    whole = manifest.read_bytes()
    manifest.write_bytes(b"rotten")
    consents.revise(archive, contributor([named]), named, NO_NAME)
    records.write_waiting(archive)
    (refused,) = records.refusals(archive)
    assert (refused.item_id, bool(refused.why)) == (shelf.items["one"], True)
    assert telling(archive.settings.home / "objects")
    manifest.write_bytes(whole)
    settle(archive)
    assert records.refusals(archive) == []
    assert telling(archive.settings.home) == []


class KilledError(BaseException):
    """Nothing catches it."""


@pytest.mark.parametrize("broken", ["replace_file", "rmtree"])
def test_killed_in_the_middle_the_bag_is_whole_and_the_next_run_ends_it(
    shelf: Shelf, named: str, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    archive = shelf.archive

    def dies(*_args: object, **_kwargs: object) -> None:
        raise KilledError

    consents.revise(archive, contributor([named]), named, NO_NAME)
    with monkeypatch.context() as patch:
        patch.setattr(revise if broken == "replace_file" else revise.shutil, broken, dies)
        with pytest.raises(KilledError):
            records.write_waiting(archive)
    for item_id in shelf.items.values():
        assert verify(archive.bag_folder(bag_key(item_id))).ok
        assert item_of(archive, item_id).bag_revision < item_of(archive, item_id).record_revision
    assert telling(archive.settings.home / "objects")
    settle(archive)
    assert telling(archive.settings.home) == []
    assert troubles(archive) == []


def test_while_somebody_reads_what_was_before_it_is_not_done_yet(
    shelf: Shelf, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = shelf.archive
    consents.revise(archive, contributor([named]), named, NO_NAME)
    with monkeypatch.context() as patch:
        patch.setattr(type(archive.db), "empty_log", lambda _: False)
        # A whole batch of them is not tried for ever either.
        patch.setattr(records, "BATCH", 1)
        records.write_waiting(archive)
        assert set(records.waiting(archive, at_most=9)) == {*shelf.items.values()}
    settle(archive)
    assert telling(archive.settings.home) == []


@pytest.mark.parametrize("otherwise", OTHERWISE)
def test_a_receipt_of_before_tells_that_it_was_changed_since_and_is_no_forgery(
    shelf: Shelf, named: str, otherwise: dict[str, Any]
) -> None:
    archive = shelf.archive
    text = receipts.receipt(archive, contributor([named]), named)
    assert NAME in text
    choose(archive, named, otherwise)
    for item_id in shelf.items.values():
        answer = receipts.verify_bag(text, archive.bag_folder(bag_key(item_id)))
        assert answer.ok
        said = {one.name: one.verdict for one in answer.held.choices}
        assert said["name_shown"] == said["naming"] == ChoiceVerdict.CHANGED


def with_copies(archive: Archive, *stores: Path) -> Archive:
    return replace(archive, settings=replace(archive.settings, copies=tuple(map(str, stores))))
