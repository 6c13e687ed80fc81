"""Many bags leave as one file: the same bytes each time, whole for the stock library, in memory that stays flat."""

from __future__ import annotations

import hashlib
import os
import tarfile
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.bags import StockValidator, read_bag, verify
from archive.bags.arriving import read_bundle
from archive.bags.leaving import Part, kept_parts, made_parts, write_bundle
from archive.models.errors import ArchiveError, IntegrityError

ITEM = "7k3m9qx2v0t4hsbd"
OTHER = "8k3m9qx2v0t4hsbd"
NAME = "remembrance-test"
INFO = {"Source-Organization": "Demonstration archive"}
MakeBag = Callable[..., Path]


def bundle(target: Path, wrapping: str, root: Path) -> Path:
    """A kept bag, one that was made for the way out, and a page beside them."""
    inside = [one.inside(f"items/{ITEM}") for one in kept_parts(root)]
    made = made_parts(OTHER, [Part.of("copies/a.txt", b"A copy\n")], INFO, {"README.txt": b"Read me\n"})
    inside += [one.inside(f"items/{OTHER}") for one in made]
    inside += [Part.of("start-here.html", b"<!doctype html>")]
    write_bundle(target, wrapping, NAME, inside, info=INFO, readme=b"Bags in a bag\n")
    return target


def unpacked(path: Path, folder: Path) -> Path:
    """As a receiver does it, with nothing of ours."""
    folder.mkdir()
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            archive.extractall(folder)
    else:
        with tarfile.open(path) as tar:
            # Debian's own Python 3.11 has no filters yet; what is unpacked here is ours.
            tar.extractall(folder, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    (root,) = folder.iterdir()
    return root


@pytest.mark.parametrize("wrapping", ["zip", "tar"])
def test_the_stock_library_accepts_the_whole_and_each_bag_in_it(
    bag: Path, tmp_path: Path, wrapping: str, is_sound: Callable[[Path], None]
) -> None:
    root = unpacked(bundle(tmp_path / f"out.{wrapping}", wrapping, bag), tmp_path / "out")
    assert root.name == NAME
    for one in (root, root / "data/items" / ITEM, root / "data/items" / OTHER):
        is_sound(one)
        assert verify(one).ok
    assert read_bag(root / "data/items" / ITEM).record("record.json") == b'{"title": "A letter"}'
    assert [path.name for path in tmp_path.glob("out.*")] == [f"out.{wrapping}"]


@pytest.mark.parametrize("wrapping", ["zip", "tar"])
def test_the_same_content_leaves_as_the_same_bytes_everywhere(
    make_bag: MakeBag, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrapping: str
) -> None:
    first = bundle(tmp_path / "first", wrapping, make_bag("one")).read_bytes()
    other = make_bag("two")
    for path in other.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    (other / "data/letter.txt").chmod(0o600)
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    time.tzset()
    try:
        assert bundle(tmp_path / "second", wrapping, other).read_bytes() == first
    finally:
        monkeypatch.undo()
        time.tzset()


def looked_at(path: Path, wrapping: str, scratch: Path, stock: StockValidator) -> dict[str, int]:
    """Read it as it is read before it leaves; the size of each bag in it."""
    seen: dict[str, int] = {}
    scratch.mkdir()

    def look(item_id: str, root: Path, size: int) -> None:
        assert root == scratch / "data/items" / item_id
        assert stock.validate(root, 30).valid
        seen[item_id] = size

    assert read_bundle(path, wrapping, NAME, scratch, look) == len(seen)
    assert stock.validate(scratch, 30).valid, "what was unpacked is the whole bag of bags"
    return seen


@pytest.mark.parametrize("wrapping", ["zip", "tar"])
def test_it_is_read_back_bag_for_bag_and_then_as_a_whole(
    bag: Path, tmp_path: Path, stock: StockValidator, wrapping: str
) -> None:
    out = bundle(tmp_path / "out", wrapping, bag)
    seen = looked_at(out, wrapping, tmp_path / "scratch", stock)
    assert seen[ITEM] == sum(path.stat().st_size for path in bag.rglob("*") if path.is_file())
    assert list(seen) == [ITEM, OTHER]


@pytest.mark.parametrize("wrapping", ["zip", "tar"])
@pytest.mark.parametrize("what", [b"Dear all", b"A copy", b"Bags in a bag", b"<!doctype", b"Payload-Oxum"])
def test_no_changed_byte_leaves(
    bag: Path, tmp_path: Path, stock: StockValidator, wrapping: str, what: bytes
) -> None:
    out = bundle(tmp_path / "out", wrapping, bag)
    data = bytearray(out.read_bytes())
    data[data.rindex(what)] ^= 1
    out.write_bytes(data)
    (tmp_path / "scratch").mkdir()
    with pytest.raises(IntegrityError) as refused:
        read_bundle(out, wrapping, NAME, tmp_path / "scratch", lambda *_: None)
    assert refused.value.code == "export-not-valid"


@pytest.mark.parametrize("wrapping", ["zip", "tar"])
def test_what_is_cut_short_does_not_leave(bag: Path, tmp_path: Path, wrapping: str) -> None:
    out = bundle(tmp_path / "out", wrapping, bag)
    os.truncate(out, out.stat().st_size // 2)
    (tmp_path / "scratch").mkdir()
    with pytest.raises(IntegrityError):
        read_bundle(out, wrapping, NAME, tmp_path / "scratch", lambda *_: None)


@pytest.mark.parametrize("damage", [lambda path: os.truncate(path, 3), lambda path: path.unlink(), lambda path: (path.unlink(), path.symlink_to("/etc/hostname"))])  # fmt: skip
def test_a_file_that_changes_while_it_is_written_breaks_it_off(
    bag: Path, tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    parts = kept_parts(bag)
    damage(bag / "data/photo.jpg")
    with pytest.raises(ArchiveError):
        write_bundle(tmp_path / "out.zip", "zip", NAME, parts, info=INFO, readme=b"")
    assert not (tmp_path / "out.zip.manifest").exists()


@pytest.mark.parametrize("wrapping", ["zip", "tar"])
@pytest.mark.parametrize("size", [1 << 25, pytest.param(5 << 30, marks=pytest.mark.slow)])
def test_memory_stays_flat_whatever_the_size(tmp_path: Path, wrapping: str, size: int) -> None:
    large = tmp_path / "large"
    large.touch()
    os.truncate(large, size)
    zeros, block = hashlib.sha512(), bytes(1 << 20)
    for _ in range(size >> 20):
        zeros.update(block)
    payload = [Part("large.wav", zeros.hexdigest(), size, large)]
    parts = [one.inside(f"items/{ITEM}") for one in made_parts(ITEM, payload, INFO, {"README.txt": b"x"})]
    tracemalloc.start()
    try:
        write_bundle(tmp_path / "out", wrapping, NAME, parts, info=INFO, readme=b"")
        (tmp_path / "scratch").mkdir()
        assert read_bundle(tmp_path / "out", wrapping, NAME, tmp_path / "scratch", lambda *_: None) == 1
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()
    assert (tmp_path / "out").stat().st_size > size
    (tmp_path / "out").unlink()
