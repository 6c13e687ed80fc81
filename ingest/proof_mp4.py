"""A container parser for MP4 (ISO/IEC 14496-12): only boxes that are needed to play, none that tells where from."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

HOLDERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"dinf", b"stbl", b"edts"})
PLAIN = frozenset(
    {
        *(b"ftyp", b"mdat", b"free", b"mvhd", b"tkhd", b"elst", b"mdhd", b"hdlr", b"vmhd", b"smhd", b"dref"),
        *(
            b"stsd",
            b"stts",
            b"stss",
            b"ctts",
            b"stsc",
            b"stsz",
            b"stco",
            b"co64",
            b"sgpd",
            b"sbgp",
            b"sdtp",
            b"cslg",
        ),
    }
)
HEADERS_WITH_TIME = frozenset({b"mvhd", b"tkhd", b"mdhd"})
HANDLER_NAMES = frozenset({b"VideoHandler\0", b"SoundHandler\0", b"\0", b""})
# FFmpeg always writes this list of user data, here with nothing in it.
EMPTY_USER_DATA = (
    b"\0\0\0\x35meta\0\0\0\0\0\0\0\x21hdlr\0\0\0\0\0\0\0\0mdirappl\0\0\0\0\0\0\0\0\0\0\0\0\x08ilst"
)
DEEPEST = 8


def is_clean(path: Path) -> bool:
    """True when every box is known, creation times are unset, handler names are FFmpeg's own, free space is zeros."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        return size > 0 and _boxes_are_clean(stream, 0, size, 0)


def _boxes_are_clean(stream: BinaryIO, start: int, end: int, depth: int) -> bool:
    at = start
    while at < end:
        stream.seek(at)
        head = stream.read(16)
        if len(head) < 8:
            return False
        size, kind, header = struct.unpack_from(">I", head)[0], head[4:8], 8
        if size == 1 and len(head) == 16:
            size, header = struct.unpack_from(">Q", head, 8)[0], 16
        if size < header or at + size > end or depth > DEEPEST:
            return False
        if not _box_is_clean(stream, kind, at + header, at + size, depth):
            return False
        at += size
    return at == end


def _box_is_clean(stream: BinaryIO, kind: bytes, start: int, end: int, depth: int) -> bool:
    if kind in HOLDERS:
        return _boxes_are_clean(stream, start, end, depth + 1)
    stream.seek(start)
    if kind == b"udta":
        return stream.read(end - start) == EMPTY_USER_DATA
    if kind not in PLAIN:
        return False
    if kind in HEADERS_WITH_TIME:
        head = stream.read(20)
        return not any(head[4 : 20 if head[0] == 1 else 12])
    if kind == b"hdlr":
        return stream.read(end - start)[24:] in HANDLER_NAMES
    if kind == b"free":
        return not any(stream.read(end - start))
    return True
