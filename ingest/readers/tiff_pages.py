"""Counts the pages of a TIFF by walking its chain of directories (TIFF 6.0 section 2; BigTIFF), opening none of them."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

MOST = 1_000_000


def count(path: Path) -> tuple[int, bool]:
    """Return the number of directories in the chain, and whether it breaks off: the next one is said to be where nothing is.

    A chain that bites its own tail ends there.
    """
    breaks_off = False
    with path.open("rb") as stream:
        head = stream.read(16)
        order = "<" if head[:2] == b"II" else ">"
        big = struct.unpack(order + "H", head[2:4])[0] == 43
        offset = struct.unpack(order + ("Q" if big else "I"), head[8:16] if big else head[4:8])[0]
        seen: set[int] = set()
        while offset and offset not in seen and len(seen) < MOST:
            following = _next(stream, offset, order, big)
            if following is None:
                breaks_off = True
                break
            seen.add(offset)
            offset = following
    return len(seen), breaks_off


def _next(stream: BinaryIO, offset: int, order: str, big: bool) -> int | None:
    count_format, entry, next_format = ("Q", 20, "Q") if big else ("H", 12, "I")
    count_size, next_size = struct.calcsize(count_format), struct.calcsize(next_format)
    stream.seek(offset)
    head = stream.read(count_size)
    if len(head) < count_size:
        return None
    entries = struct.unpack(order + count_format, head)[0]
    if entries > 0xFFFF:
        return None
    stream.seek(offset + count_size + entries * entry)
    tail = stream.read(next_size)
    return int(struct.unpack(order + next_format, tail)[0]) if len(tail) == next_size else None
