"""A bag comes back under its own id only where it is whole, this archive's own, missed here, and the newest that is known."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from archive.access import OPERATOR
from archive.bags import add_revision, bag_key, read_bag, verify
from archive.models import Event, Item, record_event
from archive.models.errors import ArchiveError
from archive.services import checkpoint_entries, copies, doctor, records, restore_record, withdrawing
from archive.services.opening import Archive
from archive.services.records import touch_history
from archive.services.restore_record import Restore
from ingest.adopting import Taken, carry_on, take
from ingest.item_parcel import Tools
from tests.fixtures.commands import command
from tests.fixtures.copying import WithStores, revise, rotten
from tests.fixtures.items import item_of
from tests.fixtures.ledgers import sign_after
from tests.fixtures.losing import lose
from tests.fixtures.shelf import Shelf
from tests.fixtures.withdrawn import history, settle

Lay = Callable[[str], Path]


@pytest.fixture
def archive(shelf: Shelf, with_stores: WithStores, disk: Path) -> Archive:
    """An archive of three bags, whose ledger knows that they came, and a store that is empty yet."""
    found = with_stores(disk)
    with found.db.write() as session:
        for item_id in shelf.items.values():
            record_event(session, item_id, "accession", "pipeline")
            touch_history(session, session.get_one(Item, item_id))
    records.write_waiting(found)
    sign_after(found, 1)
    return found


@pytest.fixture
def one(shelf: Shelf) -> str:
    return shelf.items["one"]


@pytest.fixture
def away(archive: Archive, one: str, tmp_path: Path) -> Path:
    """A copy of the first bag on a disk that is no store."""
    return Path(shutil.copytree(bag(archive, one), tmp_path / "came home" / one))


def bag(archive: Archive, item_id: str) -> Path:
    return archive.bag_folder(bag_key(item_id))


def refused(archive: Archive, *what: str, **how: Any) -> str:
    """The code with which a bag is refused; nothing of it is here then, and nothing lies about."""
    with archive.db.read() as session:
        before = set(session.scalars(select(Item.id)))
    with pytest.raises(ArchiveError) as error:
        take(archive, *what, **how)
    with archive.db.read() as session:
        assert set(session.scalars(select(Item.id))) == before
    assert [one for one in archive.settings.run.iterdir() if one.name.startswith("adopting-")] == []
    assert list((archive.settings.staging / "bags").glob("*")) == []
    return error.value.code


def whole(archive: Archive, taken: Taken) -> None:
    """Do what a worker does, and find nothing wrong."""
    if taken.job:
        tools = Tools(archive, 1)
        try:
            carry_on(tools, taken.id)
        finally:
            tools.close()
    settle(archive)
    assert verify(bag(archive, taken.id)).ok
    assert bags_wrong(archive) == []


def bags_wrong(archive: Archive) -> list[str]:
    looks = ("bags", "records", "rebuild", "fixity", "history", "withdrawals")
    return [one.sentence for one in doctor.examine(archive) if one.what in looks and one.verdict != "ok"]


def test_what_is_here_and_whole_is_left_alone(archive: Archive, one: str, away: Path) -> None:
    assert refused(archive, str(away)) == "already-here"
    assert refused(archive, one) == "already-here"


def test_what_is_here_with_other_files_is_told_as_that(archive: Archive, shelf: Shelf, away: Path) -> None:
    other = shelf.items["two"]
    info = away / "bag-info.txt"
    info.write_text(info.read_text().replace(shelf.items["one"], other))
    assert refused(archive, str(away)) == "bag-tag-changed"
    status = command(archive.settings.home, "bags", "adopt", str(away)).return_value
    assert status == 2


def test_rows_and_bag_lost_both_come_back(archive: Archive, one: str, away: Path) -> None:
    lose(archive, one)
    taken = take(archive, str(away))
    assert item_of(archive, one).title == "Item one"
    whole(archive, taken)
    (told,) = [event for event in history(archive, one) if event.kind == "adopt"]
    assert told.detail["store"] == "" and item_of(archive, one).state == "published"


def test_rows_lost_alone_come_back_from_the_bag_that_lies_there(archive: Archive, one: str) -> None:
    lose(archive, one, bag=False)
    assert any(one in sentence for sentence in bags_wrong(archive))
    whole(archive, take(archive, one))


def test_where_the_history_was_not_lost_it_goes_on(archive: Archive, one: str, away: Path) -> None:
    lose(archive, one, history=False)
    before = len(history(archive, one))
    whole(archive, take(archive, str(away)))
    assert [event.kind for event in history(archive, one)[before:]] == ["adopt", "fixity"]


def test_a_bag_lost_alone_is_put_in_its_place_again(archive: Archive, one: str, away: Path) -> None:
    shutil.rmtree(bag(archive, one))
    assert refused(archive, one) == "not-found"
    taken = take(archive, str(away))
    assert taken.job == "" and taken.lost is None
    whole(archive, taken)
    assert [event.kind for event in history(archive, one)][-2:] == ["repair", "fixity"]


def test_a_store_of_copies_gives_it_back(archive: Archive, one: str, disk: Path) -> None:
    copies.run(archive)
    lose(archive, one)
    assert refused(archive, one) == "not-found"
    whole(archive, take(archive, one, str(disk)))


def test_what_lies_damaged_in_its_place_is_kept_apart(archive: Archive, one: str, away: Path) -> None:
    lose(archive, one, bag=False)
    rotten(bag(archive, one) / "data/one.txt")
    assert refused(archive, one) == "bag-changed"
    taken = take(archive, str(away))
    assert not verify(Path(taken.quarantined)).ok
    whole(archive, taken)


def test_an_older_one_is_taken_at_a_plain_word_alone(archive: Archive, one: str, away: Path) -> None:
    revise(archive, one)
    copies.run(archive)
    lose(archive, one)
    assert refused(archive, str(away)) == "adopt-older"
    whole(archive, take(archive, str(away), older=True))


def test_an_older_one_in_the_place_of_a_bag_that_is_gone_is_told(
    archive: Archive, one: str, away: Path
) -> None:
    revise(archive, one)
    shutil.rmtree(bag(archive, one))
    assert refused(archive, str(away)) == "adopt-older"
    assert take(archive, str(away), older=True).lost == (3, 0)


def test_what_the_ledger_tells_of_later_makes_a_bag_an_older_one(
    archive: Archive, one: str, away: Path
) -> None:
    with archive.db.write() as session:
        record_event(session, one, "publish", "somebody")
    sign_after(archive, 2)
    lose(archive, one)
    assert refused(archive, str(away)) == "adopt-older"


def test_what_was_taken_off_the_pages_since_is_not_shown_again_by_any_word(
    archive: Archive, one: str, away: Path
) -> None:
    with archive.db.write() as session:
        record_event(session, one, "unpublish", "somebody")
    sign_after(archive, 2)
    lose(archive, one)
    assert refused(archive, str(away), older=True) == "adopt-taken-off"


def test_what_was_taken_back_does_not_come_by_a_bag(archive: Archive, one: str, away: Path) -> None:
    withdrawing.withdraw_item(archive, OPERATOR, one, "asked for")
    assert refused(archive, str(away)) == "bag-withdrawn"
    lose(archive, one)
    assert refused(archive, str(away), older=True) == "bag-withdrawn"


def test_what_was_destroyed_does_not_come_by_a_bag(archive: Archive, one: str, away: Path) -> None:
    withdrawing.withdraw_item(archive, OPERATOR, one, "asked for", destroy=True)
    settle(archive)
    assert refused(archive, str(away), older=True) == "bag-withdrawn"


def test_a_changed_byte_is_refused(archive: Archive, one: str, away: Path) -> None:
    lose(archive, one)
    rotten(away / "data/one.txt")
    assert refused(archive, str(away)) == "bag-changed"


def test_a_history_that_was_changed_is_refused(archive: Archive, one: str, away: Path) -> None:
    lose(archive, one)
    record = json.loads(read_bag(away).record("record.json"))
    record["events"][0]["agent"] = "somebody else"
    add_revision(away, {"record.json": json.dumps(record).encode()})
    assert refused(archive, str(away), older=True) == "history-changed"


def test_what_keeps_no_profile_is_refused_by_what_a_receiver_reads_it_with(
    archive: Archive, one: str, away: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose(archive, one)
    monkeypatch.setattr("archive.services.export_check.breaches", lambda *_: ["it keeps no rule"])
    assert refused(archive, str(away)) == "adopt-not-valid"


def test_a_bag_that_the_ledger_does_not_know_is_none_of_ours(
    archive: Archive, one: str, away: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose(archive, one)
    hidden = archive.settings.ledger.rename(archive.settings.home / "hidden")
    assert refused(archive, str(away)) == "checkpoint-cut-off", "nothing is left that could know it"
    hidden.rename(archive.settings.ledger)
    came = checkpoint_entries.read_all(archive.settings)
    strangers = [entry for entry in came if entry.subject != one]
    monkeypatch.setattr(checkpoint_entries, "read_all", lambda _settings: strangers)
    # It says that it came today, and the checkpoint is of today.
    assert refused(archive, str(away)) == "adopt-not-ours"
    # After a restore on record it may have been lost there.
    day = history_day(away)
    monkeypatch.setattr(restore_record, "read_all", lambda _settings: [Restore(day, day)])
    take(archive, str(away))


def history_day(root: Path) -> str:
    day: str = json.loads(read_bag(root).record("record.json"))["events"][0]["at"][:10]
    return day


def test_other_files_than_were_signed_are_none_of_ours(archive: Archive, one: str, away: Path) -> None:
    lose(archive, one)
    signed = checkpoint_entries.read_all(archive.settings)
    assert all(entry.content for entry in signed)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("archive.services.adopting_proof.content_of", lambda _sums: "0" * 64)
        assert refused(archive, str(away)) == "adopt-not-ours"


def test_one_of_many_is_named(archive: Archive, shelf: Shelf, one: str, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(archive.bag_folder("bags"), tmp_path / "many"))
    lose(archive, one)
    assert refused(archive, str(folder)) == "adopt-many"
    assert refused(archive, "nothing-of-that-name") == "no-such-path"
    assert refused(archive, one, str(tmp_path / "nowhere")) == "no-such-store"
    whole(archive, take(archive, one, str(folder)))


def test_a_zip_of_it_is_as_good(archive: Archive, one: str, tmp_path: Path) -> None:
    target = tmp_path / f"{one}.zip"
    left = command(archive.settings.home, "export", one, "--to", str(target), "--for", "A museum")
    assert left.return_value == 0, left.output
    settle(archive)
    lose(archive, one)
    whole(archive, take(archive, str(target), older=True))


def test_another_history_that_lies_there_whole_is_not_set_aside(
    archive: Archive, one: str, away: Path
) -> None:
    revise(archive, one)
    record = json.loads(read_bag(away).record("record.json"))
    record["revision"] += 1
    add_revision(away, {"record.json": json.dumps(record).encode()})
    lose(archive, one, bag=False)
    assert refused(archive, str(away), older=True) == "adopt-parted"
    assert verify(bag(archive, one)).ok


def test_what_stopped_goes_on_and_is_written_down_once(archive: Archive, one: str, away: Path) -> None:
    lose(archive, one)
    begun = take(archive, str(away))
    assert take(archive, str(away)).job == begun.job
    whole(archive, begun)
    with archive.db.read() as session:
        told = select(Event).where(Event.subject_id == one, Event.kind == "adopt")
        assert len(session.scalars(told).all()) == 1
