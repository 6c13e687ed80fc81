"""What tantivy keeps of a document: words that were folded and stemmed before, days, values, and the document itself."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict

from tantivy import Document, PreTokenizedString, Schema, SchemaBuilder
from tantivy.tantivy import Token

from archive.search.kept import Places, asked_values, facet_values, kept, place_among
from archive.search.port import KEPT, IndexDocument

SCHEMA_VERSION = 9
"""Raised whenever an index made before cannot serve any more; an older index asks to be rebuilt."""

STEMMED, TITLE, NAMES, SUBJECT, PLACE, RAW = "all", "title", "names", "subject", "place", "words"
RAW_IN = {"title": "title_words", "subject": "subject_words", "place": "place_words"}
"""Where the words of a field are that their stem changed or a hyphen parts, as RAW has those of all; names are not stemmed."""

ID, START, END, ADDED, BY_DATE, WHOLE = "id", "start", "end", "added", "by_date", "whole"
_UNDATED_LAST = 99_999_999
_DAYS = 100_000_000
# Words come cut: what is told here is never asked to cut anything.
_CUT_BEFORE = "whitespace"


def facet_field(facet: str) -> str:
    """The name of the field that holds the values of a facet."""
    return f"facet_{facet}"


def value_field(name: str) -> str:
    """The name of the field that holds whole values as they are compared."""
    return f"value_{name}"


def schema(facets: Iterable[str]) -> Schema:
    """The schema of an index that counts these facets."""
    builder = SchemaBuilder()
    builder.add_text_field(ID, stored=True, tokenizer_name="raw", index_option="basic")
    for name in (STEMMED, TITLE, NAMES, SUBJECT, PLACE):
        builder.add_text_field(name, tokenizer_name=_CUT_BEFORE, index_option="position")
    for name in (RAW, *RAW_IN.values()):
        builder.add_text_field(name, tokenizer_name=_CUT_BEFORE, index_option="basic")
    for name in (START, END, ADDED, BY_DATE):
        builder.add_integer_field(name, indexed=True, fast=True)
    for facet in facets:
        builder.add_text_field(facet_field(facet), fast=True, tokenizer_name="raw", index_option="basic")
    for name in KEPT:
        builder.add_text_field(facet_field(name), tokenizer_name="raw", index_option="basic")
    for name in ("kind", "language", "year"):
        builder.add_text_field(value_field(name), tokenizer_name="raw", index_option="basic")
    # Nothing merges the segments that hold a removed word, so their documents are written again from this.
    builder.add_bytes_field(WHOLE, stored=True)
    return builder.build()


def index_document(document: IndexDocument, facets: Iterable[str]) -> Document:
    """A document as tantivy takes it."""
    words, values = kept(document), facet_values(document)
    made = Document()
    made.add_text(ID, document.id)
    for name, places in (
        (STEMMED, words.everything),
        (TITLE, words.title),
        (NAMES, words.names),
        (SUBJECT, words.subjects),
        (PLACE, words.places),
        (RAW, dict.fromkeys(words.raw, (0,))),
        *((RAW_IN[field], dict.fromkeys(raw, (0,))) for field, raw in words.raw_in.items()),
    ):
        made.add_pre_tokenized_text(name, _tokens(places))
    made.add_integer(START, words.start)
    made.add_integer(END, words.end)
    # The first of those of one day is the one whose id is; the newest is what is largest.
    made.add_integer(ADDED, (document.added << 30) + (1 << 30) - 1 - place_among(document.id))
    made.add_integer(BY_DATE, (words.order or _UNDATED_LAST) * _DAYS + _DAYS - document.added)
    for name in (*facets, *KEPT):
        for value in values[name]:
            made.add_text(facet_field(name), value)
    for name, compared in asked_values(document).items():
        for value in compared:
            made.add_text(value_field(name), value)
    made.add_bytes(WHOLE, _whole(document, keeps_state="state" in facets))
    return made


def _tokens(places: Places) -> PreTokenizedString:
    return PreTokenizedString("", [Token(word, at, 0, 0) for word, all_at in places.items() for at in all_at])


def _whole(document: IndexDocument, *, keeps_state: bool) -> bytes:
    fields = asdict(document)
    if not keeps_state:
        del fields["state"]
    return json.dumps(fields).encode()


def written(whole: bytes) -> IndexDocument:
    """The document that was written."""
    return IndexDocument(**json.loads(whole))
