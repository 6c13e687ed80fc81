"""Looks for faces on one page, in the sandbox, and leaves what it found for whoever asked."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from archive.durable import replace_file
from archive.models import File
from archive.models.errors import IntegrityError
from archive.services import faces
from archive.services.opening import Archive
from ingest.failures import ReadFailure
from ingest.item_parcel import Tools, original
from ingest.options import ExamineOptions
from ingest.sandbox import Limits

LIMITS = Limits(stall_s=20, wall_s=90, memory_mb=768)


def suggest(tools: Tools, file_id: str, page: int) -> None:
    """Leave a note of the faces on a page; of a file that is gone or cannot be looked at, a note that says so."""
    archive = tools.archive
    with archive.db.read() as session:
        file = session.get(File, file_id)
    found = _look(tools, archive, file, page) if file is not None and faces.is_installed() else None
    note = {"faces": found, "is_installed": faces.is_installed()}
    replace_file(faces.note_of(archive, file_id, page), json.dumps(note).encode())


def _look(tools: Tools, archive: Archive, file: File, page: int) -> list[Any] | None:
    path = original(archive, file)
    if path is None:
        raise IntegrityError(f"The bytes of file {file.id} are gone.", code="file-lost")
    identification: dict[str, Any] = {
        "puid": file.puid or None,
        "format_name": file.format_name,
        "media_type": file.media_type,
        "warnings": [],
    }
    arguments = {
        "path": str(path.absolute()),
        "name": file.given_name,
        "identification": identification,
        "inspection": {"pages": file.pages},
        "options": asdict(ExamineOptions()),
        "marks": (),
        "page": page,
    }
    try:
        with tools.sandboxes.lend() as sandbox:
            answer: dict[str, Any] = sandbox.call("ingest.readers.actions:faces", arguments, LIMITS)
    except ReadFailure:
        return None
    found: list[Any] = answer["faces"]
    return found
