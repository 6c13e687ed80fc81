"""What lies on the disk: read without copies as Whoosh wrote it, and without a word of what was taken out."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from whoosh.index import TOC
from whoosh.reading import SegmentReader

from archive.search import IndexDocument, Indexes, open_indexes, parse_query
from archive.search.whoosh_index import WhooshIndex
from archive.search.whoosh_reader import INDEX_NAME
from archive.search.whoosh_schema import ID, STEMMED, Positions
from archive.search.whoosh_segment import Segment
from archive.search.whoosh_storage import IndexStorage, MappedFile

SECRETS = (
    "zanzibarium",
    "quillfeather",
    "mossgate",
    "hollowbrook",
    "winterlight",
    "kindofsecret",
    "rightsofsecret",
)


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


def secret_document() -> IndexDocument:
    title, name, subject, place, text, kind, rights = SECRETS
    return IndexDocument(
        "hidden", title, names=[name], subjects=[subject], places=[place], text=f"{text} {text}s", kind=kind,
        rights=rights, collection="march-25", observances=[SECRETS[0]], languages=[SECRETS[1]],
    )  # fmt: skip


def held(root: Path) -> set[str]:
    everything = b"".join(path.read_bytes() for path in root.rglob("*") if path.is_file()).lower()
    return {secret for secret in SECRETS if secret.encode() in everything}


@pytest.fixture
def indexes(tmp_path: Path) -> Indexes:
    indexes = open_indexes(tmp_path)
    others = [IndexDocument(f"open{number}", "An open record", text="plain words") for number in range(20)]
    indexes.public.rebuild([*others[:10], secret_document(), *others[10:]])
    return indexes


def test_no_word_of_a_removed_document_is_left_on_the_disk(indexes: Indexes, tmp_path: Path) -> None:
    assert held(tmp_path) == set(SECRETS)
    indexes.public.update([], removed_ids=["hidden"])
    assert indexes.public.search(parse_query(SECRETS[0])).total == 0
    assert held(tmp_path)  # removed, but the words are still there
    indexes.public.merge_away(["hidden"])
    assert held(tmp_path) == set()
    assert indexes.public.search(parse_query("plain")).total == 20


def test_no_word_of_an_earlier_version_is_left_on_the_disk(indexes: Indexes, tmp_path: Path) -> None:
    indexes.public.update([IndexDocument("hidden", "Now an open record", text="plain words")])
    indexes.public.merge_away(["hidden"])
    assert held(tmp_path) == set()
    assert indexes.public.search(parse_query("plain")).total == 21


def test_a_rebuild_leaves_nothing_of_the_index_before(indexes: Indexes, tmp_path: Path) -> None:
    indexes.public.rebuild([IndexDocument("open", "An open record")])
    assert held(tmp_path) == set()


def test_the_public_index_keeps_no_state(tmp_path: Path) -> None:
    indexes = open_indexes(tmp_path)
    document = IndexDocument("a", "A record", state=SECRETS[0])
    indexes.public.update([document])
    assert held(tmp_path) == set()
    assert "state" not in indexes.public.search(parse_query("")).facets
    indexes.staff.update([document])
    assert [each.value for each in indexes.staff.search(parse_query("")).facets["state"]] == [SECRETS[0]]


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
