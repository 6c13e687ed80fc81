"""Opens one archive: the only place that wires its rooms together."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from archive.jobs import Jobs
from archive.models import Database, live_in, migrate
from archive.models.database import DRIVERS, READ_ONLY, is_damaged
from archive.models.errors import BadInputError, IntegrityError
from archive.profiles import CollectionProfile, find_collections_root, load_profiles
from archive.search import Indexes, open_indexes
from archive.services import closing_marks, own_database, rebuild_mark
from archive.services.withdrawal_ledger import WithdrawalLedger
from archive.settings import Settings
from archive.storage import Bucket, ObjectStore, of_the_disk, open_store, read_address

# What every home comes to hold as soon as an archive is begun in it, of whatever version, or moved into it.
OF_A_HOME = ("staging", "access", "index", "run", "objects", "remembrance.db")
AS_AN_ADDRESS = "Write it as sqlite:////absolute/path or postgresql://user@host/name."


@dataclass(frozen=True)
class Archive:
    """One open archive: what a use case needs to do its work."""

    settings: Settings
    db: Database
    store: ObjectStore
    jobs: Jobs
    indexes: Indexes
    profiles: Mapping[str, CollectionProfile]
    withdrawals: WithdrawalLedger

    def bag_folder(self, key: str) -> Path:
        """Where the bag of that key lies; IntegrityError when bags are not on this machine."""
        folder = self.store.local_path(key)
        if folder is None:
            raise IntegrityError("The bags of this archive are not on this machine.", code="bag-not-local")
        return folder

    def close(self) -> None:
        """Let go of files and connections; nothing that was acknowledged depends on it."""
        self.indexes.close()
        self.db.close()


def open_archive(settings: Settings, *, begins: bool = True, beside_bags: bool = False) -> Archive:
    """Open the archive at `settings.home`, making what is not there yet; safe from several processes at once.

    Only what `begins` an archive makes the tables of one that has none, and only what makes rows of bags does or goes on
    `beside_bags` of which the database knows none.
    BadInputError (`bad-home`, `bad-setting`) when the home or the database cannot be used, (`database-other`) when the
    database is not that of what lies in the home, (`no-archive`) when there is none and this does not begin one;
    IntegrityError (`database-damaged`) when the database's file is not what it was.
    """
    live_in(settings.timezones)
    _make_folders(settings)
    store = _objects(settings)
    try:
        db, jobs = _prepared(
            settings, partial(_may_begin, settings, store, begins=begins, beside_bags=beside_bags)
        )
        if not beside_bags and not rebuild_mark.is_there(settings) and own_database.knows_none(db, store):
            db.close()
            raise own_database.of_another(settings)
    except DatabaseError as error:
        if not is_damaged(error):
            raise
        raise database_damaged() from error
    withdrawals = WithdrawalLedger(settings.withdrawals)
    db.before_commit.append(partial(closing_marks.tell, withdrawals))
    return Archive(
        settings=settings,
        db=db,
        store=store,
        jobs=jobs,
        indexes=open_indexes(settings.index, engine=settings.search_engine, database=settings.database),
        profiles=load_profiles(collections_root(settings)),
        withdrawals=withdrawals,
    )


def must_be_begun(settings: Settings) -> None:
    """BadInputError (`no-archive`) where the home is not there, or holds nothing of an archive.

    For whoever only looks: an empty archive made at a mistyped place, or where a disk is not mounted, would look well.
    """
    if not is_begun(settings):
        raise _no_archive(settings)


def is_begun(settings: Settings) -> bool:
    """Whether the home holds something of an archive; one that is no folder is told by opening, as what it is."""
    home = settings.home.absolute()
    if home.exists() and not home.is_dir():
        return True
    return any((home / name).exists() for name in OF_A_HOME)


def _no_archive(settings: Settings) -> BadInputError:
    return BadInputError(
        f"There is no archive at {settings.home.absolute()}; `remembrance serve` begins one.",
        code="no-archive",
        remedy="If there should be one, set REMEMBRANCE_HOME to its folder, or see whether its disk is mounted.",
    )


def database_damaged() -> IntegrityError:
    """What is told of a database whose file cannot be read."""
    return IntegrityError(
        "The database cannot be read: its file is damaged.",
        code="database-damaged",
        remedy=(
            "Stop everything. Restore a backup, or move the database's file and what begins with its name away and "
            "make it again from the bags with `remembrance rebuild`."
        ),
    )


def _prepared(settings: Settings, may_begin: Callable[[Callable[[], bool]], None]) -> tuple[Database, Jobs]:
    """The database and its jobs, with the tables of this version; before the first are made, `may_begin` is asked."""
    if _has_no_file(settings.database):
        # Before it is connected to, which makes the file.
        may_begin(lambda: not _has_no_file(settings.database))
    db = _database(settings)
    jobs = Jobs(db.engine)
    reader = db.engine.execution_options(**READ_ONLY)
    if not (migrate.is_current(reader) and jobs.is_ready()):
        with exclusively(settings.run / "prepare.lock"):
            may_begin(lambda: migrate.has_tables(reader))
            migrate.upgrade(db.engine)
            jobs.migrate()
    return db, jobs


def _has_no_file(database: str) -> bool:
    """Whether the database is a file that is not there; what is no address at all is told when it is opened."""
    try:
        address = make_url(database)
    except ArgumentError:
        return False
    is_file = address.get_backend_name() == "sqlite" and address.database not in (None, "", ":memory:")
    return is_file and not Path(str(address.database)).exists()


def _may_begin(
    settings: Settings, store: ObjectStore, is_begun: Callable[[], bool], *, begins: bool, beside_bags: bool
) -> None:
    """Refuse to make a database where another's bags or arrived bytes lie, or where one was only to be looked at."""
    # Before the tables: of another process that begins it now, nothing lies here before they are there.
    lies_here = own_database.lies_here(settings, store)
    if is_begun():
        return
    if lies_here and not (begins and beside_bags):
        raise own_database.of_another(settings)
    if not begins:
        raise _no_archive(settings)


def _objects(settings: Settings) -> ObjectStore:
    """The store of bags, which is on this machine: they are built, revised and read where they lie."""
    if isinstance(read_address(settings.objects), Bucket):
        raise BadInputError(
            "The setting objects_url cannot be a bucket: bags lie in a folder.",
            code="bad-setting",
            remedy="Give a folder here, and the bucket in the setting copies.",
        )
    return open_store(settings.objects)


def _make_folders(settings: Settings) -> None:
    try:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        for folder in (settings.staging, settings.access, settings.sealed, settings.index, settings.run):
            folder.mkdir(exist_ok=True, mode=0o700)
    except OSError as error:
        if of_the_disk(error) is not None:
            raise
        raise BadInputError(
            f"{settings.home} cannot be the home of an archive: {error.strerror}.",
            code="bad-home",
            remedy="Set REMEMBRANCE_HOME to a folder that you may write to.",
        ) from error


def _database(settings: Settings) -> Database:
    """The database, told apart from one that is only busy: an address that leads nowhere is a wrong setting."""
    try:
        _refuse_other_kinds(make_url(settings.database).drivername)
        db = Database(settings.database)
        with db.read() as session:
            session.connection()
    except (ArgumentError, ValueError) as error:
        raise BadInputError(
            "The setting database_url is not the address of a database.",
            code="bad-setting",
            remedy=AS_AN_ADDRESS,
        ) from error
    except OperationalError as error:
        told = _leads_nowhere(str(error.orig))
        if told is None:
            raise
        raise told from error
    return db


def _leads_nowhere(words: str) -> BadInputError | None:
    """What to tell of an address at which there is no database for us; None where there may be one later."""
    if "unable to open" in words:
        return BadInputError(
            "The database's file cannot be opened: its folder is not there, or is not yours to write to.",
            code="bad-setting",
            remedy="Make the folder, or change the setting database_url.",
        )
    # A server that refuses a connection gives no number with its words.
    if any(one in words for one in ("does not exist", "authentication failed", "no password supplied")):
        return BadInputError(
            "The database's server answers, and knows no such database or user, or not that password.",
            code="bad-setting",
            remedy="Create them with `createuser` and `createdb`, or change the setting database_url.",
        )
    return None


def _refuse_other_kinds(kind: str) -> None:
    """Refuse databases that no driver is there for, before one is looked for."""
    if kind not in DRIVERS:
        raise BadInputError(
            f"The setting database_url is the address of a database of another kind ({kind}): it is SQLite or PostgreSQL.",
            code="bad-setting",
            remedy=AS_AN_ADDRESS,
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
