"""Nothing is acknowledged before the disk has it: bytes are flushed before their name appears, names after."""

from __future__ import annotations

import errno
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from archive import durable
from archive.storage import FolderStore


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Record, in order, what is flushed (by inode) and which names appear."""
    seen: list[tuple[str, str]] = []
    really = {name: getattr(os, name) for name in ("fsync", "link", "rename", "replace")}

    def fsync(descriptor: int) -> None:
        seen.append(("flush", str(os.fstat(descriptor).st_ino)))
        really["fsync"](descriptor)

    def naming(name: str) -> None:
        def call(source: str, target: str, **options: bool) -> None:
            really[name](source, target, **options)
            seen.append(("name", str(target)))

        monkeypatch.setattr(os, name, call)

    monkeypatch.setattr(os, "fsync", fsync)
    for name in ("link", "rename", "replace"):
        naming(name)
    return seen


def flushed(path: Path) -> tuple[str, str]:
    return ("flush", str(path.stat().st_ino))


@pytest.mark.parametrize("how", ["put_bytes", "replace_bytes", "put_file", "move_file"])
def test_an_object_is_flushed_then_named_then_its_folders_are_flushed(
    tmp_path: Path, calls: list[tuple[str, str]], how: str
) -> None:
    store = FolderStore(tmp_path / "objects")
    source = tmp_path / "source"
    source.write_bytes(b"x")
    {
        "put_bytes": lambda: store.put_bytes("a/b", b"x"),
        "replace_bytes": lambda: store.replace_bytes("a/b", b"x"),
        "put_file": lambda: store.put_file("a/b", source),
        "move_file": lambda: store.put_file("a/b", source, move=True),
    }[how]()
    final = tmp_path / "objects/a/b"
    assert calls == [
        flushed(final),
        ("name", str(final)),
        flushed(final.parent),
        flushed(final.parent.parent),
    ]


def test_a_folder_is_flushed_whole_before_it_is_named(tmp_path: Path, calls: list[tuple[str, str]]) -> None:
    store = FolderStore(tmp_path / "objects")
    (tmp_path / "staged/data").mkdir(parents=True)
    (tmp_path / "staged/data/a").write_bytes(b"x")
    store.publish_folder(tmp_path / "staged", "bags/item")
    final = tmp_path / "objects/bags/item"
    named = calls.index(("name", str(final)))
    assert set(calls[:named]) == {flushed(final), flushed(final / "data"), flushed(final / "data/a")}
    assert flushed(final.parent) in calls[named:]
    assert flushed(tmp_path) in calls[named:]


def test_a_replaced_file_is_flushed_then_named_then_its_folder_is_flushed(
    tmp_path: Path, calls: list[tuple[str, str]]
) -> None:
    durable.replace_file(tmp_path / "tag", b"x")
    assert calls == [flushed(tmp_path / "tag"), ("name", str(tmp_path / "tag")), flushed(tmp_path)]


def test_a_folder_of_many_files_is_flushed_in_one_call_where_the_system_can(
    tmp_path: Path, calls: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(durable.TREE_SIZE_FOR_SYNCFS):
        (tmp_path / str(number)).write_bytes(b"x")
    whole: list[Path] = []
    monkeypatch.setattr(durable, "_syncfs", lambda folder: bool(whole.append(folder)) or True)
    durable.flush_tree(tmp_path)
    assert (whole, calls) == ([tmp_path], [])
    monkeypatch.setattr(durable, "_syncfs", lambda folder: False)
    durable.flush_tree(tmp_path)
    assert len(calls) == durable.TREE_SIZE_FOR_SYNCFS + 1


@pytest.mark.parametrize(("release", "tells"), [("5.7.19", False), ("5.8-rc1+", True), ("6.1.0", True)])
def test_one_call_is_only_made_where_it_tells_of_what_the_disk_refused(
    tmp_path: Path,
    calls: list[tuple[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    release: str,
    tells: bool,
) -> None:
    named = os.uname_result(("Linux", "here", release, "", ""))
    monkeypatch.setattr(os, "uname", lambda: named)
    durable._syncfs_tells.cache_clear()
    for number in range(durable.TREE_SIZE_FOR_SYNCFS):
        (tmp_path / str(number)).write_bytes(b"x")
    durable.flush_tree(tmp_path)
    durable._syncfs_tells.cache_clear()
    assert len(calls) == (0 if tells else durable.TREE_SIZE_FOR_SYNCFS + 1)


def test_a_file_that_cannot_be_replaced_stays_and_leaves_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tag").write_bytes(b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        durable.replace_file(tmp_path / "tag", b"new")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"tag": b"old"}


def test_nobody_waits_until_the_disk_begins_with_what_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file may be closed meanwhile; of what waits for the disk there is an end, and then whoever writes waits too."""
    asked: list[tuple[str, str]] = []
    goes_on = threading.Event()

    def slow(descriptor: int, *_: int) -> None:
        here = threading.current_thread().name
        if here.startswith("write-behind"):
            goes_on.wait(10)
        asked.append((Path(f"/proc/self/fd/{descriptor}").readlink().name, here.partition("_")[0]))

    monkeypatch.setattr(os, "posix_fadvise", slow)
    for number in range(durable.WAITING_AT_MOST):
        with (tmp_path / f"part-{number:03}").open("wb", buffering=0) as file:
            file.write(b"bytes")
            durable.write_behind(file.fileno(), 0, 5)
    assert asked == []
    with (tmp_path / "more").open("wb", buffering=0) as file:
        durable.write_behind(file.fileno(), 0, 5)
    assert asked == [("more", threading.current_thread().name)]
    goes_on.set()
    until = time.monotonic() + 10
    while len(asked) <= durable.WAITING_AT_MOST and time.monotonic() < until:
        time.sleep(0.01)
    assert asked[1:] == [(f"part-{number:03}", "write-behind") for number in range(durable.WAITING_AT_MOST)]
    # There is room again, and no file is held open.
    open_files = {path.readlink().name for path in Path("/proc/self/fd").iterdir() if path.is_symlink()}
    assert not {name for name in open_files if name.startswith("part-")}


def test_a_process_that_ends_asks_the_disk_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    ended = ThreadPoolExecutor(1)
    ended.shutdown()
    monkeypatch.setattr(os, "posix_fadvise", lambda _descriptor, *stretch: asked.extend(stretch[:2]))
    monkeypatch.setattr(durable, "_beside", lambda _process: ended)
    with (tmp_path / "late").open("wb") as file:
        durable.write_behind(file.fileno(), 0, 5)
    assert asked == [0, 5]


def test_where_no_thread_can_be_begun_nobody_elses_file_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python has put the work into the line before it tells that no thread was begun for it: a later one comes to it."""
    asked: list[str] = []

    def advise(descriptor: int, *_: int) -> None:
        asked.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)

    def no_more(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    pool = ThreadPoolExecutor(1)
    monkeypatch.setattr(os, "posix_fadvise", advise)
    monkeypatch.setattr(durable, "_beside", lambda _process: pool)
    with (tmp_path / "first").open("wb") as first:
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", no_more)
            durable.write_behind(first.fileno(), 0, 5)
        # It has the number that was closed.
        with (tmp_path / "other").open("wb", buffering=0) as other:
            durable.write_behind(first.fileno(), 5, 5)
            pool.shutdown(wait=True)
            other.write(b"still open")
    assert asked == ["first", "first"]


def test_where_no_file_can_be_opened_any_more_what_was_written_is_kept_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_many(_descriptor: int) -> int:
        raise OSError(errno.EMFILE, "too many")

    monkeypatch.setattr(os, "dup", too_many)
    with (tmp_path / "part").open("wb") as file:
        for _ in range(2 * durable.WAITING_AT_MOST):
            durable.write_behind(file.fileno(), 0, 5)
    assert durable._ROOM._value == durable.WAITING_AT_MOST
