"""Killed by SIGKILL anywhere while bags and copies forget a name, each is whole, and in the end none tells it any more."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from archive.access import contributor
from archive.bags import StockValidator, bag_key, patience, read_bag, verify
from archive.bags.layout import TAG_MANIFEST
from archive.models import Collection
from archive.services import backup_check, consents, copies, indexing, rebuild, shared_writing
from archive.services.backup_manifest import read
from archive.services.describe import Description
from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from archive.storage import lease
from tests.fixtures.backups import backed_up
from tests.fixtures.copying import likenesses
from tests.fixtures.copying import revise as revised
from tests.fixtures.forgetting import BEGUN, DISK, HOME, LIVE, opened
from tests.fixtures.shared_things import bag_of, reword, word
from tests.fixtures.shelf import Shelf
from tests.fixtures.warm import Heard
from tests.fixtures.withdrawn import files_with, settle, troubles

NAME = "Ama Quillington"
NO_NAME = {"naming": "no-name", "name_shown": ""}
SLICES = [
    pytest.param(every, marks=() if every > 1 else pytest.mark.slow, id="all" if every == 1 else "some")
    for every in (23, 1)
]


def named(root: Path, *, in_word: bool) -> tuple[str, str]:
    """An archive with a copy of its bags, in which somebody is called by a name that is to go; the ids of the item and the word.

    The word's bag or the item's waits to hear that it went.
    """
    place = root / LIVE
    archive = opened(place)
    (place / DISK).mkdir()
    shelf = Shelf(archive)
    try:
        with archive.db.write() as session:
            session.add(Collection(slug="march-25"))
            session.flush()
            item = shelf.item(session, "letter", Description(title="A letter"))
            shelf.file(session, item, b"Dear sister", "letter.txt", "text/plain")
            shelf.bag(session, item)
            item_id, given = item.id, item.submission_id
            if not in_word:
                item.consent.naming, item.consent.name_shown = "own-name", NAME
        revised(archive, item_id)
        revised(archive, item_id)
        called = "Somebody" if not in_word else NAME
        word_id = word(archive, "agents", called, note="She sang.")
        shared_writing.write_waiting(archive)
        reword(archive, "agents", word_id, note="She sang and wrote.")
        settle(archive)
        indexing.rebuild(archive, lambda _: None)
        copies.run(archive)
        assert telling(place / DISK) and set(likenesses(archive).values()) == {"same"}
        if in_word:
            reword(archive, "agents", word_id, name="Ama", keep_name="no")
        else:
            consents.revise(archive, contributor([given]), given, NO_NAME)
        return item_id, word_id
    finally:
        archive.close()
        place.rename(root / BEGUN)


@contextmanager
def live(place: Path) -> Iterator[tuple[Archive, Path]]:
    """The archive in one of the folders, put where it was while somebody worked with it, and that place."""
    there = place.rename(place.parent / LIVE)
    archive = opened(there)
    try:
        yield archive, there
    finally:
        archive.close()
        there.rename(place)


def telling(place: Path) -> list[str]:
    return files_with(place, NAME.encode())


def killed(root: Path, doing: str, every: int) -> list[Path]:
    done = Heard("tests.fixtures.forgetting", str(root), doing, str(every)).ended(500)
    assert done.returncode == 0, done.stderr
    return [root / name for name in json.loads(done.stdout)]


def is_forgotten(archive: Archive, place: Path) -> None:
    """After what a worker does at any time, neither the archive nor its copy says the name, and both are whole."""
    settle(archive)
    # Whoever died while it wrote to the store has it no longer than a lease lasts.
    (place / DISK / lease.KEY).unlink(missing_ok=True)
    (ran,) = copies.run(archive)
    assert (ran.trouble, telling(place)) == ("", [])
    assert set(likenesses(archive).values()) == {"same"}
    assert troubles(archive) == []
    for folder in bags_in(place):
        assert verify(folder).ok


def bags_in(place: Path) -> list[Path]:
    homes = (place / HOME / "objects", place / DISK)
    found = [bag for home in homes for kind in ("bags", "shared") for bag in sorted((home / kind).iterdir())]
    # What a copying left that was broken off is no bag: nothing makes it count.
    return [bag for bag in found if (bag / TAG_MANIFEST).exists() or place / DISK not in bag.parents]


@pytest.mark.parametrize("every", SLICES)
def test_the_bag_of_an_item_says_all_of_before_or_nothing_of_it(tmp_path: Path, every: int) -> None:
    item_id, _ = named(tmp_path, in_word=False)
    with live(tmp_path / BEGUN) as (archive, _):
        kept, where = backed_up(archive, tmp_path / "backups").backup, archive.settings.database
    seen = set()
    with StockValidator() as stock:
        for number, place in enumerate(killed(tmp_path, "item", every)):
            folder = place / HOME / "objects" / bag_key(item_id)
            bag = read_bag(folder)
            assert verify(folder).ok and stock.validate(folder, patience(10_000)).valid
            seen.add(bag.revisions)
            tells = NAME.encode() in bag.record("record.json")
            assert bag.revisions == ((1, 2, 3) if tells else (4,))
            with live(place) as (archive, there):
                if number % 3 == 1:
                    # Copied as it lies there, with what waits to be removed.
                    copies.run(archive)
                    assert all(verify(one).ok for one in bags_in(there))
                if number % 3 == 2:
                    made = backed_up(archive, there / "backups").backup
                    backup_check.check(made, archive.settings.database)
                    shutil.rmtree(there / "backups")
                is_forgotten(archive, there)
            assert read_bag(folder).revisions == (4,)
    assert seen == {(1, 2, 3), (4,)}
    # What was kept before is as it was, to the last byte.
    backup_check.check(read(kept.folder), where)
    assert telling(kept.folder)


@pytest.mark.parametrize("every", SLICES)
def test_of_the_bags_of_a_word_one_says_all_of_before_or_another_nothing_of_it(
    tmp_path: Path, every: int
) -> None:
    _, word_id = named(tmp_path, in_word=True)
    (old,) = (one.name for one in (tmp_path / BEGUN / HOME / "objects/shared").iterdir())
    seen = set()
    for number, place in enumerate(killed(tmp_path, "shared", every)):
        shared = place / HOME / "objects" / "shared"
        lying = sorted(one.name for one in shared.iterdir())
        assert all(verify(shared / one).ok for one in lying) and lying
        seen.add((old in lying, len(lying)))
        again = open_archive(Settings(home=place / "again"))
        try:
            # Whoever has nothing but this disk, and the ledger beside it.
            shutil.copytree(place / HOME / "withdrawals", place / "again" / "withdrawals")
            brought = rebuild.bring_back(again, place / HOME / "objects", awaits_copies=False)
            assert (brought.refused, brought.shared) == ([], [f"word/{word_id}"])
            settle(again)
            assert telling(place / "again") == []
        finally:
            again.close()
        shutil.rmtree(place / "again")
        with live(place) as (archive, there):
            if number % 2:
                copies.run(archive)
                assert all(verify(one).ok for one in bags_in(there))
            is_forgotten(archive, there)
            assert bag_of(archive, f"word/{word_id}").id != old
    assert seen >= {(True, 1), (False, 1)}


@pytest.mark.parametrize("every", SLICES)
@pytest.mark.parametrize("in_word", [False, True], ids=["item", "word"])
def test_a_store_forgets_it_though_whoever_copies_is_killed(
    tmp_path: Path, every: int, in_word: bool
) -> None:
    named(tmp_path, in_word=in_word)
    with live(tmp_path / BEGUN) as (archive, there):
        settle(archive)
        assert telling(there / HOME) == [] and telling(there / DISK)
    told = set()
    for place in killed(tmp_path, "copies", every):
        assert all(verify(one).ok for one in bags_in(place))
        # There is one of each in the store at any time.
        assert {one.parent.name for one in bags_in(place) if place / DISK in one.parents} == {
            "bags",
            "shared",
        }
        told.add(bool(telling(place / DISK)))
        with live(place) as (archive, there):
            is_forgotten(archive, there)
    assert told == {True, False}
