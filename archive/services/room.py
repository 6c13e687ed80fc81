"""Room for what arrives: reserved before the first byte, counted together, so that no number of uploads gets past a limit."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from archive.models import BagImport, File, Item, Upload
from archive.models.errors import ArchiveError, StorageFullError, TooLargeError
from archive.services.opening import Archive

# How far ahead room is taken for an upload that does not say how long it is.
STEP = 64 * 1024**2
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


def take(archive: Archive, session: Session, upload: Upload, needed: int, wished: int) -> None:
    """Reserve `wished` bytes for `upload`, or as many as there is room for; the refusal when not even `needed` fit.

    TooLargeError (`too-large`, `submission-full`), StorageFullError (`quota-full`, `storage-full`).
    The caller holds the reservations.
    """
    of_a_file = Limit(
        archive.settings.max_file_bytes, TooLargeError("This file is larger than the archive takes.")
    )
    narrowest = min((of_a_file, *_limits(archive, session, upload)), key=_most)
    if needed > narrowest.most:
        raise narrowest.refusal
    upload.reserved = max(upload.reserved, needed, min(wished, narrowest.most))


def take_for_package(
    archive: Archive, session: Session, package: BagImport, needed: int, wished: int
) -> None:
    """The same for a package of bags, which may be as large as a submission: `package-too-large`."""
    limits = _limits_of_package(archive, session, package.id)
    narrowest = min(limits, key=_most)
    if needed > narrowest.most:
        raise narrowest.refusal
    package.reserved = max(package.reserved, needed, min(wished, narrowest.most))


def look_for_package(archive: Archive, session: Session, size: int) -> None:
    """Refuse a package of bags that cannot fit; nothing is reserved."""
    narrowest = min(_limits_of_package(archive, session, ""), key=_most)
    if size > narrowest.most:
        raise narrowest.refusal


def look(archive: Archive, session: Session, submission_id: str, size: int) -> None:
    """Refuse what cannot all fit into a submission, whatever files it is made of; nothing is reserved."""
    narrowest = min(_limits(archive, session, Upload(id="", submission_id=submission_id)), key=_most)
    if size > narrowest.most:
        raise narrowest.refusal


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


def _limits(archive: Archive, session: Session, upload: Upload) -> Iterable[Limit]:
    settings = archive.settings
    others = _open_uploads(session, upload.id)
    kept = select(func.sum(File.size))
    mine = kept.join(Item, Item.id == File.item_id).where(Item.submission_id == upload.submission_id)
    used = _whole(session.scalar(mine)) + sum(
        other.reserved for other in others if other.submission_id == upload.submission_id
    )
    yield Limit(
        settings.max_submission_bytes - used,
        TooLargeError(
            "One submission can hold no more than this.",
            code="submission-full",
            remedy="Send this one, then begin another for the rest.",
        ),
    )
    yield from _limits_of_all(archive, session, upload.id)


def _limits_of_all(archive: Archive, session: Session, arriving_id: str) -> Iterable[Limit]:
    """What holds for everything that arrives, whatever it is."""
    settings = archive.settings
    packages = select(BagImport).where(BagImport.state == "arriving", BagImport.id != arriving_id)
    others = [*_open_uploads(session, arriving_id), *session.scalars(packages)]
    if settings.total_quota_bytes:
        used = _whole(session.scalar(select(func.sum(File.size)))) + sum(other.reserved for other in others)
        full = StorageFullError(
            "This archive can take no more for now.",
            code="quota-full",
            remedy="What has arrived is kept. Tell the people who run this archive.",
        )
        yield Limit(settings.total_quota_bytes - used, full)
    promised = sum(max(0, other.reserved - arrived(archive, other.id)) for other in others)
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


def _most(limit: Limit) -> int:
    return limit.most


def _open_uploads(session: Session, upload_id: str) -> list[Upload]:
    query = select(Upload).where(Upload.file_id.is_(None), Upload.id != upload_id)
    return list(session.scalars(query))


def _whole(number: object) -> int:
    # PostgreSQL adds whole numbers up to a decimal, and nothing adds up to nothing.
    return int(str(number or 0))
