"""What the operating system says, in the words of the archive."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator

from archive.models.errors import ArchiveError, ConflictError, NotFoundError, StorageFullError


class StoreAwayError(ArchiveError):
    """A store does not answer, or is not there now (a disk that is away, a bucket out of reach)."""

    code = "store-away"
    remedy = "Connect it again. What waits for it is copied then; nothing else waits."


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
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
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
