"""Keeps a restored home from writing into the stores of copies of the archive that was backed up, until somebody says it is that archive now.

The other may go on, as in every drill: two that write to one store make its copies part, and one removes what is the other's.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from archive.durable import fsync_path, replace_file
from archive.models.errors import ArchiveError, BadInputError
from archive.services import closing_newer
from archive.services.backup_keys import FOLDER
from archive.services.closing_newer import Newer
from archive.services.copies_stores import SET_ASIDE, is_set_aside, places, reach
from archive.services.opening import Archive
from archive.settings import Settings
from archive.storage import ObjectStore
from archive.typed_files import text_of, toml_in

SETTINGS = "remembrance.toml"
SETTING = "copies = "
ASIDE = "# Set aside by a restore until `remembrance copies adopt`: "
KEYS, KEYS_ASIDE = f"{FOLDER}/copies.toml", f"{FOLDER}/copies.toml.set-aside"


def set_aside(home: Path) -> tuple[str, ...]:
    """Have a new home write to no store, take those of the settings and the keys to them out of use; return their addresses."""
    (home / SET_ASIDE).touch(mode=0o600)
    path = home / SETTINGS
    text = text_of(path) if path.is_file() else ""
    found = tuple(toml_in(text).get("copies", ()))
    if found:
        lines = text.splitlines(keepends=True)
        replace_file(
            path, "".join(f"{ASIDE}{one}" if one.startswith(SETTING) else one for one in lines).encode()
        )
    if (home / KEYS).exists():
        (home / KEYS).rename(home / KEYS_ASIDE)
    return found


def take_up(settings: Settings) -> None:
    """Put back what a restore set aside; BadInputError (`no-such-store`) where it set nothing aside, or no store is named.

    Nothing is written to a store before `close_by_stores`.
    """
    path = settings.home / SETTINGS
    text = text_of(path) if path.is_file() else ""
    if ASIDE not in text and not is_set_aside(settings):
        raise BadInputError(
            "No restore set stores of copies aside here.",
            code="no-such-store",
            remedy="Name the store that another disk or bucket is to take the place of.",
        )
    if ASIDE not in text and not settings.copies:
        raise BadInputError(
            "The settings of this home name no store of copies.",
            code="no-such-store",
            remedy="Name the stores in the setting copies, then run the same command again.",
        )
    keys = settings.home / KEYS_ASIDE
    if keys.exists() and not (settings.home / KEYS).exists():
        keys.rename(settings.home / KEYS)
        fsync_path(keys.parent)
    # Somebody may have written the setting anew meanwhile, and that is what they want then.
    is_set = "copies" in toml_in(text)
    lines = [one for one in text.splitlines(keepends=True) if not (is_set and one.startswith(ASIDE))]
    if ASIDE in text:
        replace_file(path, "".join(lines).replace(ASIDE, "").encode())


def named(settings: Settings) -> tuple[str, ...]:
    """The stores that this home would write to: those that it names, and those that a restore set aside."""
    path = settings.home / SETTINGS
    text = text_of(path) if path.is_file() else ""
    aside = [one.removeprefix(ASIDE) for one in text.splitlines() if one.startswith(ASIDE)]
    urls = [url for one in aside for url in toml_in(one).get("copies", ())]
    return tuple(one.name for one in places(replace(settings, copies=(*settings.copies, *urls))))


def close_by_stores(archive: Archive) -> tuple[Newer, tuple[str, ...]]:
    """Close what newer records in the stores close, then have this archive write there; and which stores are not at hand."""
    stores: list[ObjectStore] = []
    away = []
    for place in places(archive.settings):
        try:
            stores.append(reach(archive, place, mark=False))
        except (ArchiveError, OSError):
            away.append(place.name)
    found = closing_newer.close_by(archive, stores)
    (archive.settings.home / SET_ASIDE).unlink(missing_ok=True)
    return found, tuple(away)
