"""The desk's page of what a restore lost of the public ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from archive.services.gap_acknowledging import (
    GAP_DAY,
    GAP_REASON,
    NO_GAP,
    NO_RESTORE,
    NOT_TAKEN_BACK,
    STALE_GAP,
    TOO_EARLY,
    Offer,
)
from archive.services.gap_text import LONGEST_REASON, Gap, in_short
from archive.web.pages_form import too_long
from archive.web.pages_ledger import GapRow, gap_row, kind_words
from archive.web.words import day, later, number

# What is missing from the form alone.
NOT_SURE = "not-sure"
TROUBLES = {
    GAP_DAY: later("Give the day of the backup; it cannot be one that is still to come."),
    GAP_REASON: later("Say why, in up to %(longest)s characters that can be printed."),
    NOT_SURE: later("Nothing was signed. Tick that you are sure, if you are."),
    NO_GAP: later("Nothing that was signed is missing since that day."),
    NO_RESTORE: later(
        "No restore from a backup of that day is on record, so nothing counts as lost in one. Give the day of the backup that was restored; if it was restored by an earlier version, whoever runs this archive can say so."
    ),
    TOO_EARLY: later("Nothing is signed in the ledger yet, of which it could speak."),
    NOT_TAKEN_BACK: later(
        "Nothing was signed. Take back first what is named below; what you wrote is still here."
    ),
    STALE_GAP: later(
        "What is missing is not the same any more. Look at it once more; what you wrote is still here."
    ),
}
OTHER = later("Something is in the way: %(code)s.")


@dataclass(frozen=True)
class MissingLine:
    """One line that would be acknowledged, for staff: its number, the day, what happened, and to which item."""

    number: str
    on: str
    kind: str
    item: str


@dataclass(frozen=True)
class Missing:
    """What would be acknowledged: the lines, each of them, how many of which kind, the mark of this look, the day."""

    lines: str
    each: tuple[MissingLine, ...]
    kinds: tuple[tuple[str, str], ...]
    mark: str
    since: str


@dataclass(frozen=True)
class GapPage:
    """What was acknowledged, what would be, and what was typed."""

    said: tuple[GapRow, ...]
    missing: Missing | None
    is_empty: bool
    others: tuple[str, ...]
    not_taken_back: tuple[str, ...]
    backup: str
    reason: str
    trouble: str


def gap_page(gaps: Sequence[Gap], found: Offer | None, backup: str, reason: str, trouble: str) -> GapPage:
    """The page, after a look at what is missing or without one."""
    missing = None
    if found is not None and not found.is_empty:
        missing = Missing(
            in_short(found.entries),
            tuple(
                MissingLine(
                    number(one.number), day(date.fromisoformat(one.day)), kind_words(one.kind), one.subject
                )
                for one in found.listed
            ),
            tuple((kind_words(kind), number(count)) for kind, count in found.kinds.items()),
            found.mark,
            day(found.backup),
        )
    if found is not None and found.bound is None:
        trouble = trouble or NO_RESTORE
    words = TROUBLES.get(trouble, OTHER) if trouble else ""
    return GapPage(
        said=tuple(gap_row(one) for one in reversed(gaps)),
        missing=missing,
        is_empty=found is not None and found.bound is not None and found.is_empty,
        others=tuple(one.sentence for one in found.others) if found else (),
        not_taken_back=found.not_taken_back if found else (),
        backup=backup,
        reason=reason,
        trouble=(too_long(LONGEST_REASON, reason.strip()) if trouble == GAP_REASON else "")
        or _trouble(words, trouble),
    )


def _trouble(words: object, code: str) -> str:
    return str(words) % {"longest": LONGEST_REASON, "code": code} if words else ""
