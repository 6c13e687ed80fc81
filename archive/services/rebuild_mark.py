"""What a rebuild remembers of itself until nothing is left out any more: where its bags lie, and which did not come.

Without it a run that looks elsewhere, or that was killed, would pass for the end of one that left something out.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from archive.durable import fsync_path, replace_file
from archive.settings import Settings

FILE = "rebuild-begun"
# In the place of a folder: the archive's own store.
HERE = ""


@dataclass(frozen=True)
class Mark:
    """What is not done yet: the folder of a run that came to no end (`HERE` for the store, None where each did), and the
    names of what was left out, each with the folder it lies in."""

    under_way: str | None = None
    left_out: dict[str, str] = field(default_factory=dict)


def is_there(settings: Settings) -> bool:
    """Whether a rebuild was begun and came to no end, or left something out."""
    return _path(settings).exists()


def read(settings: Settings) -> Mark | None:
    """The mark, or None where there is none; one of an older version is empty, and says neither."""
    try:
        return Mark(**json.loads(_path(settings).read_bytes()))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        return Mark(HERE)


def write(settings: Settings, mark: Mark) -> None:
    """Write it down, flushed to disk."""
    replace_file(_path(settings), json.dumps(asdict(mark)).encode())


def remove(settings: Settings) -> None:
    """Nothing is left out any more."""
    _path(settings).unlink(missing_ok=True)
    fsync_path(settings.run)


def begin(settings: Settings, source: Path | None) -> None:
    """Write down that a run begins; one that looks into no other folder ends none that did."""
    before = read(settings) or Mark()
    under_way = named(source) if source is not None else before.under_way or HERE
    write(settings, replace(before, under_way=under_way))


def not_met(
    settings: Settings, source: Path | None, met: Collection[str], *, is_empty: bool
) -> dict[str, str]:
    """What was left out before, or not come to, and where this run did not look: each with the folder it lies in.

    `met` are the names of all bags that it looked at. What was moved away from where it lay is missed no more, but for a
    `source` that `is_empty`: its disk may not be mounted.
    """
    mark = read(settings) or Mark()
    looked_into = {HERE} if is_empty else {HERE, named(source)}
    missed = {
        name: folder
        for name, folder in mark.left_out.items()
        if name not in met and folder not in looked_into
    }
    if source is None and mark.under_way:
        missed[mark.under_way] = mark.under_way
    return missed


def named(source: Path | None) -> str:
    """How a folder stands in the mark."""
    return HERE if source is None else str(source)


def _path(settings: Settings) -> Path:
    return settings.run / FILE
