"""Damaged bags that a copy took the place of: kept as they were found, beside the bags, until somebody has looked."""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection
from pathlib import Path

from archive.bags import verify
from archive.bags.layout import RECORD
from archive.durable import fsync_path
from archive.models import today
from archive.services.names_forgotten import MISSHAPEN, Forgotten
from archive.services.opening import Archive

FOLDER = ".quarantine"
# What is on its way to change places with a damaged bag: being copied to this disk, and ready. After the change the damaged bag has this name.
BRINGING, CHANGING = ".bringing", ".changing"
_GIVEN = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}-(?:copy-)?[0-9]{4}-[0-9]{2}-[0-9]{2}-[1-9][0-9]{0,8}(?:\.bringing|\.changing)?"
)


def place_for(archive: Archive, item_id: str, of: str = "", told: Collection[str] = ()) -> Path:
    """A place that nothing has yet, on the disk of the bags; its name begins with the item's id.

    `of` is what lies there where it is no damaged bag: a word that no repair looks for. `told` are names that the item's
    history tells of: none is given again, though what bore it was removed.
    """
    folder = _folder(archive)
    folder.mkdir(mode=0o700, exist_ok=True)
    fsync_path(folder.parent)
    number = 1
    while (place := folder / f"{item_id}-{of}{today().isoformat()}-{number}").name in told or any(
        place.with_suffix(way).exists() for way in ("", BRINGING, CHANGING)
    ):
        number += 1
    return place


def places_of(archive: Archive, item_id: str) -> list[Path]:
    """Where damaged bags of an item lie, the newest last; only for who holds off repairs."""
    settle(archive, item_id)
    return sorted(_folder(archive).glob(f"{item_id}-[0-9]*"), key=_number)


def settle(archive: Archive, item_id: str = "") -> int:
    """Finish what killed repairs left here, of one item or of all: what is whole never came to its place, and is removed.

    Only while no repair goes on. Returns how many it were.
    """
    folder, settled = _folder(archive), 0
    for place in folder.glob(f"{item_id or '*'}-*{BRINGING}"):
        shutil.rmtree(place)
        settled += 1
    for place in folder.glob(f"{item_id or '*'}-*{CHANGING}"):
        # What the memory still holds sound may be rotten on the disk: that one is the damaged bag, and stays.
        if verify(place, from_disk=True).ok:
            shutil.rmtree(place)
        else:
            place.rename(place.with_suffix(""))
            fsync_path(folder)
        settled += 1
    return settled


def renamed(archive: Archive) -> list[str]:
    """The names of folders here that nobody gives here: somebody renamed them, or put them here.

    Such a one is kept, and told of like any damaged bag where its name still begins with an item's id and a day.
    """
    folder = _folder(archive)
    names = sorted(place.name for place in folder.iterdir()) if folder.is_dir() else []
    return [name for name in names if not _GIVEN.fullmatch(name)]


def _number(place: Path) -> tuple[str, int]:
    day, _, number = place.name.rpartition("-")
    # One that was renamed bears no number that says anything; it is older than what is damaged now.
    return (day, int(number)) if _GIVEN.fullmatch(place.name) else ("", 0)


def remove(archive: Archive, item_id: str) -> None:
    """Remove what is kept of an item that is to be destroyed; nothing there is success."""
    for place in _folder(archive).glob(f"{item_id}-*"):
        shutil.rmtree(place)


def forget(archive: Archive, item_id: str, what: Forgotten, *, before: int) -> None:
    """Remove from the damaged bags of an item the records of revisions `before` the first that its bag still holds.

    And later ones that tell `what` was forgotten, or may. Originals stay as they were found. Only while no repair goes on.
    """
    for place in _folder(archive).glob(f"{item_id}-*"):
        for folder in (place / RECORD).glob("[0-9]*"):
            if not folder.is_symlink() and (_number_of(folder) < before or _may_tell(folder, what)):
                shutil.rmtree(folder)
                fsync_path(folder.parent)


def _number_of(revision: Path) -> int:
    return int(revision.name) if revision.name.isdecimal() else 0


def _may_tell(revision: Path, what: Forgotten) -> bool:
    try:
        return what.is_told_in((revision / "record.json").read_bytes())
    except (OSError, *MISSHAPEN):
        return what.is_wished


def _folder(archive: Archive) -> Path:
    # No listing of a store shows what begins with a dot, so it counts as no bag.
    return archive.bag_folder("bags").parent / FOLDER
