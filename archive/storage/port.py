"""The port that every store of objects answers; tests/contract/test_object_store_contract.py says what it promises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol


class ObjectStore(Protocol):
    """Bytes kept by key. What a method has acknowledged survives SIGKILL and power loss.

    Putting never overwrites: the same bytes again is success, other bytes raise ConflictError
    (`storage-conflict`). A key that is not there raises NotFoundError (`object-not-found`), an unsafe key
    BadInputError (`storage-key`), a full disk StorageFullError. Safe to call from many threads.
    """

    def put_file(self, key: str, source: Path, *, move: bool = False) -> None:
        """Keep the bytes of the regular file `source`; with `move` the source is gone afterwards."""

    def put_bytes(self, key: str, data: bytes) -> None:
        """Keep `data`."""

    def replace_bytes(self, key: str, data: bytes) -> None:
        """Keep `data` in place of whatever the key held: the only overwrite, and it is atomic."""

    def swap_bytes(self, key: str, old: bytes | None, new: bytes) -> bool:
        """Keep `new` if the key holds exactly `old` (None: nothing), and say whether; of many at once one does."""

    def open(self, key: str) -> BinaryIO:
        """Open the object for reading from its start; the caller closes it."""

    def read_range(self, key: str, start: int, length: int) -> bytes:
        """Return at most `length` bytes from offset `start`; fewer at the end, none beyond it."""

    def size(self, key: str) -> int:
        """Return the size in bytes."""

    def exists(self, key: str) -> bool:
        """Say whether the key holds an object (a folder of objects is none)."""

    def list(self, prefix: str = "") -> Iterator[str]:
        """Yield, sorted within each folder, the keys at or below `prefix`, a whole number of key parts."""

    def delete_prefix(self, prefix: str) -> None:
        """Remove the object at `prefix` and all below it; nothing there is success."""

    def delete_while(self, key: str, held: bytes | None, prefix: str) -> bool:
        """Remove what is at `prefix` if `key` holds exactly `held` (None: nothing), which nobody swaps meanwhile, and say whether.

        False also from a store that cannot promise that, such as a bucket.
        """

    def local_path(self, key: str) -> Path | None:
        """Return where the object or folder of objects lies (or would lie) on this machine, None when remote."""

    def publish_folder(self, staged: Path, key_prefix: str) -> None:
        """Keep a whole staged folder: it appears at once or not at all, and is gone from `staged` afterwards.

        A repeat after a crash is success: `staged` gone and the prefix there, or both there and equal.
        """

    def sweep_orphans(self) -> int:
        """Remove temporary leftovers of processes that died before this store was opened; return how many."""
