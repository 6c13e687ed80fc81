"""Checks acknowledgements of gaps with nothing but what was published: signatures, order, entries in the ledger, and that none explains too much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from archive.exchange import signed_note
from archive.exchange.merkle import is_included
from archive.models.event import GENESIS
from archive.services.checkpoint_check import Problem
from archive.services.checkpoint_keys import PublishedKey, is_signed
from archive.services.checkpoint_text import Checkpoint
from archive.services.gap_text import KIND, Gap, Point, PublishedGap

# The checkpoint of the day before a backup may have been made after it, on the same day.
SIGNED_AFTER = timedelta(days=1)


def check_gaps(
    keys: Sequence[PublishedKey], found: Sequence[Checkpoint], gaps: Sequence[PublishedGap]
) -> Iterator[Problem]:
    """Everything that is wrong with all acknowledgements of a ledger, held against the whole list of its checkpoints."""
    before = GENESIS
    for place, one in enumerate(gaps, 1):
        gap = one.gap
        if (gap.number, gap.previous) != (place, before):
            sentence = f"Acknowledgement {gap.number} does not follow from the one before: one is gone, or was changed."
            yield Problem("gap-changed", sentence)
        if not _is_signed(keys, gap):
            sentence = f"No key of this ledger signed acknowledgement {gap.number}."
            yield Problem("wrong-signature", sentence)
        yield from _entered(one, found)
        yield from _explains_too_much(
            gap, found, [point for later in gaps[place:] for point in later.gap.lost]
        )
        before = gap.fingerprint
    signed = found[-1].counts.get(KIND, 0) if found else 0
    if signed > (here := sum(one.entry > 0 for one in gaps)):
        yield Problem(
            "gap-gone", f"{signed} acknowledgements of gaps were signed, and {here} of them are here."
        )


def check_kept_gaps(
    keys: Sequence[PublishedKey], gaps: Sequence[PublishedGap], kept: Sequence[PublishedGap]
) -> Iterator[Problem]:
    """Everything by which the acknowledgements that are published now differ from those that somebody kept."""
    now = {one.gap.number: one.gap.fingerprint for one in gaps}
    for gap in {one.gap.fingerprint: one.gap for one in kept}.values():
        if not _is_signed(keys, gap):
            sentence = f"No key of this ledger signed acknowledgement {gap.number} that was kept."
            yield Problem("wrong-signature", sentence)
        elif gap.number not in now:
            yield Problem(
                "gap-gone", f"Acknowledgement {gap.number} that was kept is not published any more."
            )
        elif now[gap.number] != gap.fingerprint:
            sentence = f"Acknowledgement {gap.number} is not the one that was published then."
            yield Problem("gap-changed", sentence)


def point_of(one: Checkpoint) -> Point:
    """A checkpoint as acknowledgements name it."""
    return Point(one.day, one.size, one.fingerprint)


def without_lost(kept: Sequence[Checkpoint], gaps: Sequence[PublishedGap]) -> list[Checkpoint]:
    """Those of the checkpoints that somebody kept of which no acknowledgement says that they are lost."""
    lost = {point for one in gaps for point in one.gap.lost}
    return [one for one in kept if point_of(one) not in lost]


def size_before(found: Sequence[Checkpoint], backup: date) -> int:
    """How many entries were signed before the day of a backup: it holds what they stand for."""
    return max((one.size for one in found if one.day < backup), default=0)


def is_newer(day: date, backup: date) -> bool:
    """Whether the checkpoint of a day can have been made after a backup."""
    return day >= backup - SIGNED_AFTER


def _last(gap: Gap, found: Sequence[Checkpoint]) -> int:
    """The last entry that can have been lost: signed by the day of the restore, at least by that of the acknowledgement."""
    if gap.restored:
        # A restore that is still to come, or was before its backup, bounds nothing.
        return size_before(found, gap.restored) if gap.backup <= gap.restored <= gap.on else 0
    return gap.newest.size if gap.until is None else gap.until


def _is_later(gap: Gap, point: Point) -> bool:
    """Whether a checkpoint was published only after the restore."""
    if gap.restored:
        return point.day >= gap.restored
    return gap.until is not None and point.size > gap.until


def _is_signed(keys: Sequence[PublishedKey], gap: Gap) -> bool:
    note = signed_note.read(gap.note)
    return any(gap.origin == key.verifier.name and is_signed(note, key.verifier) for key in keys)


def _entered(one: PublishedGap, found: Sequence[Checkpoint]) -> Iterator[Problem]:
    """That it is an entry, from the first checkpoint on which should have it."""
    gap = one.gap
    root = next((each for each in found if each.day == one.day), None)
    if one.entry:
        if root is None or not is_included(
            gap.leaf(one.entry), one.entry - 1, root.size, one.path, root.root
        ):
            yield Problem("gap-changed", f"Acknowledgement {gap.number} is not the entry that was signed.")
    elif found and found[-1].day >= gap.on:
        yield Problem("gap-not-entered", f"Acknowledgement {gap.number} is in no entry of the ledger.")


def _explains_too_much(gap: Gap, found: Sequence[Checkpoint], lost: Sequence[Point]) -> Iterator[Problem]:
    """That it speaks of this ledger, and of nothing that the backup has, or that is here."""
    here = {point_of(one) for one in found}
    if gap.newest not in here and gap.newest not in lost:
        sentence = f"Acknowledgement {gap.number} speaks of a checkpoint of {gap.newest.day} that is not in this ledger."
        yield Problem("gap-changed", sentence, gap.newest.day)
    if gap.entries and gap.entries[0][0] <= size_before(found, gap.backup):
        sentence = f"Acknowledgement {gap.number} speaks of entry {gap.entries[0][0]}, which was signed before the backup."
        yield Problem("gap-too-wide", sentence, entry=gap.entries[0][0])
    if gap.entries and gap.entries[-1][1] > (last := _last(gap, found)):
        number = max(gap.entries[-1][0], last + 1)
        sentence = (
            f"Acknowledgement {gap.number} speaks of entry {number}, which was signed after the restore."
        )
        yield Problem("gap-too-wide", sentence, entry=number)
    for point in gap.lost:
        if point in here or not is_newer(point.day, gap.backup) or _is_later(gap, point):
            sentence = (
                f"Acknowledgement {gap.number} calls the checkpoint of {point.day} lost, which it cannot be."
            )
            yield Problem("gap-too-wide", sentence, point.day)
