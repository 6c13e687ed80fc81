"""Cuts the times of files and folders that would tell at which time of day something came."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from archive.durable import cut_times
from archive.services.opening import Archive
from archive.services.sweep import MAKING
from archive.services.withdrawal_ledger import KEY


def cut(archive: Archive) -> None:
    """Leave the day alone of when each place of files last changed, and of when each file of the indexes was written.

    Not of the database, which is always written to, nor of the folders of the indexes: by theirs readers see that
    something changed. Those tell when anything last happened, not what.
    """
    for place in _places(archive):
        # What is being moved or removed meanwhile has its turn the next time; of a folder that an operator made and owns
        # no other account can set the time.
        with contextlib.suppress(FileNotFoundError, PermissionError):
            cut_times(place, inside=False)


def _places(archive: Archive) -> Iterator[Path]:
    settings = archive.settings
    objects = archive.store.local_path("bags")
    bags = () if objects is None else (objects, objects.parent, objects.parent / ".tmp")
    staging = (settings.staging, settings.staging / "bags")
    yield from (*staging, settings.access, settings.access / MAKING, settings.sealed, settings.run, *bags)
    keys, ledger = settings.home / "keys", settings.withdrawals
    yield from (*(path for path in keys.glob("*") if path.is_file()), keys)
    # The key of the ledger is made with the first withdrawal. Beside it, wherever that is, may lie what is not ours.
    yield from (ledger, ledger.with_name(f"{KEY}.key"), ledger.parent)
    # That one of these was made is seen by the folder it lies in.
    yield settings.home
    # Segments are written once; what lies beside them is written anew to tell of them.
    yield from settings.index.rglob("*.seg")
