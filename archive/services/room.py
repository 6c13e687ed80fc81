"""Room for what arrives: reserved ahead of its bytes, counted together, so that no number of uploads gets past a limit.

What counts is what is on the disk, and what is reserved ahead by whoever writes just now. What is only announced counts
for nothing, so that nobody keeps others from giving who sends nothing.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from archive.models import BagImport, File, Item, Upload
from archive.models.errors import ArchiveError, StorageFullError, TooLargeError
from archive.services.opening import Archive

# How far ahead of its bytes room is taken for whoever writes. Where little is left it is no more than a share of that, so
# that many slow senders leave some for the next one.
STEP, LEAST_STEP, SHARE = 64 * 1024**2, 64 * 1024, 16
# The advisory lock that makes reservations on PostgreSQL one after the other; SQLite has one writer anyhow.
_LOCK = 7_325_001


@dataclass(frozen=True)
class Limit:
    """How large an upload may become by one of the limits, and what is said when that is too small."""

    most: int
    refusal: ArchiveError


def hold_reservations(archive: Archive, session: Session) -> None:
    """Let no other transaction reserve room until this one ends."""
    if not archive.db.is_sqlite:
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def take(archive: Archive, session: Session, upload: Upload, needed: int, most: int | None) -> None:
    """Reserve room for the first `needed` bytes of `upload` and a step ahead; it is `most` bytes in all, or nobody knows.

    TooLargeError (`too-large`, `submission-full`), StorageFullError (`quota-full`, `storage-full`) when they do not fit.
    The caller holds the reservations, and has the bytes of the upload locked: what is reserved holds only so long.
    """
    of_a_file = Limit(
        archive.settings.max_file_bytes, TooLargeError("This file is larger than the archive takes.")
    )
    limits = (of_a_file, *_limits(archive, session, upload.submission_id, upload.id))
    upload.reserved = _ahead(limits, needed, most)


def take_for_package(
    archive: Archive, session: Session, package: BagImport, needed: int, most: int | None
) -> None:
    """The same for a package of bags, which may be as large as a submission: `package-too-large`."""
    package.reserved = _ahead(_limits_of_package(archive, session, package.id), needed, most)


def _ahead(limits: Iterable[Limit], needed: int, most: int | None) -> int:
    narrowest = _narrowest(limits, needed)
    left = narrowest.most - needed
    wished = needed + min(STEP, left, max(LEAST_STEP, left // SHARE))
    return wished if most is None else max(needed, min(wished, most))


def _narrowest(limits: Iterable[Limit], needed: int) -> Limit:
    """The limit that leaves the least; its refusal where that is too little."""
    narrowest = min(limits, key=_most)
    if needed > narrowest.most:
        raise narrowest.refusal
    return narrowest


def look_for_package(archive: Archive, session: Session, size: int) -> None:
    """Refuse a package of bags that cannot fit; nothing is reserved."""
    _narrowest(_limits_of_package(archive, session, ""), size)


def look(archive: Archive, session: Session, submission_id: str, size: int, upload_id: str = "") -> None:
    """Refuse what cannot all fit into a submission, whatever files it is made of; nothing is reserved.

    With `upload_id`, `size` is that of the whole upload: what has arrived of it has its room.
    """
    _narrowest(_limits(archive, session, submission_id, upload_id), size)


def count_files(archive: Archive, session: Session, submission_id: str) -> None:
    """Refuse one file more than a submission may hold: TooLargeError (`too-many-files`)."""
    files = select(func.count()).select_from(File).join(Item, Item.id == File.item_id)
    kept = session.scalar(files.where(Item.submission_id == submission_id)) or 0
    arriving = select(func.count()).select_from(Upload).where(Upload.file_id.is_(None))
    coming = session.scalar(arriving.where(Upload.submission_id == submission_id)) or 0
    if kept + coming >= archive.settings.max_submission_files:
        raise TooLargeError(
            "One submission can hold no more files.",
            code="too-many-files",
            remedy="Send this one, then begin another for the rest.",
        )


def _limits_of_package(archive: Archive, session: Session, package_id: str) -> Iterable[Limit]:
    most = archive.settings.max_submission_bytes
    yield Limit(
        most,
        TooLargeError(
            "A package can be no larger than one submission.",
            code="package-too-large",
            remedy="Pack fewer bags into one, or have an operator bring it in with a command.",
        ),
    )
    yield from _limits_of_all(archive, session, package_id)


def _limits(archive: Archive, session: Session, submission_id: str, upload_id: str) -> Iterable[Limit]:
    settings = archive.settings
    others = _open_uploads(session, upload_id)
    kept = select(func.sum(File.size))
    mine = kept.join(Item, Item.id == File.item_id).where(Item.submission_id == submission_id)
    used = _whole(session.scalar(mine)) + sum(
        held(archive, other) for other in others if other.submission_id == submission_id
    )
    yield Limit(
        settings.max_submission_bytes - used,
        TooLargeError(
            "One submission can hold no more than this.",
            code="submission-full",
            remedy="Send this one, then begin another for the rest.",
        ),
    )
    yield from _limits_of_all(archive, session, upload_id)


def _limits_of_all(archive: Archive, session: Session, arriving_id: str) -> Iterable[Limit]:
    """What holds for everything that arrives, whatever it is."""
    settings = archive.settings
    packages = select(BagImport).where(BagImport.state == "arriving", BagImport.id != arriving_id)
    others = [*_open_uploads(session, arriving_id), *session.scalars(packages)]
    here = [arrived(archive, other.id) for other in others]
    counted = [held(archive, other) for other in others]
    if settings.total_quota_bytes:
        used = _whole(session.scalar(select(func.sum(File.size)))) + sum(counted)
        full = StorageFullError(
            "This archive can take no more for now.",
            code="quota-full",
            remedy="What has arrived is kept. Tell the people who run this archive.",
        )
        yield Limit(settings.total_quota_bytes - used, full)
    promised = sum(max(0, all_of_it - now) for all_of_it, now in zip(counted, here, strict=True))
    free = shutil.disk_usage(settings.staging).free + (arrived(archive, arriving_id) if arriving_id else 0)
    yield Limit(
        free - settings.free_space_floor - promised,
        StorageFullError("There is no room left to keep this safely.", remedy="What has arrived is kept."),
    )


def arrived(archive: Archive, upload_id: str) -> int:
    """How many bytes of an upload are on the disk."""
    with contextlib.suppress(FileNotFoundError):
        return (archive.settings.staging / upload_id).stat().st_size
    return 0


def held(archive: Archive, arriving: Upload | BagImport) -> int:
    """How many bytes count for what arrives: those that are here, and those reserved by whoever writes to it now."""
    here = arrived(archive, arriving.id)
    return arriving.reserved if arriving.reserved > here and is_written(archive, arriving.id) else here


def is_written(archive: Archive, upload_id: str) -> bool:
    """Whether a connection writes to what arrives under that id."""
    with contextlib.suppress(FileNotFoundError):
        file = os.open(archive.settings.staging / upload_id, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            # Shared, so that two who look at once do not take each other for a writer.
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(file)
    return False


def _most(limit: Limit) -> int:
    return limit.most


def _open_uploads(session: Session, upload_id: str) -> list[Upload]:
    # What nothing was ever reserved for is only announced.
    query = select(Upload).where(Upload.file_id.is_(None), Upload.id != upload_id, Upload.reserved > 0)
    return list(session.scalars(query))


def _whole(number: object) -> int:
    # PostgreSQL adds whole numbers up to a decimal, and nothing adds up to nothing.
    return int(str(number or 0))
