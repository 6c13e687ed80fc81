"""Writes what an examination found into the database, and its access copies into their place."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from sqlalchemy import delete

from archive.models import AccessCopy, File, Passage
from archive.services.opening import Archive
from ingest.parcel import Examination


def write_down(archive: Archive, file: File, found: Examination, made: Path) -> None:
    """Replace all that is known of `file` by `found`; the copies in `made` move into place.

    The copies are in place before a row speaks of them; run again, the same rows and the same paths come out.
    """
    place = Path(file.item_id) / file.id
    _move_into_place(made, archive.settings.access / place)
    with archive.db.write_again() as session:
        row = session.get_one(File, file.id)
        for table in (AccessCopy, Passage):
            session.execute(delete(table).where(table.file_id == file.id))
        _note(row, found)
        session.add_all(
            AccessCopy(
                file_id=file.id,
                kind=copy.kind,
                page=copy.page,
                path=str(place / copy.path),
                media_type=copy.media_type,
                size=copy.size,
                sha512=copy.sha512,
                width=copy.width,
                height=copy.height,
                duration_ms=copy.duration_ms,
            )
            for copy in found.copies
        )
        session.add_all(
            Passage(
                file_id=file.id,
                position=position,
                page=one.page,
                start_ms=one.start_ms,
                end_ms=one.end_ms,
                speaker=one.speaker or "",
                text=one.text.replace("\0", ""),
            )
            for position, one in enumerate(found.passages)
        )


def _note(row: File, found: Examination) -> None:
    row.state = found.state
    row.failure_code = found.failure.code if found.failure else ""
    row.failure = found.failure.sentence if found.failure else ""
    row.notes = [{"code": note.code, "sentence": note.sentence} for note in found.notes]
    if found.identification:
        row.media_type = found.identification.media_type
        row.format_name = found.identification.format_name
        row.puid = found.identification.puid or ""
    if found.inspection:
        row.pages, row.duration_ms = found.inspection.pages, found.inspection.duration_ms
        row.width, row.height = found.inspection.width, found.inspection.height
        row.says = found.inspection.says


def _move_into_place(made: Path, place: Path) -> None:
    if place.exists():
        shutil.rmtree(place)
    if made.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(made, place)  # noqa: PTH105
