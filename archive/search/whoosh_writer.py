"""Writing a Whoosh index: documents in and out in one commit, and segments merged."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from whoosh.index import TOC, FileIndex
from whoosh.reading import SegmentReader

from archive.search.port import IndexDocument
from archive.search.whoosh_codec import Codec
from archive.search.whoosh_reader import INDEX_NAME
from archive.search.whoosh_schema import ID, index_fields
from archive.search.whoosh_snapshot import Snapshot
from archive.search.whoosh_storage import IndexStorage

MERGE_AT = 4
"""So many segments of like size become one; each document is then written about log4(documents) times."""
LEFT_APART = 3 * MERGE_AT
"""So many stay apart while changes come, each of which somebody waits for; `tidy` makes one of them afterwards."""

_POSTINGS_A_BLOCK = 1024
_BULK_MEGABYTES = 256
_SMALL_MEGABYTES = 32
Merge = Callable[[Any, list[Any]], list[Any]]


def create(folder: Path, schema: Any) -> None:
    """Make an empty index in a folder."""
    FileIndex.create(IndexStorage(folder), schema, INDEX_NAME)


def build(
    folder: Path,
    schema: Any,
    facets: tuple[str, ...],
    documents: Iterable[IndexDocument],
    told: Callable[[int], None],
) -> int:
    """Write all documents as one segment of a new index; returns how many there were."""
    create(folder, schema)
    count = 0
    with _writer(folder, schema, _BULK_MEGABYTES, _keep_all) as writer:
        for count, document in enumerate(documents, 1):
            writer.add_document(**index_fields(document, facets))
            told(count)
    return count


def change(
    folder: Path,
    schema: Any,
    facets: tuple[str, ...],
    now: Snapshot,
    documents: Iterable[IndexDocument],
    removed_ids: Iterable[str],
) -> None:
    """Replace documents and take others out in one commit; `now` is the newest commit, and nobody else writes."""
    latest = {document.id: document for document in documents}
    stale = [int(found) for id_ in {*latest, *removed_ids} for found in now.postings(ID, id_)[0]]
    # Most of what is taken in is not public yet: a commit that changes nothing costs as much as any.
    if not latest and not stale:
        return
    with _writer(folder, schema, _SMALL_MEGABYTES, partial(_merge_like_sizes, at=LEFT_APART)) as writer:
        for document in stale:
            writer.delete_document(document)
        for new in latest.values():
            writer.add_document(**index_fields(new, facets))


def merge_away(folder: Path, schema: Any, now: Snapshot, ids: Iterable[str]) -> None:
    """Rewrite the segments in which removed versions of these ids still lie."""
    ids = list(ids)
    holding = {
        segment.name
        for index, segment in enumerate(now.segments)
        if any(set(segment.postings(ID, id_)[0].tolist()) & set(now.removed(index).tolist()) for id_ in ids)
    }
    if holding:
        with _writer(folder, schema, _BULK_MEGABYTES, lambda writer, all_: _merge(writer, all_, holding)):
            pass


def tidy(folder: Path, schema: Any) -> None:
    """Make one of segments of like size, also of those that a single change leaves apart."""
    if _crowded(TOC.read(IndexStorage(folder), INDEX_NAME).segments, MERGE_AT):
        with _writer(folder, schema, _BULK_MEGABYTES, partial(_merge_like_sizes, at=MERGE_AT)):
            pass


@contextmanager
def _writer(folder: Path, schema: Any, megabytes: int, merge: Merge) -> Iterator[Any]:
    index = FileIndex(IndexStorage(folder), schema=schema, indexname=INDEX_NAME)
    codec = Codec(blocklimit=_POSTINGS_A_BLOCK)
    codec.length_stats = (
        False  # only Whoosh's own ranking reads them, and asking for them doubles the time to write
    )
    writer = index.writer(limitmb=megabytes, codec=codec, timeout=5.0)
    try:
        yield writer
    except BaseException:
        writer.cancel()
        raise
    writer.commit(mergetype=merge)


def _keep_all(_writer: Any, segments: list[Any]) -> list[Any]:
    return segments


def _merge_like_sizes(writer: Any, segments: list[Any], at: int) -> list[Any]:
    hollow = {each.segment_id() for each in segments if each.deleted_count() > each.doc_count()}
    return _merge(writer, segments, _crowded(segments, at) | hollow)


def _crowded(segments: list[Any], at: int) -> set[str]:
    by_size: dict[int, list[Any]] = {}
    for segment in segments:
        by_size.setdefault(int(math.log(max(1, segment.doc_count()), MERGE_AT)), []).append(segment)
    return {each.segment_id() for group in by_size.values() if len(group) >= at for each in group}


def _merge(writer: Any, segments: list[Any], chosen: set[str]) -> list[Any]:
    """Copy what is left in the chosen segments into the one being written; returns the segments that stay."""
    for segment in segments:
        if segment.segment_id() in chosen and segment.doc_count():
            reader = SegmentReader(writer.storage, writer.schema, segment)
            writer.add_reader(reader)
            reader.close()
    return [segment for segment in segments if segment.segment_id() not in chosen]
