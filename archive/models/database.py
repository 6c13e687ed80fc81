"""One way to open the database: SQLite by default, PostgreSQL by URL, with the promises each needs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property, partial
from typing import Any, TypeVar

import pysqlite3.dbapi2
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DatabaseError, DBAPIError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT_S = 30
READ_ONLY = {"read_only": True}
# The drivers that are there, however the address names them.
DRIVERS = frozenset({"sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg"})
# SQLite's words for SQLITE_NOTADB and SQLITE_CORRUPT; its errors have no number that reaches us.
DAMAGED_WORDS = ("file is not a database", "disk image is malformed")

# deadlock_detected (postgresql.org/docs/current/errcodes-appendix.html).
CROSSED = "40P01"
MOST_TRIES = 5

Result = TypeVar("Result")


def is_crossed(error: BaseException) -> bool:
    """Whether PostgreSQL ended a transaction because it and another waited for each other; nothing of it is kept."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == CROSSED


def is_damaged(error: BaseException) -> bool:
    """Whether the error is SQLite's word for a file that is damaged, or that never was a database."""
    told = error.orig if isinstance(error, DatabaseError) else error
    is_of_the_driver = isinstance(told, pysqlite3.dbapi2.DatabaseError)
    return is_of_the_driver and any(words in str(told) for words in DAMAGED_WORDS)


def open_engine(url: str, *, durable: bool = True) -> Engine:
    """Open the database at `url` (`sqlite:///file` or `postgresql+psycopg://...`).

    Commits are on disk when they return; without `durable` they are at the next durable one, in order:
    power loss takes back the last of them together, never one and not a later one.

    SQLite goes through pysqlite3, whose bundled library is newer than Debian's (the WAL-reset
    corruption fixed in 3.51.3); the file must never also be opened with the standard `sqlite3`.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return _open_sqlite(url, durable)
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    engine = create_engine(address, pool_pre_ping=True, isolation_level="READ COMMITTED")
    if not durable:
        event.listen(engine, "connect", _relax_postgres)
    return engine


def _relax_postgres(connection: Any, _entry: ConnectionPoolEntry) -> None:
    connection.execute("SET synchronous_commit = off")
    connection.commit()


def _open_sqlite(url: str, durable: bool) -> Engine:
    engine = create_engine(
        url,
        module=pysqlite3.dbapi2,
        connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False},
        pool_size=16,
        max_overflow=48,
    )
    event.listen(engine, "connect", partial(_prepare_sqlite, "FULL" if durable else "NORMAL"))
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(synchronous: str, connection: Any, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}")
    use_write_ahead_log(cursor)
    for pragma in (
        f"synchronous = {synchronous}",
        "foreign_keys = ON",
        # What was erased must not stay readable in free pages.
        "secure_delete = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def use_write_ahead_log(cursor: Any) -> None:
    """Have a SQLite database keep a write-ahead log; raises the driver's error when others keep it for too long.

    Where two do so first at the same moment, one is told at once that it is locked: here SQLite waits for nobody,
    whatever the timeout (sqlite.org/wal.html, "Sometimes Queries Return SQLITE_BUSY In WAL Mode").
    """
    until = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except pysqlite3.dbapi2.OperationalError as error:
            # A disk that is full, fails or can only be read is no better for being waited for.
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that starts by reading and then writes fails at once when another one wrote in
    # between, whatever the timeout; taking the write lock first makes it wait instead.
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


class Database:
    """Sessions on one database: `write()` is one transaction, `read()` never takes the write lock."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = open_engine(url)
        self._writers = sessionmaker(self.engine, expire_on_commit=False)
        self._readers = sessionmaker(self.engine.execution_options(**READ_ONLY), expire_on_commit=False)
        # Called with each session of `write` when it is about to commit: what they raise refuses the transaction.
        self.before_commit: list[Callable[[Session], None]] = []
        self._held: ContextVar[Session | None] = ContextVar("held", default=None)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on any error."""
        with self._writers.begin() as session:
            yield session
            for told in self.before_commit:
                told(session)

    @contextmanager
    def trial(self) -> Iterator[Session]:
        """One transaction that is never committed: what would come of writing something is read in it, and then undone.

        What is read of it has to be read through this session, before the end.
        """
        with self._writers() as session:
            try:
                yield session
            finally:
                session.rollback()

    def write_until_done(self, work: Callable[[Session], Result]) -> Result:
        """`work` in one transaction, done anew where it and another waited for each other: for what must not be lost.

        It may be called several times, so it changes nothing but the session before the last thing that can wait.
        """
        for _ in range(MOST_TRIES - 1):
            try:
                with self.write() as session:
                    return work(session)
            except DBAPIError as error:
                if not is_crossed(error):
                    raise
        with self.write() as session:
            return work(session)

    @contextmanager
    def write_again(self) -> Iterator[Session]:
        """One transaction of work that would simply be done again if power loss took it back.

        It does not wait for the disk; what was acknowledged to somebody goes through `write`.
        """
        with self._repeaters.begin() as session:
            yield session

    @cached_property
    def _repeaters(self) -> sessionmaker[Session]:
        return sessionmaker(open_engine(self.url, durable=False), expire_on_commit=False)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A view of the database at one instant; nothing done in it is kept."""
        held = self._held.get()
        if held is not None:
            yield held
            return
        with self._readers() as session:
            yield session

    @contextmanager
    def one_view(self) -> Iterator[None]:
        """Every `read` in it, of this thread, is the same view: a page of one instant, and nothing is looked up twice."""
        with self._readers() as session:
            token = self._held.set(session)
            try:
                yield
            finally:
                self._held.reset(token)

    def empty_log(self) -> bool:
        """Take what was deleted out of the log of SQLite too; False when somebody still reads what was before.

        PostgreSQL sees to its own: what a row held is gone from its file after the next VACUUM.
        """
        if not self.is_sqlite:
            return True
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            row = cursor.fetchone()
            cursor.close()
            return row is not None and not row[0]
        finally:
            connection.close()

    def close(self) -> None:
        """Close every connection; the database itself stays."""
        self.engine.dispose()
        if "_repeaters" in vars(self):
            self._repeaters.kw["bind"].dispose()

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file of this archive's home."""
        return self.engine.dialect.name == "sqlite"
