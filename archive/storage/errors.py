"""What the operating system says, in the words of the archive."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator

from archive.models.errors import (
    ArchiveError,
    ConflictError,
    NotFoundError,
    StorageFailingError,
    StorageFullError,
)

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
FAILING = frozenset({errno.EIO, errno.EROFS})
# PostgreSQL's numbers for the same (disk_full; io_error, read_only_sql_transaction: postgresql.org/docs/current/errcodes-appendix.html).
FULL_STATES = frozenset({"53100"})
FAILING_STATES = frozenset({"58030", "25006"})
# What SQLite says of it; its errors have no number that reaches us.
FULL_WORDS = ("database or disk is full",)
FAILING_WORDS = ("disk i/o error", "readonly database")


class StoreAwayError(ArchiveError):
    """A store does not answer, or is not there now (a disk that is away, a bucket out of reach)."""

    code = "store-away"
    remedy = "Connect it again. What waits for it is copied then; nothing else waits."


def of_the_disk(error: BaseException) -> ArchiveError | None:
    """What to tell of a disk that is full, or fails, whether a file or the database met it; None for any other error."""
    of_database = getattr(error, "orig", None)
    number, state = getattr(error, "errno", None), getattr(of_database, "sqlstate", None)
    words = str(of_database or "").lower()
    if number in FULL or state in FULL_STATES or any(one in words for one in FULL_WORDS):
        return StorageFullError("There is no room left to keep this safely.")
    if number in FAILING or state in FAILING_STATES or any(one in words for one in FAILING_WORDS):
        return StorageFailingError("The disk could not take this, so it was not kept.")
    return None


@contextlib.contextmanager
def disk_told() -> Iterator[None]:
    """Turn what the system says of a full or failing disk into StorageFullError or StorageFailingError."""
    try:
        yield
    except OSError as error:
        found = of_the_disk(error)
        if found is None:
            raise
        raise found from error


@contextlib.contextmanager
def told_plainly(key: str) -> Iterator[None]:
    """Turn a full disk, a missing object and a key that is a folder into errors that a person understands."""
    try:
        yield
    except FileNotFoundError as error:
        raise not_found(key) from error
    except (NotADirectoryError, IsADirectoryError, FileExistsError) as error:
        raise conflict(key) from error
    except OSError as error:
        if error.errno in FULL:
            raise StorageFullError(f"There is no room left to keep {key}.") from error
        raise


def not_found(key: str) -> NotFoundError:
    """Nothing is kept under `key`."""
    return NotFoundError(f"Nothing is kept under {key}.", code="object-not-found")


def conflict(key: str) -> ConflictError:
    """Something else is kept under `key`."""
    return ConflictError(
        f"Something else is already kept under {key}; it was not touched.",
        code="storage-conflict",
        remedy="Keep the new bytes under another key.",
    )
