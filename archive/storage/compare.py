"""Are two files, or two folders, the same byte for byte?"""

from __future__ import annotations

import stat
from pathlib import Path

from archive.durable import walk_tree

BLOCK = 1 << 20


def same_bytes(one: Path, other: Path) -> bool:
    """Compare two regular files by size, then by content; anything else is never the same."""
    first, second = one.lstat(), other.lstat()
    if not (stat.S_ISREG(first.st_mode) and stat.S_ISREG(second.st_mode)) or first.st_size != second.st_size:
        return False
    with one.open("rb") as left, other.open("rb") as right:
        while block := left.read(BLOCK):
            if block != right.read(BLOCK):
                return False
    return True


def same_tree(one: Path, other: Path) -> bool:
    """Compare two folders: the same files with the same bytes; empty folders do not count."""
    ours, theirs = _files(one), _files(other)
    return ours == theirs and all(same_bytes(one / path, other / path) for path in ours)


def _files(folder: Path) -> set[Path]:
    return {
        path.relative_to(folder) for path, status in walk_tree(folder) if not stat.S_ISDIR(status.st_mode)
    }
