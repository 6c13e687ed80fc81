"""What was closed after a backup, and not taken back, is closed in what is restored of it; an old ledger is read as it was."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from archive.access import OPERATOR, PUBLIC, Actor, can_see
from archive.bags import bag_key
from archive.models import Action, Item, ItemState
from archive.services import consents, embargo, lifecycle, records, withdrawing
from archive.services.closures import together
from archive.services.first_days import FirstDays, first_days
from archive.services.opening import Archive
from archive.services.withdrawal_ledger import Act, Entry, WithdrawalLedger, parse
from tests.fixtures.backups import backed_up, restored
from tests.fixtures.copying import revise as revised
from tests.fixtures.shelf import Shelf
from tests.fixtures.withdrawn import files_with, settle

WHERE = "letter"
NAME = "Ana of the Hill"
NARROWER: list[dict[str, Any]] = [
    {"audience": "staff"},
    {"not_before": date(2040, 1, 1)},
    {"not_after": date(2020, 1, 1)},
    {"people": "refused"},
]


@contextmanager
def again(shelf: Shelf, folder: Path, home: Path, **asked: Any) -> Iterator[tuple[Archive, Item, int]]:
    """The archive that a backup becomes, its letter, and how much was closed."""
    archive, done = restored(folder, home, shelf.archive.settings.withdrawals, **asked)
    try:
        with archive.db.read() as session:
            item = session.get_one(Item, shelf.items[WHERE])
            assert item.consent.version
            yield archive, item, done.closed
    finally:
        archive.close()


def submission(shelf: Shelf) -> str:
    with shelf.archive.db.read() as session:
        return session.get_one(Item, shelf.items[WHERE]).submission_id


def giver(shelf: Shelf) -> Actor:
    return replace(OPERATOR, submissions=frozenset({submission(shelf)}))


@pytest.mark.parametrize("change", NARROWER)
def test_what_its_giver_closed_since_is_closed(shelf: Shelf, tmp_path: Path, change: dict[str, Any]) -> None:
    folder = backed_up(shelf.archive, tmp_path / "target").backup.folder
    with shelf.archive.db.read() as session:
        assert can_see(PUBLIC, session.get_one(Item, shelf.items[WHERE]))
    consents.revise(shelf.archive, OPERATOR, submission(shelf), change)
    with again(shelf, folder, tmp_path / "new") as (archive, item, closed):
        assert closed == 1 and not can_see(PUBLIC, item)
        (name, value), *_ = change.items()
        assert getattr(item.consent, name) == value
        # It stays so, and is not done twice.
        assert withdrawing.reapply(archive) == 0
    with again(shelf, folder, tmp_path / "newer") as (archive, item, closed):
        assert item.consent.version == 2


def test_a_name_and_a_place_that_are_told_no_more_are_not_told_and_not_in_the_ledger(
    shelf: Shelf, tmp_path: Path
) -> None:
    archive = shelf.archive
    with archive.db.write() as session:
        item = session.get_one(Item, shelf.items[WHERE])
        item.consent.naming, item.consent.name_shown = "other-name", NAME
        item.consent.people, item.consent.place_precision = "agreed", "town"
        item.consent.places_shown = {"Aldeia": "Porto Secreto", "Outra": "Lisboa"}
    revised(archive, shelf.items[WHERE])
    assert files_with(archive.bag_folder("bags"), NAME.encode())
    folder = backed_up(archive, tmp_path / "target").backup.folder
    wish = {"name_shown": "Somebody", "places_shown": {"Aldeia": "", "Outra": "Lisboa"}}
    consents.revise(archive, giver(shelf), submission(shelf), wish)
    ledger = archive.settings.withdrawals.read_text(encoding="utf-8")
    assert '"narrow"' in ledger
    assert not any(word in ledger for word in (NAME, "Somebody", "Aldeia", "Porto", "Lisboa", "Outra"))
    with again(shelf, folder, tmp_path / "new") as (_, item, _closed):
        assert (item.consent.naming, item.consent.name_shown) == ("no-name", "")
        assert {place for place, words in item.consent.places_shown.items() if words} == {"Outra"}
    # Also in no version of before, nor in a bag.
    older, _ = restored(folder, tmp_path / "settled", archive.settings.withdrawals)
    settle(older)
    assert files_with(older.settings.home, NAME.encode()) == []
    older.close()


def test_what_a_curator_took_off_since_is_off_and_what_was_shown_again_is_there(
    shelf: Shelf, tmp_path: Path
) -> None:
    archive, item_id = shelf.archive, shelf.items[WHERE]
    folder = backed_up(archive, tmp_path / "target").backup.folder
    lifecycle.change_state(archive, OPERATOR, item_id, Action.UNPUBLISH)
    with again(shelf, folder, tmp_path / "off") as (_, item, closed):
        assert item.state == ItemState.ACCEPTED and closed == 1
    lifecycle.publish(archive, OPERATOR, item_id)
    with again(shelf, folder, tmp_path / "on") as (_, item, closed):
        assert item.state == ItemState.PUBLISHED and closed == 0


def test_what_was_opened_again_since_is_as_the_backup_has_it(shelf: Shelf, tmp_path: Path) -> None:
    archive = shelf.archive
    given = submission(shelf)
    folder = backed_up(archive, tmp_path / "target").backup.folder
    consents.revise(archive, giver(shelf), given, {"audience": "staff"})
    consents.revise(archive, giver(shelf), given, {"audience": "public"})
    with again(shelf, folder, tmp_path / "new") as (_, item, closed):
        assert can_see(PUBLIC, item) and closed == 0


def test_a_ledger_that_has_not_heard_is_told_by_what_the_database_knows(shelf: Shelf) -> None:
    archive = shelf.archive
    lifecycle.change_state(archive, OPERATOR, shelf.items[WHERE], Action.UNPUBLISH)
    consents.revise(archive, OPERATOR, submission(shelf), {"audience": "staff"})
    told = archive.settings.withdrawals.read_bytes()
    archive.settings.withdrawals.unlink()
    withdrawing.reapply(archive)
    assert {(one.act, one.item) for one in parse(told)} <= {
        (one.act, one.item) for one in archive.withdrawals.lines()
    }


def test_what_fails_at_its_end_leaves_nothing_open_that_was_to_be_closed(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = shelf.archive

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(WithdrawalLedger, "append", full)
    with pytest.raises(OSError, match="No space"):
        consents.revise(archive, OPERATOR, submission(shelf), {"audience": "staff"})
    with archive.db.read() as session:
        assert session.get_one(Item, shelf.items[WHERE]).consent.version == 1


@pytest.mark.parametrize("away", [False, True], ids=["old home", "store of copies"])
def test_without_a_ledger_a_newer_record_at_hand_closes_what_it_says(
    shelf: Shelf, tmp_path: Path, away: bool
) -> None:
    archive, item_id = shelf.archive, shelf.items[WHERE]
    records.write_waiting(archive)
    folder = backed_up(archive, tmp_path / "target").backup.folder
    consents.revise(archive, OPERATOR, submission(shelf), {"audience": "staff"})
    lifecycle.change_state(archive, OPERATOR, item_id, Action.UNPUBLISH)
    records.write_waiting(archive)
    archive.settings.withdrawals.unlink()
    place = archive.bag_folder("bags").parent
    if away:
        place = place.rename(tmp_path / "store")
    further = copytree(place, tmp_path / "further")
    if away:
        for record in (further / bag_key(item_id)).glob("metadata/*/record.json"):
            record.write_bytes(b"{}")
    again_, done = restored(folder, tmp_path / "new", newer=(place, further, further))
    try:
        with again_.db.read() as session:
            item = session.get_one(Item, item_id)
            assert (item.state, item.consent.audience) == (ItemState.ACCEPTED, "staff")
        assert (done.closed, done.newer, done.unread) == (2, 1, int(away)), "told of each item once"
    finally:
        again_.close()


@pytest.mark.parametrize("told_by", ["ledger", "record"])
def test_a_first_day_that_staff_chose_is_theirs_still_and_not_its_givers(
    shelf: Shelf, tmp_path: Path, told_by: str
) -> None:
    archive, item_id, day = shelf.archive, shelf.items[WHERE], date(2040, 1, 1)
    records.write_waiting(archive)
    folder = backed_up(archive, tmp_path / "target").backup.folder
    embargo.keep_back(archive, OPERATOR, item_id, day)
    records.write_waiting(archive)
    ledgers, newer = (archive.settings.withdrawals,), ()
    if told_by == "record":
        archive.settings.withdrawals.unlink()
        ledgers, newer = (), (archive.bag_folder("bags").parent,)
    again_, done = restored(folder, tmp_path / "new", *ledgers, newer=newer)
    try:
        with again_.db.read() as session:
            consent = session.get_one(Item, item_id).consent
            assert (consent.not_before, first_days(session, consent)) == (day, FirstDays(None, day))
        assert done.closed == 1 and withdrawing.reapply(again_) == 0
        embargo.keep_back(again_, OPERATOR, item_id, None)
        with again_.db.read() as session:
            assert can_see(PUBLIC, session.get_one(Item, item_id)), "whoever chose it may lift it"
    finally:
        again_.close()


def test_of_one_day_whoever_says_that_staff_chose_it_is_believed_and_of_two_the_givers_later_one() -> None:
    base = ("audience=public", "naming=no-name", "place_precision=exact")
    plain = (*base, "not_before=2040-01-01")
    staff = (*plain, "allowed_from=none")
    assert "allowed_from=none" in together(plain, staff) and "allowed_from=none" in together(staff, plain)
    later = (*base, "not_before=2050-01-01", "allowed_from=2045-01-01")
    assert {"not_before=2050-01-01", "allowed_from=2045-01-01"} <= set(together(staff, later))
    assert "allowed_from" not in "".join(together(staff, (*base, "not_before=2050-01-01")))


def test_two_ledgers_that_went_apart_close_what_either_says(tmp_path: Path) -> None:
    one, other = (WithdrawalLedger(tmp_path / name / "ledger.jsonl") for name in ("one", "other"))
    first = ("audience=staff", "naming=no-name", "place_precision=exact")
    second = ("audience=public", "naming=no-name", "not_before=2040-01-01", "place_precision=exact")
    one.append([Entry(Act.NARROW, "consent/x", "x", allows=first)])
    other.append([Entry(Act.NARROW, "consent/x", "x", allows=second)])
    one.adopt(other.lines())
    assert {"audience=staff", "not_before=2040-01-01"} <= set(one.lines()[-1].allows)
    one.adopt(other.lines())
    assert len(one.lines()) == 2 and one.standing() == {}


def test_a_ledger_of_before_is_read_with_its_chain(tmp_path: Path) -> None:
    ledger = WithdrawalLedger(tmp_path / "ledger.jsonl")
    ledger.append([Entry(Act.HIDE, "a", "s")])
    assert set(json.loads((tmp_path / "ledger.jsonl").read_text())) == {
        *("sequence", "act", "item", "submission", "on", "files", "previous", "hash")
    }
    ledger.append([Entry(Act.NARROW, "consent/s", "s", allows=("audience=staff",))])
    assert parse((tmp_path / "ledger.jsonl").read_bytes()) == ledger.lines()
    assert list(ledger.standing()) == ["a"]
