"""The newest commit of a tantivy index, opened once and shared by all threads until a newer one appears."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tantivy import DocAddress, Index, Query, Searcher

from archive.search.alike import outdated, unreadable
from archive.search.generations import Generations
from archive.search.port import IndexDocument
from archive.search.tantivy_schema import ID, WHOLE, written

META = "meta.json"
_TRIES = 20


@dataclass(frozen=True)
class View:
    """One commit: the folder it lies in, what tantivy tells of it, and what searches it."""

    folder: Path
    told: bytes
    index: Index
    searcher: Searcher

    def everything(self) -> list[DocAddress]:
        """Where every document lies that is not removed."""
        if not self.searcher.num_docs:
            return []
        found = self.searcher.search(Query.all_query(), limit=self.searcher.num_docs, count=False)
        return [address for _, address in found.hits]

    def id_of(self, address: DocAddress) -> str:
        """The id of a document, removed ones included."""
        return str(self.searcher.doc(address).get_first(ID))

    def document(self, address: DocAddress) -> IndexDocument:
        """A document as it was written."""
        return written(bytes(self.searcher.doc(address).get_first(WHOLE) or b""))

    def sizes(self) -> list[int]:
        """How many documents each segment holds, removed ones included."""
        segments: list[dict[str, Any]] = json.loads(self.told)["segments"]
        return [segment["max_doc"] for segment in segments]


class Reader:
    """Hands out the view of the newest commit; costs the reading of two small files while nothing changes."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self._lock = threading.Lock()
        self._view: View | None = None

    def view(self) -> View | None:
        """None where there is no index yet; IntegrityError `index-outdated` or `index-unreadable` if it must be rebuilt."""
        tries = 0
        while (folder := self._generations.current()) is not None:
            try:
                return self._newest(folder)
            except FileNotFoundError as error:
                # A rebuild took the folder away in the meantime: a newer one is there.
                tries += 1
                if tries == _TRIES:
                    raise unreadable(folder.name) from error
                time.sleep(0.01)
        return None

    def view_of(self, folder: Path) -> View:
        """The view of a folder that need not be the current one."""
        told = (folder / META).read_bytes()
        try:
            index = Index.open(str(folder))
            index.config_reader("Manual")
            index.reload()
            return View(folder, told, index, index.searcher())
        except (ValueError, OSError) as error:  # as tantivy tells of damaged files
            if not (folder / META).exists():
                raise FileNotFoundError(folder) from error
            raise unreadable(folder.name) from error

    def close(self) -> None:
        """Forget what was opened; the next view opens it again."""
        with self._lock:
            self._view = None

    def _newest(self, folder: Path) -> View:
        if not self._generations.is_of_this_version(folder):
            raise outdated()
        view, told = self._view, (folder / META).read_bytes()
        if view is not None and (view.folder, view.told) == (folder, told):
            return view
        with self._lock:
            # What is told is read before it is opened: at worst the same commit is opened once more.
            self._view = self.view_of(folder)
            return self._view
