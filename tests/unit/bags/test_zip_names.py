"""A name in a ZIP is read as whoever packed it wrote it: most programs for Linux write UTF-8 and do not say so."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from archive.bags import UnpackLimits, unpack_files


def packed(path: Path, written: bytes, extra: bytes = b"") -> Path:
    """A ZIP of one file whose name stands in it as these bytes, with no flag that says in what they are written."""
    stand_in = "x" * len(written)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        entry = zipfile.ZipInfo(stand_in)
        entry.extra = extra
        archive.writestr(entry, b"words")
    path.write_bytes(made.getvalue().replace(stand_in.encode(), written))
    return path


def beside(name: str, stands_for: bytes) -> bytes:
    """The field in which Info-ZIP keeps a name in UTF-8 (APPNOTE 4.6.9)."""
    field = struct.pack("<BL", 1, zlib.crc32(stands_for)) + name.encode()
    return struct.pack("<HH", 0x7075, len(field)) + field


ANOTHER_FIELD = struct.pack("<HHL", 0x5455, 4, 0)
CASES = {
    "UTF-8 without a word of it": ("São João.txt".encode(), b"", "São João.txt"),
    "what the standard has": ("déjà vu.txt".encode("cp437"), b"", "déjà vu.txt"),
    "both": (b"S_o.txt", ANOTHER_FIELD + beside("São.txt", b"S_o.txt"), "São.txt"),
    "a name beside that stands for another": (b"S_o.txt", beside("Sol.txt", b"Som.txt"), "S_o.txt"),
    "no name beside it": (b"S_o.txt", beside("", b"S_o.txt"), "S_o.txt"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_name_is_the_one_that_was_packed(case: str, tmp_path: Path) -> None:
    written, extra, name = CASES[case]
    unpack_files(packed(tmp_path / "gift.zip", written, extra), tmp_path / "out", limits=UnpackLimits())
    assert [one.name for one in (tmp_path / "out").rglob("*") if one.is_file()] == [name]
