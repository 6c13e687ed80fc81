"""Whoever removes something cannot pass it off as lost in a restore, nor take back or change what was said of that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text, update

from archive.access import OPERATOR
from archive.models import Event, ItemState
from archive.models.errors import ConflictError
from archive.services import (
    checkpoint_entries,
    checkpoint_gaps,
    checkpoint_keys,
    gap_acknowledging,
    gap_text,
    restore_record,
    withdrawing,
)
from archive.services.gap_check import point_of
from archive.services.gap_text import Gap, PublishedGap
from tests.fixtures.databases import ON_EVENTS
from tests.fixtures.gone_back import (
    GoneBack,
    codes,
    go_back,
    gone_back,
    outside_codes,
    remove,
    shown,
    take_down,
)
from tests.fixtures.items import item_of
from tests.fixtures.ledgers import Ledger, ledger

__all__ = ["gone_back", "ledger"]


def rewrite(found: GoneBack, old: str, new: str) -> None:
    (path,) = (found.ledger.folder / "gaps").iterdir()
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def sign_anew(found: GoneBack, **other: object) -> None:
    """Whoever has the key signs another one in its place."""
    settings = found.ledger.archive.settings
    (gap,) = checkpoint_gaps.read_all(settings)
    changed: Gap = replace(gap, **other)  # type: ignore[arg-type]
    note = checkpoint_keys.signer(settings).sign(changed.text)
    checkpoint_gaps.write(settings, replace(changed, note=note))


def earlier(found: GoneBack) -> None:
    """Something that the backup has is removed, and acknowledged along with the rest."""
    remove(found, found.ledger.items[2])
    sign_anew(found, entries=((4, 8),))


@pytest.mark.parametrize(
    ("attack", "expected"),
    [
        (lambda found: remove(found, found.ledger.items[0]), {"event-gone"}),
        (take_down, {"event-gone"}),
        (
            lambda found: rewrite(found, "entries 6-8", "entries 4-8"),
            {"wrong-signature", "gap-too-wide", "event-gone"},
        ),
        (lambda found: rewrite(found, "disk", "dog"), {"wrong-signature", "event-gone"}),
        (earlier, {"gap-too-wide", "event-gone"}),
        (lambda found: sign_anew(found, previous="1" * 64), {"gap-changed", "event-gone"}),
        (
            lambda found: sign_anew(found, newest=replace(point_of(found.newest), fingerprint="2" * 64)),
            {"gap-changed", "event-gone"},
        ),
        (
            lambda found: sign_anew(found, lost=(point_of(found.newest),)),
            {"gap-too-wide", "event-gone"},
        ),
        (lambda found: sign_anew(found, origin="elsewhere/ledger"), {"wrong-signature", "event-gone"}),
    ],
    ids=[
        "something else removed",
        "taken down",
        "widened",
        "another reason",
        "what the backup has",
        "out of its chain",
        "of another ledger",
        "lost what is here",
        "under another name",
    ],
)
def test_before_it_is_signed_as_an_entry_nothing_else_passes_as_the_gap(
    gone_back: GoneBack, attack: Callable[[GoneBack], object], expected: set[str]
) -> None:
    gone_back.acknowledge()
    assert codes(gone_back) == set()
    attack(gone_back)
    assert codes(gone_back) - {"broken-history"} == expected


@pytest.mark.parametrize(
    ("attack", "expected"),
    [
        (lambda found: remove(found, found.ledger.items[0]), {"event-gone"}),
        (take_down, {"gap-gone", "event-gone"}),
        (
            lambda found: sign_anew(found, reason="Nothing much."),
            {"gap-gone", "gap-not-entered", "event-gone"},
        ),
        (
            lambda found: sign_anew(found, entries=((7, 8),)),
            {"gap-gone", "gap-not-entered", "event-gone"},
        ),
    ],
    ids=["something else removed", "taken down", "reworded", "made smaller"],
)
def test_once_signed_as_an_entry_not_even_the_key_can_change_or_take_back_what_was_said(
    gone_back: GoneBack, attack: Callable[[GoneBack], object], expected: set[str]
) -> None:
    gone_back.acknowledge()
    gone_back.ledger.a_day_passes()
    assert codes(gone_back) == set()
    before = shown(gone_back)
    attack(gone_back)
    assert codes(gone_back) - {"broken-history"} == expected
    if shown(gone_back) != before:
        assert outside_codes(gone_back, shown(gone_back)) & {"gap-gone", "gap-not-entered"}


def test_an_archive_that_withholds_what_it_acknowledged_is_found_out_from_outside(
    gone_back: GoneBack,
) -> None:
    gone_back.acknowledge()
    gone_back.ledger.a_day_passes()
    assert outside_codes(gone_back, ()) == {"gap-gone"}
    # Whoever has only checkpoints at hand is told that there is more to read.
    assert outside_codes(gone_back, None) == set()
    assert "/ledger/gaps.jsonl" in gone_back.outside(None).notes[0]
    (one,) = shown(gone_back)
    forged = replace(one, gap=replace(one.gap, reason="Nothing much."))
    assert "gap-changed" in outside_codes(gone_back, (forged,))
    assert "gap-not-entered" in outside_codes(gone_back, (PublishedGap(one.gap),))


@pytest.mark.parametrize("destroy", [False, True])
def test_what_somebody_took_back_is_never_signed_away_while_it_is_shown(
    ledger: Ledger, tmp_path: Path, destroy: bool
) -> None:
    """The restored database has not heard that it was taken back, and shows it again."""

    def take_back() -> None:
        withdrawing.withdraw_item(ledger.archive, OPERATOR, ledger.items[0], destroy=destroy)

    found = go_back(ledger, tmp_path, newest_ledger=True, meanwhile=take_back)
    archive, item_id = found.ledger.archive, ledger.items[0]
    assert item_of(archive, item_id).state == ItemState.PUBLISHED
    offered = gap_acknowledging.offer(archive, OPERATOR, found.backup)
    assert offered.not_taken_back == (item_id,)
    with pytest.raises(ConflictError) as refused:
        found.acknowledge()
    assert refused.value.code == "gap-not-taken-back" and item_id in str(refused.value)
    assert shown(found) == () and "event-gone" in codes(found)
    take_back()
    found.acknowledge()
    assert codes(found) == set()
    archive.close()


def test_what_is_removed_after_the_restore_was_not_lost_in_it(gone_back: GoneBack) -> None:
    archive, ledger = gone_back.ledger.archive, gone_back.ledger
    came = ledger.come("After the restore")
    newest = ledger.a_day_passes()
    assert newest is not None and newest.size == 9
    remove(gone_back, came)
    found = gap_acknowledging.offer(archive, OPERATOR, gone_back.backup, until=9)
    assert found.entries == gone_back.lost, "not even where somebody names more"
    assert ("event-gone", 9) in [(one.code, one.entry) for one in found.others]
    gone_back.acknowledge()
    assert "event-gone" in codes(gone_back)
    sign_anew(gone_back, entries=((6, 9),), until=9, newest=point_of(newest))
    assert "gap-too-wide" in codes(gone_back), "whoever has the key neither"
    assert "gap-too-wide" in outside_codes(gone_back, shown(gone_back))


def test_a_history_that_was_broken_is_shown_with_what_is_offered(gone_back: GoneBack) -> None:
    remove(gone_back, gone_back.ledger.items[0])
    found = gap_acknowledging.offer(gone_back.ledger.archive, OPERATOR, gone_back.backup)
    assert "broken-history" in {one.code for one in found.others}


def test_what_the_backup_has_of_its_own_day_was_not_lost(ledger: Ledger, tmp_path: Path) -> None:
    found = go_back(ledger, tmp_path, newest_ledger=True, before=lambda: ledger.come("That morning"))
    offered = gap_acknowledging.offer(found.ledger.archive, OPERATOR, found.backup)
    assert (offered.entries, offered.others) == (((7, 9),), ())
    remove(found, ledger.items[3])
    offered = gap_acknowledging.offer(found.ledger.archive, OPERATOR, found.backup)
    assert (offered.entries, [one.entry for one in offered.others]) == (((7, 9),), [6])
    found.ledger.archive.close()


def test_without_a_restore_on_record_nothing_is_lost_in_one_unless_a_bound_is_named_in_public(
    gone_back: GoneBack,
) -> None:
    archive = gone_back.ledger.archive
    (archive.settings.home / restore_record.FILE).unlink()
    offered = gap_acknowledging.offer(archive, OPERATOR, gone_back.backup, gone_back.kept)
    assert offered.is_empty and offered.bound is None and len(offered.others) == 3
    with pytest.raises(ConflictError) as refused:
        gone_back.acknowledge()
    assert refused.value.code == "gap-no-restore"
    made = gap_acknowledging.acknowledge(archive, OPERATOR, gone_back.backup, "The disk failed.", until=7)
    assert (made.entries, made.until, made.restored) == (((6, 7),), 7, None)
    assert "until 7 named\n" in made.note and gap_text.read_gap(made.note) == made
    assert "Nothing after entry 7 was lost in it" in gone_back.notes()[0]
    assert gone_back.ledger.problems() == [("event-gone", 8)]


def strip(found: GoneBack, number: int, **other: object) -> None:
    """Whoever writes to the files lets an entry stand for nothing; what was signed of it stays."""
    settings = found.ledger.archive.settings
    for day in checkpoint_entries.days(settings):
        entries = checkpoint_entries.read_day(settings, day)
        some = [replace(one, **other) if one.number == number else one for one in entries]  # type: ignore[arg-type]
        checkpoint_entries.write_day(settings, day, some)


@pytest.mark.parametrize(
    "other",
    [{}, {"event": "f" * 64}, {"event": "f" * 64, "sequence": 99}],
    ids=["closed", "for another event", "in another place"],
)
def test_the_entry_of_what_is_here_is_not_laundered_by_making_it_miss_its_event(
    ledger: Ledger, tmp_path: Path, other: dict[str, object]
) -> None:
    found = go_back(ledger, tmp_path, newest_ledger=True, before=lambda: ledger.come("That morning"))
    strip(found, 6, nonce="", content="", **other)
    assert ("unproven", 6) in found.ledger.problems()
    offered = gap_acknowledging.offer(found.ledger.archive, OPERATOR, found.backup)
    assert offered.entries == ((7, 9),) and ("unproven", 6) in [(o.code, o.entry) for o in offered.others]
    found.acknowledge()
    assert ("unproven", 6) in found.ledger.problems()
    sign_anew(found, entries=((6, 9),))
    assert ("unproven", 6) in found.ledger.problems(), "no acknowledgement explains what cannot be opened"
    found.ledger.archive.close()


def test_an_event_of_the_same_kind_and_day_is_no_other_event(ledger: Ledger, tmp_path: Path) -> None:
    """Whoever writes to the database rewrites one that the backup has; the bound is named by hand."""
    found = go_back(ledger, tmp_path, newest_ledger=True, before=lambda: ledger.come("That morning"))
    archive = found.ledger.archive
    (archive.settings.home / restore_record.FILE).unlink()
    with archive.db.write() as session:
        session.execute(text(f"DROP TRIGGER IF EXISTS event_no_update{ON_EVENTS}"))
        its = (Event.subject_id == ledger.items[3], Event.kind == "accession")
        session.execute(update(Event).where(*its).values(hash="e" * 64))
    offered = gap_acknowledging.offer(archive, OPERATOR, found.backup, until=9)
    assert offered.entries == ((7, 9),)
    assert ("event-changed", 6) in [(one.code, one.entry) for one in offered.others]
    archive.close()


def test_what_was_called_lost_and_is_here_again_is_told_and_cannot_be_removed_under_that_name(
    gone_back: GoneBack,
) -> None:
    archive = gone_back.ledger.archive
    entry = next(one for one in checkpoint_entries.read_all(archive.settings) if one.number == 6)
    gone_back.acknowledge()
    assert codes(gone_back) == set()
    with archive.db.write() as session:
        at = datetime.combine(date.fromisoformat(entry.day), datetime.min.time(), UTC)
        again = {"sequence": entry.sequence, "previous_hash": "0" * 64, "hash": entry.event, "at": at}
        session.add(Event(subject_id=entry.subject, kind="accession", agent="pipeline", detail={}, **again))
    assert gone_back.ledger.problems(*gone_back.kept)[0] == ("gap-untrue", 6)
    remove(gone_back, entry.subject)
    assert gone_back.ledger.problems(*gone_back.kept) == [("event-gone", 6)]
    assert gap_acknowledging.offer(archive, OPERATOR, gone_back.backup).is_empty
