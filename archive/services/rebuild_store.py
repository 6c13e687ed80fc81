"""Where the bags lie that a database is made of again: in the store, or in a folder from which they are copied there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from archive.bags import Bag
from archive.bags.layout import PAYLOAD
from archive.bags.leaving import INSIDE
from archive.models.errors import BadInputError, IntegrityError
from archive.services.opening import Archive
from archive.services.own_database import BAGS, SHARED
from archive.services.sweep import arriving


def whole(source: Path | None) -> Path | None:
    """The store itself, where a folder is given that holds its items alone and what belongs to none lies beside that."""
    if source is None:
        return None
    path = Path(os.path.abspath(source))  # noqa: PTH100  absolute, but a link stays a link
    return path.parent if path.name == BAGS and (path.parent / SHARED).is_dir() else path


def must_be_folder(source: Path | None) -> None:
    """BadInputError (`no-such-path`) when `source` is no folder."""
    if source is not None and not source.is_dir():
        raise BadInputError(f"There is no folder {source}.", code="no-such-path")


def holds_nothing(source: Path) -> bool:
    """Whether no bag lies in a folder, in whichever way they may."""
    return not any(map(below, _places(source)))


def lies_in(source: Path, name: str) -> bool:
    """Whether the folder of a bag lies in a folder, in whichever way they may."""
    return any((place / name).is_dir() for place in _places(source))


def _places(source: Path) -> list[Path]:
    found = inside(source) or source
    return [found / name for name in (BAGS, SHARED, INSIDE) if (found / name).is_dir()] or [found]


def inside(source: Path | None) -> Path | None:
    """Where the bags lie in a folder that may be an export of ours, which is one bag that holds them."""
    return source / PAYLOAD if source is not None and (source / PAYLOAD / INSIDE).is_dir() else source


def folders(
    archive: Archive, source: Path | None, name: str, there: str = "", *, twice: bool = False
) -> list[Path]:
    """Every folder that should be a bag: those below `name` in the store, then those of `source` that are not there.

    In `source` they lie below `there`, where that is said; with `twice` those of it come too that are in the store.

    BadInputError (`no-such-path`) when `source` is no folder.
    """
    must_be_folder(source)
    here = below(archive.bag_folder(name))
    known = set() if twice else {folder.name for folder in here}
    if source is None:
        return here
    return here + [folder for folder in below(source / (there or name)) if folder.name not in known]


def in_store(
    archive: Archive,
    bag: Bag,
    key: str,
    proved: Callable[[Path], object],
    give_way: Callable[[Path], None] | None = None,
) -> Path:
    """Where the bag lies in the store, copied there and read again by `proved` when it lay elsewhere.

    What lies there already stays, unless it is told to `give_way` to this one.
    """
    place = archive.bag_folder(key)
    if bag.root.parent == place.parent and bag.root != place:
        raise IntegrityError(f"The folder is not called as its bag: {bag.id}.", code="bag-misplaced")
    if place.exists() and (give_way is None or bag.root == place):
        return place
    staged = archive.settings.staging / "bags" / bag.id
    with arriving(archive):
        shutil.rmtree(staged, ignore_errors=True)
        shutil.copytree(bag.root, staged, symlinks=True)
        try:
            proved(staged)
            if give_way is not None and place.exists():
                give_way(place)
            archive.store.publish_folder(staged, key)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    return place


def below(folder: Path) -> list[Path]:
    """The folders in a folder, sorted; none where there is no such folder."""
    if not folder.is_dir():
        return []
    return sorted(one for one in folder.iterdir() if one.is_dir() and not one.name.startswith("."))
