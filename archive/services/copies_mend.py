"""Copies one bag into a store, and has it take the place of a copy that is not what it should be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from archive.bags import read_bag, verify
from archive.models.errors import ArchiveError, IntegrityError
from archive.services.copies_bag import CopyDiffersError, copy_bag, take_away
from archive.services.copies_stores import Place, reach
from archive.services.opening import Archive
from archive.storage import ObjectStore, StoreAwayError

FAILING = "store-failing"


class SourceDamagedError(IntegrityError):
    """The bag that is to be copied is damaged itself; no copy is made or touched."""

    code = "source-damaged"
    remedy = "`remembrance bags repair` puts it right from a copy that is whole."


def copy_or_mend(
    folder: Path, store: ObjectStore, key: str, goes_on: Callable[[], None], *, in_full: bool
) -> None:
    """Bring the copy at `key` up to what the bag in `folder` is, as `copy_bag` does, and put right what rotted there."""
    try:
        copy_bag(folder, store, key, goes_on, in_full=in_full)
    except CopyDiffersError as found:
        # Only a bag that is whole in every byte takes the place of what lies over there.
        if not verify(folder, from_disk=True).ok:
            raise SourceDamagedError("The bag that is to be copied is damaged.") from found
        read_bag(folder)
        take_away(store, key, found.paths)
        copy_bag(folder, store, key, goes_on, in_full=True)


def blame(archive: Archive, place: Place, key: str, error: OSError) -> ArchiveError:
    """Whose disk it is that failed while the bag at `key` was copied: one bad spot must not keep the others waiting.

    Raises what `reach` does where all of the store is gone.
    """
    reach(archive, place, mark=False)
    if not verify(archive.bag_folder(key), from_disk=True).ok:
        # It is our own disk that does not give it, not the store.
        return SourceDamagedError("The bag that is to be copied is damaged.")
    return StoreAwayError(f"{place.name} cannot be read or written: {error.strerror}.", code=FAILING)
