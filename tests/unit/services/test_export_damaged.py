"""No damaged bag leaves the house, whoever found the damage, and whoever answers for it is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from archive.access import OPERATOR, PIPELINE
from archive.bags import profile
from archive.models import Event, Item
from archive.models.errors import ConflictError, IntegrityError, StorageFullError
from archive.services import export_bag, export_check, export_making, fixity_state
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


def test_a_bag_that_its_receiver_could_not_use_does_not_leave_by_a_byte(
    kept: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ZIP is written wrong by one bit, as a disk would: it is unpacked and read before anything is sent."""
    item_id = kept.items["letter"]
    right = export_bag.zip_stream

    def wrong(root: Path) -> tuple[Iterator[bytes], int]:
        blocks, size = right(root)
        data = bytearray(b"".join(blocks))
        data[data.index(b"Payload-Oxum")] ^= 1
        return iter([bytes(data)]), size

    monkeypatch.setattr(export_bag, "zip_stream", wrong)
    refused_and_forgotten(kept, item_id)


def test_a_bag_that_does_not_keep_its_profile_does_not_leave(
    kept: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {**profile(), "Accept-Serialization": ["application/x-tar"]}
    monkeypatch.setattr(export_check, "profile", lambda _named: asked)
    refused_and_forgotten(kept, kept.items["letter"])


def refused_and_forgotten(kept: Shelf, item_id: str) -> None:
    run = kept.archive.settings.run
    before = sorted(run.iterdir())
    with pytest.raises(IntegrityError) as caught:
        export_bag.bag_zip(kept.archive, ARCHIVIST, item_id)
    assert caught.value.code == "export-not-valid"
    assert sorted(path for path in run.iterdir() if path.is_dir()) == [one for one in before if one.is_dir()]
    with kept.archive.db.read() as session:
        kinds = session.scalars(select(Event.kind).where(Event.subject_id == item_id)).all()
    assert "export" not in kinds


def test_what_is_sent_is_the_file_that_was_checked_and_nothing_of_it_stays(kept: Shelf) -> None:
    run = kept.archive.settings.run
    stream = export_bag.bag_zip(kept.archive, ARCHIVIST, kept.items["letter"])
    assert not list(run.glob(f"{export_bag.SCRATCH}*"))
    assert sum(map(len, stream.chunks)) == stream.size


def test_without_room_for_the_check_nothing_leaves(kept: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    size = export_bag.look_at_zip(kept.archive, ARCHIVIST, kept.items["letter"]).size
    room = kept.archive.settings.free_space_floor + 2 * size - 1
    monkeypatch.setattr(export_making.shutil, "disk_usage", lambda _path: SimpleNamespace(free=room))
    with pytest.raises(StorageFullError):
        export_bag.bag_zip(kept.archive, ARCHIVIST, kept.items["letter"])
