"""What Whoosh keeps of a document: folded words with their places, and columns to sort, filter and count by."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from whoosh import fields
from whoosh.columns import NumericColumn, VarBytesColumn
from whoosh.formats import Existence, Format

from archive.search.port import UNDATED, IndexDocument
from archive.search.words import stem, words

SCHEMA_VERSION = 1
"""Raised whenever an index made before cannot serve any more; an older index asks to be rebuilt."""

STEMMED, TITLE, NAMES, SUBJECT, PLACE, RAW = "all", "title", "names", "subject", "place", "words"
ID, START, END, ADDED = "id", "start", "end", "added"
BETWEEN_VALUES = "\x1f"
_GAP = 16  # places left free between two values, so that no phrase reaches across
Postings = Mapping[str, Sequence[int]]


class Positions(Format):  # type: ignore[misc]
    """Places of a word in a document, as little-endian unsigned 32-bit numbers that numpy reads directly."""

    posting_size = -1

    def decode_positions(self, value: bytes) -> list[int]:
        """The places in a value, as Whoosh asks for them."""
        return array("I", value).tolist()


class Words(fields.FieldType):  # type: ignore[misc]
    """A field given as `{word: places}`; cutting and stemming are done before."""

    def __init__(self, *, places: bool, scored: bool) -> None:
        super().__init__(Positions() if places else Existence(), None, scorable=scored)

    def index(self, value: Postings, **_options: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """The postings of one document: word, how often, its weight, its places."""
        keep_places = isinstance(self.format, Positions)
        for word, places in value.items():
            count = len(places) or 1
            yield word.encode(), count, float(count), array("I", places).tobytes() if keep_places else b""


def facet_column(facet: str) -> str:
    """The name of the column that keeps the values of a facet."""
    """The name of the column that holds the values of a facet."""
    return f"facet_{facet}"


def schema(facets: Iterable[str]) -> Any:
    """The Whoosh schema of an index that counts these facets."""
    number, value = NumericColumn("i"), VarBytesColumn()
    return fields.Schema(
        **{
            ID: fields.ID(sortable=value),
            STEMMED: Words(places=True, scored=True),
            TITLE: Words(places=True, scored=True),
            NAMES: Words(places=True, scored=True),
            SUBJECT: Words(places=True, scored=False),
            PLACE: Words(places=True, scored=False),
            RAW: Words(places=False, scored=False),
            START: fields.COLUMN(number),
            END: fields.COLUMN(number),
            ADDED: fields.COLUMN(number),
        },
        **{facet_column(facet): fields.COLUMN(value) for facet in facets},
    )


def index_fields(document: IndexDocument, facets: Iterable[str]) -> dict[str, Any]:
    """A document as `add_document` takes it."""
    title, names = [document.title], [*document.names, *document.other_names]
    subjects = [*document.subjects, *document.other_subjects]
    places = [*document.places, *document.other_places]
    everything = [
        *title,
        *names,
        *subjects,
        *places,
        document.kind,
        document.description,
        document.text,
    ]
    stems, raw = _postings(everything, stemmed=True)
    start = document.date_start or document.date_end or 0
    values = facet_values(document)
    return {
        ID: document.id,
        STEMMED: stems,
        RAW: dict.fromkeys(raw, ()),
        TITLE: _postings(title, stemmed=True)[0],
        NAMES: _postings(names, stemmed=False)[0],
        SUBJECT: _postings(subjects, stemmed=True)[0],
        PLACE: _postings(places, stemmed=True)[0],
        START: start,
        END: document.date_end or start,
        ADDED: document.added,
        **{facet_column(facet): _joined(values[facet]) for facet in facets},
    }


def facet_values(document: IndexDocument) -> dict[str, Sequence[str]]:
    """The values a document counts for, by facet."""
    decades = [str(decade) for decade in document.decades]
    return {
        "kind": [document.kind],
        "decade": decades or [UNDATED],
        "place": document.places,
        "subject": document.subjects,
        "collection": [document.collection],
        "language": document.languages,
        "rights": [document.rights],
        "observance": document.observances,
        "state": [document.state],
    }


def _postings(values: Iterable[str], *, stemmed: bool) -> tuple[dict[str, list[int]], set[str]]:
    """The words with their places, and those words that their stem changed."""
    found: dict[str, list[int]] = {}
    raw: set[str] = set()
    at = 0
    for value in values:
        for forms in words(value):
            for form in forms:
                word = stem(form) if stemmed else form
                if word != form:
                    raw.add(form)
                places = found.setdefault(word, [])
                if not places or places[-1] != at:
                    places.append(at)
            at += 1
        at += _GAP
    return found, raw


def _joined(values: Sequence[str]) -> bytes:
    kept = dict.fromkeys(value.replace(BETWEEN_VALUES, " ").strip() for value in values)
    return BETWEEN_VALUES.join(value for value in kept if value).encode(errors="replace")
