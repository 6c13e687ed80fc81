"""Opens one archive: the only place that wires its rooms together."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive.jobs import Jobs
from archive.models import Database, migrate
from archive.models.database import READ_ONLY
from archive.profiles import CollectionProfile, find_collections_root, load_profiles
from archive.search import Indexes, open_indexes
from archive.settings import Settings
from archive.storage import ObjectStore, open_store


@dataclass(frozen=True)
class Archive:
    """One open archive: what a use case needs to do its work."""

    settings: Settings
    db: Database
    store: ObjectStore
    jobs: Jobs
    indexes: Indexes
    profiles: Mapping[str, CollectionProfile]

    def close(self) -> None:
        """Let go of files and connections; nothing that was acknowledged depends on it."""
        self.indexes.close()
        self.db.close()


def open_archive(settings: Settings) -> Archive:
    """Open the archive at `settings.home`, making what is not there yet; safe from several processes at once."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    for folder in (settings.staging, settings.access, settings.index, settings.run):
        folder.mkdir(exist_ok=True, mode=0o700)
    db = Database(settings.database)
    jobs = Jobs(db.engine)
    if not (migrate.is_current(db.engine.execution_options(**READ_ONLY)) and jobs.is_ready()):
        with exclusively(settings.run / "prepare.lock"):
            migrate.upgrade(db.engine)
            jobs.migrate()
    return Archive(
        settings=settings,
        db=db,
        store=open_store(settings.objects),
        jobs=jobs,
        indexes=open_indexes(settings.index),
        profiles=load_profiles(collections_root(settings)),
    )


def collections_root(settings: Settings) -> Path:
    """Where the collections of this archive are."""
    return Path(settings.collections_dir) if settings.collections_dir else find_collections_root()


@contextmanager
def exclusively(lock: Path) -> Iterator[None]:
    """Hold `lock` across processes of this machine; the kernel lets go of it when the holder dies."""
    with lock.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def exclusively_or_not(lock: Path) -> Iterator[bool]:
    """Hold `lock` if nobody else does, and say whether."""
    with lock.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
