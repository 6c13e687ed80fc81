"""The stores that hold copies: which the settings name, whether one is there, and whether it is the one it was."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive.models import CopyStore, new_id
from archive.models.errors import ArchiveError, BadInputError, ConflictError, NotFoundError
from archive.services.opening import Archive, exclusively_or_not
from archive.settings import Settings
from archive.storage import (
    Bucket,
    Folder,
    ObjectStore,
    StoreAwayError,
    StoreHeldError,
    open_store,
    read_address,
)

MARK = "remembrance-copy.json"
LONGEST_MARK = 4096
# Lies in a home from its restore until `remembrance copies adopt`.
SET_ASIDE = "copies.set-aside"


@dataclass(frozen=True)
class Place:
    """A store as the setting `copies` names it: its address, what people read of it, and what is wrong with the address."""

    url: str
    name: str
    is_bucket: bool = False
    fault: ArchiveError | None = None


def is_set_aside(settings: Settings) -> bool:
    """Whether this home was restored, and nobody said yet that it may write to stores of copies."""
    return (settings.home / SET_ASIDE).exists()


def check_not_set_aside(settings: Settings) -> None:
    """Raise ConflictError (`store-set-aside`) in a restored home until somebody says that it may write to stores of copies."""
    if is_set_aside(settings):
        raise ConflictError(
            "This home was restored from a backup, and the archive that was backed up may go on with its stores of copies.",
            code="store-set-aside",
            remedy="If this home takes its place for good, run `remembrance copies adopt` without a name; else leave it.",
        )


def places(settings: Settings) -> tuple[Place, ...]:
    """Every store of the setting `copies`, in its order; one whose address is wrong says so itself."""
    return tuple(
        _place(settings, number, url) for number, url in enumerate(dict.fromkeys(settings.copies), 1)
    )


def chosen(settings: Settings, named: Sequence[str]) -> tuple[Place, ...]:
    """The stores of those names, all without one; BadInputError (`no-such-store`), ConflictError in a restored home that names it no more."""
    known = places(settings)
    for name in named:
        if not any(name in (one.name, one.url) for one in known):
            check_not_set_aside(settings)
            names = ", ".join(one.name for one in known) or "none"
            raise BadInputError(
                f"The setting copies names no store {name}; it names: {names}.", code="no-such-store"
            )
    return tuple(one for one in known if not named or one.name in named or one.url in named)


def row_of(session: Session, place: Place) -> CopyStore:
    """The row of a store, made when there is none; in the caller's transaction."""
    row = session.scalar(select(CopyStore).where(CopyStore.url == place.url))
    if row is None:
        row = CopyStore(id=new_id(), url=place.url, mark="", trouble="")
        session.add(row)
        session.flush()
    return row


def place_of(archive: Archive, store_id: str) -> Place:
    """The store of a row, which the setting `copies` names."""
    with archive.db.read() as session:
        url = session.get_one(CopyStore, store_id).url
    return next(one for one in places(archive.settings) if one.url == url)


def reach(archive: Archive, place: Place, *, mark: bool = True) -> ObjectStore:
    """Open a store that is there, and is the one it was; marked at its first use (with `mark`).

    StoreAwayError (`store-away`, `store-refused`), ConflictError (`store-other`), BadInputError for its address.
    """
    if place.fault is not None:
        raise place.fault
    store = _open(archive, place)
    with archive.db.read() as session:
        known = session.scalar(select(CopyStore.mark).where(CopyStore.url == place.url)) or ""
    found = _mark_in(store)
    if known and found != known:
        raise ConflictError(
            f"What is at {place.name} is not the store that was there.",
            code="store-other",
            remedy="Connect the right one; or say `remembrance copies adopt` if this one takes its place.",
        )
    if not known and mark:
        _keep_mark(archive, place, found or _new_mark(store))
    return store


def adopt(archive: Archive, place: Place) -> None:
    """Have what is at the place of a store be that store from now on; everything is copied or read there anew."""
    store = _open(archive, place)
    with archive.db.write() as session:
        store_id = row_of(session, place).id
    with alone(archive, store_id):
        with archive.db.write() as session:
            session.execute(delete(CopyStore).where(CopyStore.id == store_id))
        _keep_mark(archive, place, _mark_in(store) or _new_mark(store))


@contextmanager
def alone(archive: Archive, store_id: str) -> Iterator[None]:
    """Be the only process of this machine that writes to a store; StoreHeldError when another does.

    ConflictError (`store-set-aside`) in a restored home, whatever its settings name, until somebody says that it may.
    """
    check_not_set_aside(archive.settings)
    with exclusively_or_not(archive.settings.run / f"copies-{store_id}.lock") as mine:
        if not mine:
            raise StoreHeldError("Another process of this machine is at it.")
        yield


def _place(settings: Settings, number: int, url: str) -> Place:
    try:
        address = read_address(url)
        if isinstance(address, Bucket):
            return Place(url, address.name, is_bucket=True)
        _check_apart(settings, address)
        return Place(url, address.name)
    except BadInputError as error:
        # What cannot be read may hold a key, so it is known by its number alone.
        return Place(url, f"#{number}", fault=error)


def _check_apart(settings: Settings, address: Folder) -> None:
    """Refuse a folder in which a fault of the archive's own disk, or of its user, would take both."""
    if not address.path.is_absolute():
        raise BadInputError("The folder of a copy is given whole, from /.", code="storage-url")
    here = address.path.resolve()
    objects = Path(settings.objects.removeprefix("file://")).resolve()
    if here == objects or objects in here.parents or here in objects.parents:
        raise BadInputError(
            "A copy cannot lie where the bags lie.",
            code="store-same-place",
            remedy="Give a folder on another disk in the setting copies.",
        )


def _open(archive: Archive, place: Place) -> ObjectStore:
    if place.fault is not None:
        raise place.fault
    address = read_address(place.url)
    # Never made here: where a disk is not mounted, its place would fill the disk below.
    if isinstance(address, Folder) and not address.path.is_dir():
        raise StoreAwayError(f"{place.name} is not there.")
    try:
        return open_store(place.url, archive.settings.copy_keys)
    except OSError as error:
        raise StoreAwayError(f"{place.name} cannot be written to.", code="store-refused") from error


def _mark_in(store: ObjectStore) -> str:
    try:
        with store.open(MARK) as stream:
            return str(json.loads(stream.read(LONGEST_MARK))["id"])
    except NotFoundError:
        return ""
    except (ValueError, KeyError, TypeError):
        return "unreadable"


def _new_mark(store: ObjectStore) -> str:
    mark = new_id()
    words = "Copies of the bags of a Remembrance archive. The id tells this store from another at its place."
    data = json.dumps({"id": mark, "what": words}).encode() + b"\n"
    store.put_bytes(MARK, data)
    if store.swap_bytes(MARK, None, data):
        # It was asked to put something only where nothing is.
        store.delete_prefix(MARK)
        raise BadInputError(
            "The server of this bucket writes over what is there, though it was asked not to.",
            code="store-unfit",
            remedy="Choose a server that knows If-None-Match.",
        )
    return mark


def _keep_mark(archive: Archive, place: Place, mark: str) -> None:
    with archive.db.write() as session:
        twin = session.scalar(select(CopyStore).where(CopyStore.mark == mark, CopyStore.url != place.url))
        if twin is not None:
            raise ConflictError(
                f"{place.name} is the same store as another that the setting copies names.",
                code="store-same-place",
                remedy="Take one of the two out of the setting copies.",
            )
        row_of(session, place).mark = mark
