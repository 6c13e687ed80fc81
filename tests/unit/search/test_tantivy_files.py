"""An index that tantivy keeps is shared like any other: no commit is missed, a kill breaks nothing, damage is told."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from archive.models.errors import ConflictError, IntegrityError
from archive.search import Filters, IndexDocument, parse_query
from archive.search.generations import Generations
from archive.search.tantivy_index import TantivyIndex

ROOT = Path(__file__).resolve().parents[3]
TELLING_WRITER = """
    import sys
    from pathlib import Path
    from archive.search import IndexDocument, open_indexes
    index = open_indexes(Path(sys.argv[1]), engine="tantivy").public
    for number in range(10_000):
        index.update([IndexDocument(f"id{number}", f"Testimony number{number}", text="words " * 50)])
        print(number, flush=True)
"""


def total(index: TantivyIndex, text: str) -> int:
    return index.search(parse_query(text)).total


def test_a_reader_misses_no_commit_however_fast_they_follow(tmp_path: Path) -> None:
    writer, reader = TantivyIndex(tmp_path), TantivyIndex(tmp_path)
    assert reader.count() == 0
    for number in range(20):
        writer.update([IndexDocument(f"id{number}", f"number{number}")])
        assert total(reader, f"number{number}") == 1
    writer.rebuild([IndexDocument("new", "Rebuilt")])
    assert reader.count() == total(reader, "rebuilt") == 1


@pytest.mark.slow
def test_a_kill_loses_no_commit_and_leaves_a_readable_index(tmp_path: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(TELLING_WRITER), str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert writer.stdout is not None
    for _ in range(5):
        writer.stdout.readline()
    writer.send_signal(signal.SIGKILL)
    told, _ = writer.communicate()
    confirmed = max(map(int, told.split()), default=4)
    index = TantivyIndex(tmp_path / "tantivy-public")
    assert index.count() in {confirmed + 1, confirmed + 2}
    assert all(total(index, f"number{number}") == 1 for number in range(confirmed + 1))
    index.update([IndexDocument("after", "Afterwards")])
    assert total(index, "afterwards") == 1


def test_a_second_writer_is_told_that_the_index_is_busy(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path, lock_timeout=0.05)
    with Generations(tmp_path, 1).writing(1), pytest.raises(ConflictError) as refused:
        index.update([IndexDocument("a", "A")])
    assert refused.value.code == "index-busy"


def test_a_damaged_index_and_one_of_another_version_ask_to_be_rebuilt(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path)
    index.update([IndexDocument("a", "A")])
    (folder,) = (each for each in tmp_path.iterdir() if each.is_dir())
    (folder / "meta.json").write_text("{")
    with pytest.raises(IntegrityError, match="cannot be read") as refused:
        TantivyIndex(tmp_path).count()
    assert refused.value.code == "index-unreadable"
    (tmp_path / "current").write_text(folder.rename(folder.with_name("0-000001")).name)
    with pytest.raises(IntegrityError) as refused:
        TantivyIndex(tmp_path).count()
    assert refused.value.code == "index-outdated"
    index.rebuild([IndexDocument("b", "B")])
    assert TantivyIndex(tmp_path).count() == 1


def test_equally_good_items_come_newest_first_over_all_pages(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path)
    for start in (0, 30):
        index.update(
            IndexDocument(
                f"id{number}", "Testimony", places=[f"Place {number}"], added=20240100 + number % 30
            )
            for number in range(start, start + 30)
        )
    pages = [index.search(parse_query("testimony"), offset=at, limit=7).ids for at in range(0, 60, 7)]
    found = [int(id_[2:]) % 30 for page in pages for id_ in page]
    assert found == [day for day in range(29, -1, -1) for _ in range(2)]


def test_a_chosen_value_is_counted_beyond_the_values_that_are_listed(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path)
    index.update(IndexDocument(f"id{number}", "A", places=[f"Place {number}"]) for number in range(150))
    listed = {each.value for each in index.search(parse_query("")).facets["place"]}
    unlisted = next(f"Place {number}" for number in range(150) if f"Place {number}" not in listed)
    counts = index.search(parse_query(""), Filters({"place": [unlisted]})).facets["place"]
    assert {each.value: each.count for each in counts}[unlisted] == 1
