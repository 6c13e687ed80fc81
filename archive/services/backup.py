"""Backs an archive up while it is served: a copy of one instant of the database, and of every byte that it speaks of.

First the database, then the bytes: what is added meanwhile is no part of it, and what only moved is found where it is.
The ledger of withdrawals comes last, so that it is never older than the rest.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select

from archive import __version__
from archive.bags import bag_key, shared_key
from archive.durable import flush_tree, fsync_path
from archive.jobs import Jobs
from archive.models import Item, SharedBag, today
from archive.models.database import open_engine
from archive.models.errors import BadInputError, IntegrityError, NotFoundError, StorageFullError
from archive.models.migrate import HEAD
from archive.models.whole_copies import copied, size_of, sqlite_url
from archive.services import backup_check, backup_keys, backup_manifest, restore_record
from archive.services.backup_bags import pieces_of_bag
from archive.services.backup_folder import BESIDE_A_FILE, Making, Piece, UnreadableError, alone_in, room_for
from archive.services.backup_manifest import DATABASES, LEDGER, MAKING, Backup
from archive.services.backup_plan import Rows, file_piece, read_rows
from archive.services.backup_settings import kept_settings
from archive.services.opening import Archive, collections_root
from archive.services.withdrawal_ledger import Act

Tell = Callable[[str, int, int], None]
SETTINGS, COLLECTIONS, CHECKPOINTS = "remembrance.toml", "collections", "ledger"


@dataclass(frozen=True)
class Wished:
    """How a backup is to be: its name ("" for the day), whether access copies are in it, nothing shared, tried out; where keys go."""

    name: str = ""
    access: bool = True
    full: bool = False
    verify: bool = True
    keys: Path | None = None


@dataclass(frozen=True)
class Done:
    """A backup that was made: how many files it shares with the one before, and whether it was restored to try it."""

    backup: Backup
    shared: int
    is_verified: bool


def back_up(archive: Archive, target: Path, wished: Wished, tell: Tell = lambda *_: None) -> Done:
    """Make a backup in the folder `target`, beside those that are there.

    BadInputError (`backup-place`, `file-exists`), StorageFullError before anything is written, ConflictError
    (`backup-running`), IntegrityError (`backup-damaged`) when what was written cannot be restored: it is no backup then.
    """
    _check_place(archive, target, wished)
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    with alone_in(target):
        name = _name(target, wished.name)
        room_for(target, 2 * size_of(archive.db) + archive.settings.free_space_floor)
        making = Making(target / f"{MAKING}{name}", None if wished.full else backup_manifest.newest(target))
        making.folder.mkdir(mode=0o700)
        if wished.keys is not None:
            backup_keys.write_keys(wished.keys, backup_keys.keys_of(archive.settings))
        try:
            backup = _make(archive, making, wished, tell)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise StorageFullError(
                    f"There is no room left in {target}; there is no new backup."
                ) from error
            raise
        if wished.verify:
            _try_out(backup, archive, tell)
        # Only under its own name is it taken for a backup.
        whole = making.folder.rename(target / name)
        fsync_path(target)
    return Done(replace(backup, folder=whole), making.shared, wished.verify)


def _try_out(backup: Backup, archive: Archive, tell: Tell) -> None:
    try:
        backup_check.check(backup, archive.settings.database, tell)
    except IntegrityError as error:
        raise IntegrityError(
            str(error),
            code=error.code,
            remedy="There is no new backup. Look after the disk, then run it again with --full.",
        ) from error


def _check_place(archive: Archive, target: Path, wished: Wished) -> None:
    home, place = archive.settings.home.resolve(), target.resolve()
    kept = archive.store.local_path("bags")
    inside = [
        one for one in (home, kept.parent.resolve() if kept else None) if one and place.is_relative_to(one)
    ]
    if inside or home.is_relative_to(place):
        raise BadInputError(
            f"A backup in {target} would be lost together with the archive.",
            code="backup-place",
            remedy="Choose a folder outside of the home, best on another disk.",
        )
    if target.exists() and not target.is_dir():
        raise BadInputError(f"{target} is no folder.", code="backup-place")
    if wished.keys is not None and wished.keys.resolve().is_relative_to(place):
        raise BadInputError(
            "Keys beside a backup open what they seal to whoever finds it.",
            code="backup-place",
            remedy="Give --keys a file in another place, and keep it elsewhere.",
        )


def _name(target: Path, wished: str) -> str:
    if not wished:
        names = (today().isoformat(), *(f"{today().isoformat()}-{number}" for number in range(2, 10_000)))
        return next(one for one in names if not (target / one).exists())
    if "/" in wished or wished.startswith(".") or "\0" in wished:
        raise BadInputError("A backup's name is the plain name of a folder.", code="backup-place")
    if (target / wished).exists():
        raise BadInputError(
            f"{target / wished} is there already.", code="file-exists", remedy="Give another name."
        )
    return wished


def _make(archive: Archive, making: Making, wished: Wished, tell: Tell) -> Backup:
    database = "sqlite" if archive.db.is_sqlite else "postgresql"
    copy = making.folder / DATABASES[database]
    tell("database", 0, 1)
    with copied(archive.db, copy) as session:
        rows = read_rows(archive, session, access=wished.access)
    if archive.db.is_sqlite:
        _forget_moments(copy)
    making.note(DATABASES[database])
    tell("database", 1, 1)
    missing = _copy(archive, making, rows, tell)
    settings, left_out = kept_settings(archive.settings)
    making.put_bytes(SETTINGS, settings)
    making.put_bytes(LEDGER, archive.withdrawals.whole_lines())
    _drop_destroyed(archive, making, rows)
    flush_tree(making.folder)
    backup = Backup(
        folder=making.folder,
        on=today(),
        program=__version__,
        tables=HEAD,
        database=database,
        access=wished.access,
        counts=rows.counts,
        missing=tuple(missing),
        left_out=left_out,
        files=making.files,
    )
    backup_manifest.write(backup)
    return backup


def _forget_moments(copy: Path) -> None:
    """The engine of jobs knows to the millisecond when each was asked for, until some seconds after it has ended."""
    engine = open_engine(sqlite_url(copy))
    try:
        Jobs(engine).forget_moments()
    finally:
        engine.dispose()


def _copy(archive: Archive, making: Making, rows: Rows, tell: Tell) -> list[str]:
    """Copy every file; what could not be is told, and the rest goes on."""
    missing: list[str] = []
    # Gone through twice rather than kept: of a large archive they would fill the memory.
    sizes = [0 if making.is_shared(one) else _size(one) for one in _pieces(archive, rows, [])]
    room_for(making.folder, sum(sizes) + BESIDE_A_FILE * len(sizes) + size_of(archive.db))
    for done, piece in enumerate(_pieces(archive, rows, missing), 1):
        try:
            if not making.put(piece):
                missing.append(f"{piece.path} is not what it was when it arrived")
        except (NotFoundError, FileNotFoundError):
            if not piece.dispensable and not _is_destroyed(archive, piece.of):
                missing.append(f"{piece.path} is gone")
        except UnreadableError:
            missing.append(f"{piece.path} cannot be read")
        tell("files", done, max(done, len(sizes)))
    return missing


def _pieces(archive: Archive, rows: Rows, missing: list[str]) -> Iterator[Piece]:
    """Every file that belongs into the backup; bags that are not there are told in `missing`."""
    yield from rows.pieces
    yield from _collections(archive)
    yield from _checkpoints(archive)
    kept = [(bag_key(one), one, revision) for one, revision in rows.bags.items()]
    kept += [(shared_key(one), shared_key(one), revision) for one, revision in rows.shared.items()]
    for key, of, revision in kept:
        try:
            yield from pieces_of_bag(archive, key, revision, of)
        except (NotFoundError, OSError):
            if not _is_destroyed(archive, of):
                missing.append(f"objects/{key} is gone")


def _collections(archive: Archive) -> Iterable[Piece]:
    """Collections that are this archive's own; those of the program come with it."""
    if not archive.settings.collections_dir:
        return
    root = collections_root(archive.settings)
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield file_piece(path, f"{COLLECTIONS}/{path.relative_to(root).as_posix()}")


def _checkpoints(archive: Archive) -> Iterable[Piece]:
    """What the public ledger signed, and by what it is proved to those who gave."""
    root = archive.settings.ledger
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            yield file_piece(path, f"{CHECKPOINTS}/{path.relative_to(root).as_posix()}")
    restores = archive.settings.home / restore_record.FILE
    if restores.is_file():
        yield file_piece(restores, restore_record.FILE)


def _size(piece: Piece) -> int:
    try:
        return piece.sized()
    except (NotFoundError, OSError):
        return 0


def _drop_destroyed(archive: Archive, making: Making, rows: Rows) -> None:
    """What its giver had destroyed while the backup was made is not kept in it either."""
    standing = archive.withdrawals.standing().values()
    destroyed = {line.item for line in standing if line.act == Act.DESTROY}
    for item_id in destroyed:
        making.drop(f"objects/{bag_key(item_id)}")
    for piece in rows.pieces:
        if piece.of in destroyed:
            making.drop(piece.path)


def _is_destroyed(archive: Archive, item_id: str) -> bool:
    """Whether an item was destroyed, its draft removed, or another bag took the place of a shared one, since the database was copied."""
    if not item_id:
        return False
    with archive.db.read() as session:
        if item_id.startswith(shared_key("")):
            stays = select(SharedBag.id).where(SharedBag.subject.is_not(None))
            return session.scalar(stays.where(shared_key("") + SharedBag.id == item_id)) is None
        erasure = session.scalar(select(Item.erasure).where(Item.id == item_id))
    return erasure is None or erasure != ""
