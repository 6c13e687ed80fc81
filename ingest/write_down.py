"""Writes what an examination found into the database, and its access copies into their place."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Table, delete, insert, select, update

from archive.durable import cut_times
from archive.models import AccessCopy, File, FileState, Item, ItemState, Passage
from archive.services import likeness
from archive.services.opening import Archive
from ingest.parcel import Examination

# Past the objects: nothing in memory speaks of these rows.
FILE, COPY, PASSAGE = (cast("Table", model.__table__) for model in (File, AccessCopy, Passage))
STANDING = select(Item.id).where(Item.state != ItemState.WITHDRAWN)
INSPECTED = ("pages", "width", "height", "duration_ms", "says")


def write_down(archive: Archive, file: File, found: Examination, made: Path) -> None:
    """Replace all that is known of `file` by `found`; the copies in `made` move into place.

    The copies are in place before a row speaks of them; run again, the same rows and the same paths come out.
    """
    # By the file alone: files that arrive one by one become items only when they are sent.
    place = Path(file.id)
    _move_into_place(made, archive.settings.access / place)
    with archive.db.write_again() as session:
        learnt = update(FILE).where(FILE.c.id == file.id, FILE.c.item_id.in_(STANDING)).values(_learnt(found))
        if session.scalar(learnt.returning(FILE.c.id)) is None:
            # Its contributor has taken it away or back meanwhile.
            shutil.rmtree(archive.settings.access / place, ignore_errors=True)
            return
        for table, rows in ((COPY, _copies(file, found, place)), (PASSAGE, _passages(file, found))):
            if file.state != FileState.RECEIVED:
                session.execute(delete(table).where(table.c.file_id == file.id))
            if rows:
                session.execute(insert(table), rows)
        likeness.remember(archive, session, file.id, _looks(found))


def _learnt(found: Examination) -> dict[str, Any]:
    values: dict[str, Any] = {
        "state": found.state,
        "failure_code": found.failure.code if found.failure else "",
        "failure": found.failure.sentence if found.failure else "",
        "notes": [{"code": note.code, "sentence": note.sentence} for note in found.notes],
    }
    if found.identification:
        values |= {
            "media_type": found.identification.media_type,
            "format_name": found.identification.format_name,
            "puid": found.identification.puid or "",
        }
    if found.inspection:
        values |= {name: getattr(found.inspection, name) for name in INSPECTED}
    return values


def _copies(file: File, found: Examination, place: Path) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in vars(copy).items() if name != "looks"}
        | {"file_id": file.id, "path": str(place / copy.path)}
        for copy in found.copies
    ]


def _looks(found: Examination) -> int | None:
    return next((copy.looks for copy in found.copies if copy.looks is not None), None)


def _passages(file: File, found: Examination) -> list[dict[str, Any]]:
    return [
        vars(one)
        | {
            "file_id": file.id,
            "position": position,
            "speaker": one.speaker or "",
            # PostgreSQL has no place for it, and no reader sees it.
            "text": one.text.replace("\0", ""),
        }
        for position, one in enumerate(found.passages)
    ]


def _move_into_place(made: Path, place: Path) -> None:
    if place.exists():
        shutil.rmtree(place)
    if made.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        cut_times(made)
        os.replace(made, place)  # noqa: PTH105
