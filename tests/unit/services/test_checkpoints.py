"""Each day a checkpoint of everything that came, was shown, taken back or left; what is changed afterwards is found."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from archive.access import OPERATOR
from archive.models.errors import IntegrityError
from archive.services import checkpoint_entries, checkpoint_keys, checkpoints, erasing, withdrawing
from archive.services.checkpoint_check import check_kept, check_published
from archive.services.checkpoint_text import Checkpoint, as_json, read_json
from archive.services.opening import Archive
from tests.fixtures.databases import ON_EVENTS
from tests.fixtures.ledgers import Ledger, ledger

__all__ = ["ledger"]


def entry_files(ledger: Ledger) -> list[Path]:
    return sorted((ledger.folder / "entries").iterdir())


def rewrite(path: Path, change: Callable[[list[str]], list[str]]) -> None:
    path.write_text("".join(f"{line}\n" for line in change(path.read_text().splitlines())))


def test_a_day_that_is_over_has_one_checkpoint_over_all_that_happened(ledger: Ledger) -> None:
    assert ledger.a_day_passes() is None, "before anything came there is nothing to sign"
    ledger.come(published=True)
    made = ledger.a_day_passes()
    assert made is not None and made.size == 2
    assert (made.counts["accession"], made.counts["publication"], made.counts["withdrawal"]) == (1, 1, 0)
    assert made.origin == "archive.example/ledger"
    assert checkpoints.make_due(ledger.archive) is None
    assert checkpoints.of_day(ledger.archive.settings, made.day) == made == read_json(as_json(made))
    assert ledger.problems() == []


def test_what_happens_today_is_signed_when_the_day_is_over(ledger: Ledger) -> None:
    first = ledger.grown()[-1]
    ledger.monkeypatch.undo()
    assert first.size == 5
    assert checkpoints.make_due(ledger.archive) is None


def test_a_quiet_day_is_signed_too_and_days_without_a_worker_together(ledger: Ledger) -> None:
    made = ledger.grown()
    quiet = ledger.a_day_passes()
    assert quiet is not None and (quiet.size, quiet.root) == (made[-1].size, made[-1].root)
    ledger.come()
    after = ledger.a_day_passes(days=40)
    assert after is not None and after.size == quiet.size + 1
    assert after.day == ledger.on - timedelta(days=1)
    assert len(checkpoints.all_days(ledger.archive.settings)) == 5
    assert ledger.problems() == []


def test_two_workers_make_one_checkpoint_of_a_day(ledger: Ledger) -> None:
    ledger.come()
    ledger.on += timedelta(days=1)
    ledger.monkeypatch.setattr(checkpoints, "today", lambda: ledger.on)
    start, made = threading.Barrier(4), []

    def work() -> None:
        start.wait()
        made.append(checkpoints.make_due(ledger.archive))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one is not None for one in made) == 1
    assert len(checkpoint_entries.read_all(ledger.archive.settings)) == 1
    assert ledger.problems() == []


def test_killed_between_entries_and_signature_the_next_run_signs_what_was_written(ledger: Ledger) -> None:
    ledger.come()
    with ledger.monkeypatch.context() as patched:
        patched.setattr(checkpoints, "_publish", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            ledger.a_day_passes()
    ledger.come()
    left = ledger.folder / "entries" / ".pending-1"
    left.write_text("half")
    made = ledger.a_day_passes()
    assert made is not None and made.size == 2
    assert ledger.problems() == [] and not left.exists()


def test_nothing_published_names_anybody_or_anything(ledger: Ledger) -> None:
    hidden = ledger.come("Grandmother Zibbleforth's letter")
    ledger.grown()
    open_to_all = ledger.published_bytes().decode()
    secret = [
        one for entry in checkpoint_entries.read_all(ledger.archive.settings) for one in vars(entry).values()
    ]
    ids = [hidden, ledger.submission_of(hidden), *ledger.items, "Zibbleforth", "note.txt"]
    for word in [*ids, *(one for one in secret if isinstance(one, str) and len(one) > 15)]:
        assert word not in open_to_all
    for path in [*entry_files(ledger), *(ledger.archive.settings.home / "keys").iterdir()]:
        assert path.stat().st_mode & 0o077 == 0
    moments = {path.stat().st_mtime % 86_400 for path in ledger.folder.rglob("*.json*")}
    assert moments == {0.0}, "only the day is kept"


def change_day(lines: list[str]) -> list[str]:
    return [lines[0].replace('"kind": "accession"', '"kind": "withdrawal"'), *lines[1:]]


def forge(lines: list[str]) -> list[str]:
    """An entry that stands for something else, and rightly so, with another nonce."""
    body = json.loads(lines[0])
    body["nonce"] = "1" * 64
    body["commitment"] = checkpoint_entries.commitment(body["nonce"], body["event"], body["content"])
    return [json.dumps(body), *lines[1:]]


def renumber(lines: list[str]) -> list[str]:
    """The first is gone, and the others moved up."""
    first = json.loads(lines[0])["number"]
    return [json.dumps(json.loads(line) | {"number": first + place}) for place, line in enumerate(lines[1:])]


@pytest.mark.parametrize(
    ("change", "code", "entry"),
    [
        (change_day, "changed", 4),
        (forge, "changed", 4),
        (lambda lines: lines[:-1], "cut-off", 5),
        (lambda lines: lines[1:], "reordered", 4),
        (renumber, "changed", 4),
        (lambda lines: lines[::-1], "reordered", 4),
    ],
    ids=["changed", "forged", "cut off", "deleted", "deleted and renumbered", "reordered"],
)
def test_a_changed_deleted_reordered_or_cut_off_entry_is_named(
    ledger: Ledger, change: Callable[[list[str]], list[str]], code: str, entry: int
) -> None:
    ledger.grown()
    rewrite(entry_files(ledger)[-1], change)
    assert (code, entry) in ledger.problems()
    ledger.come()
    with pytest.raises(IntegrityError) as caught:
        ledger.a_day_passes()
    assert caught.value.code == "checkpoint-refused", "nothing is signed on top of it"


def test_a_whole_day_that_was_cut_off_is_told_by_whoever_kept_its_checkpoint(ledger: Ledger) -> None:
    kept = ledger.grown()[-1]
    entry_files(ledger)[-1].unlink()
    assert ("cut-off", 4) in ledger.problems()
    (ledger.folder / "checkpoints" / f"{kept.day}.json").unlink()
    assert ledger.problems(kept)[0] == ("cut-off", None)
    assert "not-entered" not in dict(ledger.problems())


def test_a_checkpoint_that_was_changed_deleted_or_reordered_is_named(ledger: Ledger) -> None:
    keys, made = checkpoint_keys.published, ledger.grown()
    known = keys(ledger.archive.settings)
    first, second, third = made

    def told(*found: Checkpoint) -> set[str]:
        return {one.code for one in check_published(known, found)}

    assert told(first, second, third) == set()
    assert told(first, third) >= {"deleted"}
    assert told(second, third) >= {"deleted"}
    assert told(first, third, second) >= {"reordered"}
    assert {one.code for one in check_kept(known, [first, second], [third])} == {"cut-off"}
    assert {one.code for one in check_kept(known, [first, third], [second])} == {"deleted"}
    assert list(check_kept(known, made, made)) == []


def test_a_history_that_was_signed_anew_by_another_key_is_told(ledger: Ledger, tmp_path: Path) -> None:
    made = ledger.grown()
    ours = checkpoint_keys.published(ledger.archive.settings)
    (ledger.archive.settings.home / "keys" / "ledger-1.key").unlink()
    with pytest.raises(IntegrityError) as caught:
        ledger.a_day_passes()
    assert caught.value.code == "checkpoint-key-lost"
    (ledger.folder / "keys.json").unlink()
    forger = checkpoint_keys.rotate(ledger.archive.settings)
    again = [Checkpoint(**(vars(one) | {"note": forger.sign(one.text)})) for one in made]
    assert [one.code for one in check_published(ours, again)] == ["wrong-signature"] * 3
    theirs = checkpoint_keys.published(ledger.archive.settings)
    assert [one.code for one in check_kept(theirs, again, made[:1])] == ["wrong-signature"]


def test_a_new_key_is_vouched_for_by_the_old_one_which_signs_nothing_any_more(ledger: Ledger) -> None:
    made = ledger.grown()
    old = checkpoint_keys.signer(ledger.archive.settings)
    checkpoints.rotate_key(ledger.archive)
    ledger.come()
    newer = ledger.a_day_passes()
    assert newer is not None
    known = checkpoint_keys.published(ledger.archive.settings)
    assert [one.number for one in known] == [1, 2]
    assert list(check_published(known, [*made, newer])) == [] == ledger.problems()
    assert checkpoint_keys.first_unvouched(known[::-1]) is not None
    ledger.come()
    last = ledger.a_day_passes()
    assert last is not None
    stolen = Checkpoint(**(vars(last) | {"note": old.sign(last.text)}))
    assert [one.code for one in check_published(known, [*made, newer, stolen])] == ["wrong-key"]


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        (
            "UPDATE event SET hash = '{other}' WHERE kind = 'publish' AND subject_id = '{first}'",
            "event-changed",
        ),
        ("DELETE FROM event WHERE kind = 'publish' AND subject_id = '{first}'", "event-gone"),
        ("UPDATE file SET sha512 = '{other}' WHERE item_id = '{first}'", "files-changed"),
    ],
)
def test_a_database_that_was_changed_is_held_against_the_ledger(
    ledger: Ledger, statement: str, code: str
) -> None:
    ledger.grown()
    with ledger.archive.db.write() as session:
        for trigger in ("event_no_update", "event_no_delete"):
            session.execute(text(f"DROP TRIGGER {trigger}{ON_EVENTS}"))
        session.execute(text(statement.format(other="f" * 64, first=ledger.items[0])))
    assert code in dict(ledger.problems())


def test_an_event_that_was_slipped_in_afterwards_is_in_no_entry(ledger: Ledger) -> None:
    ledger.grown()
    ledger.happen(ledger.items[0], "export")
    ledger.monkeypatch.setattr(checkpoints, "_new_entries", lambda *_: [])
    ledger.a_day_passes()
    assert ledger.problems() == [], "what is written down at midnight waits for the next day"
    ledger.a_day_passes()
    assert ledger.problems() == [("not-entered", None)]


def test_what_is_destroyed_leaves_the_ledger_whole_and_can_be_proven_by_nobody(ledger: Ledger) -> None:
    ledger.grown()
    gone, stays = ledger.items[0], ledger.items[1]
    withdrawing.withdraw_item(ledger.archive, OPERATOR, gone, destroy=True)
    erasing.clear(ledger.archive)
    ledger.a_day_passes()
    entries = checkpoint_entries.read_all(ledger.archive.settings)
    assert {one.kind for one in entries if one.subject == gone} >= {"accession", "withdrawal", "destruction"}
    assert not any(one.nonce or one.content for one in entries if one.subject == gone)
    assert all(one.nonce for one in entries if one.subject == stays)
    assert ledger.problems() == []
    path = entry_files(ledger)[1]
    rewrite(
        path, lambda lines: [json.dumps(json.loads(line) | {"nonce": "", "content": ""}) for line in lines]
    )
    assert [code for code, _ in ledger.problems()] == ["unproven"]


def test_every_kind_that_counts_is_entered_on_either_database(
    empty_archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger(empty_archive, monkeypatch)
    item_id = ledger.come()
    for kind in checkpoint_entries.KIND_OF:
        ledger.happen(item_id, kind)
    for kind in ("describe", "contact-read", "receive", "ask-to-destroy"):
        ledger.happen(item_id, kind)
    made = ledger.a_day_passes()
    assert made is not None
    assert dict(made.counts) == dict.fromkeys(checkpoint_entries.KINDS, 1) | {"accession": 2}
    assert ledger.problems() == []
