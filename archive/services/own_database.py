"""Whether a database is that of this home: next to an empty one, or another's, everything here would look like leftovers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from sqlalchemy import make_url, select

from archive.models import Database, Item, ItemState, SharedBag
from archive.models.errors import BadInputError, IntegrityError
from archive.settings import Settings
from archive.storage import ObjectStore

# What a store calls the folders of what belongs to an item, and of what belongs to none; and where a restore says that it was.
BAGS, SHARED, RESTORES = "bags", "shared", "restores.jsonl"
# Where bags are built below staging: as a folder it stays when nothing is in it any more.
BUILDING = "bags"
BATCH = 200


def lies_here(settings: Settings, store: ObjectStore) -> bool:
    """Whether the home holds what only a database can have brought: bags, arrived bytes, or the mark of a restore."""
    staged = (one for one in _entries(settings.staging) if one.name != BUILDING)
    built = _entries(settings.staging / BUILDING)
    bags = (one for kind in (BAGS, SHARED) for one in _entries(_place(store, kind)))
    return (settings.home / RESTORES).exists() or any(next(each, None) for each in (bags, staged, built))


def knows_none(db: Database, store: ObjectStore) -> bool:
    """Whether bags lie here and the database knows none of them: then it belongs to another archive, or to none yet."""
    is_any = False
    for known, _ in _looked_up(db, store):
        if known:
            return False
        is_any = True
    return is_any


def cannot_judge(db: Database, store: ObjectStore) -> bool:
    """Whether what no row speaks of may all the same have been acknowledged to somebody.

    So it is where a bag lies here that the database does not know, for then it may not know of what arrived either,
    and where it has received nothing at all.
    """
    with db.read() as session:
        if session.scalar(select(Item.id).where(Item.state != ItemState.DRAFT).limit(1)) is None:
            return True
    return any(len(known) < len(names) for known, names in _looked_up(db, store))


def of_another(settings: Settings) -> BadInputError:
    """What is told where a database is not that of what lies in the home."""
    address = make_url(settings.database).render_as_string(hide_password=True)
    return BadInputError(
        f"What lies in {settings.home.absolute()} belongs to another database than the one that is set ({address}), which knows nothing of it.",
        code="database-other",
        remedy=(
            "Nothing was touched. Set database_url (REMEMBRANCE_DATABASE_URL) to the database of this archive, or put its "
            "file remembrance.db back, and look whether objects_url is right. Where the database is lost, restore a backup, "
            "or make it again from the bags with `remembrance rebuild`."
        ),
    )


def _looked_up(db: Database, store: ObjectStore) -> Iterator[tuple[set[str], tuple[str, ...]]]:
    """The bags that lie here, some at a time, and which of those the database knows."""
    for kind, column in ((BAGS, Item.id), (SHARED, SharedBag.id)):
        # Looked at before the rows: a bag gets its place after its row.
        bags = (one.name for one in _entries(_place(store, kind)) if one.is_dir())
        while names := tuple(islice(bags, BATCH)):
            with db.read() as session:
                yield set(session.scalars(select(column).where(column.in_(names)))), names


def _place(store: ObjectStore, kind: str) -> Path:
    folder = store.local_path(kind)
    if folder is None:
        raise IntegrityError("The bags of this archive are not on this machine.", code="bag-not-local")
    return folder


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    """What is in a folder, but for what begins with a dot; nothing where there is no such folder."""
    if not folder.is_dir():
        return
    with os.scandir(folder) as found:
        yield from (one for one in found if not one.name.startswith("."))
