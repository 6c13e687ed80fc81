"""What travels through the accession of one item, and the tools that the steps work with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from sqlalchemy.orm import Session

from archive.bags import StockValidator, bag_key
from archive.models import File, Item
from archive.services.opening import Archive
from ingest.sandbox import SandboxPool


@dataclass(frozen=True)
class ItemParcel:
    """One item on its way into the archive; `staged` is its bag while nobody sees it yet, None once it is kept; `size` in bytes."""

    item_id: str
    staged: Path | None = None
    size: int = 0


@dataclass(frozen=True)
class Row:
    """An item inside the one transaction in which its rows change; it is locked until the transaction ends."""

    item: Item
    session: Session


class Tools:
    """What the pipeline works with: the archive, and as many sandboxes and validators as there are workers."""

    def __init__(self, archive: Archive, size: int | None = None) -> None:
        self.archive = archive
        size = size or archive.settings.concurrency
        # A parser that a file has taken over can read originals, never the database or a key.
        originals = archive.store.local_path(bag_key("any"))
        may_read = (archive.settings.staging, *([originals.parents[1]] if originals else []))
        self.sandboxes = SandboxPool(size, archive.settings.run, may_read)
        self._validators = [StockValidator() for _ in range(size)]
        self._free: SimpleQueue[StockValidator] = SimpleQueue()
        for validator in self._validators:
            self._free.put(validator)

    @contextmanager
    def validator(self) -> Iterator[StockValidator]:
        """A stock validator for the length of a `with`."""
        validator = self._free.get()
        try:
            yield validator
        finally:
            self._free.put(validator)

    def close(self) -> None:
        """End every child process."""
        self.sandboxes.close()
        for validator in self._validators:
            validator.close()


def bag_staging(archive: Archive, item_id: str) -> Path:
    """Where the bag of an item is built."""
    return archive.settings.staging / "bags" / item_id


def original(archive: Archive, file: File) -> Path | None:
    """Where the bytes of an original are now: arriving, in a bag being built, or kept; None when not on this machine."""
    staged = archive.settings.staging / file.staged_as if file.staged_as else None
    building = bag_staging(archive, file.item_id) / "data" / file.safe_name
    kept = archive.store.local_path(f"{bag_key(file.item_id)}/data/{file.safe_name}")
    return next((path for path in (staged, building, kept) if path is not None and path.is_file()), None)
