"""What every store of objects promises. A new store passes by adding its factory to FACTORIES."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.models.errors import ArchiveError, BadInputError, ConflictError, NotFoundError
from archive.storage import ObjectStore, open_store
from tests.fixtures.killed_writer import killed_writer

Request = pytest.FixtureRequest
FACTORIES: dict[str, Callable[[Request, Path], str]] = {
    "bucket": lambda request, _: str(request.getfixturevalue("new_bucket")()),
    "folder": lambda _, tmp_path: (tmp_path / "objects").as_uri(),
}
"""Name of each kind of store, and how to get the address of a fresh, empty one."""


@pytest.fixture(params=sorted(FACTORIES))
def url(request: Request, tmp_path: Path) -> str:
    return FACTORIES[request.param](request, tmp_path)


@pytest.fixture
def store(url: str) -> ObjectStore:
    return open_store(url)


def content(store: ObjectStore, key: str) -> bytes:
    with store.open(key) as stream:
        return stream.read()


def staged_folder(parent: Path, files: dict[str, bytes]) -> Path:
    folder = parent / "staged"
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


BAG = {"bagit.txt": b"one", "data/photo.jpg": b"two" * 1000, "metadata/1/record.json": b"{}"}


def test_bytes_come_back_as_they_were_put(store: ObjectStore) -> None:
    store.put_bytes("a/b/c.txt", b"\x00\xffkept")
    assert content(store, "a/b/c.txt") == b"\x00\xffkept"
    assert store.size("a/b/c.txt") == 6
    assert store.exists("a/b/c.txt")


def test_an_empty_object_is_an_object(store: ObjectStore) -> None:
    store.put_bytes("empty", b"")
    assert store.exists("empty")
    assert store.size("empty") == 0
    assert content(store, "empty") == b""


def test_another_opening_of_the_store_sees_the_same_objects(url: str, store: ObjectStore) -> None:
    store.put_bytes("kept", b"yes")
    assert content(open_store(url), "kept") == b"yes"


def test_a_copied_file_leaves_its_source_and_a_moved_one_does_not(store: ObjectStore, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"original")
    store.put_file("copy", source)
    assert source.read_bytes() == b"original"
    store.put_file("moved", source, move=True)
    assert not source.exists()
    assert content(store, "copy") == content(store, "moved") == b"original"


def test_the_same_bytes_again_are_success(store: ObjectStore, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"same")
    store.put_bytes("key", b"same")
    store.put_bytes("key", b"same")
    store.put_file("key", source)
    store.put_file("key", source, move=True)
    assert not source.exists()
    assert content(store, "key") == b"same"


def test_other_bytes_never_overwrite(store: ObjectStore, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"evil")
    store.put_bytes("key", b"good")
    for attempt in (
        lambda: store.put_bytes("key", b"evil"),
        lambda: store.put_bytes("key", b"longer than before"),
        lambda: store.put_file("key", source),
        lambda: store.put_file("key", source, move=True),
    ):
        with pytest.raises(ConflictError) as refused:
            attempt()
        assert refused.value.code == "storage-conflict"
    assert content(store, "key") == b"good"
    assert source.read_bytes() == b"evil"


def test_replace_overwrites_and_also_creates(store: ObjectStore) -> None:
    store.replace_bytes("a/tag", b"first")
    store.replace_bytes("a/tag", b"second")
    assert content(store, "a/tag") == b"second"


def test_a_reader_of_a_replaced_object_sees_the_old_bytes_or_the_new(store: ObjectStore) -> None:
    versions = {bytes([number]) * 50_000 for number in range(5)}
    store.replace_bytes("tag", min(versions))
    done = threading.Event()

    def write() -> None:
        for version in sorted(versions) * 5:
            store.replace_bytes("tag", version)
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen = set()
    while not done.is_set():
        seen.add(content(store, "tag"))
    writer.join()
    assert seen <= versions


def test_when_many_put_different_bytes_at_once_one_wins_and_stays(store: ObjectStore) -> None:
    won: list[bytes] = []

    def put(data: bytes) -> None:
        try:
            store.put_bytes("new/folder/contested", data)
            won.append(data)
        except ConflictError:
            pass

    threads = [threading.Thread(target=put, args=(bytes([number]) * 1000,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won == [content(store, "new/folder/contested")]


def test_a_range_is_cut_at_the_end(store: ObjectStore) -> None:
    store.put_bytes("digits", b"0123456789")
    assert store.read_range("digits", 2, 3) == b"234"
    assert store.read_range("digits", 8, 100) == b"89"
    assert store.read_range("digits", 10, 5) == b""
    assert store.read_range("digits", 50, 5) == b""
    assert store.read_range("digits", 0, 0) == b""
    for start, length in ((-1, 5), (0, -1)):
        with pytest.raises(BadInputError):
            store.read_range("digits", start, length)


def test_what_is_not_there_is_said_to_be_not_there(store: ObjectStore) -> None:
    store.put_bytes("folder/object", b"x")
    for key in ("nothing", "folder", "folder/nothing", "folder/object/below"):
        assert not store.exists(key)
        for attempt in (store.open, store.size, lambda key: store.read_range(key, 0, 1)):
            with pytest.raises(ArchiveError):
                attempt(key)
    with pytest.raises(NotFoundError) as refused:
        store.open("nothing")
    assert refused.value.code == "object-not-found"


def test_listing_names_the_objects_below_a_prefix_and_no_neighbour(store: ObjectStore) -> None:
    for key in ("bags/one/a", "bags/one/data/b", "bags/one-more/c", "other"):
        store.put_bytes(key, key.encode())
    assert sorted(store.list()) == ["bags/one-more/c", "bags/one/a", "bags/one/data/b", "other"]
    assert sorted(store.list("bags/one")) == ["bags/one/a", "bags/one/data/b"]
    assert list(store.list("other")) == ["other"]
    assert list(store.list("nowhere")) == []


def test_deleting_a_prefix_takes_all_below_it_and_no_neighbour(store: ObjectStore) -> None:
    for key in ("bags/one/a", "bags/one/data/b", "bags/one-more/c"):
        store.put_bytes(key, b"x")
    store.delete_prefix("bags/one")
    store.delete_prefix("bags/one")
    assert list(store.list()) == ["bags/one-more/c"]
    store.put_bytes("bags/one/a", b"again")
    assert content(store, "bags/one/a") == b"again"


def test_a_published_folder_is_there_whole_and_gone_from_staging(store: ObjectStore, tmp_path: Path) -> None:
    staged = staged_folder(tmp_path, BAG)
    store.publish_folder(staged, "bags/item")
    assert {key: content(store, key) for key in store.list()} == {
        f"bags/item/{path}": data for path, data in BAG.items()
    }
    assert not staged.exists()


def test_publishing_twice_is_success_and_something_else_is_refused(
    store: ObjectStore, tmp_path: Path
) -> None:
    store.publish_folder(staged_folder(tmp_path, BAG), "bags/item")
    store.publish_folder(tmp_path / "staged", "bags/item")
    again = staged_folder(tmp_path, BAG)
    store.publish_folder(again, "bags/item")
    assert not again.exists()
    for other in ({**BAG, "bagit.txt": b"two"}, {**BAG, "extra": b""}):
        with pytest.raises(ConflictError):
            store.publish_folder(staged_folder(tmp_path, other), "bags/item")
        assert (tmp_path / "staged/data/photo.jpg").exists()
    assert content(store, "bags/item/bagit.txt") == b"one"
    assert not store.exists("bags/item/extra")


def test_a_folder_that_never_was_is_not_published(store: ObjectStore, tmp_path: Path) -> None:
    with pytest.raises(BadInputError):
        store.publish_folder(tmp_path / "never", "bags/item")


def test_only_regular_files_are_kept(store: ObjectStore, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"of the host")
    link, pipe = tmp_path / "link", tmp_path / "pipe"
    link.symlink_to(secret)
    os.mkfifo(pipe)
    for source in (link, pipe, tmp_path, tmp_path / "absent"):
        with pytest.raises(BadInputError) as refused:
            store.put_file("key", source)
        assert refused.value.code == "storage-source"
    staged = staged_folder(tmp_path, BAG)
    (staged / "data/link").symlink_to(secret)
    with pytest.raises(BadInputError):
        store.publish_folder(staged, "bags/item")
    assert list(store.list()) == []


@pytest.mark.parametrize(
    "key",
    ["", "/", "/etc/passwd", "..", "../x", "a/../b", "a/..", ".", "a/./b", "a//b", "a/", "a\\b", "a\0b", "a\nb", ".tmp/x",
     ".hidden", "a/.hidden", "\udcff", "a/" + "x" * 256, "a/" * 600 + "b"],
)  # fmt: skip
def test_no_key_leads_out_of_the_store(store: ObjectStore, tmp_path: Path, key: str) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"x")
    for attempt in (
        lambda: store.put_bytes(key, b"x"),
        lambda: store.put_file(key, source),
        lambda: store.replace_bytes(key, b"x"),
        lambda: store.open(key),
        lambda: store.size(key),
        lambda: store.exists(key),
        lambda: store.delete_prefix(key),
        lambda: store.local_path(key),
        lambda: store.publish_folder(staged_folder(tmp_path, BAG), key),
    ):
        with pytest.raises(BadInputError) as refused:
            attempt()
        assert refused.value.code == "storage-key"
        assert "/etc" not in str(refused.value) or key.startswith("/etc")


@pytest.mark.parametrize("url", [pytest.param("bucket", marks=pytest.mark.slow), "folder"], indirect=True)
@pytest.mark.parametrize("how", ["put_bytes", "replace_bytes", "put_file", "publish_folder"])
def test_a_writer_killed_at_any_moment_leaves_nothing_or_the_whole_object(
    url: str, tmp_path: Path, how: str
) -> None:
    data = os.urandom(1 << 20) * 16
    source = tmp_path / "source"
    source.write_bytes(data)
    for delay in (0.0, 0.006, 0.02):
        store = open_store(url)
        store.delete_prefix("big")
        staged_folder(tmp_path, {"object": data})
        acknowledged = killed_writer(url, how, source, delay)
        store = open_store(url)
        if acknowledged or store.exists("big/object"):
            assert content(store, "big/object") == data
        else:
            assert list(store.list()) == []
        store.sweep_orphans()
        if how == "publish_folder":
            store.publish_folder(tmp_path / "staged", "big")
        else:
            store.put_bytes("big/object", data)
        assert content(store, "big/object") == data
