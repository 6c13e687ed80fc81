"""Merkle trees over an ordered list, and proofs about them (RFC 9162, 2.1; the hashing is that of RFC 6962, 2.1)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

EMPTY = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of one leaf: SHA-256 over 0x00 and what it says."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of what stands above two others: SHA-256 over 0x01 and both."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """The tree over some leaf hashes; each of its questions costs about as much as the tree is high."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.size = len(leaves)
        # Only whole pairs: what stands above them never changes, however many leaves come later.
        self._levels: list[list[bytes]] = [list(leaves)]
        while len(below := self._levels[-1]) > 1:
            pairs = zip(below[::2], below[1::2], strict=False)
            self._levels.append([node_hash(left, right) for left, right in pairs])

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` leaves, or over all."""
        size = self.size if size is None else size
        return self._range(0, size) if size else EMPTY

    def inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        """The audit path of the leaf `index` in the tree of the first `size` (RFC 9162, 2.1.3.1)."""
        return self._path(index, 0, size)

    def consistency(self, first: int, second: int) -> tuple[bytes, ...]:
        """That the first `first` leaves are the beginning of the first `second` (RFC 9162, 2.1.4.1)."""
        return self._subproof(first, 0, second, whole=True) if 0 < first < second else ()

    def _range(self, start: int, end: int) -> bytes:
        """The root over the leaves from `start` to before `end`; `start` is where a subtree begins."""
        count = end - start
        if count & (count - 1) == 0:
            level = count.bit_length() - 1
            return self._levels[level][start >> level]
        middle = start + _split(count)
        return node_hash(self._range(start, middle), self._range(middle, end))

    def _path(self, index: int, start: int, end: int) -> tuple[bytes, ...]:
        if end - start <= 1:
            return ()
        middle = start + _split(end - start)
        if index < middle:
            return (*self._path(index, start, middle), self._range(middle, end))
        return (*self._path(index, middle, end), self._range(start, middle))

    def _subproof(self, first: int, start: int, end: int, *, whole: bool) -> tuple[bytes, ...]:
        if first == end:
            return () if whole else (self._range(start, end),)
        middle = start + _split(end - start)
        if first <= middle:
            return (*self._subproof(first, start, middle, whole=whole), self._range(middle, end))
        return (*self._subproof(first, middle, end, whole=False), self._range(start, middle))


def is_included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` leads from a leaf hash to `root` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    here, last, found = index, size - 1, leaf
    for beside in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            found = node_hash(beside, found)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, beside)
        here, last = here >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(first: int, second: int, path: Sequence[bytes], before: bytes, after: bytes) -> bool:
    """Whether a tree of `second` leaves goes on where one of `first` ended (RFC 9162, 2.1.4.2)."""
    if not 0 <= first <= second:
        return False
    if first == second:
        return not path and before == after
    if first == 0:
        # Everything goes on from nothing.
        return not path and before == EMPTY
    steps = [before, *path] if first & (first - 1) == 0 else list(path)
    if not steps:
        return False
    here, last = first - 1, second - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    old = new = steps[0]
    for beside in steps[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            old, new = node_hash(beside, old), node_hash(beside, new)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            new = node_hash(new, beside)
        here, last = here >> 1, last >> 1
    return last == 0 and old == before and new == after


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)
