"""How postings lie in the files of a Whoosh index: as arrays that numpy reads, the places of words apart from all else.

Whoosh pickles tuples of numbers and compresses ids, frequencies and places of a block together; most queries ask for no
places, which are most of it, and a frequent word was then read five times slower than it is now.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Codec, W3LeafMatcher, W3PostingsWriter

Numbers = NDArray[Any]
PLACE_BYTES = 4
_WORTH_COMPRESSING = 48
_LEVEL = 1
# Each by the letter that stands before it where it is as it is, and before it where it is compressed.
_KINDS: dict[bytes, np.dtype[Any]] = {b"1": np.dtype("<u1"), b"2": np.dtype("<u2"), b"4": np.dtype("<u4")}
_COMPRESSED = {b"a": b"1", b"b": b"2", b"d": b"4"}
_LETTER_OF = {size: letter for letter, size in _COMPRESSED.items()}


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
        return _packed(np.diff(np.frombuffer(self._ids, np.uint32), prepend=np.uint32(0)))

    def _mini_weights(self) -> bytes | None:
        weights = np.frombuffer(self._weights, np.float32)
        return None if (weights == 1).all() else _packed(weights.astype(np.uint32))

    def _mini_values(self) -> tuple[bytes, bytes] | None:
        if not self._values:
            return None
        counts = np.fromiter(map(len, self._values), np.uint32, len(self._values)) // PLACE_BYTES
        return _packed(counts), _packed(np.frombuffer(b"".join(self._values), "<u4"))


class Matcher(W3LeafMatcher):  # type: ignore[misc]
    """The postings of a term, a block at a time; `ids`, `frequencies` and `places` are those of the block it stands at."""

    def ids(self) -> NDArray[np.int32]:
        """The documents of this block, ascending."""
        return np.cumsum(_unpacked(self._block()[0]), dtype=np.int32)

    def frequencies(self) -> NDArray[np.float32]:
        """How often the word stands in each of them."""
        packed = self._block()[1]
        if packed is None:
            return np.ones(self._blocklength, np.float32)
        return _unpacked(packed).astype(np.float32)

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
