"""Puts a text that people wrote where the text that was read from a file stood: passages, and the copy to take away."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive.durable import cut_times, replace_file
from archive.models import AccessCopy, File, Passage, new_id
from archive.services.opening import Archive

TEXTS = ("text", "captions")
TYPES = {"captions": ("vtt", "text/vtt; charset=utf-8"), "text": ("txt", "text/plain; charset=utf-8")}


def apply(
    archive: Archive, session: Session, file: File, passages: Sequence[Passage], copy: str
) -> tuple[str, ...]:
    """Replace the passages of `file` and its copies of text, in the caller's transaction.

    Returns the paths of copies that nothing speaks of once that is committed. The new copy is on the disk before a
    row speaks of it.
    """
    before = select(AccessCopy.path).where(AccessCopy.file_id == file.id, AccessCopy.kind.in_(TEXTS))
    superseded = tuple(session.scalars(before))
    session.execute(delete(AccessCopy).where(AccessCopy.file_id == file.id, AccessCopy.kind.in_(TEXTS)))
    session.execute(delete(Passage).where(Passage.file_id == file.id))
    session.expire(file, ["passages", "copies"])
    for position, one in enumerate(passages):
        one.file_id, one.position = file.id, position
        session.add(one)
    if copy:
        session.add(_write(archive, file.id, passages, copy))
    return superseded


def discard(archive: Archive, paths: Sequence[str]) -> None:
    """Remove copies that nothing speaks of any more."""
    for path in paths:
        (archive.settings.access / path).unlink(missing_ok=True)


def _write(archive: Archive, file_id: str, passages: Sequence[Passage], copy: str) -> AccessCopy:
    end = max((one.end_ms or 0 for one in passages), default=0)
    kind = "captions" if end else "text"
    ending, media_type = TYPES[kind]
    data = copy.encode()
    # A name of its own: what is shown stays whole until the new one is committed.
    path = Path(file_id, f"written-{new_id()}.{ending}")
    whole = archive.settings.access / path
    whole.parent.mkdir(parents=True, exist_ok=True)
    replace_file(whole, data)
    cut_times(whole, whole.parent, inside=False)
    return AccessCopy(
        file_id=file_id,
        kind=kind,
        path=str(path),
        media_type=media_type,
        size=len(data),
        sha512=hashlib.sha512(data).hexdigest(),
        duration_ms=end or None,
    )
