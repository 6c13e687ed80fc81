"""A database that was lost or is older is no tampering where what was signed explains it; everything else still is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, text

from archive.access import OPERATOR
from archive.models import Event, Item
from archive.services import (
    checkpoint_audit,
    checkpoint_entries,
    checkpoints,
    erasing,
    rebuild,
    withdrawing,
)
from archive.services.checkpoint_entries import Entry
from archive.services.checkpoint_explained import Known
from archive.services.withdrawal_ledger import Act
from archive.services.withdrawal_ledger import Entry as Wish
from tests.fixtures.backups import backed_up, restored
from tests.fixtures.databases import ON_EVENTS
from tests.fixtures.ledgers import Ledger, ledger
from tests.fixtures.withdrawn import history

__all__ = ["ledger"]


def destroy(ledger: Ledger, item_id: str) -> None:
    """Somebody has it destroyed, and it is."""
    withdrawing.withdraw_item(ledger.archive, OPERATOR, item_id, destroy=True)
    erasing.clear(ledger.archive)


def lose(ledger: Ledger, item_id: str) -> None:
    """The database is made again from bags, and this one's is not there."""
    with ledger.archive.db.write() as session:
        for trigger in ("event_no_update", "event_no_delete"):
            session.execute(text(f"DROP TRIGGER IF EXISTS {trigger}{ON_EVENTS}"))
        session.execute(text("DELETE FROM file WHERE item_id = :one"), {"one": item_id})
        session.execute(delete(Event).where(Event.subject_id == item_id))
        session.execute(delete(Item).where(Item.id == item_id))


def of(ledger: Ledger, item_id: str) -> list[Entry]:
    """The entries of an item."""
    return [one for one in checkpoint_entries.read_all(ledger.archive.settings) if one.subject == item_id]


def blank(ledger: Ledger, item_id: str) -> None:
    """Whoever may write files lets nobody prove what the entries of an item stand for."""
    checkpoints.forget(ledger.archive, item_id)


def notes(ledger: Ledger) -> list[str]:
    return checkpoint_audit.audit(ledger.archive).notes


def test_what_was_destroyed_and_signed_needs_no_event_any_more(ledger: Ledger) -> None:
    ledger.grown()
    gone = ledger.items[0]
    destroy(ledger, gone)
    ledger.a_day_passes()
    assert notes(ledger) == [], "while the database has its history there is nothing to explain"
    lose(ledger, gone)
    assert ledger.problems() == []
    numbers = ", ".join(str(one.number) for one in of(ledger, gone))
    assert [one[: len(numbers) + 9] for one in notes(ledger)] == [f"Entries {numbers} "]
    rebuild.bring_back(ledger.archive)
    assert history(ledger.archive, gone) == [], "what was signed is not signed twice"
    ledger.come()
    assert ledger.a_day_passes() is not None and ledger.problems() == []


def test_what_was_destroyed_and_not_signed_before_the_database_was_lost_is_signed_afterwards(
    ledger: Ledger,
) -> None:
    ledger.grown()
    gone = ledger.items[0]
    # Killed before the public ledger let go of it: its bag alone is destroyed.
    withdrawing.withdraw_item(ledger.archive, OPERATOR, gone, destroy=True)
    lose(ledger, gone)
    assert {code for code, _ in ledger.problems()} == {"event-gone"}, "only what is signed is believed"
    for _ in range(2):
        rebuild.bring_back(ledger.archive)
    made = ledger.a_day_passes()
    assert made is not None and made.counts["destruction"] == 1
    assert not any(one.nonce or one.content for one in of(ledger, gone))
    assert ledger.problems() == [] and len(notes(ledger)) == 1


def claim_destroyed(ledger: Ledger, item_id: str) -> None:
    """Say in the ledger of withdrawals, which nobody signs, that an item was destroyed."""
    ledger.archive.withdrawals.append([Wish(Act.DESTROY, item_id, "somewhere")])


def relabel(ledger: Ledger, item_id: str, other: str) -> None:
    """Say of the entries of an item that they are of another."""
    for path in (ledger.folder / "entries").iterdir():
        path.write_text(path.read_text().replace(item_id, other))


def pass_off(ledger: Ledger, item_id: str) -> None:
    """Say of the entries of an item that they are of one that was destroyed, and let nobody prove anything else."""
    relabel(ledger, item_id, ledger.items[0])
    blank(ledger, ledger.items[0])


def write_an_end(ledger: Ledger, item_id: str) -> None:
    """Say that it was destroyed, and write that into the entries too, where only the next checkpoint would sign it."""
    claim_destroyed(ledger, item_id)
    number = len(checkpoint_entries.read_all(ledger.archive.settings)) + 1
    end = checkpoint_entries.fresh(number, ledger.on.isoformat(), "destruction", item_id, 9, "0" * 64, "")
    (*_, day) = checkpoint_entries.days(ledger.archive.settings)
    written = checkpoint_entries.read_day(ledger.archive.settings, day)
    checkpoint_entries.write_day(ledger.archive.settings, day, [*written, end])
    blank(ledger, item_id)


def break_withdrawals(ledger: Ledger) -> None:
    path = ledger.archive.settings.withdrawals
    path.write_text(path.read_text().replace('"sequence": 1', '"sequence": 21'))


@pytest.mark.parametrize(
    ("attack", "codes"),
    [
        (lambda *_: None, {"event-gone"}),
        (claim_destroyed, {"event-gone"}),
        (lambda ledger, one: (claim_destroyed(ledger, one), blank(ledger, one)), {"event-gone", "unproven"}),
        (lambda ledger, one: relabel(ledger, one, ledger.items[0]), {"event-gone", "unproven"}),
        (pass_off, {"event-gone", "unproven"}),
        (write_an_end, {"event-gone", "unproven"}),
    ],
    ids=[
        "removed",
        "said to be destroyed",
        "said so and made unprovable",
        "said to be of another",
        "said to be of another and made unprovable",
        "said so and an end written",
    ],
)
def test_whoever_removes_a_history_cannot_pass_it_off_as_destroyed(
    ledger: Ledger, attack: Callable[[Ledger, str], object], codes: set[str]
) -> None:
    ledger.grown()
    destroy(ledger, ledger.items[0])
    ledger.a_day_passes()
    lose(ledger, ledger.items[0])
    assert ledger.problems() == []
    lose(ledger, ledger.items[2])
    attack(ledger, ledger.items[2])
    assert {code for code, _ in ledger.problems()} == codes


def test_a_broken_ledger_of_withdrawals_explains_nothing(ledger: Ledger) -> None:
    ledger.grown()
    gone = ledger.items[0]
    destroy(ledger, gone)
    ledger.a_day_passes()
    lose(ledger, gone)
    break_withdrawals(ledger)
    assert {code for code, _ in ledger.problems()} == {"event-gone", "unproven"}


def test_what_is_cut_off_from_the_history_of_something_destroyed_is_found_while_it_is_there(
    ledger: Ledger,
) -> None:
    ledger.grown()
    gone = ledger.items[0]
    destroy(ledger, gone)
    ledger.a_day_passes()
    last = history(ledger.archive, gone)[-1]
    with ledger.archive.db.write() as session:
        session.execute(text(f"DROP TRIGGER event_no_delete{ON_EVENTS}"))
        session.execute(delete(Event).where(Event.id == last.id))
    assert [code for code, _ in ledger.problems()] == ["event-gone"]


@pytest.mark.parametrize("destroyed", [True, False], ids=["destroyed", "hidden"])
def test_a_restore_by_the_book_with_the_newer_ledger_put_in_place_is_no_tampering(
    ledger: Ledger, tmp_path: Path, *, destroyed: bool
) -> None:
    ledger.grown()
    gone = ledger.items[0]
    folder = backed_up(ledger.archive, tmp_path / "target", keys=tmp_path / "keys").backup.folder
    withdrawing.withdraw_item(ledger.archive, OPERATOR, gone, destroy=destroyed)
    erasing.clear(ledger.archive)
    newest = ledger.a_day_passes()
    assert newest is not None
    ledger.a_day_passes()
    archive = ledger.archive
    again, _ = restored(folder, tmp_path / "new", archive.settings.withdrawals, keys=tmp_path / "keys")
    shutil.rmtree(again.settings.ledger)
    shutil.copytree(archive.settings.ledger, again.settings.ledger)
    ledger.archive = again
    try:
        assert ledger.problems(newest) == []
        (sentence,) = notes(ledger)
        assert ("was destroyed" if destroyed else "before this database was restored") in sentence
        ledger.a_day_passes()
        assert ledger.problems(newest) == [], "what was done again is signed as that"
        # What else the older database does not have is told all the same.
        lose(ledger, ledger.items[1])
        assert ("event-gone", 3) in ledger.problems()
    finally:
        again.close()
        archive.close()


def test_only_the_taking_back_itself_is_explained_by_the_ledger_of_withdrawals(
    ledger: Ledger, tmp_path: Path
) -> None:
    ledger.grown()
    one = ledger.items[1]
    folder = backed_up(ledger.archive, tmp_path / "target", keys=tmp_path / "keys").backup.folder
    ledger.happen(one, "publish")
    withdrawing.withdraw_item(ledger.archive, OPERATOR, one)
    ledger.a_day_passes()
    archive = ledger.archive
    again, _ = restored(folder, tmp_path / "new", archive.settings.withdrawals, keys=tmp_path / "keys")
    shutil.rmtree(again.settings.ledger)
    shutil.copytree(archive.settings.ledger, again.settings.ledger)
    lost = next(entry.number for entry in of(ledger, one) if entry.kind == "publication")
    ledger.archive = again
    try:
        assert ledger.problems() == [("event-changed", lost)]
    finally:
        again.close()


def test_a_taking_back_is_explained_by_one_of_the_same_day_alone() -> None:
    known = Known({}, {"one": 4}, frozenset({("one", "2026-03-25")}), frozenset())
    entry = checkpoint_entries.fresh(7, "2026-03-25", "withdrawal", "one", 4, "0" * 64, "")
    assert known.is_done_again(entry)
    assert not known.is_done_again(replace(entry, day="2026-03-26"))
    assert not known.is_done_again(replace(entry, sequence=3)), "until then the database has its history"


def test_a_rebuild_beside_a_public_ledger_that_cannot_be_read_says_so_and_is_not_at_its_end(
    ledger: Ledger,
) -> None:
    ledger.grown()
    assert rebuild.bring_back(ledger.archive).refused == []
    next((ledger.folder / "entries").iterdir()).write_text("no entry\n")
    (refused,) = rebuild.bring_back(ledger.archive).refused
    assert (refused.name, refused.code) == ("ledger", "checkpoint-refused")
