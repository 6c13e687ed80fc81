"""Whether a recording, an animation or a PDF ends before its own end, by the lengths it declares itself; nothing is decoded.

Programs that play such files show what is there of them and say nothing. Told is only what is sure: a length that was
never filled in, as of a recording that went down a pipe, and an end that many programs do not mark, say nothing.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

# What is missing of a frame of sound that a program reckoned in and did not write.
A_FRAME = 2048
# Lengths from here on are those of programs that did not know any (2**31 less a little, 2**32 - 1).
UNKNOWN = 0x7FFF_0000
OGG_PAGE = 65_307
TAIL = 1 << 20
MOST_BOXES = 100_000
HOLDS_MUCH = (b"mdat", b"moov", b"moof")
MATROSKA_SEGMENT = 0x18538067
ASF_DATA = bytes.fromhex("3626b2758e66cf11a6d900aa0062ce6c")
BEGINS_OBJECT = re.compile(rb"\d\s+\d+\s+obj\b")


def breaks_off(path: Path) -> bool:
    """Whether the file is shorter than it says that it is; False for formats that do not say, and where nothing can be told."""
    with path.open("rb") as stream:
        head = stream.read(16)
        size = stream.seek(0, 2)
        look = next((look for begins, at, look in LOOKS if head[at:].startswith(begins)), None)
        try:
            return look is not None and look(stream, size)
        except (struct.error, IndexError):
            # In the middle of what says how long it is.
            return True


def _read(stream: BinaryIO, place: int, how: str) -> tuple[int, ...]:
    stream.seek(place)
    return struct.unpack(how, stream.read(struct.calcsize(how)))


def _riff(stream: BinaryIO, size: int) -> bool:
    """Wave, AVI and WebP (RIFF, little endian)."""
    stream.seek(8)
    if stream.read(4) == b"WAVE":
        return _chunk(stream, size, b"data", "<")
    place = 0
    # A long film is several of them, one behind the other.
    while place + 8 <= size:
        stream.seek(place)
        kind = stream.read(4)
        (length,) = struct.unpack("<I", stream.read(4))
        if kind != b"RIFF" or not 0 < length < UNKNOWN:
            return False
        place += 8 + length
    return place > size + 1


def _aiff(stream: BinaryIO, size: int) -> bool:
    return _chunk(stream, size, b"SSND", ">")


def _chunk(stream: BinaryIO, size: int, name: bytes, order: str) -> bool:
    """Whether the chunk of sound, or one before it, reaches beyond the end; a padding byte may lack."""
    place = 12
    while place < size:
        (length,) = _read(stream, place + 4, order + "I")
        stream.seek(place)
        is_sound = stream.read(4) == name
        if length < UNKNOWN and place + 8 + length > size + 1:
            return True
        if is_sound:
            return False
        place += 8 + length + length % 2
    return False


def _wave_64(stream: BinaryIO, size: int) -> bool:
    """RF64 and BW64: the length of the sound stands in a chunk of its own (EBU Tech 3306)."""
    riff, sound = _read(stream, 20, "<QQ")
    return 0 < sound <= riff < 1 << 62 and 8 + riff > size + 1


def _sun(stream: BinaryIO, size: int) -> bool:
    begin, length = _read(stream, 4, ">II")
    return length < UNKNOWN and begin + length > size


def _ogg(stream: BinaryIO, size: int) -> bool:
    """Whether the last page is not there whole (RFC 3533, 6); that it is the last one many telephones do not mark."""
    begin = max(0, size - 2 * OGG_PAGE)
    stream.seek(begin)
    tail = stream.read()
    last = tail.rfind(b"OggS")
    if last < 0:
        return False
    segments = tail[last + 26]
    table = tail[last + 27 : last + 27 + segments]
    end = last + 27 + segments + sum(table)
    return len(table) < segments or end > len(tail) or (end < len(tail) and b"OggS".startswith(tail[end:]))


def _matroska(stream: BinaryIO, size: int) -> bool:
    place = 4 + _number(stream, 4)[1] + _number(stream, 4)[0]
    if _read(stream, place, ">I") != (MATROSKA_SEGMENT,):
        return False
    declared, length = _number(stream, place + 4)
    is_unknown = declared == (1 << 7 * length) - 1
    return not is_unknown and place + 4 + length + declared > size


def _number(stream: BinaryIO, place: int) -> tuple[int, int]:
    """A number of EBML and how many bytes it takes (RFC 8794, 4)."""
    stream.seek(place)
    data = stream.read(8)
    length = 9 - data[0].bit_length()
    if len(data) < length:
        raise struct.error
    return int.from_bytes(data[:length]) & ((1 << 7 * length) - 1), length


def _boxes(stream: BinaryIO, size: int) -> bool:
    """MP4, QuickTime and their kin (ISO/IEC 14496-12, 4.2): what is behind the last box that is known may be anything."""
    place = 0
    for _ in range(MOST_BOXES):
        if place + 8 > size:
            return False
        (length,) = _read(stream, place, ">I")
        kind = stream.read(4)
        if length == 1:
            (length,) = _read(stream, place + 8, ">Q")
        if place + length > size:
            return kind in HOLDS_MUCH
        if length < 8:
            return False
        place += length
    return False


def _mpeg(stream: BinaryIO, size: int) -> bool:
    """MP3 whose first frame counts the bytes of all (Xing, Info, VBRI); others do not say."""
    place = 0
    stream.seek(0)
    head = stream.read(10)
    if head[:3] == b"ID3":
        # A length of four times seven bits (ID3v2, 3.1).
        place = 10 + sum(one << 7 * (3 - at) for at, one in enumerate(head[6:10]))
    stream.seek(place)
    frame = stream.read(4096)
    # Some programs leave zeros between.
    begin = len(frame) - len(frame.lstrip(b"\0"))
    counted = -1
    if (at := max(frame.find(b"Xing", begin, begin + 64), frame.find(b"Info", begin, begin + 64))) > 0:
        (flags,) = struct.unpack(">I", frame[at + 4 : at + 8])
        if flags & 2:
            counted = at + 8 + 4 * (flags & 1)
    elif (at := frame.find(b"VBRI", begin, begin + 64)) > 0:
        counted = at + 10
    if counted < 0:
        return False
    declared = int.from_bytes(frame[counted : counted + 4])
    return place + begin + declared > size + A_FRAME


def _asf(stream: BinaryIO, size: int) -> bool:
    place = 0
    while place + 24 <= size:
        stream.seek(place)
        kind = stream.read(16)
        length = int.from_bytes(stream.read(8), "little")
        if kind == ASF_DATA:
            return place + length > size
        if length < 24:
            return False
        place += length
    return False


def _gif(stream: BinaryIO, size: int) -> bool:
    """Whether a block of the last picture lacks its end (GIF89a, 15 to 27); that no other follows some programs do not mark."""
    stream.seek(max(0, size - 512))
    if stream.read().rstrip(b"\0").endswith(b";"):
        return False
    (flags,) = _read(stream, 10, "B")
    place = 13 + _colours(flags)
    while place < size:
        (kind,) = _read(stream, place, "B")
        if kind == ord(","):
            (flags,) = _read(stream, place + 9, "B")
            place = _after(stream, place + 11 + _colours(flags))
        elif kind == ord("!"):
            place = _after(stream, place + 2)
        else:
            return False
    return False


def _colours(flags: int) -> int:
    """Bytes of a table of colours."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _after(stream: BinaryIO, place: int) -> int:
    """Where a row of blocks ends; struct.error where it does not."""
    (length,) = _read(stream, place, "B")
    while length:
        stream.seek(length, 1)
        (length,) = struct.unpack("B", stream.read(1))
    return stream.tell()


def _pdf(stream: BinaryIO, size: int) -> bool:
    """Whether objects follow the last mark of an end, or there is none (ISO 32000-2, 7.5.5); what else follows is not its own."""
    stream.seek(max(0, size - TAIL))
    _before, mark, behind = stream.read().rpartition(b"%%EOF")
    return not mark or BEGINS_OBJECT.search(behind) is not None


Look = Callable[[BinaryIO, int], bool]
# How a file begins, at which byte, and how it is looked at.
LOOKS: tuple[tuple[bytes, int, Look], ...] = (
    (b"RIFF", 0, _riff),
    (b"RF64", 0, _wave_64),
    (b"BW64", 0, _wave_64),
    (b"AIF", 8, _aiff),
    (b".snd", 0, _sun),
    (b"OggS", 0, _ogg),
    (b"\x1a\x45\xdf\xa3", 0, _matroska),
    *((kind, 4, _boxes) for kind in (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide")),
    (b"ID3", 0, _mpeg),
    *((bytes((0xFF, second)), 0, _mpeg) for second in (0xFB, 0xFA, 0xF3, 0xF2, 0xE3, 0xE2)),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", 0, _asf),
    (b"GIF8", 0, _gif),
    (b"%PDF", 0, _pdf),
)
