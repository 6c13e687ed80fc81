"""The ledger of withdrawals: a file apart from the database, so that no older copy brings back what was taken back.

It names nobody: ids (of no item `story/<id>` and the like), wishes, days, keyed hashes of what was destroyed or is not said.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

from archive.models import today
from archive.models.errors import IntegrityError
from archive.models.event import GENESIS
from archive.services.closures import together
from archive.services.keys import secret_key
from archive.services.ledger_file import append_after

KEY = "withdrawals"
# What histories say of what was done again on the word of the ledger alone.
BY_LEDGER = {"by": "ledger"}


class Act(StrEnum):
    """What was wished: hidden, hidden and destroyed, shown again after all, or shown no wider than is said."""

    HIDE = "hide"
    NARROW = "narrow"
    DESTROY = "destroy"
    REINSTATE = "reinstate"


@dataclass(frozen=True)
class Entry:
    """One line to be, as `Line`; `sha512s` (hex) are those of the files that are destroyed, or in what belongs to no item of
    the words that are meant, none where all of it is."""

    act: Act
    item: str
    submission: str
    sha512s: tuple[str, ...] = ()
    shown: bool = False
    allows: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One line of the ledger; `files` are HMAC-SHA-256 of SHA-512s, `hash` chains it to the line before.

    `shown` says of what is destroyed that everybody could see it until then, so that its address tells so for good;
    `allows` what a consent allows from then on (`closed_ledger`).
    """

    sequence: int
    act: str
    item: str
    submission: str
    on: str
    files: tuple[str, ...]
    previous: str
    hash: str
    shown: bool = False
    allows: tuple[str, ...] = ()

    @property
    def day(self) -> date:
        """The day on which it was wished."""
        return date.fromisoformat(self.on)

    @property
    def takes_back(self) -> bool:
        """Whether the item is hidden from then on."""
        return self.act != Act.REINSTATE

    @property
    def is_shared(self) -> bool:
        """Whether it is of what belongs to no item; no item's id has a stroke in it."""
        return "/" in self.item


What = tuple[str, str]
"""What belongs to no item: what its bag is of, and what `keyed` gives for the words that are meant, "" for all of it."""


class _Read:
    """What was read of a ledger and what follows from it, worked out once: many ask, and it grows with the years."""

    def __init__(self, lines: tuple[Line, ...]) -> None:
        newest: dict[str, Line] = {}
        for line in lines:
            known = newest.get(line.item)
            if not line.is_shared and (known is None or known.act != Act.DESTROY):
                newest[line.item] = line
        self.lines = lines
        self.standing = MappingProxyType(newest)
        self.shared = MappingProxyType(shared_in(lines))


class WithdrawalLedger:
    """The ledger at `path`, its key beside it; many processes may append, and a line is on disk when that returns."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._seen: tuple[int, int] = (0, 0)
        self._read = _Read(())

    def append(self, entries: Iterable[Entry]) -> None:
        """Add lines, flushed to disk, the file and its folder."""
        self._extend([_unsealed(entry, self.keyed) for entry in entries])

    def adopt(self, others: Iterable[Line]) -> None:
        """Add what another ledger of the same archive says was taken back and this one does not; never what was shown again.

        Two ledgers come of one where an archive was restored and the old one went on: either may have heard what the
        other has not, and whoever took something back relies on both.
        """
        standing = self.standing()
        hidden = {one.item for one in standing.values() if one.takes_back}
        destroyed = {one.item for one in standing.values() if one.act == Act.DESTROY}
        known = {Act.HIDE: hidden, Act.DESTROY: destroyed}
        theirs = [one for one in others if one.takes_back or one.is_shared]
        new = [one for one in theirs if not one.is_shared and one.item not in known[Act(one.act)]]
        mine = {what: line for what, line in self.standing_shared().items() if line.takes_back}
        # What was put back on in the same ledger is no wish of it any more.
        for what, line in shared_in(theirs).items():
            # What either says of a consent counts.
            both = together(mine[what].allows, line.allows) if what in mine and line.allows else line.allows
            if line.takes_back and (what not in mine or both != mine[what].allows):
                new.append(replace(line, files=tuple(filter(None, what[1:])), allows=both))
        self._extend(new)

    def lines(self) -> tuple[Line, ...]:
        """Every whole line, in order."""
        return self._known().lines

    def _known(self) -> _Read:
        with self._lock:
            stamp = self.stamp()
            if stamp != self._seen:
                self._read = _Read(_parse(self._path.read_bytes())[0] if stamp != (0, 0) else ())
                self._seen = stamp
            return self._read

    def whole_lines(self) -> bytes:
        """The file as far as it is acknowledged: every whole line, as it stands there."""
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return b""
        return data[: data.rfind(b"\n") + 1]

    def stamp(self) -> tuple[int, int]:
        """What changes whenever the ledger does: which file it is, and its size in bytes."""
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return (0, 0)
        return (status.st_ino, status.st_size)

    def standing(self) -> Mapping[str, Line]:
        """The newest wish for each item by its id; what was once to be destroyed stays so."""
        return self._known().standing

    def standing_shared(self) -> Mapping[What, Line]:
        """The newest wish for what belongs to no item."""
        return self._known().shared

    def is_withdrawn(self, item_id: str) -> bool:
        """Whether an item of that id was taken back and may not come again, by whatever way."""
        line = self.standing().get(item_id)
        return line is not None and line.takes_back

    def ended(self) -> frozenset[str]:
        """Ids of all that was destroyed, or is to be."""
        return frozenset(one for one, line in self.standing().items() if line.act == Act.DESTROY)

    def tombstone(self, item_id: str) -> Line | None:
        """The line of what was destroyed and everybody could see until then; None of anything else."""
        line = self.standing().get(item_id)
        return line if line is not None and line.act == Act.DESTROY and line.shown else None

    def destroyed(self, sha512s: Collection[str]) -> frozenset[str]:
        """Those of the SHA-512s whose files were destroyed at their giver's wish."""
        known = {one for line in self.lines() if not line.is_shared for one in line.files}
        return (
            frozenset(sha512 for sha512 in sha512s if self.keyed(sha512) in known) if known else frozenset()
        )

    def first_broken(self) -> Line | None:
        """The first line whose place or hash is not what the chain says, or None."""
        return first_broken(self.lines())

    def _extend(self, new: Sequence[Line]) -> None:
        if not new:
            return

        def after(data: bytes) -> tuple[int, bytes]:
            known, whole = _parse(data)
            previous = known[-1] if known else None
            added = b""
            for one in new:
                previous = _sealed(one, previous)
                added += as_json(previous)
            return whole, added

        append_after(self._path, after)

    def keyed(self, sha512: str) -> str:
        """What stands in the ledger for a file or words of that SHA-512."""
        key = secret_key(self._path.parent, KEY)
        return hmac.new(key, sha512.encode(), hashlib.sha256).hexdigest()


def parse(data: bytes) -> tuple[Line, ...]:
    """The whole lines of a ledger's bytes; IntegrityError (`ledger-damaged`) when one cannot be read or is out of place."""
    lines, _ = _parse(data)
    if first_broken(lines) is not None:
        raise IntegrityError(
            "The ledger of withdrawals was changed, or lines of it are missing.",
            code="ledger-damaged",
            remedy="Take another copy of it.",
        )
    return lines


def shared_in(lines: Iterable[Line]) -> dict[What, Line]:
    """The newest wish in some lines for what belongs to no item."""
    shared = (line for line in lines if line.is_shared)
    return {(line.item, words): line for line in shared for words in line.files or ("",)}


def first_broken(lines: Iterable[Line]) -> Line | None:
    """The first line whose place or hash is not what the chain says, or None."""
    previous: Line | None = None
    for line in lines:
        if (line.sequence, line.previous) != _place_after(previous) or line.hash != _hash(line):
            return line
        previous = line
    return None


def as_json(line: Line) -> bytes:
    """A line as it stands in the file."""
    return json.dumps(_members(line)).encode() + b"\n"


def _unsealed(entry: Entry, keyed: Callable[[str], str]) -> Line:
    files = tuple(dict.fromkeys(keyed(sha512) for sha512 in entry.sha512s))
    about = entry.act, entry.item, entry.submission, today().isoformat(), files
    return Line(0, *about, "", "", entry.shown, entry.allows)


def _sealed(line: Line, previous: Line | None) -> Line:
    sequence, before = _place_after(previous)
    placed = replace(line, sequence=sequence, previous=before, hash="")
    return replace(placed, hash=_hash(placed))


def _place_after(previous: Line | None) -> tuple[int, str]:
    return (1, GENESIS) if previous is None else (previous.sequence + 1, previous.hash)


def _hash(line: Line) -> str:
    body = {**_members(line), "hash": ""}
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _members(line: Line) -> dict[str, Any]:
    # Only where it is so: lines that know nothing of it keep the hash they have.
    unsaid = {name for name in ("shown", "allows") if not getattr(line, name)}
    return {name: value for name, value in asdict(line).items() if name not in unsaid}


def _line(members: dict[str, Any]) -> Line:
    lists = {"files": tuple(members["files"]), "allows": tuple(members.get("allows", ()))}
    return Line(**(members | lists))


def _parse(data: bytes) -> tuple[tuple[Line, ...], int]:
    """The whole lines, and where they end (bytes)."""
    whole = data.rfind(b"\n") + 1
    try:
        return tuple(map(_line, map(json.loads, data[:whole].splitlines()))), whole
    except (ValueError, TypeError, KeyError) as error:
        # What was taken back is not known any more, so nothing may be shown.
        raise IntegrityError(
            "The ledger of withdrawals cannot be read.",
            code="ledger-damaged",
            remedy="Restore it from its own backup before anything is served.",
        ) from error
