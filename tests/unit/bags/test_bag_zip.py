"""Taking out and back in: the same bag gives the same ZIP, and no ZIP can do harm."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import subprocess
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.bags import BagRefusedError, UnpackLimits, add_revision, read_bag, unpack, verify, zip_stream
from archive.models.errors import ArchiveError

ITEM = "7k3m9qx2v0t4hsbd"
MakeBag = Callable[..., Path]


def zipped(root: Path) -> bytes:
    blocks, size = zip_stream(root)
    data = b"".join(blocks)
    assert len(data) == size
    return data


def test_a_zip_holds_the_bag_under_the_name_of_its_item(make_bag: MakeBag, tmp_path: Path) -> None:
    bag = make_bag("stored-elsewhere")
    with zipfile.ZipFile(io.BytesIO(zipped(bag))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == {
            f"{ITEM}/{path.relative_to(bag).as_posix()}": path.read_bytes()
            for path in bag.rglob("*")
            if path.is_file()
        }
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}


def test_the_zip_is_read_by_a_program_of_others(bag: Path, tmp_path: Path) -> None:
    (tmp_path / "bag.zip").write_bytes(zipped(bag))
    subprocess.run(
        ["python3", "-m", "zipfile", "-t", str(tmp_path / "bag.zip")], check=True, stdout=subprocess.DEVNULL
    )


def test_the_same_content_gives_the_same_bytes_everywhere(
    make_bag: MakeBag, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = zipped(make_bag("one"))
    other = make_bag("two")
    for path in other.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    (other / "data/letter.txt").chmod(0o600)
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    time.tzset()
    try:
        assert zipped(other) == first
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_bag_comes_back_whole(bag: Path, tmp_path: Path, is_sound: Callable[[Path], None]) -> None:
    add_revision(bag, {"record.json": b"{}"})
    (tmp_path / "bag.zip").write_bytes(zipped(bag))
    (tmp_path / "out").mkdir()
    back = unpack(tmp_path / "bag.zip", tmp_path / "out")
    assert back == tmp_path / "out" / ITEM
    assert verify(back).ok
    is_sound(back)
    assert zipped(back) == zipped(bag)
    assert [path.name for path in (tmp_path / "out").iterdir()] == [ITEM]


@pytest.mark.slow
def test_an_original_of_more_than_four_gigabytes_comes_out_too(make_bag: MakeBag, tmp_path: Path) -> None:
    bag = make_bag()
    large = (4 << 30) + 5
    os.truncate(bag / "data/photo.jpg", large)
    info = (bag / "bag-info.txt").read_bytes()
    tags = (bag / "tagmanifest-sha512.txt").read_text()
    changed = info.replace(b"5012.2", b"%d.2" % (large + 9))
    (bag / "bag-info.txt").write_bytes(changed)
    old, new = hashlib.sha512(info).hexdigest(), hashlib.sha512(changed).hexdigest()
    (bag / "tagmanifest-sha512.txt").write_text(tags.replace(old, new))
    blocks, size = zip_stream(bag)
    with (tmp_path / "large.zip").open("wb") as stream:
        stream.writelines(blocks)
    assert (tmp_path / "large.zip").stat().st_size == size
    with zipfile.ZipFile(tmp_path / "large.zip") as archive:
        assert archive.getinfo(f"{ITEM}/data/photo.jpg").file_size == large
        assert archive.read(f"{ITEM}/metadata/1/record.json") == (bag / "metadata/1/record.json").read_bytes()
    (tmp_path / "large.zip").unlink()


def test_a_revision_that_is_added_while_the_stream_runs_is_not_in_it(bag: Path, tmp_path: Path) -> None:
    blocks, size = zip_stream(bag)
    begun = next(blocks)
    add_revision(bag, {"record.json": b"{}"})
    (tmp_path / "bag.zip").write_bytes(begun + b"".join(blocks))
    assert (tmp_path / "bag.zip").stat().st_size == size
    (tmp_path / "out").mkdir()
    back = unpack(tmp_path / "bag.zip", tmp_path / "out")
    assert verify(back).ok
    assert read_bag(back).revisions == (1,)


def test_what_is_pending_does_not_leave_the_house(bag: Path) -> None:
    before = zipped(bag)
    (bag / "metadata/2").mkdir()
    (bag / "metadata/2/record.json").write_bytes(b"half")
    assert zipped(bag) == before


@pytest.mark.parametrize("damage", [lambda path: os.truncate(path, 3), lambda path: path.unlink(), lambda path: (path.unlink(), path.symlink_to("/etc/hostname"))])  # fmt: skip
def test_a_file_that_changes_under_the_stream_breaks_it_off(
    bag: Path, damage: Callable[[Path], object]
) -> None:
    blocks, _ = zip_stream(bag)
    next(blocks)
    damage(bag / "data/photo.jpg")
    with pytest.raises(BagRefusedError):
        b"".join(blocks)


def test_a_link_slipped_under_the_stream_is_not_followed_though_it_leads_to_the_same_bytes(bag: Path) -> None:
    blocks, _ = zip_stream(bag)
    next(blocks)
    (bag / "data/photo.jpg").rename(bag.parent / "outside")
    (bag / "data/photo.jpg").symlink_to(bag.parent / "outside")
    with pytest.raises(BagRefusedError):
        b"".join(blocks)


def test_a_damaged_bag_is_not_taken_out(bag: Path) -> None:
    (bag / "data/photo.jpg").unlink()
    with pytest.raises(BagRefusedError):
        zip_stream(bag)


def make_zip(
    entries: dict[str, bytes], *, mode: int = 0o644 | stat.S_IFREG, compression: int = zipfile.ZIP_STORED
) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in entries.items():
            entry = zipfile.ZipInfo("x")
            entry.filename = name
            entry.external_attr = mode << 16
            archive.writestr(entry, data, compression)
    return buffer.getvalue()


def encrypted(data: bytes) -> bytes:
    changed = bytearray(data)
    central = changed.index(b"PK\x01\x02")
    changed[6] |= 1
    changed[central + 8] |= 1
    return bytes(changed)


def overlapping() -> bytes:
    """Two entries of the list that point to the same bytes."""
    data = make_zip({"a/1": b"x" * 5000, "a/2": b""})
    first = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", first + 4)
    changed = bytearray(data)
    changed[second + 16 : second + 28] = data[first + 16 : first + 28]
    changed[second + 42 : second + 46] = data[first + 42 : first + 46]
    return bytes(changed)


HARMFUL: list[tuple[str, str, bytes]] = [
    ("archive-kind", "not a ZIP", b"not a zip"),
    ("archive-unreadable", "cut off", make_zip({"a/b": b"x" * 100})[:-30]),
    ("archive-unreadable", "a sum that does not hold", make_zip({"a/b": b"x" * 100}).replace(b"xxxx", b"yyyy", 1)),
    ("archive-unreadable", "a compression that few can read", make_zip({"a/b": b"x"}, compression=zipfile.ZIP_BZIP2)),
    ("archive-encrypted", "a password", encrypted(make_zip({"a/b": b"x"}))),
    ("archive-escape", "out of the folder", make_zip({"a/../../b": b"x"})),
    ("archive-absolute", "absolute", make_zip({"/etc/b": b"x"})),
    ("archive-name", "a backslash", make_zip({"a\\..\\b": b"x"})),
    ("archive-name", "a name cut by NUL", make_zip({"a/b\0c": b"x"})),
    ("archive-name", "no name", make_zip({"a//b": b"x"})),
    ("archive-link", "a link", make_zip({"a/b": b"/etc/passwd"}, mode=0o777 | stat.S_IFLNK)),
    ("archive-fifo", "a pipe", make_zip({"a/b": b""}, mode=0o644 | stat.S_IFIFO)),
    ("archive-alike", "alike but for case", make_zip({"a/b": b"x", "a/B": b"y"})),
    ("archive-alike", "folders alike but for case", make_zip({"a/b/1": b"x", "a/B/2": b"y"})),
    ("archive-twice", "a file where a folder must be", make_zip({"a/b": b"x", "a/b/c": b"y"})),
    ("archive-folder", "two folders", make_zip({"a/b": b"x", "c/d": b"y"})),
    ("archive-folder", "a file beside the folder", make_zip({"a": b"x"})),
    ("archive-folder", "nothing", make_zip({})),
    ("archive-ratio", "a bomb", make_zip({"a/b": bytes(20 << 20)}, compression=zipfile.ZIP_DEFLATED)),
    ("archive-overlap", "entries that overlap", overlapping()),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("code", "what", "data"), HARMFUL, ids=[f"{code}: {what}" for code, what, _ in HARMFUL]
)
def test_a_harmful_zip_is_refused_and_leaves_nothing(
    tmp_path: Path, code: str, what: str, data: bytes
) -> None:
    (tmp_path / "harmful.zip").write_bytes(data)
    (tmp_path / "in/out").mkdir(parents=True)
    with pytest.raises(ArchiveError) as refused:
        unpack(tmp_path / "harmful.zip", tmp_path / "in/out")
    assert refused.value.code == code
    assert refused.value.remedy
    assert [path.name for path in (tmp_path / "in").rglob("*")] == ["out"]


def test_limits_of_bytes_and_files_hold(tmp_path: Path) -> None:
    (tmp_path / "bag.zip").write_bytes(make_zip({"a/1": b"x" * 10, "a/2": b"y" * 10}))
    too_small = {
        "archive-too-large": UnpackLimits(most_bytes=19),
        "archive-entries": UnpackLimits(most_files=1),
    }
    for code, limits in too_small.items():
        with pytest.raises(ArchiveError) as refused:
            unpack(tmp_path / "bag.zip", tmp_path, limits=limits)
        assert refused.value.code == code
    assert (
        unpack(tmp_path / "bag.zip", tmp_path, limits=UnpackLimits(20, 2)) / "2"
    ).read_bytes() == b"y" * 10


def test_what_is_already_there_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "bag.zip").write_bytes(make_zip({"a/1": b"new"}))
    (tmp_path / "a").mkdir()
    (tmp_path / "a/1").write_bytes(b"old")
    with pytest.raises(ArchiveError) as refused:
        unpack(tmp_path / "bag.zip", tmp_path)
    assert refused.value.code == "archive-exists"
    assert (tmp_path / "a/1").read_bytes() == b"old"
