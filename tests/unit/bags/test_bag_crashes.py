"""Killed before any system call, writing, publishing and revising leave a valid bag or what finishes as one."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

import archive
from archive.bags import BagRefusedError, add_revision, read_bag, sweep_pending, verify
from archive.storage import FolderStore

SCRIPT = Path(__file__).with_name("killed_everywhere.py")


@pytest.fixture(scope="module")
def story() -> ModuleType:
    spec = importlib.util.spec_from_file_location("killed_everywhere", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def killed(doing: str, root: Path) -> list[Path]:
    """Return the folders in which `doing` was killed, each one call later; in the last it was not."""
    environment = {**os.environ, "PYTHONPATH": str(Path(archive.__file__).parent.parent)}
    done = subprocess.run(
        [sys.executable, str(SCRIPT), doing, str(root)],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return [root / str(number) for number in range(1, int(done.stdout) + 1)]


def test_a_writer_killed_anywhere_is_finished_by_the_same_call(
    tmp_path: Path, story: ModuleType, is_sound: Callable[[Path], None]
) -> None:
    folders = killed("write", tmp_path)
    assert len(folders) > 20
    unfinished = 0
    for folder in folders:
        staged = folder / "staged" / story.ITEM
        try:
            read_bag(staged)
        except BagRefusedError:
            unfinished += 1
        else:
            is_sound(staged)
        story.write(folder)
        is_sound(staged)
        assert verify(staged).ok
        assert {entry.name for entry in read_bag(staged).payload} == set(story.PAYLOAD)
    assert 20 < unfinished < len(folders)


def test_a_bag_killed_on_its_way_into_the_store_is_there_whole_or_not_at_all(
    tmp_path: Path, story: ModuleType, is_sound: Callable[[Path], None]
) -> None:
    folders = killed("publish", tmp_path)
    assert len(folders) > 20
    there = 0
    for folder in folders:
        store = FolderStore(folder / "objects")
        bag = folder / "objects/bags" / story.ITEM
        if bag.exists():
            there += 1
            is_sound(bag)
        else:
            assert list(store.list()) == []
        store.sweep_orphans()
        story.publish(folder)
        is_sound(bag)
        assert not (folder / "staged" / story.ITEM).exists()
        assert list(store.list()) == sorted(store.list())
        assert store.sweep_orphans() == 0
    assert 0 < there < len(folders)


def test_a_reviser_killed_anywhere_leaves_the_old_revision_or_the_new(
    tmp_path: Path, story: ModuleType, is_sound: Callable[[Path], None]
) -> None:
    folders = killed("revise", tmp_path)
    assert len(folders) > 20
    seen = set()
    for number, folder in enumerate(folders):
        bag = folder / "objects/bags" / story.ITEM
        is_sound(bag)
        assert verify(bag).ok
        read = read_bag(bag)
        seen.add(read.current_revision)
        expected = story.RECORD if read.current_revision == 1 else story.REVISION
        assert {name: read.record(name) for name in read.record_names()} == expected
        if number % 2:
            sweep_pending(bag)
            assert read_bag(bag).pending == ()
            is_sound(bag)
        assert add_revision(bag, story.REVISION) == 2
        assert read_bag(bag).pending == ()
        assert sorted(path.name for path in (bag / "metadata").iterdir()) == ["1", "2"]
        is_sound(bag)
    assert seen == {1, 2}


def test_a_reviser_that_forgets_killed_anywhere_leaves_all_of_before_or_the_new_one_alone(
    tmp_path: Path, story: ModuleType, is_sound: Callable[[Path], None]
) -> None:
    folders = killed("forget", tmp_path)
    assert len(folders) > 20
    seen, left_behind = set(), 0
    for number, folder in enumerate(folders):
        bag = folder / "objects/bags" / story.ITEM
        is_sound(bag)
        assert verify(bag).ok
        read = read_bag(bag)
        seen.add(read.revisions)
        expected = story.FORGOTTEN if read.revisions == (3,) else story.REVISION
        assert {name: read.record(name) for name in read.record_names()} == expected
        left_behind += read.revisions == (3,) and bool(read.pending)
        if number % 2:
            sweep_pending(bag)
            is_sound(bag)
        assert add_revision(bag, story.FORGOTTEN, alone=True) == 3
        assert read_bag(bag).pending == ()
        assert [path.name for path in (bag / "metadata").iterdir()] == ["3"]
        is_sound(bag)
    assert seen == {(1, 2), (3,)} and left_behind
