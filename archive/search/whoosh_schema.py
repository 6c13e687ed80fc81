"""What Whoosh keeps of a document: folded words with their places, and columns to sort, filter and count by."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from typing import Any

from whoosh import fields
from whoosh.columns import NumericColumn, VarBytesColumn
from whoosh.formats import Existence, Format

from archive.search.kept import BETWEEN_VALUES, Places, asked_values, facet_values, kept, place_among
from archive.search.port import KEPT, IndexDocument
from archive.search.stems import MARK

SCHEMA_VERSION = 11
"""Raised whenever an index made before cannot serve any more; an older index asks to be rebuilt."""

STEMMED, TITLE, NAMES, SUBJECT, PLACE, RAW = "all", "title", "names", "subject", "place", "words"
RAW_IN = {"title": "title_words", "subject": "subject_words", "place": "place_words"}
"""Where the words of a field are that their stem changed or a hyphen parts, as RAW has those of all; names are not stemmed."""

VALUES = "values"
ID, START, END, ADDED, BY_DATE, BY_ID = "id", "start", "end", "added", "by_date", "by_id"


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

    def index(self, value: Places, **_options: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """The postings of one document: word, how often, its weight, its places."""
        keep_places = isinstance(self.format, Positions)
        for word, places in value.items():
            count = len(places) or 1
            # The second figure is what the word adds to the length of the field.
            yield (
                word.encode(),
                0 if MARK in word else count,
                float(count),
                array("I", places).tobytes() if keep_places else b"",
            )


def value_word(name: str, compared: str) -> str:
    """How a whole value of `kind:` or `language:` stands among VALUES."""
    return f"{name}{MARK}{compared}"


def facet_column(facet: str) -> str:
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
            **{name: Words(places=False, scored=False) for name in (RAW, *RAW_IN.values(), VALUES)},
            START: fields.COLUMN(number),
            END: fields.COLUMN(number),
            ADDED: fields.COLUMN(number),
            BY_DATE: fields.COLUMN(number),
            BY_ID: fields.COLUMN(number),
        },
        **{facet_column(name): fields.COLUMN(value) for name in (*facets, *KEPT)},
    )


def index_fields(document: IndexDocument, facets: Iterable[str]) -> dict[str, Any]:
    """A document as `add_document` takes it."""
    words, values = kept(document), facet_values(document)
    return {
        ID: document.id,
        STEMMED: words.everything,
        RAW: dict.fromkeys(words.raw, ()),
        **{RAW_IN[field]: dict.fromkeys(raw, ()) for field, raw in words.raw_in.items()},
        VALUES: {
            value_word(name, value): () for name, those in asked_values(document).items() for value in those
        },
        TITLE: words.title,
        NAMES: words.names,
        SUBJECT: words.subjects,
        PLACE: words.places,
        START: words.start,
        END: words.end,
        ADDED: document.added,
        BY_DATE: words.order,
        BY_ID: place_among(document.id),
        **{facet_column(name): BETWEEN_VALUES.join(values[name]).encode() for name in (*facets, *KEPT)},
    }
