"""A ZIP that we write ourselves is one that every other program reads, of any size, with any name."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
import zlib
from pathlib import Path

import pytest

from archive.bags import BagRefusedError, zip_stream
from archive.bags.packing import packing
from archive.bags.serialise import BLOCK
from archive.bags.zip_writing import ZipWriter
from tests.unit.bags.conftest import ITEM, MakeBag

LARGE = b"\x00\xff\x10" * BLOCK
FILES = {
    "é 中.txt": "Été".encode(),
    "empty": b"",
    "folder/just.bin": LARGE[:BLOCK],
    "folder/large.bin": LARGE,
}


def packed(target: Path) -> Path:
    with packing(target, "zip") as add:
        for name, data in FILES.items():
            add(name, len(data), io.BytesIO(data))
    return target


def read_by_others(path: Path) -> None:
    """By Python's zipfile, and by unzip where it is there."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
    if unzip := shutil.which("unzip"):
        subprocess.run([unzip, "-tqq", str(path)], check=True, stdout=subprocess.DEVNULL)


def test_what_is_packed_comes_out_again_under_its_names(tmp_path: Path) -> None:
    path = packed(tmp_path / "one.zip")
    read_by_others(path)
    with zipfile.ZipFile(path) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == FILES
        assert {(one.date_time, one.external_attr >> 16) for one in archive.infolist()} == {
            ((1980, 1, 1, 0, 0, 0), 0o100644)
        }


def test_in_a_file_every_sum_stands_before_its_bytes_so_that_it_can_be_read_from_front_to_end(
    tmp_path: Path,
) -> None:
    with zipfile.ZipFile(packed(tmp_path / "one.zip")) as archive:
        assert not any(entry.flag_bits & 8 for entry in archive.infolist())
    data = (tmp_path / "one.zip").read_bytes()
    assert zlib.crc32(LARGE).to_bytes(4, "little") == data[data.rindex(b"PK\3\4") + 14 :][:4]


def test_the_same_content_is_packed_to_the_same_bytes(tmp_path: Path) -> None:
    assert packed(tmp_path / "one.zip").read_bytes() == packed(tmp_path / "two.zip").read_bytes()


def test_a_file_larger_than_a_block_leaves_whole_in_a_stream(make_bag: MakeBag, tmp_path: Path) -> None:
    blocks, size = zip_stream(make_bag(payload={"large.bin": LARGE, "small.bin": b"x"}))
    (tmp_path / "bag.zip").write_bytes(b"".join(blocks))
    assert (tmp_path / "bag.zip").stat().st_size == size
    read_by_others(tmp_path / "bag.zip")
    with zipfile.ZipFile(tmp_path / "bag.zip") as archive:
        assert archive.read(f"{ITEM}/data/large.bin") == LARGE


@pytest.mark.parametrize("size", [2, 4, BLOCK + 1])
def test_what_has_not_the_size_that_was_told_is_not_packed(tmp_path: Path, size: int) -> None:
    with pytest.raises(BagRefusedError), packing(tmp_path / "one.zip", "zip") as add:
        add("a", size, io.BytesIO(b"abc"))


@pytest.mark.parametrize("crc", [None, zlib.crc32(b"")], ids=["in a stream", "in a file"])
def test_what_lies_beyond_four_gigabytes_is_found(tmp_path: Path, crc: int | None) -> None:
    # The bytes of the first are a hole, so that it takes neither room nor time.
    made, large = ZipWriter(), (4 << 30) + 5
    with (tmp_path / "large.zip").open("wb") as stream:
        stream.write(made.begin("large", large, crc))
        stream.seek(large, 1)
        stream.write(made.finish(0))
        stream.write(made.begin("small", 3, zlib.crc32(b"abc")) + b"abc" + made.finish(zlib.crc32(b"abc")))
        stream.write(made.end())
        assert stream.tell() == made.length
    with zipfile.ZipFile(tmp_path / "large.zip") as archive:
        assert [(one.filename, one.file_size) for one in archive.infolist()] == [
            ("large", large),
            ("small", 3),
        ]
        assert archive.read("small") == b"abc"
        with archive.open("large") as first:
            assert first.read(9) == bytes(9)
    if unzip := shutil.which("unzip"):
        subprocess.run(
            [unzip, "-tqq", str(tmp_path / "large.zip"), "small"], check=True, stdout=subprocess.DEVNULL
        )
    (tmp_path / "large.zip").unlink()


@pytest.mark.slow
def test_more_entries_than_sixteen_bits_count_are_all_there() -> None:
    made, data = ZipWriter(), []
    for number in range(65_536):
        data += [made.begin(f"{number}", 0, 0), made.finish(0)]
    data.append(made.end())
    with zipfile.ZipFile(io.BytesIO(b"".join(data))) as archive:
        assert len(archive.namelist()) == 65_536
        assert archive.namelist()[-1] == "65535"
