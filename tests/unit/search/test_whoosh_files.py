"""What lies on the disk is read without copies, and as Whoosh wrote it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from whoosh.index import TOC
from whoosh.reading import SegmentReader

from archive.search import IndexDocument, parse_query
from archive.search.whoosh_index import WhooshIndex
from archive.search.whoosh_reader import INDEX_NAME
from archive.search.whoosh_schema import ID, STEMMED, Positions
from archive.search.whoosh_segment import Segment
from archive.search.whoosh_storage import IndexStorage, MappedFile


@pytest.fixture
def segment(tmp_path: Path) -> tuple[IndexStorage, object]:
    chance = random.Random(1)
    texts = [
        " ".join(chance.choices(["alpha", "beta", "gamma", "delta"], k=chance.randint(1, 9)))
        for _ in range(3000)
    ]
    WhooshIndex(tmp_path).rebuild(IndexDocument(f"id{number}", text) for number, text in enumerate(texts))
    (folder,) = (each for each in tmp_path.iterdir() if each.is_dir())
    storage = IndexStorage(folder)
    (only,) = TOC.read(storage, INDEX_NAME).segments
    return storage, only


def test_blocks_are_read_as_whoosh_itself_reads_them(segment: tuple[IndexStorage, object]) -> None:
    ours, theirs = Segment(*segment), SegmentReader(segment[0], None, segment[1])
    theirs.schema = TOC.read(segment[0], INDEX_NAME).schema
    for word in ("alpha", "beta", "gamma", "delta"):
        ids, counts = ours.postings(STEMMED, word)
        matcher = theirs.postings(STEMMED, word)
        wanted, places = ids[::7], []
        for id_, count in zip(ids, counts, strict=True):
            assert (matcher.id(), matcher.weight()) == (id_, count)
            if id_ in wanted:
                places += Positions().decode_positions(matcher.value())
            matcher.next()
        assert not matcher.is_active()
        owners, ours_places = ours.places(STEMMED, word, wanted)
        assert ours_places.tolist() == places
        assert set(owners.tolist()) == set(wanted.tolist())
    lengths = [theirs.doc_field_length(number, STEMMED) for number in range(3000)]
    assert ours.lengths(STEMMED).tolist() == lengths
    assert sorted(ours.words_from(STEMMED, "")) == sorted(theirs.field_terms(STEMMED))
    assert [ours.id_of(number) for number in range(3000)] == [f"id{number}" for number in range(3000)]
    assert ours.postings(ID, "id77")[0].tolist() == [77]
    theirs.close()


def test_postings_are_read_from_the_map_and_not_from_a_copy(segment: tuple[IndexStorage, object]) -> None:
    read = Segment(*segment)
    postings = read._terms._postfile
    assert isinstance(postings, MappedFile)
    assert isinstance(postings._buf, memoryview)
    assert type(postings._buf.obj).__name__ == "mmap"
    assert not hasattr(postings.file, "getvalue")  # a BytesIO would be the copy


def test_a_merge_keeps_places_and_columns(tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path)
    for number in range(5):
        index.update(
            [
                IndexDocument(
                    f"id{number}", f"one two three {number}", places=["Here"], date_start=18630101 + number
                )
            ]
        )
    index.update([], removed_ids=["id2"])
    index.merge_away(["id2"])
    page = index.search(parse_query('"two three"'), sort="date")
    assert page.ids == ["id0", "id1", "id3", "id4"]
    assert page.facets["place"][0].count == 4


def segments_in(root: Path) -> int:
    (folder,) = (path.parent for path in root.rglob("*.toc"))
    return len(TOC.read(IndexStorage(folder), INDEX_NAME).segments)


def test_what_changes_leave_apart_is_put_together_when_there_is_time(tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path)

    def take_in(*numbers: int) -> None:
        for number in numbers:
            index.update([IndexDocument(f"id{number:02}", f"one two {number}")])

    take_in(*range(8))
    assert segments_in(tmp_path) == 8
    found = index.search(parse_query("one"), sort="newest").ids
    index.tidy()
    assert segments_in(tmp_path) < 8
    assert index.search(parse_query("one"), sort="newest").ids == found
    # Without time for it they are never many all the same.
    take_in(*range(8, 40))
    assert segments_in(tmp_path) < 16
    assert index.search(parse_query("one")).total == 40
