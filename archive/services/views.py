"""What services hand to whoever shows it: plain values, already decided and safe for the actor who asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from archive.services.hit_view import Hit
from archive.services.letter_view import Letter
from archive.services.relations import Related

VIRUSES = frozenset({"virus-found", "virus-none", "virus-not-looked-for"})
"""What is noted of a file that was looked through for viruses."""


@dataclass(frozen=True)
class CopyView:
    """An access copy: `id` is what `deliver` takes; sizes in bytes and pixels, durations in milliseconds."""

    id: str
    kind: str
    media_type: str
    size: int
    sha512: str
    width: int | None = None
    height: int | None = None
    page: int | None = None
    duration_ms: int | None = None


@dataclass(frozen=True)
class PassageView:
    """A piece of text with its place: a page (from 1), a moment (milliseconds), a message of mail or what it encloses (from 1)."""

    text: str
    page: int | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    speaker: str = ""
    message: int | None = None
    enclosure: int | None = None


@dataclass(frozen=True)
class FileView:
    """One file of an item as `actor` may see it; `says` is empty unless they may see everything.

    `size` is None and `sha512` "" where by them somebody could find out what is not shown (`told_sums`). Of a box of several messages `letter` has what is enclosed in any of them, and `letters` the head of each.
    """

    id: str
    position: int
    given_name: str
    title: str
    role: str
    accompanies_id: str | None
    language: str
    media_type: str
    format_name: str
    puid: str
    size: int | None
    sha512: str
    state: str
    failure: str
    pages: int | None
    duration_ms: int | None
    copies: tuple[CopyView, ...]
    passages: tuple[PassageView, ...]
    notes: tuple[str, ...] = ()
    # One of VIRUSES, or "" where none were looked for.
    viruses: str = ""
    # Sentences that say why not all of its pages or words are shown; for everybody.
    cut: tuple[str, ...] = ()
    says: dict[str, Any] = field(default_factory=dict)
    letter: Letter | None = None
    letters: tuple[Letter, ...] = ()
    width: int | None = None
    given_bytes: str = ""

    def copies_of(self, kind: str) -> tuple[CopyView, ...]:
        """The access copies of one kind, in page order."""
        return tuple(copy for copy in self.copies if copy.kind == kind)


@dataclass(frozen=True)
class NameView:
    """A name, what its bearer did, such as creator or interviewer, and what kind of agent that is: "" where nobody knows."""

    name: str
    role: str
    kind: str = ""


@dataclass(frozen=True)
class PlaceView:
    """A place; coordinates in degrees, already no more precise than the consent allows.

    `precision` says how exact they are where somebody wrote them for this item.
    """

    name: str
    latitude: float | None = None
    longitude: float | None = None
    precision: str = ""


@dataclass(frozen=True)
class EventView:
    """One event of an item's history, told by day; `agent` is a role, never a name."""

    kind: str
    outcome: str
    on: date
    agent: str
    detail: dict[str, Any]


@dataclass(frozen=True)
class NoteView:
    """What somebody knows about an item, with the name they chose, or none, and the day it was accepted."""

    id: str
    words: str
    name: str
    accepted_on: date


@dataclass(frozen=True)
class WordNote:
    """What is to be known of a word that an item bears: `standing` is `historic` or `harmful`, `preferred` the word to use."""

    word: str
    standing: str
    preferred: str
    note: str


@dataclass(frozen=True)
class ItemView:
    """Everything about one item that the actor who asked may see; `kind` is an id, `kind_label` its words.

    `related` is what it belongs with, by field: what `extra` holds of it may name what is hidden, and is not shown.
    `public_places` are its places as everybody may read them. `written_in` is the language (a code) of its title and description. `for_giver`: who asked gave it, and not everybody may see it. `widest` is the widest audience that sees it now, "" for staff alone. `only_staff` are the names in `extra` that nobody else is told.
    """

    id: str
    collection: str
    state: str
    title: str
    description: str
    kind: str
    names: tuple[NameView, ...]
    date_edtf: str
    date_words: str
    date_given: str
    places: tuple[PlaceView, ...]
    subjects: tuple[str, ...]
    languages: tuple[str, ...]
    rights: str
    rights_uri: str
    source: str
    content_note: str
    extra: dict[str, Any]
    audience: str
    received_on: date
    published_on: date | None
    files: tuple[FileView, ...]
    events: tuple[EventView, ...] = ()
    withdrawn_on: date | None = None
    withdrawal_words: str = ""
    erasure: str = ""
    submission_id: str = ""
    bag_key: str = ""
    bag_revision: int = 0
    version: int = 0
    thumbnail: CopyView | None = None
    kind_label: str = ""
    rights_label: str = ""
    given_by: str = ""
    notes: tuple[NoteView, ...] = ()
    related: Mapping[str, tuple[Related, ...]] = field(default_factory=dict)
    word_notes: tuple[WordNote, ...] = ()
    public_places: tuple[PlaceView, ...] = ()
    shown_since: date | None = None
    written_in: str = ""
    for_giver: bool = False
    widest: str = ""
    only_staff: frozenset[str] = frozenset()

    def file(self, file_id: str) -> FileView | None:
        """The file with that id, or None."""
        return next((file for file in self.files if file.id == file_id), None)


@dataclass(frozen=True)
class Card:
    """An item in a list; `snippet`, `page` and `start_ms` are those of the best of its `hits`.

    `written_in` is the language (a code) of its title. `sealed_since` is the day on which what is sealed came: nothing
    else is told of that here, and its title is its id.
    """

    id: str
    collection: str
    state: str
    title: str
    kind: str
    names: tuple[str, ...]
    date_words: str
    places: tuple[str, ...]
    content_note: str
    thumbnail: CopyView | None = None
    snippet: tuple[tuple[str, bool], ...] = ()
    file_id: str | None = None
    page: int | None = None
    start_ms: int | None = None
    kind_label: str = ""
    hits: tuple[Hit, ...] = ()
    written_in: str = ""
    sealed_since: date | None = None


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet, how many items have it, and whether the search is narrowed to it.

    `language` is that of its label (a code), "" where nobody knows it.
    """

    value: str
    count: int
    chosen: bool = False
    label: str = ""
    language: str = ""


@dataclass(frozen=True)
class Results:
    """A page of a search: `total` items in all, `cards` of this page (from 1, `per_page` each).

    `chosen` is what it was narrowed to as it was understood: what the address called otherwise bears its value's name here.
    """

    total: int
    cards: tuple[Card, ...]
    facets: dict[str, tuple[FacetValue, ...]]
    page: int
    per_page: int
    understood: str
    suggestion: str | None = None
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # What was asked for as a date and is none: it was looked for as words.
    no_dates: tuple[str, ...] = ()
    no_beginnings: tuple[str, ...] = ()
    # Its words as they were typed, without what was asked in fields; None where nothing was.
    bare: str | None = None
    # The index cannot be read before it is made anew: nobody knows what it would have found.
    is_unknown: bool = False

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return -(-self.total // self.per_page) or 1 if self.per_page else 1


@dataclass(frozen=True)
class Delivery:
    """An access copy's bytes: a file to send, with what a client needs to know; pixels are 0 for what is no picture."""

    path: Path
    media_type: str
    size: int
    sha512: str
    download_name: str
    width: int = 0
    height: int = 0


@dataclass(frozen=True)
class Stream:
    """Bytes made as they are read, `size` of them exactly."""

    chunks: Iterator[bytes]
    size: int
    media_type: str
    download_name: str
