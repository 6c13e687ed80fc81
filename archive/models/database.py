"""One way to open the database: SQLite by default, PostgreSQL by URL, with the promises each needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pysqlite3.dbapi2
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT_S = 30
READ_ONLY = {"read_only": True}


def open_engine(url: str) -> Engine:
    """Open the database at `url` (`sqlite:///file` or `postgresql+psycopg://...`).

    SQLite goes through pysqlite3, whose bundled library is newer than Debian's (the WAL-reset
    corruption fixed in 3.51.3); the file must never also be opened with the standard `sqlite3`.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return _open_sqlite(url)
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    return create_engine(address, pool_pre_ping=True, isolation_level="READ COMMITTED")


def _open_sqlite(url: str) -> Engine:
    engine = create_engine(
        url,
        module=pysqlite3.dbapi2,
        connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False},
        pool_size=16,
        max_overflow=48,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_S * 1000}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        # What was erased must not stay readable in free pages.
        "secure_delete = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that starts by reading and then writes fails at once when another one wrote in
    # between, whatever the timeout; taking the write lock first makes it wait instead.
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


class Database:
    """Sessions on one engine: `write()` is one transaction, `read()` never takes the write lock."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = open_engine(url)
        self._writers = sessionmaker(self.engine, expire_on_commit=False)
        self._readers = sessionmaker(self.engine.execution_options(**READ_ONLY), expire_on_commit=False)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on any error."""
        with self._writers.begin() as session:
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A view of the database at one instant; nothing done in it is kept."""
        with self._readers() as session:
            yield session

    def close(self) -> None:
        """Close every connection; the database itself stays."""
        self.engine.dispose()

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file of this archive's home."""
        return self.engine.dialect.name == "sqlite"
