"""The same file twice in a draft: begun before and not gone on with, or there already."""

from __future__ import annotations

import contextlib
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import File, Item, ItemState, Upload

BLOCK = 1 << 20


def twin(session: Session, submission_id: str, file: File) -> str | None:
    """The file of a draft that has the name of `file` and its bytes; None where there is none."""
    query = select(File.id).join(Item, Item.id == File.item_id).order_by(Item.position)
    query = query.where(Item.submission_id == submission_id, Item.state == ItemState.DRAFT)
    named = (File.given_name == file.given_name, File.given_bytes == file.given_bytes)
    return session.scalars(query.where(*named, File.sha512 == file.sha512)).first()


def begun_before(session: Session, upload: Upload) -> list[str]:
    """What came in part, and is not here whole, under the name and length of an upload."""
    same = (Upload.given_name == upload.given_name, Upload.length == upload.length, Upload.id != upload.id)
    here = (Upload.submission_id == upload.submission_id, Upload.file_id.is_(None))
    return list(session.scalars(select(Upload.id).where(*here, *same)))


def begins_with(whole: Path, part: Path) -> bool:
    """Whether what came in part is the beginning of a file; of nothing it is not known."""
    with contextlib.suppress(FileNotFoundError), whole.open("rb") as file, part.open("rb") as begun:
        any_yet = False
        while block := begun.read(BLOCK):
            if file.read(len(block)) != block:
                return False
            any_yet = True
        return any_yet
    return False
