"""The look at an archive that cannot be opened: what is in the way, and what of it is there all the same."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from archive.bags import read_bag
from archive.models.database import is_damaged
from archive.models.errors import ArchiveError
from archive.services.finding import Finding
from archive.services.opening import database_damaged
from archive.services.rebuild_record import newest_record
from archive.settings import Settings
from archive.storage import open_store

log = logging.getLogger(__name__)

# What is told of which error; of others it is the archive as a whole.
ABOUT = {
    "bad-home": "home",
    "no-archive": "home",
    "bad-setting": "settings",
    "database-damaged": "database",
    "database-newer": "database",
    "database-other": "database",
    "not-now": "database",
    "collection-profile": "collections",
    "ledger-damaged": "withdrawals",
}


def examine_unopened(settings: Settings | None, error: ArchiveError) -> list[Finding]:
    """The error of opening, then what can be looked at without a database; without settings or a home nothing can."""
    findings = [Finding(ABOUT.get(error.code, "archive"), "problem", str(error), error.remedy)]
    if settings is None or error.code == "no-archive" or not settings.home.is_dir():
        return findings
    for what, look in LOOKS.items():
        if what != findings[0].what:
            findings += looked(what, partial(look, settings))
    return findings


def looked(what: str, look: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """What one look found; what is so broken that it cannot be looked at must not hide the rest."""
    try:
        return list(look())
    except Exception as error:
        log.info("the look at %s failed", what, exc_info=error)
        if is_damaged(error) and what == "database":
            return [Finding(what, "problem", str(database_damaged()), database_damaged().remedy)]
        if isinstance(error, ArchiveError):
            return [Finding(what, "problem", str(error), error.remedy)]
        reason = "the database's file is damaged" if is_damaged(error) else _reason(error)
        sentence = f"It could not be looked at: {reason}."
        return [Finding(what, "problem", sentence, "Put right what else is told here; then look again.")]


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__


def home(settings: Settings) -> Iterator[Finding]:
    """Every folder of the home can be written to."""
    for folder in (settings.home, settings.staging, settings.access, settings.index):
        try:
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            reason = f"{folder} cannot be written to: {error.strerror}."
            yield Finding("home", "problem", reason, "Give the archive's user the right to write there.")
            return
    yield Finding("home", "ok", f"{settings.home} is there and can be written to.")


def space(settings: Settings) -> Iterator[Finding]:
    """There is room where the home is."""
    free = shutil.disk_usage(settings.home).free
    if free < settings.free_space_floor:
        told = "Free some space, or move the home to a larger disk."
        yield Finding("space", "problem", f"Only {free} bytes are free.", told)
    else:
        yield Finding("space", "ok", f"{free // 1024**2} MiB are free.")


def bags(settings: Settings) -> Iterator[Finding]:
    """Every bag can be read, with its newest record: what `remembrance rebuild` begins with."""
    place = open_store(settings.objects).local_path("bags")
    sound = 0
    for folder in _below(place):
        try:
            newest_record(read_bag(folder))
            sound += 1
        except ArchiveError as error:
            told = "Put it back from a copy; then run bags validate."
            yield Finding("bags", "problem", f"The bag {folder.name} cannot be read: {error}", told)
    yield Finding("bags", "ok", f"{sound} bags are there and can be read; they do not need the database.")


def _below(place: Path | None) -> list[Path]:
    if place is None or not place.is_dir():
        return []
    return sorted(one for one in place.iterdir() if one.is_dir() and not one.name.startswith("."))


LOOKS: dict[str, Callable[[Settings], Iterator[Finding]]] = {"home": home, "space": space, "bags": bags}
