"""A bag that lies in a store and that no item here has is told, and nobody but who may look at every bag hears of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.access import OPERATOR
from archive.bags import bag_key
from archive.models.errors import NotFoundError
from archive.services import copies, copies_health, copies_repair, copies_stores
from tests.fixtures.copying import WithStores
from tests.fixtures.items import actor
from tests.fixtures.shelf import Shelf

STRANGER = "0123456789abcdef"


def test_doctor_names_bags_in_a_store_that_no_item_here_has(
    shelf: Shelf, with_stores: WithStores, disk: Path
) -> None:
    archive = with_stores(disk)
    copies.run(archive)
    assert [one[:2] for one in copies_health.look(archive)] == [("ok", f"{disk} holds a copy of all 3 bags.")]
    ours = disk / bag_key(shelf.items["one"])
    # A copying that was broken off left something, which is no bag.
    (disk / bag_key("fedcba9876543210") / "data").mkdir(parents=True)
    (disk / bag_key("fedcba9876543210") / "data" / "half.txt").write_bytes(b"half")
    ours.rename(disk / bag_key(STRANGER))
    (_, (verdict, sentence, remedy)) = copies_health.look(archive)
    assert (verdict, sentence) == ("note", f"{disk} also holds bags that no item here has: 1 ({STRANGER}).")
    assert "remembrance bags adopt" in remedy


def test_who_would_repair_a_bag_that_no_item_here_has_is_told_where_it_lies(
    shelf: Shelf, with_stores: WithStores, disk: Path
) -> None:
    archive = with_stores(disk)
    copies.run(archive)
    (disk / bag_key(shelf.items["one"])).rename(disk / bag_key(STRANGER))
    which = copies_stores.places(archive.settings)
    with pytest.raises(NotFoundError) as told:
        copies_repair.repair(archive, OPERATOR, STRANGER, which)
    assert f"a copy of it lies in {disk}" in str(told.value) and "bags adopt" in told.value.remedy
    unseen = [(actor("archivist", "elsewhere"), STRANGER), (OPERATOR, "fedcba9876543210"), (OPERATOR, "../x")]
    for who, item_id in [*unseen, (actor("archivist", "elsewhere"), shelf.items["one"])]:
        with pytest.raises(NotFoundError) as hidden:
            copies_repair.repair(archive, who, item_id, which)
        assert "lies in" not in str(hidden.value)
