"""What belongs into a backup: everything that the rows of the copied database speak of, wherever its bytes are by now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from os import fstat
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive.bags import bag_key
from archive.models import (
    AccessCopy,
    BagImport,
    Base,
    File,
    Item,
    ItemState,
    Replacement,
    SharedBag,
    Upload,
)
from archive.models.errors import NotFoundError
from archive.services.backup_folder import Piece
from archive.services.bag_import_standing import KEPT, package_of
from archive.services.opening import Archive

# A file on its way into a bag is renamed twice: whoever looks just between finds it at the next look.
LOOKS = 3


@dataclass(frozen=True)
class Rows:
    """What the copied database speaks of: rows of each table, bags by item, and those of what belongs to none by id, with the newest revision they may tell, files by path."""

    counts: Mapping[str, int]
    bags: Mapping[str, int]
    shared: Mapping[str, int]
    pieces: tuple[Piece, ...]


def read_rows(archive: Archive, session: Session, *, access: bool) -> Rows:
    """What the database that `session` sees speaks of; what is to be destroyed is left out."""
    tables = Base.metadata.sorted_tables
    counts = {one.name: session.scalar(select(func.count()).select_from(one)) or 0 for one in tables}
    stays = Item.erasure == ""
    kept = select(Item.id, Item.record_revision).where(Item.bag_key != "", stays)
    pieces = [*_staged(archive, session), *_uploads(archive, session), *_packages(archive, session)]
    if access:
        pieces += _copies(archive, session)
    shared = select(SharedBag.id, SharedBag.record_revision)
    shared = shared.where(SharedBag.subject.is_not(None), SharedBag.bag_revision > 0)
    bags = dict(session.execute(kept).all()), dict(session.execute(shared).all())
    return Rows(counts, *bags, tuple(pieces))


def file_piece(path: Path, name: str) -> Piece:
    """A file of this machine as it is."""
    return Piece(name, partial(_opened, path), lambda: path.stat().st_size)


def bytes_piece(path: str, data: bytes, sha512: str, of: str) -> Piece:
    """Bytes that are at hand already."""
    return Piece(path, lambda: BytesIO(data), lambda: len(data), sha512, of)


def _staged(archive: Archive, session: Session) -> list[Piece]:
    """Originals that have arrived and are in no bag yet."""
    being_made = select(Replacement.new_id).where(Replacement.done.is_(False))
    columns = (File.item_id, File.safe_name, File.staged_as, File.sha512, File.size)
    query = select(*columns, Item.id.in_(being_made)).join(Item, Item.id == File.item_id)
    query = query.where(File.staged_as != "", Item.erasure == "")
    return [
        Piece(
            f"staging/{staged}",
            partial(_on_its_way, archive, staged, item_id, name),
            partial(int, size),
            sha512,
            item_id,
            # Of what is being made of other items the bytes are in the bags of those.
            dispensable=is_being_made,
        )
        for item_id, name, staged, sha512, size, is_being_made in session.execute(query)
    ]


def _on_its_way(archive: Archive, staged: str, item_id: str, name: str) -> BinaryIO:
    staging = archive.settings.staging
    for _ in range(LOOKS):
        for path in (staging / staged, staging / "bags" / item_id / "data" / name):
            if path.is_file():
                try:
                    return path.open("rb")
                except FileNotFoundError:
                    continue
        key = f"{bag_key(item_id)}/data/{name}"
        if archive.store.exists(key):
            return archive.store.open(key)
    raise NotFoundError(f"The bytes of {staged} are gone.")


def _uploads(archive: Archive, session: Session) -> list[Piece]:
    """Bytes that have arrived of files that are not whole yet; whoever sends them may also have taken them away."""
    return [
        Piece(
            f"staging/{upload}",
            partial(_arrived, archive, upload),
            partial(_size, archive.settings.staging / upload),
            dispensable=True,
        )
        for upload in session.scalars(select(Upload.id).where(Upload.file_id.is_(None)))
    ]


def _arrived(archive: Archive, upload_id: str) -> BinaryIO:
    try:
        return (archive.settings.staging / upload_id).open("rb")
    except FileNotFoundError:
        # It has become a file since, and that may be in a bag by now.
        with archive.db.read() as live:
            query = select(File.staged_as, File.item_id, File.safe_name).join(
                Upload, Upload.file_id == File.id
            )
            row = live.execute(query.where(Upload.id == upload_id)).first()
        if row is None:
            raise
        return _on_its_way(archive, row.staged_as or upload_id, row.item_id, row.safe_name)


def _packages(archive: Archive, session: Session) -> list[Piece]:
    """Packages of bags that have arrived whole and wait: nobody has to upload them again."""
    waiting = select(BagImport.id).where(BagImport.state.in_(KEPT)).order_by(BagImport.id)
    return [_package(archive, import_id) for import_id in session.scalars(waiting)]


def _package(archive: Archive, import_id: str) -> Piece:
    path, name = package_of(archive, import_id), f"staging/{import_id}"
    try:
        # Held open from the moment at which the database was copied: it may be taken in and removed while others are copied.
        stream = path.open("rb")
    except FileNotFoundError:
        return file_piece(path, name)
    return Piece(name, lambda: stream, lambda: fstat(stream.fileno()).st_size)


def _copies(archive: Archive, session: Session) -> list[Piece]:
    query = select(AccessCopy.path, AccessCopy.sha512, AccessCopy.size, File.item_id)
    query = query.join(File, File.id == AccessCopy.file_id).join(Item, Item.id == File.item_id)
    query = query.where(Item.erasure == "", Item.state != ItemState.WITHDRAWN)
    access = archive.settings.access
    return [
        Piece(
            f"access/{path}",
            partial(_opened, access / path),
            partial(int, size),
            sha512,
            item_id,
            dispensable=True,
        )
        for path, sha512, size, item_id in session.execute(query)
    ]


def _opened(path: Path) -> BinaryIO:
    return path.open("rb")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
