"""What an archive says that it holds, to be looked at before it is unpacked: a little of it is read, the rest is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import IO

from archive.bags.packed import DO_NOT_USE, Counted
from archive.bags.tree import Tree
from archive.models.errors import TooLargeError

MOST_AHEAD = 100_000_000
"""Bytes: what is read of an archive, its list with it, before it is known whether it is unpacked."""
HEADER = 512
"""Bytes: what is read of an archive before each entry (a block of a TAR; a ZIP has less)."""

Wanted = Callable[[str], bool]


class Listed:
    """The paths and sizes that an archive lists; what is looked at of them counts against MOST_AHEAD."""

    def __init__(
        self,
        files: dict[str, int],
        folders: Iterable[str],
        read_already: int,
        opened: Callable[[str], IO[bytes] | None],
        extract: Callable[[str], None],
    ) -> None:
        above = {parent for path in (*files, *folders) for parent in parents(path)}
        self.tree = Tree(files, {*filter(None, folders), *filter(None, above)})
        self.taken: set[str] = set()
        self._left = MOST_AHEAD - read_already
        self._opened, self._extract = opened, extract

    def head(self, path: str, count: int) -> bytes:
        """The first `count` bytes of a file; raises what `take` does."""
        self._count(HEADER + count)
        source = self._opened(path)
        if source is None:
            return b""
        with source:
            return source.read(count)

    def take(self, path: str) -> None:
        """Unpack one file now; TooLargeError (`archive-headers`) before more is read than may be."""
        if path not in self.taken:
            self._count(HEADER + self.tree.files[path])
            self._extract(path)
            self.taken.add(path)

    def _count(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise TooLargeError(
                "What the archive says of what is in it is larger than that can be.",
                code="archive-headers",
                remedy=DO_NOT_USE,
            )


Ahead = Callable[[Listed], Wanted]
"""Looks at what is listed: raises what refuses all of it, or says which paths are to be unpacked."""


def unpack_looking_ahead(
    paths: Iterable[str],
    files: dict[str, int],
    packed: Counted,
    ahead: Ahead,
    opened: Callable[[str], IO[bytes] | None],
    extract: Callable[[str], None],
) -> None:
    """Unpack what `ahead` wants of an archive that lists `paths`, of which `files` have a size; raises what `ahead` does."""
    inside = list(paths)
    listed = Listed(files, set(inside) - files.keys(), packed.count, opened, extract)
    wanted = ahead(listed)
    packed.lift()
    for path in inside:
        if path not in listed.taken and wanted(path):
            extract(path)


def everything(_listed: Listed) -> Wanted:
    """Want all of an archive, whatever it lists."""
    return lambda _path: True


def parents(path: str) -> list[str]:
    """The folders that a path lies in, outermost first; "" is where all of them lie."""
    parts = path.split("/")
    return ["/".join(parts[:depth]) for depth in range(len(parts))]
