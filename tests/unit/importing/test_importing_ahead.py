"""A packed bag that is not taken in is refused by its list and its tag files: its payload is never read."""

from __future__ import annotations

import io
import struct
import tarfile
import time
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from archive.bags import ForeignBag, Listed, Wanted, unpack_tar, unpack_zip
from archive.bags.listed import MOST_AHEAD
from archive.bags.unpack import unpack_files
from archive.models.errors import TooLargeError
from ingest.bulk.model import Plan
from ingest.bulk.unzip import MOST_FILES
from ingest.importing.ahead import _inner
from tests.fixtures.foreign import Opener, foreign_bag, tar_of
from tests.fixtures.holes import Holes, Zeros

Look = Callable[..., Plan]

MOST_READ = 100_000_000
PAYLOAD = 3 * MOST_READ // 2
DECLARED = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
LINE = f"{'0' * 128}  data/film.mov\n".encode()
SOUND = {"bagit.txt": DECLARED, "manifest-sha512.txt": LINE}


def manifest(path: str) -> dict[str, bytes]:
    return {**SOUND, "manifest-sha512.txt": LINE + f"{'0' * 128}  {path}\n".encode()}


REFUSED: dict[str, tuple[str, Mapping[str, bytes]]] = {
    "a list of what is to be fetched": ("bag-fetch", {**SOUND, "fetch.txt": b"http://example.org/x 1 data/x\n"}),
    "a manifest that leads out": ("bag-path-escape", manifest("../../etc/passwd")),
    "a manifest that leads to the root": ("bag-path-escape", manifest("/etc/passwd")),
    "a manifest of what is not there": ("bag-payload-missing", manifest("data/other")),
    "a payload that no manifest names": ("bag-payload-untracked", {**SOUND, "manifest-sha512.txt": b""}),
    "no manifest": ("bag-manifest-absent", {"bagit.txt": DECLARED}),
    "a version that is none": ("bag-version", {**SOUND, "bagit.txt": b"BagIt-Version: 9.9\n"}),
    "a number of bytes that is not so": ("bag-oxum-differs", {**SOUND, "bag-info.txt": b"Payload-Oxum: 1.1\n"}),
}  # fmt: skip


def packed(path: Path, small: Mapping[str, bytes], large: str) -> Path:
    """An archive that holds the file `large` before all others; nearly all of it is a hole."""
    with path.open("wb") as file:
        if path.suffix == ".zip":
            with zipfile.ZipFile(Holes(file), "w") as made:
                with made.open(large, "w") as inside:
                    for _ in range(PAYLOAD // Zeros.BLOCK):
                        inside.write(Zeros.of_a_block)
                for name, data in small.items():
                    made.writestr(name, data)
            return path
        with tarfile.open(fileobj=Holes(file), mode="w") as tar:
            for name, size, source in (
                (large, PAYLOAD, Zeros()),
                *((name, len(data), io.BytesIO(data)) for name, data in small.items()),
            ):
                entry = tarfile.TarInfo(name)
                entry.size = size
                tar.addfile(entry, source)
    return path


def bytes_read() -> int:
    """What this process has read by now, of anything."""
    lines = Path("/proc/self/io").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("rchar:")).split()[1])


def refusals(look: Look, path: Path) -> tuple[list[tuple[str, str]], int]:
    """What is not taken in of an archive, and how many bytes were read to find that."""
    before = bytes_read()
    found = look(path)
    assert not found.submissions
    return [(one.path.relative_to(path.parent).as_posix(), one.code) for one in found.refusals], (
        bytes_read() - before
    )


@pytest.mark.parametrize("kind", ["zip", "tar"])
@pytest.mark.parametrize("what", REFUSED)
def test_what_a_packed_bag_says_of_itself_is_refused_before_its_payload_is_read(
    look: Look, tmp_path: Path, what: str, kind: str
) -> None:
    code, tags = REFUSED[what]
    small = {f"bag/{name}": data for name, data in tags.items()}
    found, read = refusals(look, packed(tmp_path / f"given.{kind}", small, "bag/data/film.mov"))
    assert found == [(f"given.{kind}/bag", code)]
    assert read < MOST_READ


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_an_archive_in_an_archive_is_not_read_to_be_refused(look: Look, tmp_path: Path, kind: str) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as made:
        made.writestr("bag/bagit.txt", DECLARED)
    path = packed(tmp_path / f"given.{kind}", {"inner.zip": inner.getvalue()}, "film.mov")
    found, read = refusals(look, path)
    assert found == [(path.name, "archive-nested")]
    assert read < MOST_READ


def test_a_bag_in_a_bag_of_bags_is_refused_before_its_payload_is_read(look: Look, tmp_path: Path) -> None:
    inner = {**SOUND, "fetch.txt": b"http://example.org/x 1 data/x\n"}
    names = [f"data/items/one/{name}" for name in (*inner, "data/film.mov")]
    outer = {
        "bagit.txt": DECLARED,
        "manifest-sha512.txt": "".join(f"{'0' * 128}  {name}\n" for name in names).encode(),
    }
    small = {**outer, **{f"data/items/one/{name}": data for name, data in inner.items()}}
    path = packed(tmp_path / "given.zip", small, "data/items/one/data/film.mov")
    found, read = refusals(look, path)
    assert found == [("given.zip/given/data/items/one", "bag-fetch")]
    assert read < MOST_READ


def test_a_bad_bag_is_left_packed_and_the_good_one_beside_it_comes_in(look: Look, tmp_path: Path) -> None:
    good = foreign_bag(tmp_path / "good")
    files = [path for path in sorted(good.rglob("*")) if path.is_file()]
    small = {f"good/{path.relative_to(good)}": path.read_bytes() for path in files}
    small |= {f"bad/{name}": data for name, data in manifest("/etc/passwd").items()}
    path = packed(tmp_path / "given.zip", small, "bad/data/film.mov")
    before = bytes_read()
    found = look(path)
    assert [(one.path, one.code) for one in found.refusals] == [(path / "bad", "bag-path-escape")]
    (submission,) = found.submissions
    assert submission.files == 2
    assert bytes_read() - before < MOST_READ


def test_looking_ahead_ends_before_too_much_is_read(tmp_path: Path) -> None:
    path = packed(tmp_path / "given.tar", {"bag/bagit.txt": DECLARED}, "bag/data/film.mov")
    opener = Opener()

    def look(listed: Listed) -> Wanted:
        for name in ("bag/bagit.txt", "bag/data/film.mov"):
            listed.take(name)
        raise AssertionError("more was read than may be")

    with pytest.raises(TooLargeError) as refused:
        unpack_files(path, tmp_path / "out", opener=opener, ahead=look)
    assert (refused.value.code, opener.read < MOST_READ) == ("archive-headers", True)
    assert [one.name for one in (tmp_path / "out/bag").iterdir()] == ["bagit.txt"]


def test_as_many_small_tag_files_as_an_archive_may_hold_are_looked_at() -> None:
    """Four thousand bags of five files each, say: what counts is what is read."""
    files = {f"bag/data/{number}/bag-info.txt": 300 for number in range(MOST_FILES)}
    taken: list[str] = []
    small = Listed(files, (), 0, lambda _path: None, taken.append)
    for path in files:
        small.take(path)
    assert len(taken) == MOST_FILES
    with pytest.raises(TooLargeError):
        for number in range(MOST_FILES):
            small.head(f"{number}", MOST_AHEAD // MOST_FILES)


def swollen(path: Path, size: int) -> Path:
    """A ZIP whose only file is ten bytes unpacked, and `size` bytes packed: nearly all of it says nothing."""
    nothing, said = b"\0\0\0\xff\xff", b"x" * 10
    data = nothing * (size // len(nothing)) + b"\1" + struct.pack("<HH", 10, 0xFFFF - 10) + said
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("bag/bagit.txt", data)
    whole = bytearray(path.read_bytes())
    for signature, at in ((b"PK\3\4", 8), (b"PK\1\2", 10)):
        start = whole.rfind(signature) + at
        struct.pack_into("<H", whole, start, zipfile.ZIP_DEFLATED)
        struct.pack_into("<L", whole, start + 6, zlib.crc32(said))
        struct.pack_into("<L", whole, start + 14, len(said))
    path.write_bytes(whole)
    return path


@pytest.mark.parametrize(("size", "is_too_much"), [(50_000_000, False), (MOST_READ + 1000, True)])
def test_what_is_small_unpacked_counts_with_all_that_is_read_of_it(
    tmp_path: Path, size: int, is_too_much: bool
) -> None:
    path, opener = swollen(tmp_path / "given.zip", size), Opener()

    def look(listed: Listed) -> Wanted:
        listed.take("bag/bagit.txt")
        return lambda _path: True

    if not is_too_much:
        unpack_files(path, tmp_path / "out", opener=opener, ahead=look)
        assert (tmp_path / "out/bag/bagit.txt").read_bytes() == b"x" * 10
        return
    with pytest.raises(TooLargeError) as refused:
        unpack_files(path, tmp_path / "out", opener=opener, ahead=look)
    assert (refused.value.code, opener.read <= MOST_READ) == ("archive-headers", True)


def test_of_many_bags_in_a_bag_each_is_found_as_fast_as_of_few(tmp_path: Path) -> None:
    names = [f"data/items/{number}" for number in range(MOST_FILES)]
    payload = {f"{name}/bagit.txt": 1 for name in names}
    started = time.monotonic()
    assert _inner(ForeignBag(tmp_path, "1.0", "utf-8", {}, payload, {}, ())) == sorted(names)
    assert time.monotonic() - started < 3


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_once_it_was_looked_at_the_rest_may_be_of_any_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    for room in (unpack_zip, unpack_tar):
        monkeypatch.setattr(room, "MOST_AHEAD", 20_000)
    path, film = tmp_path / f"given.{kind}", bytes(range(256)) * 400
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as made:
            made.writestr("bag/bagit.txt", DECLARED)
            made.writestr("bag/data/film.mov", film)
    else:
        path.write_bytes(tar_of(("bag/bagit.txt", DECLARED), ("bag/data/film.mov", film)))

    def look(listed: Listed) -> Wanted:
        listed.take("bag/bagit.txt")
        return lambda _path: True

    unpack_files(path, tmp_path / "out", ahead=look)
    assert (tmp_path / "out/bag/data/film.mov").read_bytes() == film
