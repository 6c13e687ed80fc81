"""What the folder store promises beyond the contract of all stores."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import archive
from archive.models.errors import BadInputError, StorageFullError
from archive.storage import FolderStore, open_store


def backdate(path: Path) -> None:
    os.utime(path, (1_000_000_000, 1_000_000_000))


def test_a_plain_path_and_a_file_address_open_the_same_folder(tmp_path: Path) -> None:
    folder = tmp_path / "with space"
    open_store(str(folder)).put_bytes("key", b"x")
    assert open_store(folder.as_uri()).exists("key")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("s3://", "storage-url"),
        ("https://example.org", "storage-scheme"),
        ("file://host/x", "storage-url"),
    ],
)
def test_an_address_that_cannot_be_served_is_refused_in_plain_words(url: str, code: str) -> None:
    with pytest.raises(BadInputError) as refused:
        open_store(url)
    assert refused.value.code == code
    assert refused.value.remedy


def test_the_key_is_the_path(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "objects")
    store.put_bytes("bags/one/bagit.txt", b"x")
    assert store.local_path("bags/one") == tmp_path / "objects/bags/one"
    assert (tmp_path / "objects/bags/one/bagit.txt").read_bytes() == b"x"


def test_a_link_inside_the_store_leads_nowhere(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "objects")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    (tmp_path / "objects/link").symlink_to(outside)
    (tmp_path / "objects/file").symlink_to(outside / "secret")
    for attempt in (
        lambda: store.open("link/secret"),
        lambda: store.open("file"),
        lambda: store.exists("link/secret"),
        lambda: store.put_bytes("link/new", b"x"),
        lambda: store.replace_bytes("file", b"x"),
        lambda: store.delete_prefix("link/secret"),
        lambda: store.local_path("link/secret"),
    ):
        with pytest.raises(BadInputError):
            attempt()
    assert list(store.list()) == []
    assert sorted(path.name for path in outside.iterdir()) == ["secret"]
    assert (outside / "secret").read_bytes() == b"secret"


def test_a_moved_file_is_not_copied(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"large")
    number = source.stat().st_ino
    store = FolderStore(tmp_path / "objects")
    store.put_file("key", source, move=True)
    assert store.local_path("key").stat().st_ino == number


def test_bytes_from_another_file_system_are_copied_and_then_leave_their_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FolderStore(tmp_path / "objects")
    source, staged = tmp_path / "source", tmp_path / "staged"
    source.write_bytes(b"x" * 100)
    (staged / "data").mkdir(parents=True)
    (staged / "data/file").write_bytes(b"y")
    really_link, really_rename = os.link, os.rename

    def link(source: str, target: str, **options: bool) -> None:
        _far(source, tmp_path)
        really_link(source, target, **options)

    def rename(source: str, target: str) -> None:
        _far(source, tmp_path)
        really_rename(source, target)

    monkeypatch.setattr(os, "link", link)
    monkeypatch.setattr(os, "rename", rename)
    store.put_file("moved", source, move=True)
    store.publish_folder(staged, "bags/item")
    assert store.read_range("moved", 0, 200) == b"x" * 100
    assert store.read_range("bags/item/data/file", 0, 9) == b"y"
    assert not source.exists()
    assert not staged.exists()
    assert not any((tmp_path / "objects/.tmp").iterdir())


def _far(source: str, tmp_path: Path) -> None:
    if not Path(source).is_relative_to(tmp_path / "objects"):
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))


def test_a_full_disk_is_told_as_such_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FolderStore(tmp_path / "objects")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFullError):
        store.put_bytes("key", b"x")
    monkeypatch.undo()
    assert not store.exists("key")
    assert not any((tmp_path / "objects/.tmp").iterdir())


def test_what_is_removed_goes_also_where_there_is_no_room_for_another_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FolderStore(tmp_path / "objects")
    for key in ("bags/one/data/a", "bags/one/bagit.txt", "bags/two/bagit.txt", "turn"):
        store.put_bytes(key, b"x")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "rename", full)
    store.delete_prefix("bags/one")
    store.delete_prefix("turn")
    assert list(store.list()) == ["bags/two/bagit.txt"] and not (tmp_path / "objects/bags/one").exists()


def test_leftovers_of_the_dead_are_swept(tmp_path: Path) -> None:
    temporary = tmp_path / "objects/.tmp"
    (temporary / "folder/data").mkdir(parents=True)
    (temporary / "folder/data/file").write_bytes(b"x")
    (temporary / "file").write_bytes(b"x")
    for path in temporary.iterdir():
        backdate(path)
    (temporary / "younger").write_bytes(b"x")
    os.utime(temporary / "younger", (4_000_000_000, 4_000_000_000))
    assert FolderStore(tmp_path / "objects").sweep_orphans() == 2
    assert [path.name for path in temporary.iterdir()] == ["younger"]


def test_what_was_to_vanish_and_could_not_is_removed_by_the_next_sweep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FolderStore(tmp_path / "objects")
    store.put_bytes("bags/one/data/letter.txt", b"Dear sister")
    with monkeypatch.context() as failing:
        failing.setattr(shutil, "rmtree", lambda *_, **__: None)
        store.delete_prefix("bags/one")
    (left,) = (tmp_path / "objects/.tmp").iterdir()
    # As a removal leaves it that broke off.
    os.utime(left)
    assert store.sweep_orphans() == 1
    assert list((tmp_path / "objects/.tmp").iterdir()) == []


WRITER = """
import sys
from pathlib import Path
from archive.storage.temporary import TemporaryArea
with TemporaryArea(Path(sys.argv[1])).file() as stream:
    print(stream.name, flush=True)
    sys.stdin.read()
"""


def test_the_work_of_a_living_process_is_not_swept_however_old_it_is(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(archive.__file__).parent.parent)}
    arguments = [sys.executable, "-c", WRITER, str(tmp_path)]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as child:
        assert child.stdout is not None
        path = Path(child.stdout.readline().decode().strip())
        backdate(path)
        assert FolderStore(tmp_path).sweep_orphans() == 0
        assert path.exists()
        child.kill()
    assert FolderStore(tmp_path).sweep_orphans() == 1
    assert not path.exists()
