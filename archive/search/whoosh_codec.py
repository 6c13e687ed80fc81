"""How postings lie in the files of a Whoosh index: as arrays that numpy reads, the places of words apart from all else.

Whoosh pickles tuples of numbers and compresses ids, frequencies and places of a block together; most queries ask for no
places, which are most of it, and a frequent word was then read five times slower than it is now.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from io import BytesIO
from pickle import Unpickler, dumps
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3Codec, W3LeafMatcher, W3PostingsWriter

Numbers = NDArray[Any]
PLACE_BYTES = 4
_WORTH_COMPRESSING = 48
_LEVEL = 1
# Each by the letter that stands before it where it is as it is, and before it where it is compressed.
_KINDS: dict[bytes, np.dtype[Any]] = {b"1": np.dtype("<u1"), b"2": np.dtype("<u2"), b"4": np.dtype("<u4")}
_COMPRESSED = {b"a": b"1", b"b": b"2", b"d": b"4"}
_LETTER_OF = {size: letter for letter, size in _COMPRESSED.items()}
POSTINGS_A_BLOCK = 1024
# Before each block, how many bytes it has: less than none before the last.
_BYTES = struct.Struct("!i")
_PICKLED_AS = 2
_BEGIN: bytes = WHOOSH3_HEADER_MAGIC


class Postings(NamedTuple):
    """The postings of a word: documents, ascending, how often it stands in each, how many places each has, and all places."""

    ids: Numbers
    weights: NDArray[np.float32]
    counts: Numbers | None
    places: Numbers | None

    @staticmethod
    def joined(parts: Sequence[Postings]) -> Postings:
        """Some, one behind the other."""
        if len(parts) == 1:
            return parts[0]
        ids, weights, counts, places = zip(*parts, strict=True)
        has_places = counts[0] is not None
        return Postings(
            np.concatenate(ids),
            np.concatenate(weights),
            np.concatenate(counts) if has_places else None,
            np.concatenate(places) if has_places else None,
        )

    def only(self, kept: NDArray[np.bool_]) -> Postings:
        """Those of them that are marked."""
        counts = places = None
        if self.counts is not None and self.places is not None:
            counts, places = self.counts[kept], self.places[np.repeat(kept, self.counts)]
        return Postings(self.ids[kept], self.weights[kept], counts, places)


class Codec(W3Codec):  # type: ignore[misc]
    """Whoosh's own codec but for the postings; an index remembers it by its name here."""

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> Any:
        """What writes the postings of one term after the other."""
        assert not byteids, "no field of ours has vectors"
        # What is compressed is compressed part by part, below.
        return _Writer(dbfile, self._blocklimit, compression=0, inlinelimit=self._inlinelimit)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> Any:
        """What a merge reads the postings of a term with, one by one."""
        return Matcher(dbfile, *terminfo.extent(), format_, term=term, scorer=scorer)


class _Writer(W3PostingsWriter):  # type: ignore[misc]
    def _mini_ids(self) -> bytes:
        return _packed_ids(np.frombuffer(self._ids, np.uint32))

    def _mini_weights(self) -> bytes | None:
        return _packed_weights(np.frombuffer(self._weights, np.float32))

    def _mini_values(self) -> tuple[bytes, bytes] | None:
        if not self._values:
            return None
        counts = np.fromiter(map(len, self._values), np.uint32, len(self._values)) // PLACE_BYTES
        return _packed(counts), _packed(np.frombuffer(b"".join(self._values), "<u4"))


def written(postings: Postings) -> bytes:
    """The postings of a word as `_Writer` writes them, block after block."""
    size = len(postings.ids)
    if size <= POSTINGS_A_BLOCK:
        return _BEGIN + _block(postings, is_last=True)
    ends = np.cumsum(postings.counts) if postings.counts is not None else None
    data, place = [_BEGIN], 0
    for start in range(0, size, POSTINGS_A_BLOCK):
        end = min(start + POSTINGS_A_BLOCK, size)
        counts = places = None
        if ends is not None and postings.counts is not None and postings.places is not None:
            counts, places = postings.counts[start:end], postings.places[place : ends[end - 1]]
            place = int(ends[end - 1])
        part = Postings(postings.ids[start:end], postings.weights[start:end], counts, places)
        data.append(_block(part, is_last=end == size))
    return b"".join(data)


def _block(postings: Postings, *, is_last: bool) -> bytes:
    ids, weights, counts, places = postings
    values = (_packed(counts), _packed(places)) if counts is not None and places is not None else None
    data = dumps((_packed_ids(ids), _packed_weights(weights), values), _PICKLED_AS)
    # Nothing is compressed as a whole, and lengths only Whoosh's own ranking reads.
    told = dumps((len(ids), int(ids[-1]), float(weights.max()), 0, 0, 0), _PICKLED_AS)
    length = len(told) + len(data)
    return _BYTES.pack(-length if is_last else length) + told + data


def renumbered(data: bytes, document: int) -> bytes:
    """The same postings of a single document, under another number; without arrays, for most words are such."""
    reader = Unpickler(BytesIO(data[len(_BEGIN) + _BYTES.size :]))  # noqa: S301 - of our own files
    told, (_, weights, values) = reader.load(), reader.load()
    size = b"1" if document < 1 << 8 else b"2" if document < 1 << 16 else b"4"
    packed = size + document.to_bytes(int(size), "little")
    inside = dumps((1, document, *told[2:]), _PICKLED_AS) + dumps((packed, weights, values), _PICKLED_AS)
    return _BEGIN + _BYTES.pack(-len(inside)) + inside


def documents_in(data: bytes) -> NDArray[np.int32]:
    """The documents of what `written` made, ascending."""
    found = [_ids_of(ids) for _, (ids, _, _) in _loaded(data)]
    return found[0] if len(found) == 1 else np.concatenate(found)


def postings_in(data: bytes) -> Postings:
    """What `written` made."""
    parts = []
    for size, (ids, weights, values) in _loaded(data):
        counts, places = map(_unpacked, values) if values else (None, None)
        parts.append(Postings(_ids_of(ids), _weights_of(weights, size), counts, places))
    return Postings.joined(parts)


def _loaded(data: bytes) -> Iterator[tuple[int, tuple[bytes, bytes | None, tuple[bytes, bytes] | None]]]:
    """Of each block how many documents there are, and what `_block` put in it."""
    file = BytesIO(data)
    file.seek(len(_BEGIN))
    length = 1
    while length > 0:
        (length,) = _BYTES.unpack(file.read(_BYTES.size))
        reader = Unpickler(file)  # noqa: S301 - of our own files
        yield reader.load()[0], reader.load()


class Matcher(W3LeafMatcher):  # type: ignore[misc]
    """The postings of a term, a block at a time; `ids`, `frequencies` and `places` are those of the block it stands at."""

    def ids(self) -> NDArray[np.int32]:
        """The documents of this block, ascending."""
        return _ids_of(self._block()[0])

    def frequencies(self) -> NDArray[np.float32]:
        """How often the word stands in each of them."""
        return _weights_of(self._block()[1], self._blocklength)

    def places(self) -> tuple[Numbers, Numbers]:
        """How many places each of them has, and all places one behind the other."""
        packed = self._block()[2]
        if packed is None:
            return np.zeros(self._blocklength, np.uint32), np.empty(0, np.uint32)
        return _unpacked(packed[0]), _unpacked(packed[1])

    def _block(self) -> Any:
        if self._data is None:
            self._read_data()
        return self._data

    def _read_ids(self) -> None:
        self._ids = self.ids().tolist()

    def _read_weights(self) -> None:
        self._weights = self.frequencies().tolist()

    def _read_values(self) -> None:
        counts, places = self.places()
        ends = np.cumsum(counts) * PLACE_BYTES
        joined = places.astype("<u4").tobytes()
        starts = [0, *ends[:-1].tolist()]
        self._values = [joined[start:end] for start, end in zip(starts, ends.tolist(), strict=True)]


def _packed_ids(ids: Numbers) -> bytes:
    return _packed(np.diff(ids, prepend=ids.dtype.type(0)))


def _ids_of(packed: bytes) -> NDArray[np.int32]:
    return np.cumsum(_unpacked(packed), dtype=np.int32)


def _packed_weights(weights: NDArray[np.float32]) -> bytes | None:
    return None if (weights == 1).all() else _packed(weights.astype(np.uint32))


def _weights_of(packed: bytes | None, size: int) -> NDArray[np.float32]:
    return np.ones(size, np.float32) if packed is None else _unpacked(packed).astype(np.float32)


def _packed(numbers: Numbers) -> bytes:
    """Whole numbers from 0 on, in as few bytes each as the largest of them needs, compressed where that saves anything."""
    most = int(numbers.max())
    size = b"1" if most < 1 << 8 else b"2" if most < 1 << 16 else b"4"
    data: bytes = numbers.astype(_KINDS[size]).tobytes()
    if len(data) < _WORTH_COMPRESSING:
        return size + data
    return _LETTER_OF[size] + zlib.compress(data, _LEVEL)


def _unpacked(packed: bytes) -> Numbers:
    letter, data = packed[:1], packed[1:]
    if letter in _COMPRESSED:
        letter, data = _COMPRESSED[letter], zlib.decompress(data)
    return np.frombuffer(data, _KINDS[letter])
