"""What every reader is given and what it must have."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Protocol

from ingest.allowance import PageAllowance
from ingest.marks import Marks
from ingest.options import ExamineOptions
from ingest.parcel import Copy, Identification, Inspection, Passage

LONGEST_SAYING = 4000
VAGUE = frozenset(
    {"text/plain", "application/octet-stream", "application/zip", "application/x-ole-storage", ""}
)


@dataclass(frozen=True)
class Matches:
    """The formats of a family: PRONOM ids first, media types next, extensions (lower case, no dot) for vague types.

    `upholds` are the kinds of marks that the reader takes out of all it makes; with another kind nothing is made.
    """

    puids: frozenset[str] = frozenset()
    media_types: frozenset[str] = frozenset()
    extensions: frozenset[str] = frozenset()
    upholds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Work:
    """One file to read. `scratch` is the only folder to write in; call `progress` after each page, frame or message.

    Where a document has pages, ask `ends_here` after each: they may not ask for more together than its bytes pay for.
    `reader_of` gives the reader for a file that stands inside of this one, by its format and name; None where it is not to be read.
    """

    path: Path
    media_type: str
    name: str
    scratch: Path
    options: ExamineOptions
    progress: Callable[[], None]
    inspection: Inspection = Inspection()
    marks: Marks = Marks()
    notes: list[str] = field(default_factory=list)
    allowance: PageAllowance = field(default_factory=PageAllowance)
    reader_of: Callable[[Identification, str], Reader | None] = lambda _identification, _name: None

    @property
    def extension(self) -> str:
        """The end of the given name, lower case, without its dot."""
        return extension_of(self.name)

    @property
    def is_vague(self) -> bool:
        """True when the bytes alone do not say what kind of file this is."""
        return self.media_type in VAGUE

    def ends_here(self) -> bool:
        """Whether no other page may be begun, since all of them together would ask for too much; then that is noted."""
        if self.allowance.has_room():
            return False
        self.note("work-cut")
        return True

    def note(self, code: str) -> None:
        """Add a code of `ingest.words.NOTES`."""
        if code not in self.notes:
            self.notes.append(code)


class Reader(Protocol):
    """A module of this package. Its functions raise ReadFailure for what they know; any other exception means damaged."""

    @property
    def MATCHES(self) -> Matches:  # noqa: N802 - a constant of the module
        """What this reader reads."""

    def inspect(self, work: Work) -> Inspection:
        """Return technical facts and what the file says of itself."""

    def text(self, work: Work) -> list[Passage]:
        """Return the text, in order; an empty list when there is none."""

    def copies(self, work: Work) -> list[Copy]:
        """Write access copies into `work.scratch` and return them, without size and checksum."""


def extension_of(name: str) -> str:
    """Return the end of a name, lower case, without its dot; empty when it has none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def clean(value: str) -> str:
    """Return text without control characters, trimmed, and no longer than a paragraph."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in value[:LONGEST_SAYING]).strip()


class TooSlow(Exception):
    """A part of a file took longer than it may; the rest of the file can still be read."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise TooSlow in pure Python code that runs longer than this; native code is left to the sandbox."""

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
