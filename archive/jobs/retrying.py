"""Which errors pass by themselves, and how long to wait for them."""

from __future__ import annotations

import errno

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from archive.models.errors import ArchiveError, StorageFullError


class TransientError(ArchiveError):
    """Something the work needs is away for now (a scanner, a store, room on the disk); it is tried again."""

    code = "not-now"
    remedy = "Nothing: it is tried again until it works."


_PASSING_ERRNO = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EROFS,
    errno.EAGAIN,
    errno.EMFILE,
    errno.ENFILE,
    errno.ENOMEM,
}

# read_only_sql_transaction, for PostgreSQL no operational error: what its disk can only be read, as EROFS says of a file.
_READ_ONLY = "25006"

QUICK_WAITS_S = (0.1, 0.4, 1.5)
_LONGEST_WAIT_S = 300.0


def is_transient(error: BaseException) -> bool:
    """Whether `error` passes by itself: nothing about the job is wrong."""
    if isinstance(error, TransientError | StorageFullError | ConnectionError | TimeoutError | PoolTimeout):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if isinstance(error, OperationalError):
        # SQLite has no finer class: locked, full, I/O error all arrive as this one.
        return not any(word in str(error.orig) for word in ("no such", "syntax error"))
    if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == _READ_ONLY:
        return True
    return isinstance(error, OSError) and error.errno in _PASSING_ERRNO


def postponement_s(postponed_before: int) -> float:
    """How long to put a job off that was put off `postponed_before` times: 4 s doubling to 5 minutes."""
    return min(4.0 * 2.0 ** min(postponed_before, 10), _LONGEST_WAIT_S)


def failure_of(error: BaseException) -> tuple[str, str]:
    """Code and sentence to keep of `error`: its own if it was written for people, else its kind and place.

    The words of other errors quote what they stumbled over (names, paths, text), so they are not kept.
    """
    if isinstance(error, ArchiveError):
        return error.code, str(error)
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" ({trace.tb_frame.f_code.co_name}, line {trace.tb_lineno})" if trace else ""
    return "unexpected", f"{type(error).__name__}{place}"
