"""Every error a person can meet: a code, a plain sentence, and what to do about it."""

from __future__ import annotations

from datetime import date


class ArchiveError(Exception):
    """An error that is told to a person; `code` is stable, `str(error)` is a plain sentence, `remedy` says what to do.

    Both are English unless `is_translated` says that they are in the person's own language already.
    """

    code = "archive-error"
    is_translated = False
    remedy = "Try again. If it happens again, tell the people who run this archive."

    def __init__(self, sentence: str, *, code: str | None = None, remedy: str | None = None) -> None:
        super().__init__(sentence)
        if code is not None:
            self.code = code
        if remedy is not None:
            self.remedy = remedy


class BadInputError(ArchiveError):
    """What was given cannot be used (exit code 2, HTTP 400)."""

    code = "bad-input"
    remedy = "Correct it and try again. What was given before is kept."


class NotFoundError(ArchiveError):
    """There is no such thing, or it may not be seen: the two are never told apart (HTTP 404)."""

    code = "not-found"
    remedy = "Check the address, or search for it."


class GoneError(ArchiveError):
    """It was shown once and was taken back since (HTTP 410); `on` is the day, `words` what is to be read in
    its place, written by its giver or, unless `by_giver`, by those who look after the archive."""

    code = "withdrawn"
    remedy = "Nothing. Whoever gave it decides; copies that others made cannot be called back."

    def __init__(
        self,
        sentence: str,
        *,
        on: date | None = None,
        words: str = "",
        by_giver: bool = True,
        code: str | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(sentence, code=code, remedy=remedy)
        self.on = on
        self.words = words
        self.by_giver = by_giver


class ForbiddenError(ArchiveError):
    """The actor may see the thing but not do this to it (HTTP 403)."""

    code = "forbidden"
    remedy = "Ask somebody whose role allows it."


class ConflictError(ArchiveError):
    """Somebody else changed the thing first, or its state does not allow the action (HTTP 409)."""

    code = "conflict"
    remedy = "Look at the thing as it is now and decide again. Nothing you typed is lost."


class TooLargeError(ArchiveError):
    """It is larger than a limit that is a setting (HTTP 413)."""

    code = "too-large"
    remedy = "Give less at once, or ask the people who run this archive to raise the limit."


class TooOftenError(ArchiveError):
    """More was asked for within an hour than one person may (HTTP 429)."""

    code = "too-often"
    remedy = "Go on in an hour. What has arrived is kept."


class StorageFullError(ArchiveError):
    """There is no room left to keep it safely (HTTP 507)."""

    code = "storage-full"
    remedy = "Free some space. What was acknowledged is kept."


class StorageFailingError(ArchiveError):
    """The disk cannot be written or read now (HTTP 503); what was being done is not done."""

    code = "storage-failing"
    remedy = "Try again in a while. What was acknowledged before is kept."


class IntegrityError(ArchiveError):
    """Bytes are not what the record says they are (exit code 1, HTTP 500)."""

    code = "integrity"
    remedy = "Do not use this copy. Ask an archivist to check it against another one."


class IndexUnusableError(IntegrityError):
    """A search index cannot be read before it is made anew (exit code 1, HTTP 503); only searches need it."""

    code = "index-unreadable"
