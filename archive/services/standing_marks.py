"""Which marks stand for a file: its own, those of the recording whose words it holds, and words that go from every text of its item."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from archive.copies_version import as_counted
from archive.models import File, FileState, Redaction
from archive.services.beside import says_the_same
from archive.services.recordings import is_recording

Mark = dict[str, Any]
# Asked for every file that comes, so it is one statement, built once, and makes no objects of rows.
_mine, _others, _marks = File.__table__.alias("mine"), File.__table__.alias("others"), Redaction.__table__
_heads = File.__table__.alias("heads")
BESIDE = (
    select(
        _marks,
        _mine.c.accompanies_id,
        _mine.c.given_name,
        _mine.c.role,
        _others.c.given_name.label("marked"),
        _heads.c.given_name.label("accompanies"),
    )
    .join_from(_mine, _others, _others.c.item_id == _mine.c.item_id)
    .join(_marks, _marks.c.file_id == _others.c.id)
    .outerjoin(_heads, _heads.c.id == _mine.c.accompanies_id)
    .where(_mine.c.id == bindparam("file"), _marks.c.removed_on.is_(None))
)


def standing(session: Session, file_id: str) -> tuple[Mark, ...]:
    """The marks for whoever makes anything of a file: `id`, `kind`, `page`, `extent`, and whether it is its `own`."""
    return tuple(
        {
            "id": row.id,
            "kind": row.kind,
            "page": row.page,
            "extent": as_counted(row.extent),
            "own": row.file_id == file_id,
        }
        for row in session.execute(BESIDE, {"file": file_id})
        if row.file_id == file_id
        or (
            row.kind == "range"
            and (
                row.file_id == row.accompanies_id
                or says_the_same(row.marked, row.given_name, row.role, row.accompanies or "")
            )
        )
        or is_everywhere(row)
    )


def of_item(session: Session, item_id: str) -> Sequence[Redaction]:
    """Every mark that stands on a file of an item."""
    query = select(Redaction).join(File, File.id == Redaction.file_id)
    query = query.where(File.item_id == item_id, Redaction.removed_on.is_(None))
    return session.scalars(query.order_by(Redaction.made_on, Redaction.id)).all()


def ids_of(marks: Iterable[Mark]) -> frozenset[str]:
    """The marks by which two makings are told apart: a mark never changes, it is removed and another one made."""
    return frozenset(mark["id"] for mark in marks)


def is_everywhere(mark: Redaction | Row[Any]) -> bool:
    """Whether it takes words out of every text of the item."""
    return mark.kind == "passage" and bool(mark.extent["everywhere"])


def touched_by(mark: Redaction, files: Iterable[File]) -> tuple[File, ...]:
    """The files of an item of which nothing may be shown until it is made anew without what the mark takes out.

    `files` are all of that item, or what lies beside the marked one by its name alone is not found.
    """
    files = tuple(files)
    names = {file.id: file.given_name for file in files}
    marked = names.get(mark.file_id)
    return tuple(
        file
        for file in files
        if file.id == mark.file_id
        or (mark.kind == "range" and file.accompanies_id == mark.file_id)
        or (
            mark.kind == "range"
            and marked is not None
            and says_the_same(marked, file.given_name, file.role, names.get(file.accompanies_id or "", ""))
        )
        or (is_everywhere(mark) and _may_hold_words(file))
    )


def seen_mark(marks: Iterable[Redaction]) -> str:
    """A mark of all that stands on an item, which differs when they do (SHA-256, hexadecimal)."""
    return hashlib.sha256(" ".join(sorted(mark.id for mark in marks)).encode()).hexdigest()


def _may_hold_words(file: File) -> bool:
    """Whether words are shown of a file, or will be: of a recording those that people wrote, once it is made."""
    return not is_recording(file) or file.state == FileState.RECEIVED or bool(file.passages)
