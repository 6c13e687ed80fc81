"""An index is shared by threads and processes: readers see every commit, writers wait, a kill breaks nothing."""

from __future__ import annotations

import os
import random
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from archive.models.errors import ConflictError, IntegrityError
from archive.search import IndexDocument, open_indexes, parse_query
from archive.search.generations import Generations
from archive.search.whoosh_index import WhooshIndex
from tests.fixtures.warm import start

TELLING_WRITER = """
    import sys
    from pathlib import Path
    from archive.search import IndexDocument, open_indexes
    index = open_indexes(Path(sys.argv[1])).public
    for number in range(10_000):
        index.update([IndexDocument(f"id{number}", f"Testimony number{number}", text="words " * 50)])
        print(number, flush=True)
"""
TELLING_REBUILDER = """
    import sys
    from pathlib import Path
    from archive.search import IndexDocument, open_indexes
    index = open_indexes(Path(sys.argv[1])).public
    index.rebuild((IndexDocument(f"new{number}", "Rebuilt") for number in range(1_000_000)), lambda n: print(n, flush=True))
"""


class Child:
    """A program that works on the index in `folder`, and what it tells."""

    def __init__(self, program: str, folder: Path) -> None:
        reading, writing = os.pipe()
        self._process = start(textwrap.dedent(program), folder, stdout=writing, stderr=2)
        os.close(writing)
        self._told = os.fdopen(reading)

    def line(self) -> str:
        return self._told.readline()

    def kill(self) -> list[str]:
        """Kill it without warning; returns the lines it had still told."""
        self._process.kill()
        with self._told:
            return self._told.read().split()


def total(index: WhooshIndex, text: str) -> int:
    return index.search(parse_query(text)).total


@pytest.mark.parametrize("seed", range(4))
def test_a_kill_at_any_moment_of_writing_loses_no_commit_and_leaves_a_readable_index(
    tmp_path: Path, seed: int
) -> None:
    writer = Child(TELLING_WRITER, tmp_path)
    for _ in range(3):
        writer.line()
    time.sleep(random.Random(seed).random() / 5)
    confirmed = max(map(int, writer.kill()), default=2)
    index = WhooshIndex(tmp_path / "public")
    assert index.count() in {confirmed + 1, confirmed + 2}
    assert all(total(index, f"number{number}") == 1 for number in range(confirmed + 1))
    index.update([IndexDocument("after", "Afterwards")])
    assert total(index, "afterwards") == 1


def test_a_kill_while_rebuilding_leaves_the_old_index_and_the_next_rebuild_clears_up(tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path / "public")
    index.update([IndexDocument("old", "Old record")])
    rebuilder = Child(TELLING_REBUILDER, tmp_path)
    rebuilder.line()
    rebuilder.kill()
    assert total(index, "old") == 1
    assert total(index, "rebuilt") == 0
    index.rebuild([IndexDocument("new", "New record")])
    assert total(index, "new") == 1
    assert len([folder for folder in (tmp_path / "public").iterdir() if folder.is_dir()]) == 1


def test_readers_in_another_process_see_each_commit_at_their_next_search(tmp_path: Path) -> None:
    reader = WhooshIndex(tmp_path / "public")
    assert reader.count() == 0
    writer = Child(TELLING_WRITER, tmp_path)
    try:
        for _ in range(10):
            number = int(writer.line())
            assert total(reader, f"number{number}") == 1
    finally:
        writer.kill()


def test_a_reader_misses_no_commit_however_fast_they_follow(tmp_path: Path) -> None:
    writer, reader = WhooshIndex(tmp_path), WhooshIndex(tmp_path)
    for number in range(30):
        writer.update([IndexDocument(f"id{number}", f"number{number}")])
        assert total(reader, f"number{number}") == 1
    writer.rebuild([IndexDocument("new", "Rebuilt")])
    assert reader.count() == 1


def test_two_commits_that_the_clock_cannot_tell_apart_are_both_seen(tmp_path: Path) -> None:
    writer, reader = WhooshIndex(tmp_path), WhooshIndex(tmp_path)
    same = time.time_ns() + 10_000_000_000
    for count in (1, 2):
        writer.update([IndexDocument(f"id{count}", "A")])
        (folder,) = (each for each in tmp_path.iterdir() if each.is_dir())
        os.utime(folder, ns=(same, same))
        assert reader.count() == count


def test_threads_search_while_another_writes_and_rebuilds(tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path)
    index.rebuild(IndexDocument(f"id{number}", "Testimony", decades=[1860]) for number in range(50))
    done = threading.Event()

    def read() -> int:
        searches = 0
        while not done.is_set() or not searches:
            page = index.search(parse_query('testimon* "testimony"'), limit=100)
            assert page.total == len(page.ids) == page.facets["decade"][0].count >= 50
            searches += 1
        return searches

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(4)]
        for number in range(50, 60):
            index.update([IndexDocument(f"id{number}", "Testimony", decades=[1860])])
        index.rebuild(IndexDocument(f"id{number}", "Testimony", decades=[1860]) for number in range(70))
        done.set()
        assert all(reader.result() for reader in readers)
    assert index.count() == 70


def test_a_second_writer_waits_and_then_says_plainly_that_the_index_is_busy(tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path, lock_timeout=0.05)
    with Generations(tmp_path, 1).writing(1), pytest.raises(ConflictError) as refused:
        index.update([IndexDocument("a", "A")])
    assert refused.value.code == "index-busy"
    index.update([IndexDocument("a", "A")])
    assert index.count() == 1


def test_a_damaged_index_and_one_of_another_version_ask_to_be_rebuilt(tmp_path: Path) -> None:
    indexes = open_indexes(tmp_path)
    indexes.public.update([IndexDocument("a", "A")])
    (folder,) = (each for each in (tmp_path / "public").iterdir() if each.is_dir())
    (segment,) = folder.glob("*.seg")
    segment.write_bytes(segment.read_bytes()[: segment.stat().st_size // 2])
    with pytest.raises(IntegrityError, match="cannot be read") as refused:
        open_indexes(tmp_path).public.count()
    assert refused.value.code == "index-unreadable"
    assert "index rebuild" in refused.value.remedy

    other = folder.rename(folder.with_name("0-000001"))
    (tmp_path / "public" / "current").write_text(other.name)
    with pytest.raises(IntegrityError) as refused:
        open_indexes(tmp_path).public.count()
    assert refused.value.code == "index-outdated"
    indexes.public.rebuild([IndexDocument("b", "B")])
    assert open_indexes(tmp_path).public.count() == 1
