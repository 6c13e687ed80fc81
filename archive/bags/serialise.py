"""A bag as one ZIP stream: stored, sorted, with a fixed date, so the same bag gives the same bytes everywhere."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from archive.bags.errors import BagRefusedError, Problem
from archive.bags.layout import TAG_MANIFEST
from archive.bags.read import Bag, read_bag
from archive.bags.tree import open_descriptor, size_of
from archive.bags.zip_writing import ZipWriter

BLOCK = 1 << 18
"""Bytes: a file that is no larger is read whole, and its sum stands before it."""


def zip_stream(root: Path) -> tuple[Iterator[bytes], int]:
    """Return the bag in `root` as `(blocks of a ZIP, its exact size in bytes)`; memory stays flat.

    The folder in the ZIP is named after the item. The revision is the one that counts now, even when another is
    added while the stream runs. Raises BagRefusedError for a bag that is not sound, and out of the blocks when a
    file no longer has its size or cannot be read.
    """
    bag = read_bag(root)
    sizes = {entry.path: entry.size for entry in bag.payload}
    sizes |= {path: size_of(root, path) for path in bag.tags}
    sizes[TAG_MANIFEST] = len(bag.tag_manifest)
    files = sorted(sizes.items())
    return _blocks(bag, files), _length(bag, files)


def _length(bag: Bag, files: Sequence[tuple[str, int]]) -> int:
    """How long the ZIP will be, known from the sizes alone."""
    made = ZipWriter()
    for path, size in files:
        made.begin(f"{bag.id}/{path}", size, 0 if size <= BLOCK else None)
        made.finish(0)
    made.end()
    return made.length


def _blocks(bag: Bag, files: Sequence[tuple[str, int]]) -> Iterator[bytes]:
    made = ZipWriter()
    for path, size in files:
        name = f"{bag.id}/{path}"
        if size <= BLOCK:
            data = b"".join(_read(bag, path, size))
            crc = zlib.crc32(data)
            yield made.begin(name, size, crc) + data
        else:
            yield made.begin(name, size, None)
            crc = 0
            for block in _read(bag, path, size):
                crc = zlib.crc32(block, crc)
                yield block
        if behind := made.finish(crc):
            yield behind
    yield made.end()


def _read(bag: Bag, path: str, size: int) -> Iterator[bytes]:
    """The bytes of one file of a bag; it is opened when its turn comes and must still have its size."""
    if path == TAG_MANIFEST:
        # As it was read: a revision that was added since has put another in its place.
        yield bag.tag_manifest
        return
    try:
        descriptor, found = open_descriptor(f"{bag.root}/{path}")
        try:
            left = size if found == size else -1
            while left > 0 and (block := os.read(descriptor, min(BLOCK, left))):
                left -= len(block)
                yield block
        finally:
            os.close(descriptor)
    except OSError as error:
        raise BagRefusedError(Problem("bag-unreadable", path)) from error
    if left:
        raise BagRefusedError(Problem("bag-unreadable", path))
