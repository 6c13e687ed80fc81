"""Whatever interrupts a writer leaves nothing behind that fills the disk, keeps others from writing, or was to be gone."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from whoosh.codec.whoosh3 import W3PerDocWriter

from archive.models.errors import ConflictError
from archive.search import IndexDocument, parse_query, whoosh_merging, whoosh_writer
from archive.search.whoosh_index import WhooshIndex
from archive.search.whoosh_storage import IndexStorage

FULL = OSError(errno.ENOSPC, "no room")


def document(number: int) -> IndexDocument:
    return IndexDocument(f"id{number}", "common", text=f"alone{number}")


def files(root: Path) -> set[str]:
    return {path.name for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def apart(tmp_path: Path) -> WhooshIndex:
    """An index of five documents, each in a segment of its own."""
    index = WhooshIndex(tmp_path)
    for number in range(5):
        index.update([document(number)])
    return index


def full(*_: Any, **__: Any) -> None:
    raise FULL


def test_a_disk_that_is_full_is_no_fuller_afterwards_and_takes_again_once_there_is_room(
    apart: WhooshIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(whoosh_merging, "_merge_words", full)
        # It fails once more where what was begun is closed.
        patch.setattr(W3PerDocWriter, "close", full)
        for _ in range(3):
            with pytest.raises(OSError, match="no room") as told:
                apart.tidy()
            assert told.value is FULL
    assert files(tmp_path) == before and not list(tmp_path.rglob("*.tmp"))
    assert apart.tidy() and apart.search(parse_query("common")).total == 5


def test_what_cannot_be_put_together_keeps_no_change_back(
    apart: WhooshIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whoosh_writer, "LEFT_APART", 2)
    monkeypatch.setattr(whoosh_merging, "merge", full)
    apart.update([document(5)], removed_ids=["id0"])
    assert apart.search(parse_query("common"), sort="newest").total == 5
    assert apart.search(parse_query("alone0")).total == 0


def test_what_was_left_off_leaves_no_file(apart: WhooshIndex, tmp_path: Path) -> None:
    before = files(tmp_path)
    assert apart.tidy(lambda: True) is False
    assert files(tmp_path) == before


def test_whoever_writes_beside_somebody_else_is_told_so(
    apart: WhooshIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder,) = (path.parent for path in tmp_path.rglob("*.toc"))
    lock = IndexStorage(folder).lock("MAIN_WRITELOCK")
    assert lock.acquire()
    real = whoosh_writer.FileIndex.writer
    monkeypatch.setattr(
        whoosh_writer.FileIndex, "writer", lambda self, **given: real(self, **given | {"timeout": 0})
    )
    try:
        with pytest.raises(ConflictError) as busy:
            apart.update([document(6)])
        assert busy.value.code == "index-busy"
    finally:
        lock.release()


def test_killed_before_the_old_files_are_removed_the_next_taking_back_removes_them(
    apart: WhooshIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held() -> list[str]:
        return [path.name for path in tmp_path.rglob("*.seg") if b"alone3" in path.read_bytes()]

    apart.update([], removed_ids=["id3"])
    with monkeypatch.context() as patch:
        patch.setattr(IndexStorage, "delete_file", full)
        apart.merge_away(["id3"])
    assert held() and apart.search(parse_query("alone3")).total == 0
    apart.merge_away(["id3"])
    assert held() == []


def test_a_rebuild_that_comes_to_no_end_leaves_nothing_that_is_taken_back_later(
    apart: WhooshIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ends(number: int) -> Iterable[IndexDocument]:
        yield document(number)
        raise FULL

    before = files(tmp_path)
    with pytest.raises(OSError, match="no room"):
        apart.rebuild(ends(7))
    assert files(tmp_path) == before
    # One that was killed could not clear away what it had.
    (folder,) = (path.parent for path in tmp_path.rglob("*.toc"))
    killed = folder.with_name(f"{folder.name[:-1]}9")
    killed.mkdir()
    (killed / "MAIN_x.seg").write_text("alone3")
    apart.update([], removed_ids=["id3"])
    apart.merge_away(["id3"])
    assert not killed.exists() and apart.count() == 4


def test_the_beginning_of_a_word_finds_the_same_in_one_segment_and_in_many(
    apart: WhooshIndex, tmp_path: Path
) -> None:
    apart.update([IndexDocument("both", "alone1 alone2 alike", text="alone3")])
    one = WhooshIndex(tmp_path / "one")
    one.rebuild([*map(document, range(5)), IndexDocument("both", "alone1 alone2 alike", text="alone3")])
    for asked, total in (("alone*", 6), ("title:alo*", 1), ("alike*", 1), ("none*", 0), ("com*", 5)):
        found = [index.search(parse_query(asked)) for index in (apart, one)]
        assert [page.total for page in found] == [total, total], asked
        assert {*found[0].ids} == {*found[1].ids}, asked
