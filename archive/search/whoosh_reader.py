"""The newest commit of an index, opened once and shared by all threads until a newer one appears."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whoosh.index import TOC, EmptyIndexError

from archive.search.alike import outdated, unreadable
from archive.search.generations import Generations
from archive.search.whoosh_cache import Cache
from archive.search.whoosh_facets import FacetTable
from archive.search.whoosh_order import Orders
from archive.search.whoosh_segment import Segment
from archive.search.whoosh_snapshot import Snapshot
from archive.search.whoosh_storage import IndexStorage

INDEX_NAME = "MAIN"
_TRIES = 20
_SETTLED = 50_000_000  # nanoseconds; two changes of a folder nearer than the clock's tick look alike


@dataclass(frozen=True)
class View:
    """One commit, with what is counted and ordered from it."""

    snapshot: Snapshot
    facets: FacetTable
    orders: Orders


class Reader:
    """Hands out the view of the newest commit; costs two stats while nothing changes."""

    def __init__(self, generations: Generations, schema: Any, facets: tuple[str, ...]) -> None:
        self._generations = generations
        self._schema = schema
        self._facets = facets
        self._lock = threading.Lock()
        self._cache = Cache()
        self._segments: dict[str, Segment] = {}
        self._seen: tuple[int, ...] | None = None
        self._commit: tuple[Path, int] | None = None
        self._view: View | None = None

    def view(self) -> View:
        """IntegrityError `index-outdated` or `index-unreadable` where the index must be rebuilt."""
        view, seen = self._view, self._state()
        if view is not None and seen is not None and seen == self._seen:
            return view
        with self._lock:
            seen = self._state()
            if self._view is None or seen is None or seen != self._seen:
                self._refresh()
                self._seen = seen
            assert self._view is not None
            return self._view

    def view_of(self, folder: Path) -> View:
        """The view of a folder that need not be the current one."""
        self._open(folder)
        assert self._view is not None
        return self._view

    def close(self) -> None:
        """Forget what was opened; the next view opens it again."""
        with self._lock:
            self._view = self._seen = self._commit = None
            self._segments = {}
            self._cache = Cache()

    def _state(self) -> tuple[int, ...] | None:
        """What changes with every commit, or None while that is too fresh to tell."""
        folder = self._commit[0] if self._commit else self._generations.root
        try:
            stats = [folder.stat(), self._generations.pointer.stat()]
        except FileNotFoundError:
            return None
        newest = max(stat.st_mtime_ns for stat in stats)
        if time.time_ns() - newest < _SETTLED:
            return None
        return tuple(number for stat in stats for number in (stat.st_mtime_ns, stat.st_ino))

    def _refresh(self) -> None:
        tries = 0
        while (folder := self._generations.current()) is not None:
            try:
                self._open(folder)
                return
            except FileNotFoundError as error:
                # A writer or a rebuild took a file away in the meantime: a newer one is there.
                tries += 1
                if tries == _TRIES:
                    raise unreadable(folder.name) from error
                time.sleep(0.01)
        self._commit, self._view = None, self._viewed([])

    def _open(self, folder: Path) -> None:
        if not self._generations.is_of_this_version(folder):
            raise outdated()
        storage = IndexStorage(folder)
        if self._commit == (folder, TOC._latest_generation(storage, INDEX_NAME)):
            return
        try:
            table = TOC.read(storage, INDEX_NAME, schema=self._schema)
            parts = [self._part(storage, segment) for segment in table.segments]
        except FileNotFoundError:
            raise
        except EmptyIndexError as error:
            # Of a folder that is being taken away the list of its files goes before the folder does.
            raise FileNotFoundError(folder) from error
        except Exception as error:  # a damaged file can make Whoosh and pickle raise anything
            raise unreadable(folder.name) from error
        self._segments = {segment.name: segment for segment, _ in parts}
        self._commit, self._view = (folder, table.generation), self._viewed(parts)

    def _part(self, storage: IndexStorage, segment: Any) -> tuple[Segment, list[int]]:
        opened = self._segments.get(segment.segment_id()) or Segment(storage, segment)
        return opened, list(segment.deleted_docs())

    def _viewed(self, parts: list[tuple[Segment, list[int]]]) -> View:
        snapshot = Snapshot(parts, self._cache)
        return View(snapshot, FacetTable(snapshot, self._facets), Orders(snapshot))
