"""A disk that is full or fails is told in the same words, whoever met it: a file, SQLite, PostgreSQL."""

from __future__ import annotations

import errno

import psycopg
import pysqlite3.dbapi2
import pytest
from sqlalchemy.exc import InternalError, OperationalError

from archive.jobs.retrying import is_transient
from archive.models.errors import StorageFailingError, StorageFullError
from archive.storage import of_the_disk


def sqlite(words: str) -> Exception:
    return OperationalError("x", {}, pysqlite3.dbapi2.OperationalError(words))


def postgresql(error: type[psycopg.Error]) -> Exception:
    # The server's words are those of its language; only the number is the same everywhere.
    kind = InternalError if issubclass(error, psycopg.InternalError) else OperationalError
    return kind("x", {}, error("konnte Datei nicht erweitern"))


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        sqlite("database or disk is full"),
        postgresql(psycopg.errors.DiskFull),
    ],
    ids=["file", "sqlite", "postgresql"],
)
def test_a_full_disk_is_told_and_work_waits_until_there_is_room(error: Exception) -> None:
    assert isinstance(of_the_disk(error), StorageFullError)
    assert is_transient(error)


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.EROFS, "Read-only file system"),
        sqlite("attempt to write a readonly database"),
        sqlite("disk I/O error"),
        postgresql(psycopg.errors.ReadOnlySqlTransaction),
        postgresql(psycopg.errors.IoError),
    ],
    ids=["file", "sqlite", "sqlite-io", "postgresql", "postgresql-io"],
)
def test_a_disk_that_fails_or_can_only_be_read_is_told_and_work_waits(error: Exception) -> None:
    assert isinstance(of_the_disk(error), StorageFailingError)
    assert is_transient(error)


@pytest.mark.parametrize("error", [psycopg.errors.UniqueViolation, psycopg.errors.DeadlockDetected])
def test_what_is_not_about_the_disk_is_not_told_as_that(error: type[psycopg.Error]) -> None:
    assert of_the_disk(postgresql(error)) is None
