"""No archive does harm: each kind of attack has its own refusal, before more than a little of it is read."""

from __future__ import annotations

import gzip
import io
import os
import struct
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.bags import UnpackLimits
from archive.bags.unpack import unpack_files
from archive.models.errors import ArchiveError
from tests.fixtures.foreign import Opener, tar_of

MOST_READ = 100_000_000
GIGABYTE = 1 << 30


def refusal(data: bytes | Path, folder: Path, limits: UnpackLimits | None = None) -> tuple[str, int]:
    """The code by which an archive is refused, and how many bytes of it were read."""
    path = data if isinstance(data, Path) else folder / "given"
    if isinstance(data, bytes):
        path.write_bytes(data)
    opener = Opener()
    with pytest.raises(ArchiveError) as refused:
        unpack_files(path, folder / "out", limits=limits, opener=opener)
    assert str(refused.value).endswith(".")
    assert refused.value.remedy
    return refused.value.code, opener.read


ENTRIES: dict[str, tuple[str, tuple[str, bytes | str]]] = {
    "a link": ("archive-link", ("b/a", "link")),
    "a hard link": ("archive-link", ("b/a", "hard link")),
    "a pipe": ("archive-fifo", ("b/a", "pipe")),
    "a device": ("archive-device", ("b/a", "device")),
    "a disk": ("archive-device", ("b/a", "disk")),
    "out of the folder": ("archive-escape", ("b/../../a", b"x")),
    "a folder out of the folder": ("archive-escape", ("../b/", "folder")),
    "from the root": ("archive-absolute", ("/etc/cron.d/a", b"x")),
    "from a drive": ("archive-absolute", ("C:/a", b"x")),
    "a control character": ("archive-name", ("b/a\x1b[2J", b"x")),
    "a line of its own": ("archive-name", ("b/a\nb", b"x")),
    "bytes that are no text": ("archive-name", ("b/a\udcff", b"x")),
    "a backslash": ("archive-name", ("b/..\\..\\a", b"x")),
    "no name": ("archive-name", ("b//a", b"x")),
    "too deep": ("archive-nesting", ("b/" * 40 + "a", b"x")),
}


PAX_OF_HOLES = {
    "0.1": {"GNU.sparse.map": "0,1,9,1", "GNU.sparse.size": "10"},
    "1.0": {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "10"},
}


@pytest.mark.parametrize("form", PAX_OF_HOLES)
def test_a_file_with_holes_is_refused_as_what_it_is(tmp_path: Path, form: str) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        entry = tarfile.TarInfo("b/a")
        entry.pax_headers, entry.size = PAX_OF_HOLES[form], 1024
        archive.addfile(entry, io.BytesIO(b"1\n0\n10\n".ljust(1024, b"\0")))
    (tmp_path / "given").write_bytes(packed.getvalue())
    with pytest.raises(ArchiveError, match="has holes") as refused:
        unpack_files(tmp_path / "given", tmp_path / "out")
    assert refused.value.code == "archive-unreadable"


@pytest.mark.parametrize("what", ENTRIES)
@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_what_is_harmful_in_a_tar_is_refused(tmp_path: Path, what: str, mode: str) -> None:
    code, entry = ENTRIES[what]
    data = tar_of(("b/bagit.txt", b"fine"), entry, mode=mode)
    assert refusal(data, tmp_path)[0] == code
    assert not list(tmp_path.glob("a")) and not list(tmp_path.rglob("cron.d"))


@pytest.mark.parametrize("mode", ["w", "w:gz"])
@pytest.mark.parametrize(
    ("code", "second"), [("archive-twice", "b/a"), ("archive-alike", "b/A"), ("archive-twice", "b/a/c")]
)
def test_two_entries_of_one_name_are_refused_in_a_tar(
    tmp_path: Path, mode: str, code: str, second: str
) -> None:
    assert refusal(tar_of(("b/a", b"x"), (second, b"y"), mode=mode), tmp_path)[0] == code


def test_a_tar_that_says_folders_and_points_at_itself_is_unpacked(tmp_path: Path) -> None:
    data = tar_of((".", "folder"), ("./b", "folder"), ("./b/aux: a?.txt", b"words"))
    (tmp_path / "given").write_bytes(data)
    unpack_files(tmp_path / "given", tmp_path / "out")
    assert (tmp_path / "out/b/aux: a?.txt").read_bytes() == b"words"


def test_a_bomb_in_gzip_is_refused_while_it_bursts(tmp_path: Path) -> None:
    # With more behind it than Python reads at once, which is a different much in each version.
    data = tar_of(("b/a", bytes(64 << 20)), ("b/b", os.urandom(1 << 20)), mode="w:gz")
    code, read = refusal(data, tmp_path)
    assert (code, read < len(data)) == ("archive-ratio", True)


def test_a_bomb_in_a_gzip_that_never_ends_is_refused(tmp_path: Path) -> None:
    """A header that claims little, and a stream behind it that does not stop."""
    data = gzip.compress(tar_of(("b/a", b"x"))[:1024] + bytes(64 << 20))
    assert refusal(data, tmp_path)[0] == "archive-ratio"


def test_more_entries_or_bytes_than_may_be_are_refused(tmp_path: Path) -> None:
    data = tar_of(*((f"b/{number}", b"0123456789") for number in range(20)))
    assert refusal(data, tmp_path, UnpackLimits(most_files=10))[0] == "archive-entries"
    assert refusal(data, tmp_path, UnpackLimits(most_bytes=100))[0] == "archive-too-large"


def test_a_header_that_claims_to_be_enormous_is_not_read(tmp_path: Path) -> None:
    long_name = tarfile.TarInfo("b/a")
    long_name.type, long_name.size = tarfile.XHDTYPE, 4 * GIGABYTE
    path = tmp_path / "given"
    with path.open("wb") as file:
        file.write(long_name.tobuf(tarfile.GNU_FORMAT))
        file.truncate(5 * GIGABYTE)
    code, read = refusal(path, tmp_path)
    assert (code, read < MOST_READ) == ("archive-headers", True)


def test_a_list_of_a_zip_that_claims_to_be_enormous_is_not_read(tmp_path: Path) -> None:
    """Most of the file is a hole; only its end says that all of it is the list."""
    size = GIGABYTE
    end = b"PK\x05\x06" + (0).to_bytes(4, "little") + (60000).to_bytes(2, "little") * 2
    end += (size - 4).to_bytes(4, "little") + (4).to_bytes(4, "little") + b"\0\0"
    path = tmp_path / "given"
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.seek(size)
        file.write(end)
    code, read = refusal(path, tmp_path)
    assert (code, read < MOST_READ) == ("archive-headers", True)


def test_a_large_archive_is_judged_by_its_headers(tmp_path: Path) -> None:
    """A gigabyte of a good file lies before what is harmful."""
    large = tarfile.TarInfo("b/large")
    large.size = GIGABYTE
    path = tmp_path / "given"
    with path.open("wb") as file:
        file.write(large.tobuf())
        file.seek(512 + GIGABYTE)
        file.write(tar_of(("b/../../a", b"x")))
    code, read = refusal(path, tmp_path)
    assert (code, read < MOST_READ) == ("archive-escape", True)
    assert not (tmp_path / "out").exists()


def _zip(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return made.getvalue()


BROKEN: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a cut TAR": ("archive-unreadable", lambda: tar_of(("b/a", bytes(9000)))[:4000]),
    "a cut gzip": ("archive-unreadable", lambda: tar_of(("b/a", bytes(9000)), mode="w:gz")[:-20]),
    "a cut ZIP": ("archive-unreadable", lambda: _zip("b/a")[:-30]),
    "a picture": ("archive-kind", lambda: b"\x89PNG\r\n\x1a\n" + bytes(600)),
    "nothing": ("archive-kind", lambda: b""),
    "a number that is none": ("archive-unreadable", lambda: _with_bad_size(tar_of(("b/a", b"x")))),
}


def _with_bad_size(data: bytes) -> bytes:
    """A second header whose size is no number, and whose sum holds."""
    header = bytearray(tarfile.TarInfo("b/c").tobuf())
    header[124:136] = b"\xff" * 12
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return data[:1024] + bytes(header) + bytes(1024)


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_no_whole_archive_is_refused(tmp_path: Path, what: str) -> None:
    code, make = BROKEN[what]
    assert refusal(make(), tmp_path)[0] == code


def test_a_link_to_an_archive_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(tar_of(("b/a", b"x")))
    (tmp_path / "given").symlink_to(tmp_path / "real")
    with pytest.raises(OSError):
        unpack_files(tmp_path / "given", tmp_path / "out")


def zip_listing(entries: int, said: int, name: bytes = b"a") -> bytes:
    """A ZIP whose list has so many entries, all of one file, and whose end says that they are `said`."""
    first = io.BytesIO()
    with zipfile.ZipFile(first, "w") as made:
        made.writestr("a", b"")
    whole = first.getvalue()
    at, end = whole.index(b"PK\x01\x02"), whole.index(b"PK\x05\x06")
    entry = bytearray(whole[at:end])
    entry[28:30] = struct.pack("<H", len(name))
    listed = (bytes(entry[:46]) + name) * entries
    return whole[:at] + listed + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, said, said, len(listed), at, 0)


@pytest.mark.parametrize("said", [1, 65_535])
def test_a_zip_that_lists_too_much_is_refused_before_its_list_is_taken_apart(
    tmp_path: Path, said: int
) -> None:
    entries = 100_000
    data = zip_listing(entries, said)
    (tmp_path / "given").write_bytes(data)
    tracemalloc.start()
    try:
        code, _ = refusal(tmp_path / "given", tmp_path, UnpackLimits(most_files=5_000))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (code, peak < 2 * len(data)) == ("archive-entries", True)


def test_a_zip_whose_list_is_longer_than_one_can_be_is_refused_unread(tmp_path: Path) -> None:
    data = zip_listing(700, 700, b"a" * 50_000)
    assert len(data) > 32 << 20
    code, read = refusal(data, tmp_path)
    assert (code, read < 1 << 20) == ("archive-headers", True)


def test_what_is_refused_at_the_end_of_a_tar_in_gzip_was_not_written_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[object] = []
    monkeypatch.setattr("archive.bags.unpack_tar._extract", lambda *one: written.append(one))
    data = tar_of(("b/a", b"words"), ("b/c", b"more"), ("b/z", "link"), mode="w:gz")
    assert refusal(data, tmp_path)[0] == "archive-link"
    assert written == [] and not (tmp_path / "out").exists()
