"""Finds the ledgers of withdrawals that tell what was taken back since a backup; without one nothing is brought back unasked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from archive.bags import bag_key, read_bag
from archive.models.errors import ArchiveError, BadInputError
from archive.services.backup import SETTINGS
from archive.services.backup_manifest import LEDGER, Backup
from archive.services.shared_bags import SUBJECT_LABEL
from archive.services.shared_withdrawing import INTRODUCTION
from archive.services.withdrawal_ledger import parse
from archive.settings import Settings
from archive.storage import Folder, read_address
from archive.typed_files import toml_of

BAGS, SHARED = "objects/bags/", "objects/shared/"


def at_hand(backup: Backup, settings: Settings, given: Sequence[Path] = ()) -> tuple[Path, ...]:
    """Those given, that of the archive itself if `settings` lead to it, and those of newer backups beside."""
    own = (backup.folder / LEDGER).read_bytes()
    others = (one / LEDGER for one in sorted(backup.folder.parent.iterdir()) if one != backup.folder)
    newer = (one for one in others if one.is_file() and one.stat().st_size > len(own))
    beside = tuple(one for one in newer if _is_of(backup, one.read_bytes(), own))
    live = (settings.withdrawals,) if _is_live(backup, settings, own) else ()
    return tuple(dict.fromkeys((*given, *live, *beside)))


def newer_at_hand(backup: Backup, settings: Settings) -> tuple[Path, ...]:
    """Folders that may hold newer records of items of the backup: the bags of the old home, and the stores of copies.

    The stores are those that the backup's settings or those of the old home name.
    """
    said = toml_of(backup.folder / SETTINGS).get("copies", [])
    own = [settings.objects] if _is_home_of(backup, settings) else []
    found = []
    for url in dict.fromkeys((*own, *settings.copies, *said)):
        with suppress(BadInputError):
            place = read_address(url)
            if isinstance(place, Folder) and place.path.is_dir():
                found.append(place.path)
    return tuple(found)


def check_known(backup: Backup, settings: Settings, given: Sequence[Path]) -> None:
    """BadInputError (`ledger-needed`) where nothing at hand can tell what was taken back until now.

    A newer backup's ledger is obeyed, but knows nothing of what came after it.
    """
    own = (backup.folder / LEDGER).read_bytes()
    nothing_ever = not own and not settings.withdrawals.exists() and _is_home_of(backup, settings)
    for one in given:
        parse(one.read_bytes())  # one that was changed is told as that
        if not _is_of(backup, one.read_bytes(), own):
            raise BadInputError(
                f"{one.name} is the ledger of withdrawals of another archive, or of none.",
                code="ledger-other",
                remedy="Give the newest ledger of withdrawals of the archive that was backed up.",
            )
    if given or nothing_ever or _is_live(backup, settings, own):
        return
    raise BadInputError(
        f"Nothing here can tell what was taken back since {backup.on.isoformat()}, and it would be shown again.",
        code="ledger-needed",
        remedy="Give the newest ledger of withdrawals with --ledger, or let REMEMBRANCE_HOME lead to the old home. "
        "If neither is left, look through what was asked since that day, and say --without-ledger.",
    )


def _is_live(backup: Backup, settings: Settings, own: bytes) -> bool:
    """Whether the ledger that the settings lead to is that of the archive which was backed up."""
    if not settings.withdrawals.is_file():
        return False
    if own:
        return settings.withdrawals.read_bytes().startswith(_first(own))
    return _is_home_of(backup, settings)


def _is_home_of(backup: Backup, settings: Settings) -> bool:
    """Whether a bag of the backup lies where the settings say that bags lie; no two archives have one in common."""
    place = read_address(settings.objects)
    if not isinstance(place, Folder):
        return False
    return any((place.path / bag_key(one)).is_dir() for one in _ids(backup))


def _is_of(backup: Backup, ledger: bytes, own: bytes) -> bool:
    """Whether a ledger is that of the archive which was backed up, by its first line, or by what it says was taken back."""
    if own:
        return ledger.startswith(_first(own))
    lines = parse(ledger)
    ids = _ids(backup)
    if any(line.item in ids for line in lines):
        return True
    # The words that introduce a collection are called alike in every archive.
    shared = {line.item for line in lines if line.is_shared and not line.item.startswith(f"{INTRODUCTION}/")}
    return bool(shared) and not shared.isdisjoint(_subjects(backup))


def _ids(backup: Backup) -> frozenset[str]:
    """The items of which the backup holds a bag."""
    return frozenset(
        path.removeprefix(BAGS).partition("/")[0] for path in backup.files if path.startswith(BAGS)
    )


def _subjects(backup: Backup) -> Iterator[str]:
    """What the bags of the backup are of that belong to no item."""
    shared = (path for path in backup.files if path.startswith(SHARED))
    for bag_id in sorted({path.removeprefix(SHARED).partition("/")[0] for path in shared}):
        with suppress(ArchiveError, OSError):
            yield read_bag(backup.folder / SHARED / bag_id).info.get(SUBJECT_LABEL, "")


def _first(ledger: bytes) -> bytes:
    return ledger.partition(b"\n")[0]
