"""What travels through the examination of one file, and what comes out of it: plain, frozen, JSON-able records."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from ingest.words import FAILURES, NOTES

Says = dict[str, Any]


@dataclass(frozen=True)
class Identification:
    """What format the bytes are: a PRONOM id (https://www.nationalarchives.gov.uk/PRONOM), its name, a media type."""

    puid: str | None
    format_name: str
    media_type: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Inspection:
    """Technical facts (pixels as stored, pages, milliseconds) and `says`: what the file itself states, unchecked."""

    width: int | None = None
    height: int | None = None
    pages: int | None = None
    duration_ms: int | None = None
    says: Says = field(default_factory=dict)


@dataclass(frozen=True)
class Passage:
    """A piece of text and where it stands: a page (from 1), or a span of time (milliseconds) and who speaks.

    Of mail, in which message (from 1), and in which of all that is enclosed (from 1) where it is not the message's own.
    """

    text: str
    page: int | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    speaker: str | None = None
    message: int | None = None
    enclosure: int | None = None


@dataclass(frozen=True)
class Copy:
    """An access copy; `path` is relative to the folder it was made in, `size` in bytes, `sha512` in hexadecimal.

    `looks` is the difference hash (64 bits) of the picture it was made from, where it stands for one.
    """

    kind: str
    path: str
    media_type: str
    width: int | None = None
    height: int | None = None
    page: int | None = None
    duration_ms: int | None = None
    size: int = 0
    sha512: str = ""
    looks: int | None = None


@dataclass(frozen=True)
class Failure:
    """Why a file could not be examined: a stable code and a plain sentence."""

    code: str
    sentence: str


@dataclass(frozen=True)
class Note:
    """Something a curator should know about a file that is not a failure."""

    code: str
    sentence: str


@dataclass(frozen=True)
class Examination:
    """All that is known of one file after it has been examined; `to_json` and `from_json` are exact opposites."""

    identification: Identification | None = None
    inspection: Inspection | None = None
    passages: tuple[Passage, ...] = ()
    copies: tuple[Copy, ...] = ()
    notes: tuple[Note, ...] = ()
    failure: Failure | None = None

    @property
    def state(self) -> str:
        """`failed` when a step could not be done, else `examined`; the original is kept either way."""
        return "failed" if self.failure else "examined"

    def to_json(self) -> dict[str, Any]:
        """Return a tree of dicts, lists, strings and numbers that `json.dumps` takes."""
        return {**asdict(self), "state": self.state}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Build the examination again from what `to_json` returned, also after a trip through JSON text."""
        identification, inspection, failure = data["identification"], data["inspection"], data["failure"]
        return cls(
            identification=identification_from_json(identification) if identification else None,
            inspection=Inspection(**inspection) if inspection else None,
            passages=tuple(Passage(**one) for one in data["passages"]),
            copies=tuple(Copy(**one) for one in data["copies"]),
            notes=tuple(Note(**one) for one in data["notes"]),
            failure=Failure(**failure) if failure else None,
        )


@dataclass(frozen=True)
class FileParcel:
    """One original on its way through the steps; each step returns a new parcel, the file itself is never touched."""

    path: Path
    given_name: str
    found: Examination = Examination()

    @property
    def is_readable(self) -> bool:
        """True when there is a reader for the format."""
        return all(note.code != "not-shown" for note in self.found.notes)

    @property
    def has_pages(self) -> bool:
        """True when inspection has found pages."""
        return bool(self.found.inspection and self.found.inspection.pages)

    def with_found(self, **changes: Any) -> FileParcel:
        """Return the parcel with fields of its examination replaced."""
        return replace(self, found=replace(self.found, **changes))

    def noted(self, *codes: str) -> FileParcel:
        """Return the parcel with notes added, each once; the sentences stand in `ingest.words.NOTES`."""
        return self.with_notes(*(Note(code, NOTES[code]) for code in codes))

    def with_notes(self, *notes: Note) -> FileParcel:
        """Return the parcel with notes added, each once, whose sentences tell more than a code can."""
        return self.with_found(notes=tuple(dict.fromkeys((*self.found.notes, *notes))))

    def failed(self, code: str) -> FileParcel:
        """Return the parcel marked as failed; the sentence stands in `ingest.words.FAILURES`."""
        return self.with_found(failure=Failure(code, FAILURES[code]))


def identification_from_json(data: dict[str, Any]) -> Identification:
    """Build an identification from its JSON form."""
    return Identification(**{**data, "warnings": tuple(data["warnings"])})
