"""Cuts the times of files and folders that would tell at which time of day something came."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from archive.durable import cut_times
from archive.services.opening import Archive
from archive.services.sweep import MAKING


def cut(archive: Archive) -> None:
    """Leave the day alone of when each place of files last changed, and of when each file of the indexes was written.

    Not of the database, which is always written to, nor of the folders of the indexes: by theirs readers see that
    something changed. Those tell when anything last happened, not what.
    """
    for place in _places(archive):
        # What is being moved or removed meanwhile has its turn the next time.
        with contextlib.suppress(FileNotFoundError):
            cut_times(place, inside=False)


def _places(archive: Archive) -> Iterator[Path]:
    settings = archive.settings
    objects = archive.store.local_path("bags")
    bags = () if objects is None else (objects, objects.parent, objects.parent / ".tmp")
    staging = (settings.staging, settings.staging / "bags")
    yield from (*staging, settings.access, settings.access / MAKING, settings.sealed, settings.run, *bags)
    keys = settings.home / "keys"
    yield from (*(path for path in keys.glob("*") if path.is_file()), keys)
    # Segments are written once; what lies beside them is written anew to tell of them.
    yield from settings.index.rglob("*.seg")
