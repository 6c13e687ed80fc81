"""A bag as one ZIP stream: stored, sorted, with a fixed date, so the same bag gives the same bytes everywhere."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from zipstream.ng import ZIP_STORED, ZipStream, ZipStreamInfo

from archive.bags.errors import BagRefusedError, Problem
from archive.bags.layout import TAG_MANIFEST
from archive.bags.read import Bag, read_bag
from archive.bags.tree import open_regular

BLOCK = 1 << 18
FIXED_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest that a ZIP can say: it means nothing, in every time zone alike."""


def zip_stream(root: Path) -> tuple[Iterator[bytes], int]:
    """Return the bag in `root` as `(blocks of a ZIP, its exact size in bytes)`; memory stays flat.

    The folder in the ZIP is named after the item. The revision is the one that counts now, even when another is
    added while the stream runs. Raises BagRefusedError for a bag that is not sound, and out of the blocks when a
    file no longer has its size or cannot be read.
    """
    bag = read_bag(root)
    archive = _SteadyZip(compress_type=ZIP_STORED, sized=True)
    sizes = {entry.path: entry.size for entry in bag.payload}
    for path in sorted([*bag.tags, *sizes, TAG_MANIFEST]):
        name = f"{bag.id}/{path}"
        if path == TAG_MANIFEST:
            archive.add([bag.tag_manifest], name, size=len(bag.tag_manifest))
        else:
            archive.add(_Blocks(bag, path), name, size=sizes.get(path, _size(bag, path)))
    return iter(archive), len(archive)


def _size(bag: Bag, path: str) -> int:
    return (bag.root / path).lstat().st_size


class _Blocks:
    """The bytes of one file of a bag; it is opened when its turn comes and must still have its size."""

    def __init__(self, bag: Bag, path: str) -> None:
        self._bag, self._path = bag, path

    def __iter__(self) -> Iterator[bytes]:
        try:
            with open_regular(self._bag.root / self._path) as stream:
                while block := stream.read(BLOCK):
                    yield block
        except OSError as error:
            raise BagRefusedError(Problem("bag-unreadable", self._path)) from error


class _SteadyZip(ZipStream):  # type: ignore[misc]
    """zipstream-ng would date each entry by the local clock; here every entry has the same date and mode."""

    def _gen_file_entry(self, *, arcname: str, size: int, iterable: Any, **_: Any) -> Iterator[bytes]:
        entry = ZipStreamInfo(arcname, FIXED_DATE)
        entry.external_attr = (stat.S_IFREG | 0o644) << 16
        entry.compress_type = ZIP_STORED
        entry.file_size = size
        entry.header_offset = self._pos
        for block in entry._file_data(iterable):
            yield self._track(block)
        if entry.file_size != size:
            raise BagRefusedError(Problem("bag-unreadable", arcname))
        self._filelist.append(entry)
