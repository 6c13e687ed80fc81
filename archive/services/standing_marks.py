"""Which marks stand for a file: its own, those of the recording it accompanies, and words that go from every text of its item."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import File, Redaction

Mark = dict[str, Any]
RECORDINGS = ("audio/", "video/")


def standing(session: Session, file_id: str) -> tuple[Mark, ...]:
    """The marks for whoever makes anything of a file: `id`, `kind`, `page`, `extent`, and whether it is its `own`."""
    file = session.execute(select(File.item_id, File.accompanies_id).where(File.id == file_id)).first()
    if file is None:
        return ()
    return tuple(
        {
            "id": mark.id,
            "kind": mark.kind,
            "page": mark.page,
            "extent": mark.extent,
            "own": mark.file_id == file_id,
        }
        for mark in of_item(session, file.item_id)
        if mark.file_id == file_id
        or (mark.kind == "range" and mark.file_id == file.accompanies_id)
        or is_everywhere(mark)
    )


def of_item(session: Session, item_id: str) -> Sequence[Redaction]:
    """Every mark that stands on a file of an item."""
    query = select(Redaction).join(File, File.id == Redaction.file_id)
    query = query.where(File.item_id == item_id, Redaction.removed_on.is_(None))
    return session.scalars(query.order_by(Redaction.made_on, Redaction.id)).all()


def ids_of(marks: Iterable[Mark]) -> frozenset[str]:
    """The marks by which two makings are told apart: a mark never changes, it is removed and another one made."""
    return frozenset(mark["id"] for mark in marks)


def is_everywhere(mark: Redaction) -> bool:
    """Whether it takes words out of every text of the item."""
    return mark.kind == "passage" and bool(mark.extent["everywhere"])


def touched_by(mark: Redaction, files: Iterable[File]) -> tuple[File, ...]:
    """The files of an item of which nothing may be shown until it is made anew without what the mark takes out."""
    return tuple(
        file
        for file in files
        if file.id == mark.file_id
        or (mark.kind == "range" and file.accompanies_id == mark.file_id)
        # Of a recording nothing is made that holds words.
        or (is_everywhere(mark) and not file.media_type.startswith(RECORDINGS))
    )


def seen_mark(marks: Iterable[Redaction]) -> str:
    """A mark of all that stands on an item, which differs when they do (SHA-256, hexadecimal)."""
    return hashlib.sha256(" ".join(sorted(mark.id for mark in marks)).encode()).hexdigest()
