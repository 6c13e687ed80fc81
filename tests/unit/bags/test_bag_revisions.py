"""Revisions: the record grows, nothing before it changes, and the bag is valid at every instant."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.bags import BagRefusedError, add_revision, read_bag, revise, sweep_pending, verify
from archive.models.errors import BadInputError, ConflictError, NotFoundError

SECOND = {"record.json": b'{"title": "A letter home"}'}


def snapshot(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def test_a_revision_is_added_and_all_before_it_stays(bag: Path, is_sound: Callable[[Path], None]) -> None:
    before = snapshot(bag)
    assert add_revision(bag, SECOND) == 2
    read = read_bag(bag)
    assert read.revisions == (1, 2)
    assert read.current_revision == 2
    assert read.record("record.json") == SECOND["record.json"]
    assert read.record("record.json", 1) == b'{"title": "A letter"}'
    assert read.record_names() == ["record.json"]
    after = snapshot(bag)
    assert {path for path in after if before.get(path) != after[path]} == {
        "metadata/2/record.json",
        "tagmanifest-sha512.txt",
    }
    is_sound(bag)


def test_the_same_revision_again_adds_nothing(bag: Path) -> None:
    assert add_revision(bag, SECOND) == 2
    before = snapshot(bag)
    assert add_revision(bag, SECOND) == 2
    assert add_revision(bag, SECOND, after=1) == 2
    assert snapshot(bag) == before


def test_the_same_revision_again_is_flushed_for_whoever_was_stopped_before(
    bag: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_revision(bag, SECOND)
    flushed: list[Path] = []
    monkeypatch.setattr(revise, "fsync_path", flushed.append)
    add_revision(bag, SECOND)
    assert flushed == [bag]


def test_going_back_to_an_earlier_record_is_a_new_revision(bag: Path) -> None:
    add_revision(bag, {"record.json": b"2"})
    add_revision(bag, {"record.json": b"3"})
    assert add_revision(bag, {"record.json": b"2"}) == 4


def test_who_worked_from_an_older_revision_is_told_so(bag: Path) -> None:
    add_revision(bag, SECOND, after=1)
    with pytest.raises(ConflictError) as refused:
        add_revision(bag, {"record.json": b"{}"}, after=1)
    assert refused.value.code == "bag-revision-conflict"
    assert read_bag(bag).current_revision == 2


def test_what_an_interrupted_revision_left_does_not_count_and_is_swept(
    bag: Path, is_sound: Callable[[Path], None]
) -> None:
    (bag / "metadata/2").mkdir()
    (bag / "metadata/2/record.json").write_bytes(b"half")
    (bag / "metadata/3").mkdir()
    (bag / ".pending-0011").write_bytes(b"half a tag manif")
    read = read_bag(bag)
    assert read.current_revision == 1
    assert read.pending == (".pending-0011", "metadata/2/record.json")
    assert verify(bag).ok
    is_sound(bag)
    assert sweep_pending(bag) == 2
    assert sweep_pending(bag) == 0
    assert read_bag(bag).pending == ()
    assert sorted(path.name for path in (bag / "metadata").iterdir()) == ["1"]


def test_the_number_of_an_interrupted_revision_is_used_again(
    bag: Path, is_sound: Callable[[Path], None]
) -> None:
    (bag / "metadata/2").mkdir()
    (bag / "metadata/2/of-the-dead.json").write_bytes(b"half")
    assert add_revision(bag, SECOND) == 2
    assert read_bag(bag).record_names() == ["record.json"]
    assert not (bag / "metadata/2/of-the-dead.json").exists()
    is_sound(bag)


def test_revisers_at_the_same_time_wait_for_each_other(bag: Path, is_sound: Callable[[Path], None]) -> None:
    got: list[int] = []
    threads = [
        threading.Thread(
            target=lambda number=number: got.append(add_revision(bag, {"record.json": b"%d" % number}))
        )
        for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == list(range(2, 10))
    assert read_bag(bag).pending == ()
    is_sound(bag)


def test_a_bag_can_be_read_while_it_is_revised(bag: Path) -> None:
    done = threading.Event()

    def revise() -> None:
        for number in range(20):
            add_revision(bag, {"record.json": b"%d" % number})
        done.set()

    reviser = threading.Thread(target=revise)
    reviser.start()
    seen = []
    while not done.is_set():
        seen.append(read_bag(bag).current_revision)
    reviser.join()
    assert seen == sorted(seen)
    assert read_bag(bag).current_revision == 21


@pytest.mark.parametrize("files", [{}, {"../x": b""}, {"a/b": b""}, {".hidden": b""}, {"a": b"", "A": b""}])
def test_a_revision_of_unusable_names_is_refused(bag: Path, files: dict[str, bytes]) -> None:
    before = snapshot(bag)
    with pytest.raises(BadInputError) as refused:
        add_revision(bag, files)
    assert refused.value.code == "bag-record"
    assert snapshot(bag) == before


def test_a_damaged_bag_is_not_revised(bag: Path) -> None:
    (bag / "data/letter.txt").unlink()
    before = snapshot(bag)
    with pytest.raises(BagRefusedError):
        add_revision(bag, SECOND)
    assert snapshot(bag) == before
    with pytest.raises(BagRefusedError):
        add_revision(bag.parent / "nothing", SECOND)


def test_a_part_of_the_record_that_is_not_there_is_said_not_to_be(bag: Path) -> None:
    for name, revision in (("absent.json", None), ("record.json", 7), ("../1/record.json", None)):
        with pytest.raises(NotFoundError) as refused:
            read_bag(bag).record(name, revision)
        assert refused.value.code == "bag-record-absent"


def test_a_revision_that_counts_alone_leaves_nothing_of_those_before_and_numbers_go_on(
    bag: Path, is_sound: Callable[[Path], None]
) -> None:
    add_revision(bag, SECOND)
    assert add_revision(bag, {"record.json": b"3"}, alone=True) == 3
    assert read_bag(bag).revisions == (3,)
    assert [folder.name for folder in (bag / "metadata").iterdir()] == ["3"]
    is_sound(bag)
    assert add_revision(bag, {"record.json": b"4"}) == 4
    assert read_bag(bag).revisions == (3, 4)
    is_sound(bag)


def test_what_a_killed_forgetting_left_counts_for_nothing_and_goes_with_the_next_call(bag: Path) -> None:
    first = (bag / "metadata/1/record.json").read_bytes()
    add_revision(bag, SECOND, alone=True)
    (bag / "metadata/1").mkdir()
    (bag / "metadata/1/record.json").write_bytes(first)
    assert verify(bag).ok
    assert read_bag(bag).pending == ("metadata/1/record.json",)
    assert add_revision(bag, SECOND, alone=True) == 2
    assert not (bag / "metadata/1").exists()
