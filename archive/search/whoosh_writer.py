"""Writing a Whoosh index: documents in and out in one commit, and segments merged."""

from __future__ import annotations

import logging
import math
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

from whoosh.index import TOC, FileIndex, LockError, clean_files

from archive.search import whoosh_merging
from archive.search.alike import busy
from archive.search.port import IndexDocument
from archive.search.whoosh_codec import POSTINGS_A_BLOCK, Codec
from archive.search.whoosh_reader import INDEX_NAME
from archive.search.whoosh_schema import ID, index_fields
from archive.search.whoosh_snapshot import Snapshot
from archive.search.whoosh_storage import SEGMENT, IndexStorage

MERGE_AT = 4
"""So many segments of like size become one; each document is then written about log4(documents) times."""
LEFT_APART = 3 * MERGE_AT
"""So many stay apart while changes come, each of which somebody waits for; `tidy` makes one of them afterwards."""
MOST_BYTES, SOON_BYTES = 64 * 1024**2, 4 * 1024**2
"""No segment is made larger, so that what is taken back leaves it within seconds; and none larger while somebody waits."""

_WORDS_A_SEGMENT = 2_500_000
_BULK_MEGABYTES = 256
_SMALL_MEGABYTES = 32
Merge = Callable[[Any, list[Any]], list[Any]]

log = logging.getLogger(__name__)


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
    """Write all documents into a new index, in segments of a bounded size; returns how many there were."""
    create(folder, schema)
    count, every = 0, iter(documents)
    while (first := next(every, None)) is not None:
        words = 0
        with _writer(folder, schema, _BULK_MEGABYTES, _keep_all) as writer:
            for document in chain([first], every):
                fields = index_fields(document, facets)
                writer.add_document(**fields)
                count += 1
                told(count)
                words += sum(len(value) for value in fields.values() if isinstance(value, dict))
                if words > _WORDS_A_SEGMENT:
                    break
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
    with _writer(folder, schema, _SMALL_MEGABYTES, _keep_all) as writer:
        for document in stale:
            writer.delete_document(document)
        for new in latest.values():
            writer.add_document(**index_fields(new, facets))
    try:
        while chosen := _next(_segments(folder), LEFT_APART, SOON_BYTES):
            _merge(folder, schema, chosen, _never)
    except OSError as error:
        # What was changed is changed: that nothing is put together, on a full disk, must not keep back what comes after it.
        log.warning("what changes left apart is not put together: %s", type(error).__name__)


def merge_away(folder: Path, schema: Any, now: Snapshot, ids: Iterable[str]) -> None:
    """Rewrite the segments in which removed versions of these ids still lie."""
    ids = list(ids)
    holding = [
        segment.name
        for index, segment in enumerate(now.segments)
        if any(set(segment.postings(ID, id_)[0].tolist()) & set(now.removed(index).tolist()) for id_ in ids)
    ]
    for name in holding:
        with _writer(folder, schema, _SMALL_MEGABYTES, partial(_purge, name=name)):
            pass
    # Killed in between, a commit before this one has left what it was to remove.
    _sweep(folder)


def tidy(folder: Path, schema: Any, leaves_off: Callable[[], bool]) -> bool:
    """Make one of segments of like size, also of those that a single change leaves apart; one by one until `leaves_off`.

    Returns whether all is done.
    """
    with suppress(whoosh_merging.LeftOffError):
        while chosen := _next(found := _segments(folder), MERGE_AT, MOST_BYTES) or _hollow(found):
            _merge(folder, schema, chosen, leaves_off)
        return True
    return False


@contextmanager
def _writer(folder: Path, schema: Any, megabytes: int, merge: Merge) -> Iterator[Any]:
    index = FileIndex(IndexStorage(folder), schema=schema, indexname=INDEX_NAME)
    codec = Codec(blocklimit=POSTINGS_A_BLOCK)
    codec.length_stats = (
        False  # only Whoosh's own ranking reads them, and asking for them doubles the time to write
    )
    try:
        writer = index.writer(limitmb=megabytes, codec=codec, timeout=5.0)
    except LockError as error:
        raise busy() from error
    try:
        yield writer
        writer.commit(mergetype=merge)
    except BaseException:
        _throw_away(writer, folder)
        raise


def _throw_away(writer: Any, folder: Path) -> None:
    """Leave nothing of what was begun, on a disk that takes nothing too; else nobody in this process could write any more."""
    with suppress(OSError):
        # Closes files, which on a full disk fails once more.
        writer.cancel()
    if writer.writelock.fd is not None:
        writer.writelock.release()
    with suppress(OSError):
        _sweep(folder)


def _sweep(folder: Path) -> None:
    """Remove all files that the newest commit does not name."""
    storage = IndexStorage(folder)
    table = TOC.read(storage, INDEX_NAME)
    clean_files(storage, INDEX_NAME, table.generation, table.segments)
    shutil.rmtree(folder / f"{INDEX_NAME}.tmp", ignore_errors=True)


def _keep_all(_writer: Any, segments: list[Any]) -> list[Any]:
    return segments


def _never() -> bool:
    return False


def _merge(folder: Path, schema: Any, chosen: set[str], leaves_off: Callable[[], bool]) -> None:
    """Make one segment of the chosen ones."""

    def merge(writer: Any, segments: list[Any]) -> list[Any]:
        meant = [segment for segment in segments if segment.segment_id() in chosen]
        whoosh_merging.merge(writer, meant, leaves_off)
        return [segment for segment in segments if segment not in meant]

    with _writer(folder, schema, _SMALL_MEGABYTES, merge):
        pass


def _purge(writer: Any, segments: list[Any], name: str) -> list[Any]:
    """Write one segment without what was removed; of one of which little is left the rest is put together."""
    (meant,) = (segment for segment in segments if segment.segment_id() == name)
    if _is_hollow(meant):
        whoosh_merging.merge(writer, [meant], _never)
    else:
        whoosh_merging.purge(writer, meant)
    return [segment for segment in segments if segment is not meant]


def _segments(folder: Path) -> list[tuple[Any, int]]:
    """The segments of an index, with the bytes of what is left in each."""
    storage = IndexStorage(folder)
    found = []
    for segment in TOC.read(storage, INDEX_NAME).segments:
        size = storage.file_length(segment.make_filename(SEGMENT))
        found.append((segment, size * segment.doc_count() // max(1, segment.doc_count_all())))
    return found


def _next(segments: Sequence[tuple[Any, int]], at: int, most_bytes: int) -> set[str]:
    """Which segments are to become one now: some of `at` or more of like size; none when done.

    Together they have `most_bytes` at the most, or where twice as many stay apart, as many as a segment may have at all.
    """
    by_size: dict[int, list[tuple[Any, int]]] = {}
    for segment, size in segments:
        level = int(math.log(max(1, segment.doc_count()), MERGE_AT))
        by_size.setdefault(level, []).append((segment, size))
    for group in by_size.values():
        room = MOST_BYTES if len(group) >= 2 * at else most_bytes
        chosen = _fitting(group, room) if len(group) >= at else set()
        if len(chosen) > 1:
            return chosen
    return set()


def _fitting(group: Sequence[tuple[Any, int]], room: int) -> set[str]:
    chosen = set()
    for segment, size in group:
        if size <= room:
            room -= size
            chosen.add(segment.segment_id())
    return chosen


def _hollow(segments: Sequence[tuple[Any, int]]) -> set[str]:
    """One of which little is left; none when all are filled."""
    return set(islice((segment.segment_id() for segment, _ in segments if _is_hollow(segment)), 1))


def _is_hollow(segment: Any) -> bool:
    return bool(segment.deleted_count() > segment.doc_count())
