"""The tables of one index on PostgreSQL: a schema of their own, made beside the one that serves and put in its place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError, OperationalError

from archive.models.database import open_engine
from archive.search.alike import busy, outdated
from archive.search.cost import too_costly
from archive.search.postgres_segments import TABLES, WAIT_FOR_SEARCHES

SCHEMA_VERSION = 12
"""Raised whenever an index made before cannot serve any more; an older index asks to be rebuilt."""

MOST_MS = 2_000
"""As the clock counts, which a busy server has little of; what is dear by itself was refused before."""
_LOCK_NOT_AVAILABLE, _QUERY_CANCELED = "55P03", "57014"
# PostgreSQL does not know before how many rows a word finds, nor that a row's vector lies elsewhere and is costly to look
# at. So that it asks the index for words and joins what that finds in one go, the other ways are made unattractive.
_SESSION = """
    SET jit = off; SET enable_nestloop = off; SET enable_seqscan = off; SET plan_cache_mode = force_custom_plan; SET work_mem = '32MB';
"""
_TABLES = f"""
    CREATE SCHEMA {{0}};
    CREATE TABLE {{0}}.meta (version int, documents bigint, words bigint, last_number bigint);
    INSERT INTO {{0}}.meta VALUES ({SCHEMA_VERSION}, 0, 0, 0);
    {TABLES}
"""


def connect(url: str) -> Engine:
    """The database of an index; commits are on the disk at the next durable one of the archive, in order."""
    engine = open_engine(url, durable=False)
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _entry: Any) -> None:
    connection.execute(_SESSION)
    connection.commit()


class Tables:
    """The schema `search_<name>` of one database."""

    def __init__(self, engine: Engine, name: str, lock_timeout: float) -> None:
        if not name.isidentifier():
            raise ValueError(name)
        self.schema = f"search_{name}"
        self._engine = engine
        self._lock_timeout = lock_timeout
        self._is_ready = False

    @contextmanager
    def reading(self) -> Iterator[Connection | None]:
        """A connection to search with, each statement sees the newest commit; None where nothing was written yet.

        IntegrityError `index-outdated` where the index must be rebuilt. A writer is never waited for.
        """
        with self._engine.connect() as connection:
            if not self._is_ready:
                version = self.version(connection)
                if version is None:
                    yield None
                    return
                _check(version)
                self._is_ready = True
                connection.rollback()  # a search takes hold of `item` before anything else
            # The net under what is told before a search is run (postgres_cost.py).
            connection.exec_driver_sql(f"SET LOCAL statement_timeout = {MOST_MS}")
            try:
                yield connection
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) == _QUERY_CANCELED:
                    raise too_costly() from error
                raise

    @contextmanager
    def writing(self, *, anew: bool = False) -> Iterator[Connection]:
        """One transaction of the one writer; ConflictError `index-busy` when another writes too long.

        The tables are there then, except `anew`: whoever makes them anew need not have any that serve.
        """
        with self._engine.begin() as connection:
            self._lock(connection)
            if not anew:
                self._prepared(connection)
            yield connection
        self._is_ready = True

    @contextmanager
    def beside(self, connection: Connection) -> Iterator[str]:
        """Make new tables to be filled, and have them serve at the end of the transaction; yields their schema."""
        new = f"{self.schema}_new"
        connection.exec_driver_sql(_TABLES.format(new))
        yield new
        connection.exec_driver_sql(f"ANALYZE {new}.item; ANALYZE {new}.part; ANALYZE {new}.value")
        if self._is_there(connection, "item"):
            connection.exec_driver_sql(WAIT_FOR_SEARCHES.format(self.schema))
        connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {self.schema} CASCADE")
        connection.exec_driver_sql(f"ALTER SCHEMA {new} RENAME TO {self.schema}")

    def version(self, connection: Connection) -> int | None:
        """The version of the tables that serve, or None where there are none."""
        if not self._is_there(connection, "meta"):
            return None
        return int(connection.exec_driver_sql(f"SELECT version FROM {self.schema}.meta").scalar_one())

    def _is_there(self, connection: Connection, table: str) -> bool:
        named = f"SELECT to_regclass('{self.schema}.{table}')"
        return connection.exec_driver_sql(named).scalar() is not None

    def _prepared(self, connection: Connection) -> None:
        version = self.version(connection)
        if version is None:
            with self.beside(connection):
                pass
        else:
            _check(version)

    def _lock(self, connection: Connection) -> None:
        milliseconds = max(1, int(self._lock_timeout * 1000))
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {milliseconds}")
        try:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock(hashtextextended('{self.schema}', 0))")
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
                raise busy() from error
            raise
        connection.exec_driver_sql("SET LOCAL lock_timeout = 0")


def _check(version: int) -> None:
    if version != SCHEMA_VERSION:
        raise outdated()
