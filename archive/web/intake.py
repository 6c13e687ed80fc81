"""What the two ways of uploading share: hashes between parts, the hourly limits, and the words for what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask, current_app

from archive.models import errors
from archive.services import bag_import_standing, expiry
from archive.services.arriving import Memory
from archive.services.opening import Archive
from archive.web.counts import Counts
from archive.web.pace import Charge, Pace
from archive.web.pages_error import exactly
from archive.web.sessions import current_session
from archive.web.whence import whence
from archive.web.words import _

KEY = "intake"


@dataclass(frozen=True)
class Intake:
    """What one web process remembers while files arrive, and what all of them count."""

    memory: Memory
    pace: Pace


def install(app: Flask, archive: Archive, counts: Counts) -> None:
    """Make `app` ready to take in files; what a process before this one left half read is removed."""
    pace = Pace(archive.settings.max_hourly_files, archive.settings.max_hourly_bytes, counts)
    app.extensions[KEY] = Intake(Memory(), pace)
    expiry.forget_cut(archive)
    bag_import_standing.forget_cut(archive)


def intake() -> Intake:
    """What this process remembers."""
    found: Intake = current_app.extensions[KEY]
    return found


def spend(size: int) -> None:
    """Count one file that this visitor begins; TooOftenError when that is too much."""
    intake().pace.spend(current_session().token, whence(), size)


@contextmanager
def charged(announced: int) -> Iterator[Charge]:
    """Count what this visitor sends while it arrives, so many bytes of it beforehand; TooOftenError when too much."""
    charge = Charge(intake().pace, current_session().token, whence(), announced)
    try:
        yield charge
    finally:
        charge.end()


def words(error: errors.ArchiveError) -> tuple[str, str]:
    """What happened to an upload and what to do, in the visitor's language."""
    rest = _("Send this one, then begin another for the rest.")
    kept = _("What has arrived is kept.")
    said = {
        "too-large": (_("This file is larger than the archive takes."), _("The other files are kept.")),
        "submission-full": (_("One submission can hold no more than this."), rest),
        "too-many-files": (_("One submission can hold no more files."), rest),
        "quota-full": (_("This archive can take no more for now."), kept),
        "storage-full": (_("There is no room left to keep this safely."), kept),
        "storage-failing": (
            _("The disk could not take this file, so it was not kept."),
            _("Send it again in a while."),
        ),
        "too-often": (
            _("More was sent within an hour than one person may send."),
            _("Go on in an hour. What has arrived is kept."),
        ),
        "upload-busy": (_("This file is arriving by another connection."), _("Wait a moment.")),
        "upload-offset": (_("These bytes belong to another place in the file."), kept),
        "upload-checksum": (_("Some bytes changed on their way."), _("They are sent again.")),
        "upload-cut": (
            _("The connection broke before the file was whole."),
            _("Add the file again. The other files are kept."),
        ),
        "form-too-long": (
            _("More came at once than is read: neither this nor what was chosen after it was taken."),
            _("Add it again, with fewer at a time. The other files are kept."),
        ),
        "not-found": (_("This file is not part of your draft any more."), _("Open the page again.")),
    }
    usual = (_("This file could not be taken in."), _("Try again."))
    return said.get(error.code) or exactly(error.code) or usual


def told(error: errors.ArchiveError) -> errors.ArchiveError:
    """The same error, told in the visitor's language."""
    sentence, remedy = words(error)
    said = type(error)(sentence, code=error.code, remedy=remedy)
    said.is_translated = True
    return said
