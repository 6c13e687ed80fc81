"""Whether there is room for an export beside those that are waited for already."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from archive.jobs import JobState
from archive.models import Export
from archive.models.errors import NotFoundError
from archive.services.export_making import check_room
from archive.services.export_standing import ASKED, MAKING, job_id
from archive.services.opening import Archive


def check_room_to_ask(archive: Archive, size: int) -> None:
    """StorageFullError where an export of `size` bytes has no room beside all that were asked for and are not made yet."""
    archive.settings.exports.mkdir(mode=0o700, exist_ok=True)
    check_room(archive, archive.settings.exports, size + sum(size for _, size in _awaited(archive)))


def check_room_to_make(archive: Archive, export: Export) -> None:
    """StorageFullError where it has no room now, beside those that other workers are making.

    Those that nobody has begun do not count: two that wait would each be in the other's way for ever.
    """
    folder = archive.settings.exports
    folder.mkdir(mode=0o700, exist_ok=True)
    others = ((one, size) for one, size in _awaited(archive) if one != export.id)
    beside = sum(size for one, size in others if (folder / f"{MAKING}{one}").exists())
    check_room(archive, folder, export.size + beside)


def is_given_up(archive: Archive, export_id: str) -> bool:
    """Whether the job that was to make an export has ended without it, or is forgotten."""
    try:
        return archive.jobs.status(job_id(export_id)).state in (JobState.FAILED, JobState.CANCELLED)
    except NotFoundError:
        return True


def _awaited(archive: Archive) -> Iterator[tuple[str, int]]:
    """Exports that are still to be made, and how large their bags were when they were asked for."""
    with archive.db.read() as session:
        rows = session.execute(select(Export.id, Export.size).where(Export.state == ASKED)).all()
    for export_id, size in rows:
        if size and not is_given_up(archive, export_id):
            yield export_id, size
