"""Container parsers for the two picture formats of access copies: every segment must be one that only carries pixels."""

from __future__ import annotations

import struct
from pathlib import Path

SOI, EOI, SOS, APP0, SOF0 = 0xD8, 0xD9, 0xDA, 0xE0, 0xC0
# ITU-T T.81 table B.1: frames, Huffman and quantisation tables, restart interval.
FRAMES = frozenset({SOF0, 0xC1, 0xC2})
TABLES = FRAMES | {0xC4, 0xDB, 0xDD}
JFIF_LENGTH = 16
WEBP_PIXELS = frozenset({b"VP8 ", b"VP8L"})


def jpeg_is_clean(path: Path) -> bool:
    """True for a JPEG of frames, tables, one scan or more and a bare JFIF header (no thumbnail), ending at its EOI."""
    return stream_is_clean(path.read_bytes())


def stream_is_clean(data: bytes, *, frames: bool = True) -> bool:
    """The same of the bytes themselves; those of tables alone (ITU-T T.81 B.5) when there are to be no `frames`."""
    if data[:2] != bytes((0xFF, SOI)):
        return False
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], struct.unpack_from(">H", data, at + 2)[0]
        if marker == APP0:
            if not _is_bare_header(data, at, length):
                return False
        elif marker not in TABLES and marker != SOS:
            return False
        at += 2 + length
        if marker == SOS:
            at = _end_of_scan(data, at)
        if (marker == SOS) == frames and data[at:] == bytes((0xFF, EOI)):
            return True
    return False


def frame_size(data: bytes, marker: int) -> tuple[int, int, int] | None:
    """Width, height and number of components of a clean stream with one frame of that kind; None where it has another."""
    found, at = None, 2
    while at + 4 <= len(data) and data[at + 1] != SOS:
        if data[at + 1] in FRAMES:
            if data[at + 1] != marker or found is not None or at + 10 > len(data):
                return None
            high, wide, bands = struct.unpack_from(">HHB", data, at + 5)
            found = (wide, high, bands)
        at += 2 + struct.unpack_from(">H", data, at + 2)[0]
    return found


def _is_bare_header(data: bytes, at: int, length: int) -> bool:
    return length == JFIF_LENGTH and data[at + 4 : at + 9] == b"JFIF\0" and data[at + 16 : at + 18] == b"\0\0"


def _end_of_scan(data: bytes, at: int) -> int:
    """Skip entropy-coded bytes: FF00 is a stuffed byte, FFD0 to FFD7 are restarts, any other marker ends the scan."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            return len(data)
        if data[at + 1] != 0 and not 0xD0 <= data[at + 1] <= 0xD7:
            return at
        at += 2


def webp_is_clean(path: Path) -> bool:
    """True for a WebP file of one chunk of pixels (RFC 9649 section 2.5), to its last byte."""
    data = path.read_bytes()
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) < 20:
        return False
    whole, pixels = struct.unpack_from("<I", data, 4)[0], struct.unpack_from("<I", data, 16)[0]
    return data[12:16] in WEBP_PIXELS and whole + 8 == len(data) == 20 + pixels + pixels % 2
