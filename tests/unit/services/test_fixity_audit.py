"""An audit finds what is wrong with a bag, writes it down once, and has nothing of a damaged bag handed out."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from archive.access import OPERATOR, PIPELINE
from archive.bags import add_revision, verify
from archive.models import AccessCopy, File, FileState, Item, today
from archive.models.errors import ConflictError, IntegrityError
from archive.services import (
    deliver,
    doctor,
    erasing,
    fixity_audit,
    fixity_state,
    health,
    records,
    show,
    withdrawing,
)
from archive.services.fixity_audit import check, note_repaired
from archive.services.records import touch_history
from archive.services.redacting import make_anew
from ingest.item_parcel import Tools
from ingest.pipeline import examine_one
from tests.fixtures.items import actor
from tests.fixtures.kept_bags import ITEMS, bag_of, bags_master, checks_of, flip, kept, row_of
from tests.fixtures.shelf import Shelf

__all__ = ["bags_master", "kept"]

ARCHIVIST = actor("archivist")


def found_in(shelf: Shelf, name: str) -> dict[str, tuple[str, ...]]:
    checked = check(shelf.archive, PIPELINE, shelf.items[name])
    assert checked is not None
    return dict(checked.reading.found)


def test_a_sound_bag_is_written_down_as_read_today(kept: Shelf) -> None:
    assert found_in(kept, "letter") == {}
    row = row_of(kept.archive, kept.items["letter"])
    assert row is not None
    assert (row.outcome, row.read_on, row.audited_on, row.failed_on) == ("success", today(), today(), None)
    (event,) = checks_of(kept.archive, kept.items["letter"])
    assert (event.outcome, event.agent, event.detail) == ("success", "pipeline", {})


def test_audits_that_find_nothing_new_write_no_revision_and_keep_the_chain_whole(kept: Shelf) -> None:
    item_id = kept.items["letter"]
    with kept.archive.db.read() as session:
        before = session.get_one(Item, item_id).record_revision
    for _ in range(3):
        check(kept.archive, PIPELINE, item_id)
    with kept.archive.db.read() as session:
        item = session.get_one(Item, item_id)
        assert item.record_revision == before == item.bag_revision
    assert len(checks_of(kept.archive, item_id)) == 3
    assert all(
        one.verdict == "ok" for one in doctor.examine(kept.archive) if one.what in ("history", "fixity")
    )
    view = show.item(kept.archive, ARCHIVIST, item_id)
    assert [one.kind for one in view.events] == ["receive", "fixity", "fixity", "fixity"]


def test_changed_missing_untracked_and_unreadable_are_told_apart(kept: Shelf) -> None:
    flip(bag_of(kept, "letter") / "data/letter-1.bin", 12)
    (bag_of(kept, "photo") / "data/photo-1.bin").unlink()
    (bag_of(kept, "talk") / "metadata/1/stranger.txt").write_text("who am I")
    assert found_in(kept, "letter") == {"changed": ("data/letter-1.bin",)}
    assert found_in(kept, "photo") == {
        "missing": ("data/photo-1.bin",),
        "unsound": ("bag-info.txt",),
    }
    assert found_in(kept, "talk") == {"untracked": ("metadata/1/stranger.txt",)}
    shutil.rmtree(bag_of(kept, "diary"))
    assert found_in(kept, "diary") == {"missing": ("",)}
    state = fixity_state.state(kept.archive, ARCHIVIST)
    assert state.damaged_count == 4
    kinds = {one.id: {damage.kind for damage in one.damages} for one in state.damaged}
    assert kinds[kept.items["letter"]] == {"changed"}
    assert kinds[kept.items["diary"]] == {"missing"}


def test_what_the_disk_cannot_give_is_unreadable_and_not_read_in_full(
    kept: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_open = os.open

    def failing(path: str | Path, flags: int, *rest: int, **more: int) -> int:
        if str(path).endswith("data/letter-2.bin"):
            raise OSError(5, "Input/output error")
        return really_open(path, flags, *rest, **more)

    monkeypatch.setattr(os, "open", failing)
    assert found_in(kept, "letter") == {"unreadable": ("data/letter-2.bin",)}
    row = row_of(kept.archive, kept.items["letter"])
    assert row is not None
    assert (row.audited_on, row.read_on) == (today(), None)


def test_a_bag_that_agrees_with_itself_and_not_with_the_database_is_damaged(kept: Shelf) -> None:
    """Somebody who changes a file can change the manifests too, not what the database knows."""
    other, mine = bag_of(kept, "photo"), bag_of(kept, "letter")
    shutil.rmtree(mine)
    shutil.copytree(other, mine)
    assert verify(mine).ok
    found = found_in(kept, "letter")
    assert found["changed"] == ("",)
    assert len(found["missing"]) == len(found["untracked"]) == 3


def test_a_bag_whose_newest_record_is_cut_off_is_damaged(kept: Shelf) -> None:
    """The older record makes a whole bag too, so only what was written last can tell."""
    item_id, bag = kept.items["letter"], bag_of(kept, "letter")
    before = (bag / "tagmanifest-sha512.txt").read_bytes()
    with kept.archive.db.write() as session:
        for _ in range(3):  # changes that are written into the bag as one revision
            touch_history(session, session.get_one(Item, item_id))
    records.write_waiting(kept.archive)
    assert found_in(kept, "letter") == {}
    (bag / "tagmanifest-sha512.txt").write_bytes(before)
    assert verify(bag).ok
    assert found_in(kept, "letter") == {"missing": ("metadata/2",)}


def test_a_bag_whose_newest_record_is_none_of_ours_is_damaged_and_stops_no_audit(kept: Shelf) -> None:
    add_revision(bag_of(kept, "letter"), {"record.json": b"[]"})
    assert found_in(kept, "letter") == {"unsound": ("",)}


def test_an_event_holds_how_many_and_never_the_name_of_a_file(kept: Shelf) -> None:
    flip(bag_of(kept, "letter") / "data/letter-1.bin", 12)
    check(kept.archive, PIPELINE, kept.items["letter"])
    (event,) = checks_of(kept.archive, kept.items["letter"])
    assert (event.outcome, event.detail) == ("failure", {"found": {"changed": 1}})


def test_a_monitor_and_the_doctor_hear_of_it(kept: Shelf) -> None:
    well = {"damaged": 0, "late": 0, "unread": 0, "bags": "there", "copies_damaged": 0}
    assert health.check(kept.archive)["fixity"] == well
    flip(bag_of(kept, "letter") / "data/letter-1.bin", 12)
    check(kept.archive, PIPELINE, kept.items["letter"])
    told = health.check(kept.archive)
    assert (told["status"], told["fixity"]) == ("degraded", well | {"damaged": 1})
    (finding,) = (one for one in doctor.examine(kept.archive) if one.what == "fixity")
    assert finding.verdict == "problem" and kept.items["letter"] in finding.sentence
    assert "1 changed" in finding.sentence and "fixity check" in finding.remedy


def test_a_disk_that_is_not_there_is_no_damage_to_any_bag(kept: Shelf) -> None:
    bags = bag_of(kept, "letter").parent
    bags.rename(bags.parent / "away")
    with pytest.raises(IntegrityError) as caught:
        check(kept.archive, PIPELINE, kept.items["letter"])
    assert caught.value.code == "bags-absent"
    assert row_of(kept.archive, kept.items["letter"]) is None


def test_a_reading_that_breaks_off_never_counts(kept: Shelf) -> None:
    def broken_off(_size: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check(kept.archive, PIPELINE, kept.items["letter"], pace=broken_off)
    assert row_of(kept.archive, kept.items["letter"]) is None
    assert checks_of(kept.archive, kept.items["letter"]) == []


def spoil(shelf: Shelf, name: str) -> tuple[str, str]:
    """Damage the first access copy of an item; its id and that of the file it is of."""
    copy_id = shelf.copies[name][0]
    with shelf.archive.db.read() as session:
        copy = session.get_one(AccessCopy, copy_id)
    flip(shelf.archive.settings.access / copy.path, 8)
    return copy_id, copy.file_id


def is_made_anew(shelf: Shelf, file_id: str) -> bool:
    with shelf.archive.db.read() as session:
        return session.get_one(File, file_id).state == FileState.RECEIVED


def test_a_damaged_access_copy_is_shown_no_more_and_made_anew_from_the_sound_original(kept: Shelf) -> None:
    copy_id, file_id = spoil(kept, "letter")
    checked = check(kept.archive, PIPELINE, kept.items["letter"])
    assert checked is not None and checked.is_sound and checked.copies == (file_id,)
    with kept.archive.db.read() as session:
        assert session.get(AccessCopy, copy_id) is None
        left = session.scalars(select(AccessCopy.id).where(AccessCopy.id.in_(kept.copies["letter"]))).all()
    assert len(left) == 2, "sound copies stay"
    assert is_made_anew(kept, file_id)


def test_of_a_damaged_bag_sound_copies_stay_and_a_damaged_one_waits_for_the_repair(kept: Shelf) -> None:
    copy_id, file_id = spoil(kept, "letter")
    flip(bag_of(kept, "letter") / "data/letter-0.bin", 3)
    check(kept.archive, PIPELINE, kept.items["letter"])
    assert deliver.access_copy(kept.archive, ARCHIVIST, kept.copies["letter"][1])
    with kept.archive.db.read() as session:
        assert session.get(AccessCopy, copy_id) is None
    assert not is_made_anew(kept, file_id)
    flip(bag_of(kept, "letter") / "data/letter-0.bin", 3)
    assert note_repaired(kept.archive, OPERATOR, kept.items["letter"])
    assert is_made_anew(kept, file_id)


Damage = Callable[[Path, Random], None]


def flips(shelf: Shelf, count: int) -> int:
    """Turn over one random bit after another anywhere in the bags; how many were found."""
    random = Random(1833)
    files = [path for name in ITEMS for path in bag_of(shelf, name).rglob("*") if path.is_file()]
    found = 0
    for _ in range(count):
        # Small files as often as large ones: manifests and records are as precious.
        path = random.choice(files)
        bit = random.randrange(path.stat().st_size * 8)
        flip(path, bit)
        (root,) = (bag_of(shelf, name) for name in ITEMS if path.is_relative_to(bag_of(shelf, name)))
        found += not verify(root).ok
        flip(path, bit)
        assert path.exists()
    assert all(verify(bag_of(shelf, name)).ok for name in ITEMS)
    return found


def test_a_hundred_random_bit_flips_a_hundred_found(kept: Shelf) -> None:
    assert flips(kept, 100) == 100


@pytest.mark.slow
def test_a_thousand_random_bit_flips_a_thousand_found(kept: Shelf) -> None:
    assert flips(kept, 1000) == 1000


def test_what_is_destroyed_leaves_nothing_of_its_fixity(kept: Shelf) -> None:
    item_id = kept.items["letter"]
    flip(bag_of(kept, "letter") / "data/letter-1.bin", 12)
    check(kept.archive, PIPELINE, item_id)
    withdrawing.withdraw_item(kept.archive, OPERATOR, item_id, "asked for", destroy=True)
    assert erasing.clear(kept.archive)
    assert row_of(kept.archive, item_id) is None
    assert fixity_audit.be_there(kept.archive) is None
    assert fixity_state.counts(kept.archive) == (0, 0)


def test_nothing_is_made_of_a_damaged_original_and_it_is_made_once_it_is_sound(kept: Shelf) -> None:
    item_id, file_id = kept.items["letter"], kept.files["letter", 0]
    flip(bag_of(kept, "letter") / "data/letter-0.bin", 3)
    check(kept.archive, PIPELINE, item_id)
    with kept.archive.db.write() as session:
        make_anew(kept.archive, session, session.get_one(Item, item_id), [file_id], "marked")
    tools = Tools(kept.archive, 1)
    try:
        with kept.archive.db.read() as session:
            file = session.get_one(File, file_id)
        with pytest.raises(ConflictError) as caught:
            examine_one(tools, file)
        assert caught.value.code == "bag-damaged"
        flip(bag_of(kept, "letter") / "data/letter-0.bin", 3)
        before = kept.archive.jobs.pending_count()
        assert note_repaired(kept.archive, OPERATOR, item_id)
        assert kept.archive.jobs.pending_count() == before + 1
    finally:
        tools.close()
