"""Segments of a Whoosh index written anew without what was removed: word by word, as arrays.

Whoosh takes every posting out by itself, sorts all of them and puts them in again, which takes as long as indexing the
documents: of 100,000 it took eight minutes until a word that was taken back had left the disk.
"""

from __future__ import annotations

import heapq
import struct
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
from whoosh.codec.whoosh3 import LENGTHS_COLUMN

from archive.search.whoosh_codec import Postings, documents_in, postings_in, renumbered, written
from archive.search.whoosh_segment import EXTENT, TOLD, Segment

_FIELD = struct.Struct("!H")
_REMOVED = -1
# Words between two questions whether somebody waits.
_AT_A_TIME = 2000
Values = Callable[[str, Any], list[Any]]
"""The values of a column, by its name and its kind."""


class LeftOffError(Exception):
    """Somebody waits for the index: what was begun is thrown away."""


class Term(NamedTuple):
    """A word of a field, in the segment with this number: what is told of it, and where its postings are."""

    field: str
    word: bytes
    number: int
    told: bytes
    offset: int
    length: int

    def span(self) -> tuple[int, int]:
        """The first and the last document that holds it."""
        first, last = TOLD.unpack_from(self.told)[6:8]
        return first, last


def merge(writer: Any, segments: Sequence[Any], leaves_off: Callable[[], bool]) -> None:
    """Write what is left of some segments, one behind the other, into the one that `writer` has begun and put nothing else in.

    LeftOffError where `leaves_off` says so meanwhile.
    """
    sources = [_Source(writer.storage, segment) for segment in segments]
    count = 0
    for source in sources:
        count = source.number_from(count)

    def values(name: str, column: Any) -> list[Any]:
        return [value for source in sources for value in source.left(source.values(name, column))]

    _columns(writer, values)
    _merge_words(writer.fieldwriter, sources, leaves_off)
    # Of nothing no segment is made.
    _filled(writer, count, is_any=count > 0)


def purge(writer: Any, segment: Any) -> None:
    """Write a segment anew into the one that `writer` has begun, under the same numbers, without what its removed documents held.

    All that holds none of them is copied as it lies, which takes a tenth of the time of numbering the rest anew.
    """
    source = _Source(writer.storage, segment)

    def values(name: str, column: Any) -> list[Any]:
        found, nothing = source.values(name, column), column.default_value()
        for document in source.removed:
            found[document] = nothing
        return found

    _columns(writer, values)
    _purge_words(writer.fieldwriter, source)
    writer.newsegment._deleted = set(source.removed)
    _filled(writer, segment.doc_count_all(), is_any=True)


def _filled(writer: Any, count: int, *, is_any: bool) -> None:
    writer.perdocwriter._doccount = writer.docnum = count
    writer._added = is_any


class _Source:
    """A segment that is read from beginning to end."""

    def __init__(self, storage: Any, segment: Any) -> None:
        opened = Segment(storage, segment)
        self._terms, self._read, self._size = opened._terms, opened._columns, opened.size
        self._postings = self._terms._postfile
        self.removed = sorted(segment.deleted_docs())
        live = np.ones(opened.size, bool)
        live[self.removed] = False
        self._left = np.flatnonzero(live).tolist()
        self.numbers = np.where(live, np.cumsum(live, dtype=np.int32) - 1, _REMOVED).astype(np.int32)

    def number_from(self, first: int) -> int:
        """Give the documents that are left their new numbers; returns the number after the last."""
        self.numbers[self._left] += first
        return first + len(self._left)

    def values(self, name: str, column: Any) -> list[Any]:
        """The values of a column, one a document, removed ones included."""
        if not self._read.has_column(name):
            return [column.default_value()] * self._size
        return list(self._read.column_reader(name, column))

    def left(self, values: Sequence[Any]) -> list[Any]:
        """Those of the documents that are left."""
        return [values[document] for document in self._left]

    def terms(self, number: int = 0) -> Iterator[Term]:
        """All words, ordered by field and word."""
        names, at = self._terms._fieldunmap, TOLD.size
        for key, told in self._terms._tindex.items():
            (field,) = _FIELD.unpack_from(key)
            yield Term(names[field], key[_FIELD.size :], number, told[:at], *EXTENT.unpack_from(told, at))

    def bytes_of(self, offset: int, length: int) -> bytes:
        """Postings as they lie."""
        data: bytes = self._postings.get(offset, length)
        return data

    def postings(self, term: Term) -> Postings | None:
        """What is left of the postings of a word, under their new numbers; None where nothing is."""
        found = postings_in(self.bytes_of(term.offset, term.length))
        numbers = self.numbers[found.ids]
        kept = numbers != _REMOVED
        if not kept.any():
            return None
        found = found._replace(ids=numbers)
        return found if kept.all() else found.only(kept)


def _columns(writer: Any, values: Values) -> None:
    for name, field in writer.schema.items():
        if field.column_type is not None:
            _column(writer.perdocwriter, name, field.column_type, values)
        if field.scorable:
            _column(writer.perdocwriter, f"_{name}_len", LENGTHS_COLUMN, values)


def _column(writer: Any, name: str, column: Any, values: Values) -> None:
    writer._create_column(name, column)
    put = writer._get_column(name).add
    for document, value in enumerate(values(name, column)):
        put(document, value)


class _Words:
    """Puts words into a segment, one behind the other."""

    def __init__(self, writer: Any) -> None:
        self._add, self._file = writer._tindex.add, writer._postfile
        self._fields: dict[str, int] = writer._fieldmap

    def put(self, term: Term, postings: Postings) -> None:
        """A word with these postings."""
        ids, weights = postings.ids, postings.weights
        told = TOLD.pack(0, weights.sum(), len(ids), 0, 0, weights.max(), ids[0], ids[-1])
        self.put_as_told(term, told, written(postings))

    def put_alone(self, term: Term, data: bytes, document: int) -> None:
        """A word that only one document holds, by its number here."""
        told = list(TOLD.unpack(term.told))
        told[6:8] = document, document
        self.put_as_told(term, TOLD.pack(*told), renumbered(data, document))

    def put_as_told(self, term: Term, told: bytes, data: bytes) -> None:
        """A word whose postings are written as bytes."""
        field = self._fields.setdefault(term.field, len(self._fields))
        self._add(_FIELD.pack(field) + term.word, told + EXTENT.pack(self._file.tell(), len(data)))
        self._file.write(data)


def _merge_words(writer: Any, sources: Sequence[_Source], leaves_off: Callable[[], bool]) -> None:
    words = _Words(writer)
    every = heapq.merge(*(source.terms(number) for number, source in enumerate(sources)))
    for done, (_, found) in enumerate(groupby(every, itemgetter(0, 1))):
        if done % _AT_A_TIME == 0 and leaves_off():
            raise LeftOffError
        term, *more = found
        first, last = term.span()
        source = sources[term.number]
        # Most words are held by one document only.
        if not more and first == last:
            if (document := int(source.numbers[first])) != _REMOVED:
                words.put_alone(term, source.bytes_of(term.offset, term.length), document)
            continue
        parts = [sources[each.number].postings(each) for each in (term, *more)]
        if left := [part for part in parts if part is not None]:
            words.put(term, Postings.joined(left))


def _purge_words(writer: Any, source: _Source) -> None:
    words, removed = _Words(writer), source.removed
    for term in source.terms():
        first, last = term.span()
        data = source.bytes_of(term.offset, term.length)
        at = bisect_left(removed, first)
        kept = None
        if at < len(removed) and removed[at] <= last:
            kept = source.numbers[documents_in(data)] != _REMOVED
        if kept is None or kept.all():
            words.put_as_told(term, term.told, data)
        elif kept.any():
            words.put(term, postings_in(data).only(kept))
