"""What the command line tells of an error: always a sentence and what to do, in the words of whoever types commands."""

from __future__ import annotations

import logging

from archive.models.errors import ArchiveError, BadInputError, NotFoundError

AGAIN = "Run the same command again. What was acknowledged is kept."
# A command is given all at once: there is no form in which anything before would have been kept.
CORRECT = "Correct it and try again."
LOOK_UP = "Check the id: `remembrance bags list` tells those of items that are kept, `remembrance search` those found."
DOCTOR = "`remembrance doctor` tells what else is wrong."
# Where nothing else can be asked of the archive, only the long look says more.
DOCTOR_SAYS_MORE = frozenset({"bad-home", "bad-setting", "database-damaged", "database-other"})

log = logging.getLogger(__name__)


def told_of(error: Exception) -> ArchiveError:
    """The error itself where it was made for people, else what to tell of it."""
    if isinstance(error, ArchiveError):
        return error
    return _passing(error) or _of_the_database(error) or _unexpected(error)


def remedy_of(error: ArchiveError) -> str:
    """What to do about an error at a command line, where there are no addresses and no form to come back to."""
    if error.remedy == NotFoundError.remedy:
        return LOOK_UP
    if error.remedy == BadInputError.remedy:
        return CORRECT
    return f"{error.remedy} {DOCTOR}" if error.code in DOCTOR_SAYS_MORE else error.remedy


def _passing(error: Exception) -> ArchiveError | None:
    """What to tell of an error that passes by itself (a full disk, a database that is held); None for any other."""
    from archive.jobs.retrying import TransientError, is_transient
    from archive.storage import of_the_disk

    if (found := of_the_disk(error)) is not None:
        return found
    if not is_transient(error):
        return None
    words = str(getattr(error, "orig", error))
    if "locked" in words:
        return TransientError("Something else holds the archive's database.", remedy=AGAIN)
    # A disk without any room is told in many ways.
    return TransientError(
        "The archive's database cannot be read or written now.",
        remedy=f"Look whether its disk is full or gone. {AGAIN}",
    )


def _of_the_database(error: Exception) -> ArchiveError | None:
    """Damage that only showed while something was read; None for any other error."""
    from archive.models.database import is_damaged
    from archive.services.opening import database_damaged

    return database_damaged() if is_damaged(error) else None


def _unexpected(error: Exception) -> ArchiveError:
    """What to tell of a mistake of the program itself; the traceback is for those who asked to hear more."""
    log.info("unexpected error", exc_info=error)
    return ArchiveError(
        f"Something went wrong that should not have ({type(error).__name__}).",
        code="unexpected",
        remedy="Run the same command with `remembrance --verbose` and report what it says. What was acknowledged is kept.",
    )
