"""Writing a tantivy index: documents in and out in one commit, and segments written again without what was removed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tantivy import DocAddress, Index, IndexWriter, Schema

from archive.search.port import IndexDocument
from archive.search.tantivy_reader import View
from archive.search.tantivy_schema import ID, index_document

_BULK_BYTES = 128_000_000
_SMALL_BYTES = 16_000_000


def create(folder: Path, schema: Schema) -> Index:
    """Make an empty index in a folder."""
    return Index(schema, str(folder), reuse=False)


def build(
    folder: Path,
    schema: Schema,
    facets: tuple[str, ...],
    documents: Iterable[IndexDocument],
    told: Callable[[int], None],
) -> int:
    """Write all documents into a new index; returns how many there were."""
    count = 0
    with _writer(create(folder, schema), _BULK_BYTES) as writer:
        for count, document in enumerate(documents, 1):
            writer.add_document(index_document(document, facets))
            told(count)
    return count


def change(
    view: View, facets: tuple[str, ...], latest: Mapping[str, IndexDocument], removed_ids: Iterable[str]
) -> None:
    """Replace documents and take others out in one commit; `view` is the newest commit, and nobody else writes."""
    stale = [id_ for id_ in {*latest, *removed_ids} if view.searcher.doc_freq(ID, id_)]
    # Most of what is taken in is not public yet: a commit that changes nothing costs as much as any.
    if not latest and not stale:
        return
    with _writer(view.index, _SMALL_BYTES) as writer:
        for id_ in stale:
            writer.delete_documents_by_term(ID, id_)
        for new in latest.values():
            writer.add_document(index_document(new, facets))


def merge_away(view: View, facets: tuple[str, ...], ids: set[str]) -> None:
    """Write again what is left of the segments in which removed versions of these ids still lie.

    A segment of which nothing is left goes from the disk with the commit.
    """
    left: dict[int, list[DocAddress]] = {}
    for address in view.everything():
        left.setdefault(address.segment_ord, []).append(address)
    again = [
        address
        for segment, size in enumerate(view.sizes())
        if ids & set(_removed(view, segment, size, left.get(segment, [])))
        for address in left.get(segment, [])
    ]
    if not again:
        return
    with _writer(view.index, _BULK_BYTES) as writer:
        for address in again:
            writer.delete_documents_by_term(ID, view.id_of(address))
        for address in again:
            writer.add_document(index_document(view.document(address), facets))


def _removed(view: View, segment: int, size: int, left: Iterable[DocAddress]) -> Iterator[str]:
    """The ids of the documents of a segment that are removed."""
    kept = {address.doc for address in left}
    return (view.id_of(DocAddress(segment, number)) for number in range(size) if number not in kept)


@contextmanager
def _writer(index: Index, heap: int) -> Iterator[IndexWriter]:
    # One thread, so that what is equal stays in the order in which it was written.
    writer = index.writer(heap, 1)
    try:
        yield writer
    except BaseException:
        writer.rollback()
        raise
    writer.commit()
    writer.wait_merging_threads()
    del writer
