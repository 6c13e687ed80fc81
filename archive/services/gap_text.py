"""The acknowledgement of a gap as text: what of the public ledger an archive lost in a restore, as it signed and published that itself.

It is a signed note that stands in a chain of its own kind, and each is an entry of the ledger. Nothing here opens an
archive, so anybody can check it without one.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from archive.exchange import signed_note
from archive.models.errors import BadInputError
from archive.services.checkpoint_entries import commitment, leaf_of
from archive.services.checkpoint_text import path_of, read_path

FORMAT = "remembrance-gap/1"
# What the entry of one is called in the ledger, and whose it is.
KIND, SUBJECT = "gap", "ledger"
# What the history of the archive calls that one was acknowledged.
EVENT = "acknowledge-gap"
# The nonce of an entry hides what it stands for, and this one is to be seen by everybody.
NONCE = "0" * 64
LONGEST_REASON = 500
BAD_GAP = "bad-gap"
_NUMBER = r"[1-9][0-9]{0,17}"
_RANGE = re.compile(rf"({_NUMBER})(?:-({_NUMBER}))?")
_POINT = re.compile(rf"(\d{{4}}-\d{{2}}-\d{{2}}) ({_NUMBER}) ([0-9a-f]{{64}})")
_UNTIL = re.compile(r"until (0|[1-9][0-9]{0,17}) (?:named|restored (\d{4}-\d{2}-\d{2}))")
_NAMED = "named"
_ROLE = re.compile(r"[a-z][a-z-]{0,39}")

Ranges = tuple[tuple[int, int], ...]
"""First and last numbers of entries, ascending, none next to another."""


@dataclass(frozen=True)
class Point:
    """A checkpoint by its day, how many entries it is over, and its fingerprint."""

    day: date
    size: int
    fingerprint: str

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {self.size} {self.fingerprint}"


@dataclass(frozen=True)
class Gap:
    """One acknowledgement: which in order, the fingerprint of the one before (64 zeros for the first), and what it says.

    `on` is its day, `backup` that of the backup which was restored, `newest` the newest checkpoint then. `entries` are
    those whose events are not in the database any more, `lost` checkpoints that were published and are not in this ledger
    any more. `by` is a role. `until` is the last entry that can have been lost: the last one signed when the archive was
    `restored` on that day, or named by whoever runs it where no day is given; None in what was said before there were bounds.
    """

    origin: str
    number: int
    previous: str
    on: date
    backup: date
    newest: Point
    entries: Ranges
    lost: tuple[Point, ...]
    by: str
    reason: str
    note: str = ""
    until: int | None = None
    restored: date | None = None

    @property
    def text(self) -> str:
        """What is signed."""
        lines = [
            FORMAT,
            self.origin,
            f"number {self.number}",
            f"previous {self.previous}",
            f"acknowledged {self.on.isoformat()}",
            f"backup {self.backup.isoformat()}",
            f"checkpoint {self.newest}",
            f"entries {in_short(self.entries)}",
            *([] if self.until is None else [f"until {self.until} {self._bound}"]),
            *(f"lost {one}" for one in self.lost),
            f"by {self.by}",
            f"reason {json.dumps(self.reason)}",
        ]
        return "".join(f"{line}\n" for line in lines)

    @property
    def _bound(self) -> str:
        return f"restored {self.restored.isoformat()}" if self.restored else _NAMED

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what is signed (hex)."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def reason_shown(self) -> str:
        """Its reason for pages and terminals: what cannot be printed, as old ones may hold, is escaped."""
        return "".join(
            one if one.isprintable() else one.encode("unicode_escape").decode() for one in self.reason
        )

    def leaf(self, entry: int) -> bytes:
        """The hash in the tree of its entry, which everybody can make."""
        return leaf_of(entry, self.on.isoformat(), KIND, commitment(NONCE, self.fingerprint, ""))

    def holds(self, entry: int) -> bool:
        """Whether it speaks of that entry."""
        return any(first <= entry <= last for first, last in self.entries)


@dataclass(frozen=True)
class PublishedGap:
    """An acknowledgement as it is published: with the number of its entry and the path from it to the root of a day's
    checkpoint; 0 and none until a checkpoint took it in."""

    gap: Gap
    entry: int = 0
    day: date | None = None
    path: tuple[bytes, ...] = ()


def ranges(numbers: Iterable[int]) -> Ranges:
    """Numbers as ranges."""
    found: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return tuple(found)


def in_short(found: Ranges) -> str:
    """Ranges as they are written: `5-9,12`, and `-` for none."""
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in found) or "-"


def read_gap(note: str) -> Gap:
    """The acknowledgement that a signed note is; BadInputError (`bad-gap`) when it is none, or not whole."""
    try:
        text = signed_note.read(note).text
        form, origin, number, previous, on, backup, newest, entries, *lost, by, reason = text[:-1].split("\n")
        until, restored = _until(lost.pop(0)) if lost and lost[0].startswith("until ") else (None, None)
        made = Gap(
            origin,
            int(number.removeprefix("number ")),
            previous.removeprefix("previous "),
            date.fromisoformat(on.removeprefix("acknowledged ")),
            date.fromisoformat(backup.removeprefix("backup ")),
            _point(newest.removeprefix("checkpoint ")),
            _ranges(entries.removeprefix("entries ")),
            tuple(_point(one.removeprefix("lost ")) for one in lost),
            by.removeprefix("by "),
            json.loads(reason.removeprefix("reason ")),
            note,
            until,
            restored,
        )
        # Written again it must be the same, so that nothing in it was passed over.
        if form != FORMAT or made.text != text or not _holds_together(made):
            raise ValueError("no acknowledgement")
    except (ValueError, TypeError) as error:
        raise _bad_gap() from error
    return made


def is_sayable(reason: str) -> bool:
    """Whether everybody can be shown it as a reason: printable, not blank, not too long."""
    return reason.isprintable() and 0 < len(reason.strip()) <= LONGEST_REASON


def is_sound(gap: Gap) -> bool:
    """Whether it says something that one can say: ranges in order, of entries that were signed by then; a role; a reason."""
    return _holds_together(gap) and is_sayable(gap.reason)


def _holds_together(gap: Gap) -> bool:
    """The same of one that is signed already: what cannot be printed in it is read, lest the whole ledger be unreadable."""
    flat = [number for both in gap.entries for number in both]
    apart = all(one[1] + 1 < two[0] for one, two in pairwise(gap.entries))
    in_order = flat == sorted(flat) and apart
    last = gap.newest.size if gap.until is None else min(gap.newest.size, gap.until)
    signed = not flat or flat[-1] <= last
    said = isinstance(gap.reason, str) and 0 < len(gap.reason.strip()) <= LONGEST_REASON
    says_something = bool(gap.entries or gap.lost) and gap.number > 0
    return in_order and signed and said and says_something and _ROLE.fullmatch(gap.by) is not None


def as_json(one: PublishedGap) -> str:
    """An acknowledgement on one line, as it is published."""
    body: dict[str, Any] = {"format": FORMAT, "note": one.gap.note, "entry": one.entry}
    body |= {"checkpoint": one.day.isoformat() if one.day else None, "path": path_of(one.path)}
    return json.dumps(body, ensure_ascii=False)


def read_json(text: str) -> PublishedGap:
    """What was published as `text`; BadInputError (`bad-gap`) when it is none."""
    try:
        body = json.loads(text)
        entry, day = body["entry"], body["checkpoint"]
        if not isinstance(entry, int) or (entry > 0) is not (day is not None):
            raise ValueError("no entry")
        made = PublishedGap(
            read_gap(body["note"]), entry, date.fromisoformat(day) if day else None, read_path(body["path"])
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _bad_gap() from error
    return made


def sentence(gap: Gap) -> str:
    """What it says, for whoever reads it."""
    said = []
    if gap.entries:
        said.append(
            f"entries {in_short(gap.entries)} stand in the ledger and are not in the database any more"
        )
    if gap.lost:
        days = ", ".join(one.day.isoformat() for one in gap.lost)
        said.append(f"the checkpoints of {days} were published and are not in this ledger any more")
    bound = ""
    if gap.until is not None:
        since = f"it was restored on {gap.restored}" if gap.restored else "whoever runs the archive said so"
        bound = f"Nothing after entry {gap.until} was lost in it: {since}. "
    return (
        f"Restored from the backup of {gap.backup}: {'; '.join(said)}. {bound}"
        f"Acknowledged on {gap.on} by {gap.by}: {gap.reason_shown}"
    )


def sentences(gaps: Sequence[PublishedGap]) -> list[str]:
    """What all of them say, each once, and of the newest that no checkpoint has it yet."""
    return [
        sentence(one.gap) + ("" if one.entry else " (Its entry is signed with the next checkpoint.)")
        for one in gaps
    ]


def _ranges(text: str) -> Ranges:
    if text == "-":
        return ()
    found = [_RANGE.fullmatch(one) for one in text.split(",")]
    return tuple((int(one[1]), int(one[2] or one[1])) for one in found if one)


def _until(text: str) -> tuple[int, date | None]:
    found = _UNTIL.fullmatch(text)
    if found is None:
        raise ValueError("no bound")
    return int(found[1]), date.fromisoformat(found[2]) if found[2] else None


def _point(text: str) -> Point:
    found = _POINT.fullmatch(text)
    if found is None:
        raise ValueError("no checkpoint")
    return Point(date.fromisoformat(found[1]), int(found[2]), found[3])


def _bad_gap() -> BadInputError:
    return BadInputError(
        "This is no acknowledgement of a gap in a ledger, or not a whole one.",
        code=BAD_GAP,
        remedy="Give it as it was published at /ledger/gaps.jsonl.",
    )
