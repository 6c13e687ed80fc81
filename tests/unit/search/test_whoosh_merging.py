"""Segments are written anew as indexing what is left would write them, within a bounded size, and give way to who waits."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from whoosh.codec.whoosh3 import LENGTHS_COLUMN, W3TermInfo
from whoosh.index import TOC

from archive.search import IndexDocument, parse_query, whoosh_writer
from archive.search.whoosh_codec import postings_in
from archive.search.whoosh_index import WhooshIndex
from archive.search.whoosh_reader import INDEX_NAME
from archive.search.whoosh_schema import STEMMED
from archive.search.whoosh_segment import Segment
from archive.search.whoosh_storage import IndexStorage

WORDS = [f"{one}{other}" for one in ("sea", "salt", "river", "song") for other in ("bird", "ship", "wind")]
# More than a block holds, so that the commonest words have several.
MANY = 2_500


def document(number: int) -> IndexDocument:
    chance = random.Random(number)
    text = " ".join(chance.choices(WORDS, k=chance.randint(0, 12)))
    return IndexDocument(
        f"id{number:05}",
        f"alone{number} common",
        names=[chance.choice(("Ada Byron", "Ida Wells"))] if number % 3 else [],
        text=text,
        places=[chance.choice(("Here", "There"))],
        date_start=18630101 + number,
    )


def segments(root: Path) -> tuple[IndexStorage, list[Any], Any]:
    (folder,) = (path.parent for path in root.rglob("*.toc"))
    storage = IndexStorage(folder)
    table = TOC.read(storage, INDEX_NAME)
    return storage, table.segments, table.schema


def held(storage: IndexStorage, segment: Any, schema: Any) -> dict[Any, Any]:
    """All that a segment tells: what Whoosh is told of each word with its postings, and each column."""
    opened, found = Segment(storage, segment), {}
    for key, told in opened._terms._tindex.items():
        size = W3TermInfo._struct.size
        field, word = opened._terms._keydecoder(key)
        one = postings_in(opened._terms._postfile.get(*struct.unpack("!qi", told[size:])))
        numbers = [None if part is None else part.tolist() for part in one]
        found[field, word] = (W3TermInfo._struct.unpack(told[:size]), numbers)
    for name, field in schema.items():
        for column, kind in ((name, field.column_type), (f"_{name}_len", LENGTHS_COLUMN)):
            if kind is not None and opened._columns.has_column(column):
                found[column] = [*opened._columns.column_reader(column, kind)]
    assert segment._codec.__class__.__name__ == "Codec"
    return {**found, "size": opened.size}


def only(root: Path) -> dict[Any, Any]:
    storage, (one,), schema = segments(root)
    return held(storage, one, schema)


def made(root: Path, documents: Iterable[IndexDocument]) -> WhooshIndex:
    index = WhooshIndex(root)
    index.rebuild(documents)
    return index


@pytest.fixture
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WhooshIndex:
    """An index of many documents in four segments of like size, from each of which some were removed."""
    index = WhooshIndex(tmp_path / "apart")
    for start in range(0, MANY, MANY // 4):
        index.update(document(number) for number in range(start, start + MANY // 4))
    index.update([], removed_ids=[f"id{number:05}" for number in range(0, MANY, 7)])
    assert len(segments(tmp_path)[1]) == 4
    return index


def test_put_together_they_are_what_indexing_the_rest_gives(apart: WhooshIndex, tmp_path: Path) -> None:
    apart.tidy()
    made(tmp_path / "anew", (document(number) for number in range(MANY) if number % 7))
    merged, anew = only(tmp_path / "apart"), only(tmp_path / "anew")
    assert len(merged[STEMMED, b"common"][1][0]) > 2 * 1024
    assert merged == anew


def test_where_little_is_removed_the_rest_keeps_its_numbers(tmp_path: Path) -> None:
    index = made(tmp_path, (document(number) for number in range(MANY)))
    before = only(tmp_path)
    gone = (3, 1500, MANY - 1)
    index.update([], removed_ids=[f"id{number:05}" for number in gone])
    index.merge_away(["id00003"])
    storage, (one,), schema = segments(tmp_path)
    assert set(one.deleted_docs()) == set(gone)
    after = held(storage, one, schema)
    for key, was in before.items():
        if isinstance(key, str):
            if key != "size":
                assert [*was[:3], *was[4:1500]] == [*after[key][:3], *after[key][4:1500]], key
                assert len({str(after[key][number]) for number in gone}) == 1, key
            continue
        ids = [id_ for id_ in was[1][0] if id_ not in gone]
        assert after.get(key, (None, [[]]))[1][0] == ids, key
        if ids:
            assert after[key][0][2] == len(ids) and after[key][0][6:] == (ids[0], ids[-1])
    assert (STEMMED, b"alone3") not in after
    assert index.search(parse_query("common")).total == MANY - 3
    assert index.search(parse_query('"alone1499 common"')).ids == ["id01499"]
    # It does not lie there any more, so nothing is written for it again.
    name = one.segment_id()
    index.merge_away(["id00003"])
    assert segments(tmp_path)[1][0].segment_id() == name


def test_of_what_is_mostly_removed_the_rest_is_put_together_and_of_nothing_nothing_is_left(
    tmp_path: Path,
) -> None:
    index = made(tmp_path / "shrunk", (document(number) for number in range(90)))
    index.update([], removed_ids=[f"id{number:05}" for number in range(60)])
    index.merge_away(["id00000"])
    made(tmp_path / "anew", (document(number) for number in range(60, 90)))
    assert only(tmp_path / "shrunk") == only(tmp_path / "anew")
    when_there_is_time = made(tmp_path / "tidied", (document(number) for number in range(90)))
    when_there_is_time.update([], removed_ids=[f"id{number:05}" for number in range(60)])
    when_there_is_time.tidy()
    assert only(tmp_path / "tidied") == only(tmp_path / "anew")
    index.update([], removed_ids=[f"id{number:05}" for number in range(60, 90)])
    index.merge_away(["id00060"])
    assert segments(tmp_path / "shrunk")[1] == [] and index.count() == 0


def test_what_is_put_together_is_thrown_away_where_somebody_waits(apart: WhooshIndex, tmp_path: Path) -> None:
    asked: list[int] = []

    def waits() -> bool:
        asked.append(1)
        return len(asked) > 1

    before = sorted(path.name for path in tmp_path.rglob("*.seg"))
    apart.tidy(waits)
    assert len(asked) == 2
    assert sorted(path.name for path in tmp_path.rglob("*.seg") if path.name in before) == before
    assert len(segments(tmp_path)[1]) == 4
    apart.update([document(MANY)])
    assert apart.search(parse_query("common")).total == apart.count() == MANY - len(range(0, MANY, 7)) + 1
    apart.tidy()
    assert len(segments(tmp_path)[1]) == 2


def test_no_segment_grows_beyond_what_is_written_anew_within_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whoosh_writer, "_WORDS_A_SEGMENT", 100)
    index = made(tmp_path, (document(number) for number in range(100)))
    storage, found, _ = segments(tmp_path)
    sizes = [one.doc_count_all() for one in found]
    assert sum(sizes) == 100 and len(sizes) > 8 and max(sizes) < 16
    assert index.search(parse_query("common"), sort="date", limit=100).ids == [
        f"id{number:05}" for number in range(100)
    ]
    largest = max(storage.file_length(f"{one.segment_id()}.seg") for one in found)
    monkeypatch.setattr(whoosh_writer, "MOST_BYTES", 2 * largest)
    index.tidy()
    storage, found, _ = segments(tmp_path)
    assert len(found) < len(sizes)
    assert max(storage.file_length(f"{one.segment_id()}.seg") for one in found) <= 2 * largest
    assert index.search(parse_query("common")).total == 100


def test_while_somebody_waits_only_what_is_small_is_put_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whoosh_writer, "SOON_BYTES", 1)
    index = WhooshIndex(tmp_path)
    for number in range(2 * whoosh_writer.LEFT_APART - 1):
        index.update([document(number)])
        assert len(segments(tmp_path)[1]) == number + 1
    # So many are too many to search through.
    index.update([document(MANY)])
    assert len(segments(tmp_path)[1]) == 1
