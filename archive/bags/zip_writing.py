"""ZIP files that only store, written from front to end without a look back (APPNOTE.TXT 6.3.10 of PKWARE).

The same entries give the same bytes: each has the same date and mode, and what reads sizes of four gigabytes and more
(ZIP64) is written only where it is needed. A writer of any ZIP costs more for each entry than a small file itself does.
"""

from __future__ import annotations

import stat
import struct

MODE = 0o644
UNIX = 3
CRC_AT = 14
"""Bytes from the start of an entry to its CRC-32, for whoever can write it there afterwards."""

# The first of January 1980, the earliest that a ZIP can say: it means nothing, in every time zone alike.
_DATE, _TIME = 1 << 5 | 1, 0
_STORED, _BEHIND, _UTF_8 = 0, 1 << 3, 1 << 11
_PLAIN, _LARGE = 20, 45
_MOST_16, _MOST_32 = 0xFFFF, 0xFFFFFFFF
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64 = struct.Struct("<4sLQL")
_END = struct.Struct("<4s4H2LH")


class ZipWriter:
    """Says what is to be written before and behind the bytes of each entry, and at the end; it writes nothing itself.

    `length` is how many bytes the file has so far, with those of all entries that were begun.
    """

    def __init__(self) -> None:
        self.length = 0
        self._entries: list[bytes] = []
        self._begun = (b"", 0, 0, 0)

    def begin(self, name: str, size: int, crc: int | None) -> bytes:
        """What stands before the `size` bytes of an entry; without a CRC-32 it will stand behind them."""
        encoded = name.encode("utf-8")
        flags = (0 if encoded.isascii() else _UTF_8) | (_BEHIND if crc is None else 0)
        self._begun = (encoded, size, flags, self.length)
        told = 0 if crc is None else size
        extra = _extra(told, told) if size >= _MOST_32 else b""
        needed, short = (_LARGE, _MOST_32) if extra else (_PLAIN, told)
        how = (needed, flags, _STORED, _TIME, _DATE)
        header = _LOCAL.pack(b"PK\3\4", *how, crc or 0, short, short, len(encoded), len(extra))
        self.length += len(header) + len(encoded) + len(extra) + size
        return header + encoded + extra

    def finish(self, crc: int) -> bytes:
        """What stands behind the bytes of the entry that was begun last: nothing, unless its CRC-32 was not known."""
        name, size, flags, start = self._begun
        wide = [number for number in (size, size, start) if number >= _MOST_32]
        extra = _extra(*wide) if wide else b""
        needed = _LARGE if extra else _PLAIN
        how = (UNIX << 8 | needed, needed, flags, _STORED, _TIME, _DATE, crc)
        short = (min(size, _MOST_32), min(size, _MOST_32), len(name), len(extra))
        mode = (stat.S_IFREG | MODE) << 16
        listed = _CENTRAL.pack(b"PK\1\2", *how, *short, 0, 0, 0, mode, min(start, _MOST_32))
        self._entries.append(listed + name + extra)
        if not flags & _BEHIND:
            return b""
        behind = struct.pack("<4sLQQ" if size >= _MOST_32 else "<4sLLL", b"PK\7\10", crc, size, size)
        self.length += len(behind)
        return behind

    def end(self) -> bytes:
        """The list of all entries, which is the end of the file."""
        listed, count, start = b"".join(self._entries), len(self._entries), self.length
        end = b""
        if count >= _MOST_16 or len(listed) >= _MOST_32 or start >= _MOST_32:
            made = (UNIX << 8 | _LARGE, _LARGE, 0, 0)
            end += _END_64.pack(b"PK\6\6", _END_64.size - 12, *made, count, count, len(listed), start)
            end += _LOCATOR_64.pack(b"PK\6\7", 0, start + len(listed), 1)
        counts = (min(count, _MOST_16),) * 2
        end += _END.pack(b"PK\5\6", 0, 0, *counts, min(len(listed), _MOST_32), min(start, _MOST_32), 0)
        self.length += len(listed) + len(end)
        return listed + end


def _extra(*numbers: int) -> bytes:
    """The numbers that are too large for their place (APPNOTE 4.5.3)."""
    return struct.pack(f"<2H{len(numbers)}Q", 1, 8 * len(numbers), *numbers)
