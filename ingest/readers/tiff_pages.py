"""Finds the pages of a TIFF by walking its chain of directories (TIFF 6.0 section 2; BigTIFF), opening none of them."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

MOST = 1_000_000
SHORT = 3


SIGNATURES = frozenset({b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"})
WIDTH_AND_HEIGHT, STRIPS_OR_TILES = frozenset({256, 257}), frozenset({273, 324})
# What tells that a directory is no page (TIFF 6.0 section 8): a reduced version of another one, or a mask for it.
NEW_SUBFILE_TYPE, SUBFILE_TYPE = 254, 255
REDUCED_OR_MASK, OLD_REDUCED = 0b101, 2
# Both stand at the beginning, for entries are sorted by their number.
MOST_ENTRIES_READ = 64


def pages(path: Path) -> tuple[list[int], bool]:
    """Return which directories of the chain (from 0) are pages, and whether it breaks off: the next one is said to be where nothing is.

    A chain that bites its own tail ends there. Where all say that they are no pages, the first one stands for it.
    """
    breaks_off = False
    found: list[int] = []
    with path.open("rb") as stream:
        head = stream.read(16)
        order = "<" if head[:2] == b"II" else ">"
        big = struct.unpack(order + "H", head[2:4])[0] == 43
        offset = struct.unpack(order + ("Q" if big else "I"), head[8:16] if big else head[4:8])[0]
        seen: set[int] = set()
        while offset and offset not in seen and len(seen) < MOST:
            directory = _directory(stream, offset, order, big)
            if directory is None:
                breaks_off = True
                break
            following, is_page = directory
            if is_page:
                found.append(len(seen))
            seen.add(offset)
            offset = following
    return found or [0][: len(seen)], breaks_off


def is_sound(path: Path) -> bool:
    """Whether this is a TIFF whose chain does not break off and whose first picture says how large it is and where it lies."""
    with path.open("rb") as stream:
        head = stream.read(16)
        if head[:4] not in SIGNATURES or len(head) < 16:
            return False
        order, big = "<" if head[:2] == b"II" else ">", head[2:4] in (b"+\0", b"\0+")
        stream.seek(struct.unpack(order + ("Q" if big else "I"), head[8:16] if big else head[4:8])[0])
        count = stream.read(8 if big else 2)
        if len(count) < (8 if big else 2):
            return False
        entry = 20 if big else 12
        entries = min(struct.unpack(order + ("Q" if big else "H"), count)[0], MOST_ENTRIES_READ)
        said = stream.read(entries * entry)
    starts = range(0, len(said) - entry + 1, entry)
    tags = {struct.unpack(order + "H", said[place : place + 2])[0] for place in starts}
    return tags >= WIDTH_AND_HEIGHT and bool(STRIPS_OR_TILES & tags) and not pages(path)[1]


def _directory(stream: BinaryIO, offset: int, order: str, big: bool) -> tuple[int, bool] | None:
    """Where the next directory is, and whether this one is a page; None where there is none."""
    count_format, entry, next_format = ("Q", 20, "Q") if big else ("H", 12, "I")
    count_size, next_size = struct.calcsize(count_format), struct.calcsize(next_format)
    stream.seek(offset)
    head = stream.read(count_size)
    if len(head) < count_size:
        return None
    entries = struct.unpack(order + count_format, head)[0]
    if entries > 0xFFFF:
        return None
    said = stream.read(min(entries, MOST_ENTRIES_READ) * entry)
    stream.seek(offset + count_size + entries * entry)
    tail = stream.read(next_size)
    if len(tail) < next_size:
        return None
    is_page = all(_is_of_page(said[place : place + entry], order) for place in range(0, len(said), entry))
    return int(struct.unpack(order + next_format, tail)[0]), is_page


def _is_of_page(entry: bytes, order: str) -> bool:
    """Whether an entry (tag, type, count, value) says nothing else."""
    tag, kind = struct.unpack(order + "HH", entry[:4])
    if tag not in (NEW_SUBFILE_TYPE, SUBFILE_TYPE):
        return True
    place = 12 if len(entry) == 20 else 8
    value = struct.unpack(order + "H", entry[place : place + 2])[0]
    if kind != SHORT:
        value = struct.unpack(order + "I", entry[place : place + 4])[0]
    return value != OLD_REDUCED if tag == SUBFILE_TYPE else not value & REDUCED_OR_MASK
