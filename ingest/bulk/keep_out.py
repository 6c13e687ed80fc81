"""Knows the folders that hold an archive itself, its keys and passwords among them: nothing in them is anybody's gift."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from archive.services.backup_manifest import LISTED, SAID
from archive.settings import Settings
from ingest.bulk.model import Refusal

OWN_HOME = "own-home"
DATABASE, KEYS, KEY = "remembrance.db", "keys", ".key"
OURS = "It belongs to this archive itself, which is never taken in."
THEIRS = (
    "It belongs to an archive or the backup of one, with its keys or its database, and is never taken in."
)
# What the demonstration is made of lies in its home.
DEMONSTRATION = "demonstration"

# What a folder or file is under every name that leads to it: its device and its number there.
_Mark = tuple[int, int]


class KeepOut:
    """Refuses what is, or lies in, the home of this archive, and what looks like that of another or a backup."""

    def __init__(self, own: Iterable[Path] = (), let_in: Iterable[Path] = ()) -> None:
        self._own = _marks(own)
        self._let_in = _marks(let_in)

    @classmethod
    def of(cls, settings: Settings, unpacked: Iterable[Path] = ()) -> KeepOut:
        """What this archive keeps to itself, but for its sample and folders in it that gifts are unpacked to."""
        objects = [] if "://" in settings.objects else [Path(settings.objects)]
        own = (settings.home, settings.withdrawals, *objects)
        return cls(own, (settings.home / DEMONSTRATION, *unpacked))

    def at(self, path: Path) -> Refusal | None:
        """Why `path`, met on the way down from one that was given, is not looked into or taken; None when it may be."""
        if _mark(path) in self._own:
            return Refusal(path, OWN_HOME, OURS)
        return Refusal(path, OWN_HOME, THEIRS) if _looks_like_one(path) else None

    def around(self, path: Path) -> Refusal | None:
        """The same of a path that was given: of itself, and of every folder that it lies in."""
        # A link that was given is told as one, and what it leads to is not looked at.
        is_told = path.is_symlink() and not path.is_dir()
        place = path.parent.resolve() / path.name if is_told else path.resolve()
        for folder in (place, *place.parents):
            refusal = self.at(folder)
            if refusal is not None:
                return Refusal(path, refusal.code, refusal.reason)
            if _mark(folder) in self._let_in:
                return None
        return None


def _looks_like_one(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    if _mark(folder / DATABASE) or all(_mark(folder / name) for name in (SAID, LISTED)):
        return True
    try:
        return any(one.suffix == KEY for one in (folder / KEYS).iterdir())
    except OSError:
        return False


def _marks(paths: Iterable[Path]) -> frozenset[_Mark]:
    return frozenset(mark for mark in map(_mark, paths) if mark is not None)


def _mark(path: Path) -> _Mark | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
