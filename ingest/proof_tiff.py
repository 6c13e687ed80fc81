"""A container parser for TIFF in tiles (TIFF 6.0 and its Technical Note 2): levels of one picture, and every byte accounted for."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from ingest.proof_pictures import SOF0, frame_size, stream_is_clean

LITTLE_ENDIAN = b"II*\0"
# Sizes in bytes of the types that occur: ASCII is not among them, so there is no place for words.
SIZES = {3: 2, 4: 4, 5: 8, 7: 1}
FORMS = {3: "H", 4: "I"}
SUBFILE, WIDTH, HEIGHT, COMPRESSION, COLOURS, BANDS = 254, 256, 257, 259, 262, 277
TILE_WIDTH, TILE_HEIGHT, OFFSETS, COUNTS, TABLES = 322, 323, 324, 325, 347
# What the pixels are like: always said in the same way, so that it says nothing.
ALWAYS: dict[int, frozenset[tuple[int, ...]]] = {
    SUBFILE: frozenset({(0,), (1,)}),
    258: frozenset({(8,), (8, 8, 8)}),
    COMPRESSION: frozenset({(7,)}),
    COLOURS: frozenset({(1,), (6,)}),
    274: frozenset({(1,)}),
    BANDS: frozenset({(1,), (3,)}),
    282: frozenset({(10, 1)}),
    283: frozenset({(10, 1)}),
    284: frozenset({(1,)}),
    296: frozenset({(3,)}),
    339: frozenset({(1,), (1, 1), (1, 1, 1)}),
    530: frozenset({(2, 2)}),
    532: frozenset({(0, 1, 255, 1, 128, 1, 255, 1, 128, 1, 255, 1)}),
}
MEASURES = frozenset({WIDTH, HEIGHT, TILE_WIDTH, TILE_HEIGHT, OFFSETS, COUNTS, TABLES})
NEEDED = frozenset({WIDTH, HEIGHT, COMPRESSION, COLOURS, BANDS, TILE_WIDTH, TILE_HEIGHT, OFFSETS, COUNTS})
MOST_LEVELS, LONGEST_GAP = 20, 16


class _Odd(Exception):
    """The file holds something that no copy of ours does."""


@dataclass
class _Parsed:
    """The file, and which parts of it are accounted for."""

    data: bytes
    spans: list[tuple[int, int]] = field(default_factory=list)

    def take(self, start: int, length: int) -> bytes:
        if length <= 0 or start < 0 or start + length > len(self.data):
            raise _Odd
        self.spans.append((start, start + length))
        return self.data[start : start + length]


def tiff_is_clean(path: Path) -> bool:
    """True for levels of one picture in JPEG tiles, each no more than half of the one before, and not a byte besides."""
    parsed = _Parsed(path.read_bytes())
    try:
        if parsed.take(0, 8)[:4] != LITTLE_ENDIAN:
            return False
        sizes = [_level(parsed, tags) for tags in _levels(parsed)]
    except (_Odd, struct.error, IndexError):
        return False
    halved = all(
        max(1, one[0] // 2) == two[0] and max(1, one[1] // 2) == two[1] for one, two in pairwise(sizes)
    )
    return bool(sizes) and halved and _is_covered(parsed)


def _levels(parsed: _Parsed) -> Iterator[dict[int, tuple[int, ...]]]:
    at = struct.unpack_from("<I", parsed.data, 4)[0]
    levels = 0
    while at:
        if (levels := levels + 1) > MOST_LEVELS:
            raise _Odd
        entries = struct.unpack("<H", parsed.take(at, 2))[0]
        directory = parsed.take(at + 2, 12 * entries + 4)
        yield dict(_entry(parsed, directory[12 * n : 12 * n + 12]) for n in range(entries))
        at = struct.unpack_from("<I", directory, 12 * entries)[0]


def _entry(parsed: _Parsed, entry: bytes) -> tuple[int, tuple[int, ...]]:
    tag, kind, count = struct.unpack_from("<HHI", entry)
    if kind not in SIZES or (tag not in ALWAYS and tag not in MEASURES):
        raise _Odd
    length = SIZES[kind] * count
    inside = entry[8 : 8 + length]
    value = inside if length <= 4 else parsed.take(struct.unpack_from("<I", entry, 8)[0], length)
    if any(entry[8 + length :]) and length <= 4:
        raise _Odd
    numbers = _numbers(value, kind, count)
    if tag in ALWAYS and numbers not in ALWAYS[tag]:
        raise _Odd
    return tag, numbers


def _numbers(value: bytes, kind: int, count: int) -> tuple[int, ...]:
    if kind == 7:
        return tuple(value)
    return struct.unpack(f"<{2 * count}I" if kind == 5 else f"<{count}{FORMS[kind]}", value)


def _level(parsed: _Parsed, tags: dict[int, tuple[int, ...]]) -> tuple[int, int]:
    """Look at one level's tiles; its width and height in pixels."""
    if not tags.keys() >= NEEDED:
        raise _Odd
    tile, size = (tags[TILE_WIDTH][0], tags[TILE_HEIGHT][0]), (tags[WIDTH][0], tags[HEIGHT][0])
    across, down = (-(-size[n] // tile[n]) for n in (0, 1))
    if not len(tags[OFFSETS]) == len(tags[COUNTS]) == across * down:
        raise _Odd
    tables = bytes(tags.get(TABLES, ()))
    if tables and not stream_is_clean(tables, frames=False):
        raise _Odd
    for start, length in zip(tags[OFFSETS], tags[COUNTS], strict=True):
        stream = parsed.take(start, length)
        if not stream_is_clean(stream) or frame_size(stream, SOF0) != (*tile, tags[BANDS][0]):
            raise _Odd
    return size


def _is_covered(parsed: _Parsed) -> bool:
    """Whether no part is used twice, and between the parts are but the few zeros that put them at even places."""
    at = 0
    for start, end in sorted(parsed.spans):
        if start < at or start - at > LONGEST_GAP or any(parsed.data[at:start]):
            return False
        at = end
    return at == len(parsed.data)
