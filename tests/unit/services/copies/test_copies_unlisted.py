"""A copy that lost its list of files may be the only one of what it holds: nothing takes its place unasked."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import update

from archive.access import OPERATOR
from archive.bags import bag_key
from archive.models import BagCopy, Item, record_event
from archive.services import copies, copies_settle, copies_stores
from tests.fixtures.copying import WithStores, likenesses, revise, rotten, state_of
from tests.fixtures.shelf import Shelf


@pytest.mark.parametrize("listing", [None, b""], ids=["gone", "empty"])
def test_a_copy_without_its_list_is_set_apart_before_anything_takes_its_place(
    listing: bytes | None, shelf: Shelf, with_stores: WithStores, disk: Path, tmp_path: Path
) -> None:
    """It may be the only one that holds what came since a backup; nobody can tell that from its list any more."""
    archive, one = with_stores(disk), shelf.items["one"]
    folder, there = archive.bag_folder(bag_key(one)), disk / bag_key(one)
    older = shutil.copytree(folder, tmp_path / "older")
    revise(archive, one)
    copies.run(archive)
    newer = (there / "metadata/2/record.json").read_bytes()
    shutil.rmtree(folder)
    shutil.copytree(older, folder)
    with archive.db.write() as session:
        item = session.get_one(Item, one)
        item.record_revision = item.bag_revision = 1
        session.execute(update(BagCopy).where(BagCopy.item_id == one).values(revision=1))
    (there / "tagmanifest-sha512.txt").unlink()
    if listing is not None:
        (there / "tagmanifest-sha512.txt").write_bytes(listing)
    with archive.db.write() as session:
        record_event(session, one, "describe", "pipeline", {})
    troubles = set()
    for _ in range(3):
        revise(archive, one)
        troubles.add(copies.run(archive)[0].trouble)
    assert troubles == {"copy-diverged"}
    assert (there / "metadata/2/record.json").read_bytes() == newer
    assert [bad.trouble for bad in state_of(archive).in_trouble] == ["copy-diverged"]
    settled = copies_settle.settle(archive, OPERATOR, one, copies_stores.places(archive.settings)[0])
    assert (Path(settled.kept) / "metadata/2/record.json").read_bytes() == newer
    assert likenesses(archive)[one] == "same"


def test_a_rotten_copy_without_its_list_is_left_as_it_is_until_somebody_says_so(
    shelf: Shelf, with_stores: WithStores, disk: Path
) -> None:
    archive, one = with_stores(disk), shelf.items["one"]
    copies.run(archive)
    (disk / bag_key(one) / "tagmanifest-sha512.txt").unlink()
    rotten(disk / bag_key(one) / "data/one.txt")
    before = (disk / bag_key(one) / "data/one.txt").read_bytes()
    revise(archive, one)
    assert copies.run(archive)[0].trouble == "copy-diverged"
    assert (disk / bag_key(one) / "data/one.txt").read_bytes() == before
    (disk / bag_key(one) / "data/one.txt").write_bytes(
        (archive.bag_folder(bag_key(one)) / "data/one.txt").read_bytes()
    )
    assert copies.run(archive)[0].trouble == "", "what is ours to the last byte is gone on with"
    assert likenesses(archive)[one] == "same"
