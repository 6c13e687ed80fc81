"""A whole copy of the database as it is at one instant, while others go on writing; and a database made of such a copy."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, inspect, make_url, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from archive.models.database import Database, open_engine
from archive.models.errors import ArchiveError, BadInputError

# The search indexes on PostgreSQL: they are made anew, never brought back.
INDEXES = "search_*"
_INSTALLED = Path("/usr/lib/postgresql")


def sqlite_url(path: Path) -> str:
    """The address of the SQLite database in the file `path`."""
    return URL.create("sqlite", database=str(path)).render_as_string()


@contextmanager
def copied(db: Database, target: Path) -> Iterator[Session]:
    """Copy the database into the file `target`, which is not there yet; the session sees exactly what was copied.

    SQLite by its online backup, PostgreSQL by `pg_dump`; nobody who writes waits for it. ArchiveError
    (`database-program`) when PostgreSQL's programs are not there or refuse.
    """
    if db.is_sqlite:
        _copy_sqlite(db, target)
        copy = Database(sqlite_url(target))
        try:
            with copy.read() as session:
                yield session
        finally:
            copy.close()
        return
    with db.engine.connect() as opened:
        connection = opened.execution_options(isolation_level="REPEATABLE READ")
        # What is read here and what is dumped there are one view, for as long as this transaction lasts.
        view = connection.scalar(text("SELECT pg_export_snapshot()"))
        _dump(db.url, target, str(view))
        with Session(connection) as session:
            yield session


def size_of(db: Database) -> int:
    """About how many bytes a copy takes."""
    asked = "SELECT pg_database_size(current_database())"
    if db.is_sqlite:
        asked = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    with db.read() as session:
        return int(session.scalar(text(asked)) or 0)


def bring_back(dump: Path, url: str) -> None:
    """Fill the empty PostgreSQL database at `url` from a dump; BadInputError (`database-not-empty`) when it is not."""
    engine = open_engine(url)
    try:
        inspector = inspect(engine)
        if inspector.get_table_names() or inspector.has_table("workflow_status", schema="dbos"):
            raise BadInputError(
                "The database to restore into holds tables already.",
                code="database-not-empty",
                remedy="Create an empty one with `createdb`, and give its address with --database.",
            )
    finally:
        engine.dispose()
    _run(
        "pg_restore",
        url,
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
        "--single-transaction",
        str(dump),
    )


@contextmanager
def passing_database(url: str, name: str) -> Iterator[str]:
    """The address of an empty database on the same PostgreSQL server, dropped at the end.

    ArchiveError (`no-passing-database`) when the user of the archive may not create one.
    """
    server = open_engine(url)
    try:
        with server.connect() as opened:
            connection = opened.execution_options(isolation_level="AUTOCOMMIT")
            try:
                connection.execute(text(f'CREATE DATABASE "{name}"'))
            except ProgrammingError as error:
                raise ArchiveError(
                    "The database's user may not create the passing database that a backup is tried out in.",
                    code="no-passing-database",
                    remedy="Allow it with `ALTER USER ... CREATEDB`, or give --no-verify and try the backup elsewhere.",
                ) from error
            try:
                yield make_url(url).set(database=name).render_as_string(hide_password=False)
            finally:
                connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    finally:
        server.dispose()


def _copy_sqlite(db: Database, target: Path) -> None:
    engine = open_engine(sqlite_url(target))
    source, copy = db.engine.raw_connection(), engine.raw_connection()
    try:
        # In one step: a write in between would otherwise begin it anew, under load again and again.
        source.driver_connection.backup(copy.driver_connection)  # type: ignore[union-attr]
    finally:
        copy.close()
        source.close()
        engine.dispose()


def _dump(url: str, target: Path, view: str) -> None:
    _run(
        "pg_dump",
        url,
        "--format=custom",
        "--no-owner",
        "--no-privileges",
        f"--exclude-schema={INDEXES}",
        f"--snapshot={view}",
        f"--file={target}",
    )


def _run(program: str, url: str, *arguments: str) -> None:
    address = make_url(url).set(drivername="postgresql")
    # Whoever lists processes sees what they are called with, so the password goes another way.
    environment = {**os.environ, **({"PGPASSWORD": str(address.password)} if address.password else {})}
    told = address.set(password=None).render_as_string().replace("%2F", "/")
    command = [str(_program(program)), "--no-password", f"--dbname={told}", *arguments]
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        last = done.stderr.strip().rpartition("\n")[2]
        raise ArchiveError(
            f"{program} failed: {last}", code="database-program", remedy="Put that right and try again."
        )


def _program(name: str) -> Path:
    """The newest of PostgreSQL's programs of that name: an older one does not read a newer server."""
    versions = sorted(
        (one for one in _INSTALLED.glob(f"[0-9]*/bin/{name}")), key=lambda one: int(one.parts[-3])
    )
    found = versions[-1] if versions else shutil.which(name)
    if found is None:
        raise ArchiveError(
            f"The program {name} of PostgreSQL is not installed.",
            code="database-program",
            remedy="Install the client programs of your PostgreSQL's version (Debian: postgresql-client).",
        )
    return Path(found)
