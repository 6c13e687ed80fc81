"""One segment of a Whoosh index as numpy arrays. A segment never changes, so what was read once may be kept."""

from __future__ import annotations

import struct
import threading
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import LENGTHS_COLUMN, W3TermInfo
from whoosh.columns import NumericColumn, VarBytesColumn
from whoosh.reading import TermNotFound
from whoosh.util.numeric import byte_to_length

from archive.search.kept import BETWEEN_VALUES
from archive.search.whoosh_codec import Matcher, documents_in
from archive.search.whoosh_schema import ID, facet_column

Ids = NDArray[np.int32]
Weights = NDArray[np.float32]
Kept = TypeVar("Kept")
_LENGTH_OF_BYTE = np.array([byte_to_length(byte) for byte in range(256)], dtype=np.float32)
_NO_IDS = np.empty(0, np.int32)
_NO_WEIGHTS = np.empty(0, np.float32)


TOLD, EXTENT = W3TermInfo._struct, struct.Struct("!qi")
"""What Whoosh tells of a word, and behind it where its postings begin and how many bytes they are."""

Beginnings = tuple[tuple[str, str], ...]
"""Fields, each with the letters that a word begins with there."""


class Segment:
    """Reads the postings and columns of one segment; safe from many threads."""

    def __init__(self, storage: Any, segment: Any) -> None:
        files = segment.open_compound_file(storage)
        codec = segment.codec()
        self.name: str = segment.segment_id()
        self.size: int = segment.doc_count_all()
        self._terms = codec.terms_reader(files, segment)
        self._columns = codec.per_document_reader(files, segment)
        self._lock = threading.RLock()  # Whoosh's readers share the position in the file
        self._ids: Any = None
        self._kept: dict[str, Any] = {}

    def postings(self, field: str, word: str) -> tuple[Ids, Weights]:
        """Numbers of the documents that hold a word, ascending, and how often each does (removed ones included)."""
        with self._lock:
            matcher = self._matcher(field, word.encode())
            if matcher is None:
                return _NO_IDS, _NO_WEIGHTS
            blocks = [(block.ids(), block.frequencies()) for block in _blocks(matcher)]
        if len(blocks) == 1:
            return blocks[0]
        return np.concatenate([ids for ids, _ in blocks]), np.concatenate([weights for _, weights in blocks])

    def frequency(self, field: str, word: str) -> tuple[int, int]:
        """How many documents hold a word, and how often all of them together; removed ones included."""
        with self._lock:
            try:
                info = self._terms.term_info(field, word.encode())
            except TermNotFound:
                return 0, 0
            return int(info.doc_frequency()), int(info.weight())

    def places(self, field: str, word: str, documents: Ids | None = None) -> tuple[Ids, NDArray[np.int64]]:
        """Where a word stands in some (ascending) or all documents: the document of each place, and the place."""
        found: list[tuple[Ids, NDArray[np.int64]]] = []
        with self._lock:
            matcher = self._matcher(field, word.encode())
            if matcher is None:
                return _NO_IDS, np.empty(0, np.int64)
            for block in _blocks(matcher, documents):
                ids, (counts, places) = block.ids(), block.places()
                if documents is not None:
                    wanted = np.isin(ids, documents, assume_unique=True)
                    places = places[np.repeat(wanted, counts)]
                    ids, counts = ids[wanted], counts[wanted]
                found.append((np.repeat(ids, counts), places.astype(np.int64)))
        if not found:
            return _NO_IDS, np.empty(0, np.int64)
        owners, every = zip(*found, strict=True)
        return np.concatenate(owners), np.concatenate(every)

    def counted(self, begun: Beginnings, most: int, check: Callable[[], None]) -> Weights:
        """In how many of the first `most` words that begin so each document stands; `check` is called for each word.

        Read as they lie, one behind the other: to look every word up takes ten times as long.
        """
        alone: list[int] = []
        counts = np.zeros(self.size, np.float32)
        with self._lock:
            for told, offset, length in islice(self._told_from(begun), most):
                check()
                first, last = told[6:8]
                # Most words are held by one document, which is told without reading where it stands.
                if first == last:
                    alone.append(first)
                else:
                    counts[documents_in(self._terms._postfile.get(offset, length))] += 1
        np.add.at(counts, np.array(alone, np.int64), 1)
        return counts

    def _told_from(self, begun: Beginnings) -> Iterator[tuple[tuple[Any, ...], int, int]]:
        for field, letters in begun:
            start = self._terms._keycoder(field, letters.encode())
            for key, told in self._terms._tindex.items_from(start):
                if not key.startswith(start):
                    break
                yield TOLD.unpack_from(told), *EXTENT.unpack_from(told, TOLD.size)

    def words_from(self, field: str, prefix: str) -> Iterator[str]:
        """The words of a field that begin with a prefix."""
        start = prefix.encode()
        with self._lock:
            for found_field, word in self._terms.terms_from(field, start):
                if found_field != field or not word.startswith(start):
                    return
                yield word.decode()

    def numbers(self, column: str) -> NDArray[np.int32]:
        """A column of numbers, one a document."""
        return self._once(column, lambda: np.array(self._column(column, NumericColumn("i")), np.int32))

    def lengths(self, field: str) -> NDArray[np.float32]:
        """How many words each document has in a field (rounded by Whoosh to 255 steps)."""
        name = f"_{field}_len"

        def read() -> NDArray[np.float32]:
            if not self._columns.has_column(name):
                return np.zeros(self.size, np.float32)
            return _LENGTH_OF_BYTE[np.array(self._column(name, LENGTHS_COLUMN), np.uint8)]

        return self._once(f"{field} lengths", read)

    def facet(self, facet: str) -> tuple[list[str], Ids, Ids]:
        """The values of a facet, then pairs in the order of documents: a document, the number of its value."""
        return self._once(f"{facet} facet", lambda: self._read_facet(facet))

    def id_of(self, document: int) -> str:
        """The id of a document."""
        with self._lock:
            if self._ids is None:
                self._ids = self._columns.column_reader(ID, VarBytesColumn())
            return str(self._ids[document], "utf-8")

    def _once(self, name: str, read: Callable[[], Kept]) -> Kept:
        with self._lock:
            if name not in self._kept:
                self._kept[name] = read()
            kept: Kept = self._kept[name]
            return kept

    def _column(self, name: str, column: Any) -> list[Any]:
        return list(self._columns.column_reader(name, column))

    def _read_facet(self, facet: str) -> tuple[list[str], Ids, Ids]:
        codes: dict[str, int] = {}
        seen: dict[bytes, list[int]] = {b"": []}
        documents: list[int] = []
        numbers: list[int] = []
        for document, joined in enumerate(self._column(facet_column(facet), VarBytesColumn())):
            found = seen.get(joined)
            if found is None:
                values = joined.decode().split(BETWEEN_VALUES)
                found = seen[joined] = [codes.setdefault(value, len(codes)) for value in values]
            numbers.extend(found)
            documents.extend([document] * len(found))
        return list(codes), np.array(documents, np.int32), np.array(numbers, np.int32)

    def _matcher(self, field: str, word: bytes) -> Matcher | None:
        try:
            info = self._terms.term_info(field, word)
        except TermNotFound:
            return None
        matcher: Matcher = self._terms._codec.postings_reader(self._terms._postfile, info, _PLAIN)
        return matcher


class _Plain:
    """The format Whoosh's matcher is told: values as they are."""

    @staticmethod
    def fixed_value_size() -> None:
        return None


_PLAIN = _Plain()


def _blocks(matcher: Matcher, documents: Ids | None = None) -> Iterator[Matcher]:
    """The matcher at each block of a word's postings; blocks without any of the (ascending) documents are skipped.

    Whoosh's own way, one posting a call, is 30 times slower; tests/unit/search compares the two.
    """
    before = 0
    while matcher.is_active():
        if documents is None:
            yield matcher
        else:
            upto = int(np.searchsorted(documents, matcher.block_max_id(), side="right"))
            if upto > before:
                yield matcher
            if upto == len(documents):
                return
            before = upto
        matcher._next_block()
