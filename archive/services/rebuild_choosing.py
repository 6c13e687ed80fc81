"""Which of two bags of one item a database is made of again, where one lies in the store and one was brought."""

from __future__ import annotations

from pathlib import Path

from archive.bags import Bag, read_bag
from archive.bags.leaving import INSIDE
from archive.durable import fsync_path
from archive.models.errors import ArchiveError, IntegrityError
from archive.services import quarantine
from archive.services.copies_bag import is_forgotten
from archive.services.copies_carrying import past_of
from archive.services.opening import Archive
from archive.services.rebuild_record import prove_bytes


def choose(here: Path, source: Path | None) -> Path:
    """The whole one with the newest record, of the bag `here` in the store and that of its name in `source`.

    IntegrityError (`rebuild-parted`) where each holds a record that the other does not, (`rebuild-newer-damaged`) where the
    one that holds more is not whole: the other would show what was closed since.
    """
    there = _beside(source, here.name)
    if there is None or there == here:
        return here
    ours, theirs = _read(here), _read(there)
    if ours is None or theirs is None:
        return _readable(here, there, ours, theirs)
    if _goes_on(ours, theirs):
        newer, older = (here, there) if ours.tags.items() == theirs.tags.items() else (there, here)
    elif _goes_on(theirs, ours):
        newer, older = here, there
    else:
        raise IntegrityError(
            "Here and in what was brought it has histories that parted.",
            code="rebuild-parted",
            remedy="Compare the two, and move the one that is not to count away.",
        )
    if _is_whole(newer) or not _is_whole(older):
        return newer
    if ours.tags.items() == theirs.tags.items():
        return older
    raise _newer_damaged(newer)


def _readable(here: Path, there: Path, ours: Bag | None, theirs: Bag | None) -> Path:
    """The one that can be read at all, unless what is left of the other tells of a newer record."""
    read, chosen, other = (ours, here, there) if theirs is None else (theirs, there, here)
    if read is not None and past_of(other).last > read.current_revision:
        raise _newer_damaged(other)
    return here if read is None else chosen


def _newer_damaged(newer: Path) -> IntegrityError:
    return IntegrityError(
        f"The one with the newest record, {newer}, is damaged; the other knows nothing of what was decided since.",
        code="rebuild-newer-damaged",
        remedy="Look for another copy of the newer one. If there is none, move it away and run the same command again.",
    )


def give_way(archive: Archive, place: Path) -> None:
    """Keep the bag that lies in the store apart, so that another takes its place."""
    place.rename(quarantine.place_for(archive, place.name))
    fsync_path(place.parent)


def _beside(source: Path | None, name: str) -> Path | None:
    if source is None:
        return None
    return next(
        (one for one in (source / "bags" / name, source / INSIDE / name, source / name) if one.is_dir()), None
    )


def _read(folder: Path) -> Bag | None:
    try:
        return read_bag(folder)
    except (ArchiveError, OSError):
        return None


def _is_whole(folder: Path) -> bool:
    try:
        prove_bytes(folder)
    except (ArchiveError, OSError):
        return False
    return True


def _goes_on(older: Bag, newer: Bag) -> bool:
    """Whether all that one bag lists is in the other too, but for what that one was made to forget."""
    kept = {path: sha512 for path, sha512 in older.tags.items() if not is_forgotten(path, newer.tags)}
    return kept.items() <= newer.tags.items() and older.current_revision <= newer.current_revision
