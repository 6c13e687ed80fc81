"""No damaged bag leaves the house, whoever found the damage, and whoever answers for it is told."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from archive.access import OPERATOR, PIPELINE
from archive.models import Event, Item
from archive.models.errors import ConflictError
from archive.services import export_bag, fixity_state
from archive.services.fixity_audit import check, note_repaired
from tests.fixtures.items import actor
from tests.fixtures.kept_bags import bag_of, bags_master, checks_of, flip, kept
from tests.fixtures.shelf import Shelf

__all__ = ["bags_master", "kept"]
ARCHIVIST = actor("archivist")


def test_a_damaged_bag_is_not_handed_out_until_it_was_put_right_and_read_again(kept: Shelf) -> None:
    item_id, bag = kept.items["letter"], bag_of(kept, "letter")
    flip(bag / "data/letter-0.bin", 3)
    check(kept.archive, PIPELINE, item_id)
    for leave in (export_bag.bag_zip, export_bag.look_at_zip):
        with pytest.raises(ConflictError) as caught:
            leave(kept.archive, ARCHIVIST, item_id)
        assert caught.value.code == "bag-damaged" and "copy that is whole" in caught.value.remedy
    assert not note_repaired(kept.archive, OPERATOR, item_id)
    flip(bag / "data/letter-0.bin", 3)
    with pytest.raises(ConflictError):
        export_bag.look_at_zip(kept.archive, ARCHIVIST, item_id)
    assert note_repaired(kept.archive, OPERATOR, item_id)
    assert export_bag.look_at_zip(kept.archive, ARCHIVIST, item_id).size > 400_000
    assert [one.outcome for one in checks_of(kept.archive, item_id)] == ["failure", "failure", "success"]
    with kept.archive.db.read() as session:
        item = session.get_one(Item, item_id)
        assert item.record_revision == item.bag_revision + 1, "that it is sound again goes into the bag"


def test_damage_that_no_audit_found_yet_does_not_leave_and_is_told(kept: Shelf) -> None:
    item_id, bag = kept.items["letter"], bag_of(kept, "letter")
    flip(bag / "data/letter-0.bin", 3)
    with pytest.raises(ConflictError) as caught:
        export_bag.bag_zip(kept.archive, ARCHIVIST, item_id)
    assert caught.value.code == "bag-damaged"
    assert fixity_state.counts(kept.archive) == (1, 0)
    with kept.archive.db.read() as session:
        kinds = session.scalars(select(Event.kind).where(Event.subject_id == item_id)).all()
    assert "export" not in kinds and kinds[-1] == "fixity"
