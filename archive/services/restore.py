"""Makes an archive of a backup, in an empty home; what was taken back since the backup is taken back before anybody sees it.

Everything is done beside the home, which gets it by one rename: nobody can serve what is half restored.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import func, select, update

from archive.durable import flush_tree, fsync_path
from archive.models import (
    AccessCopy,
    BagCopy,
    Contact,
    File,
    FileState,
    Item,
    ItemState,
    SharedBagCopy,
    migrate,
    new_id,
    today,
)
from archive.models.errors import BadInputError, ConflictError
from archive.models.whole_copies import bring_back
from archive.services import (
    backup_keys,
    closing,
    closing_newer,
    erasing,
    indexing,
    restore_copies,
    restore_record,
    withdrawing,
)
from archive.services.backup import COLLECTIONS, SETTINGS
from archive.services.backup_manifest import LEDGER, Backup
from archive.services.contribute import enqueue_examination
from archive.services.opening import Archive, open_archive
from archive.services.restore_files import lay_out
from archive.services.withdrawal_ledger import Act, Line, WithdrawalLedger, as_json, parse
from archive.settings import Settings
from archive.storage import FolderStore

Tell = Callable[[str, int, int], None]
FILES_A_CHANGE = 200


@dataclass(frozen=True)
class Asked:
    """Where to restore to: the home, the address of an empty PostgreSQL database for a backup of one; keys and ledgers, if at hand.

    `newer` are folders that may hold newer records: the bags of the old home, stores of copies.
    """

    home: Path
    database_url: str = ""
    keys: Path | None = None
    ledgers: tuple[Path, ...] = ()
    newer: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Restored:
    """What came of it: items that were taken back since the backup, files whose access copies are to be made anew.

    `is_cleared` says that of what was taken back nothing is left; `sealed` contacts cannot be opened without the keys;
    `can_be_found` are the items in each index. `closed` are consents that were narrowed, and items
    that were taken off, by the ledger or by a newer record; `newer` items of which a place at hand knows a newer record, and
    `unread` such records that could not be read. `stores` of copies are not used until somebody says so (`restore_copies`).
    """

    taken_back: int
    is_cleared: bool
    has_keys: bool
    sealed: int
    made_anew: int
    can_be_found: indexing.InIndexes
    closed: int = 0
    newer: int = 0
    unread: int = 0
    stores: tuple[str, ...] = ()


def restore(backup: Backup, asked: Asked, tell: Tell = lambda *_: None) -> Restored:
    """Restore a backup. BadInputError (`home-not-empty`, `database-not-empty`, `backup-database`), ConflictError
    (`database-newer`, `backup-running`), IntegrityError (`backup-damaged`, `ledger-damaged`)."""
    home = asked.home.absolute()
    _check(backup, asked, home)
    keys = backup_keys.read_keys(asked.keys) if asked.keys else {}
    own = parse((backup.folder / LEDGER).read_bytes())
    others = [parse(path.read_bytes()) for path in asked.ledgers]
    with _beside(home) as place:
        tell("copying", 0, 1)
        gone = {line.item for lines in (own, *others) for line in lines if line.act == Act.DESTROY}
        lay_out(backup, place, without=gone)
        backup_keys.put_keys(place, keys)
        stores = restore_copies.set_aside(place)
        _merge(place, [(backup.folder / LEDGER, own), *zip(asked.ledgers, others, strict=True)])
        if backup.database == "postgresql":
            bring_back(backup.folder / backup.database_file, asked.database_url)
        tell("copying", 1, 1)
        settings = _settings(place, asked)
        archive = open_archive(settings, beside_bags=True)
        try:
            # First of all: what happens from here on was not lost in this.
            restore_record.write(archive, backup.on)
            done = _set_right(archive, asked, tell)
        finally:
            archive.close()
        _settle(place, home)
    return replace(done, stores=stores)


def _check(backup: Backup, asked: Asked, home: Path) -> None:
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise BadInputError(
            f"{home} is not empty; nothing there was touched.",
            code="home-not-empty",
            remedy="Give --home a folder that is empty or not there yet.",
        )
    if not home.parent.is_dir():
        raise BadInputError(f"There is no folder {home.parent}.", code="no-such-path")
    if backup.tables > migrate.HEAD:
        raise ConflictError(
            "The backup was made by a newer version of the program.",
            code="database-newer",
            remedy=f"Install version {backup.program} again, and restore with it.",
        )
    if (backup.database == "postgresql") != bool(asked.database_url):
        raise BadInputError(
            f"The backup is of a {backup.database} database.",
            code="backup-database",
            remedy="A backup from PostgreSQL needs --database with the address of an empty database; no other takes it.",
        )


@contextmanager
def _beside(home: Path) -> Iterator[Path]:
    """A place beside the home to restore in; what a killed restore left there is cleared away."""
    around = home.parent / f".{home.name}.restoring"
    around.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(around, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(around / "home", ignore_errors=True)
        yield around / "home"
    except BlockingIOError:
        raise ConflictError(
            f"Something is being restored to {home} already.",
            code="backup-running",
            remedy="Wait until it has ended.",
        ) from None
    else:
        shutil.rmtree(around, ignore_errors=True)
    finally:
        os.close(descriptor)


def _merge(place: Path, ledgers: Sequence[tuple[Path, tuple[Line, ...]]]) -> None:
    """One ledger of several of the same archive: the longest, and what only others say was taken back."""
    path = place / LEDGER
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    longest = max((lines for _, lines in ledgers), key=len)
    if longest:
        path.write_bytes(b"".join(map(as_json, longest)))
        path.chmod(0o600)
    known = {line.hash for line in longest}
    merged = WithdrawalLedger(path)
    for origin, lines in ledgers:
        merged.adopt(line for line in lines if line.hash not in known)
        beside = origin.parent / backup_keys.OF_THE_LEDGER
        mine = path.parent / backup_keys.OF_THE_LEDGER
        if beside.is_file() and not mine.exists():
            shutil.copyfile(beside, mine)
            mine.chmod(0o600)


def _settings(place: Path, asked: Asked) -> Settings:
    """The settings that the restored archive will have, with everything where it is now."""
    settings = Settings.load({"REMEMBRANCE_HOME": str(place)})
    collections = place / COLLECTIONS
    return replace(
        settings,
        database_url=asked.database_url,
        collections_dir=str(collections) if collections.is_dir() else "",
    )


def _set_right(archive: Archive, asked: Asked, tell: Tell) -> Restored:
    """Take back and close what was since, before anything else; then see to what no backup holds."""
    has_keys = asked.keys is not None
    closed = closing.reapply(archive)
    taken_back = withdrawing.reapply(archive)
    newer = closing_newer.close_by(archive, [FolderStore(one) for one in asked.newer if one.is_dir()])
    _look_at_copies_again(archive)
    is_cleared = erasing.clear(archive, all_days=True)
    erasing.sweep_destroyed(archive)
    made_anew = _make_copies_anew(archive)
    with archive.db.read() as session:
        sealed = 0 if has_keys else session.scalar(select(func.count()).select_from(Contact)) or 0
    # Indexes are never restored: a program reads them that would run what is written in them.
    found = indexing.rebuild(archive, lambda done: tell("indexing", done, done))
    told = closed + newer.closed, newer.items, newer.unread
    return Restored(taken_back, is_cleared, has_keys, sealed, made_anew, found, *told)


def _look_at_copies_again(archive: Archive) -> None:
    """Believe nothing of what the backup says lies in the stores: they went on after it, and may hold newer records."""
    with archive.db.write() as session:
        for row in (BagCopy, SharedBagCopy):
            session.execute(update(row).values(revision=0, read_on=None, waits_since=today()))


def _make_copies_anew(archive: Archive) -> int:
    """Have those files looked at again whose access copies the backup does not hold; a worker makes them."""
    query = select(AccessCopy.file_id, AccessCopy.path).join(File, File.id == AccessCopy.file_id)
    query = query.join(Item, Item.id == File.item_id).where(Item.state != ItemState.WITHDRAWN)
    with archive.db.read() as session:
        rows = session.execute(query).all()
    access = archive.settings.access
    lost = sorted({file_id for file_id, path in rows if not (access / path).is_file()})
    for start in range(0, len(lost), FILES_A_CHANGE):
        some = lost[start : start + FILES_A_CHANGE]
        with archive.db.write() as session:
            withdrawing.forget_copies(session, some)
            for file in session.scalars(select(File).where(File.id.in_(some))):
                file.state = FileState.RECEIVED
            session.flush()
            for file_id in some:
                enqueue_examination(archive, session, file_id, again=new_id())
    return len(lost)


def _settle(place: Path, home: Path) -> None:
    """Put what was restored in the place of the home, whole."""
    if (place / COLLECTIONS).is_dir():
        with (place / SETTINGS).open("a", encoding="utf-8") as stream:
            stream.write(f"collections_dir = {json.dumps(str(home / COLLECTIONS))}\n")
    flush_tree(place)
    home.parent.mkdir(parents=True, exist_ok=True)
    place.rename(home)
    fsync_path(home.parent)
