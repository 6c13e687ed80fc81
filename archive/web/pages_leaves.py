"""The files of an item in leaves, so that the page of one with very many, or very long ones, is not too heavy to open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, is_dataclass
from html import escape
from typing import Any

from archive.web.links import item_href
from archive.web.pages_file import Download, FileBlock
from archive.web.pages_list import Pager, pager
from archive.web.pages_view import ROOM, Opened, PageTurner, Sheet

# What stands around the words of each, about; generous, since it is the room that has to hold.
_AROUND: dict[type, int] = {FileBlock: 900, PageTurner: 1_200, Sheet: 400, Download: 150}
_ZOOM = 1_900
_OTHER, _STRING = 60, 40


@dataclass(frozen=True)
class Leaf:
    """The files that a page shows, how many stand on leaves before, and the way to the others."""

    files: tuple[FileBlock, ...]
    before: int
    pager: Pager | None


def leaf(item_id: str, blocks: Sequence[FileBlock], opened: Opened) -> Leaf:
    """The leaf on which a file is, or what accompanies it; the first where no file is asked for, or none of these.

    Whoever asked to see its pictures clearly sees those of every leaf so.
    """
    leaves = _leaves(blocks)
    if len(leaves) < 2:
        return Leaf(tuple(blocks), 0, None)
    at = next((number for number, those in enumerate(leaves) if _holds(those, opened.file_id)), 0)

    def href(number: int) -> str:
        file_id = leaves[number - 1][0].id if number > 1 else None
        return item_href(item_id, file_id=file_id, is_shown=opened.is_shown)

    return Leaf(tuple(leaves[at]), sum(map(len, leaves[:at])), pager(at + 1, len(leaves), href))


def _leaves(blocks: Sequence[FileBlock]) -> list[list[FileBlock]]:
    """The files in leaves that have room for them; one file is never parted."""
    found: list[list[FileBlock]] = [[]]
    if len(blocks) < 2:
        return found
    taken = 0
    for block in blocks:
        size = _weight(block)
        if found[-1] and taken + size > ROOM:
            found.append([])
            taken = 0
        found[-1].append(block)
        taken += size
    return found


def _holds(blocks: Sequence[FileBlock], file_id: str) -> bool:
    return any(file_id in (one.id, *(companion.id for companion in one.companions)) for one in blocks)


def _weight(value: Any) -> int:
    """About so many bytes of a page something takes that is shown there."""
    if isinstance(value, str):
        return len(escape(value).encode()) + _STRING if value else 0
    if isinstance(value, tuple):
        return sum(map(_weight, value))
    if not is_dataclass(value):
        return 0
    zoom = _ZOOM if isinstance(value, Sheet) and value.zoom else 0
    return _AROUND.get(type(value), _OTHER) + zoom + sum(map(_weight, vars(value).values()))
