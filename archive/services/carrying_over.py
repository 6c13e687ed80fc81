"""What stands beside files and items goes with them when they are put together in another way: marks, texts, notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.models import File, Item, PublicNote, Redaction, Request, Transcript
from archive.models.errors import ConflictError
from archive.services.lifecycle import load_for_change, touch
from archive.services.standing_marks import is_everywhere, of_item, touched_by


def carry_over(session: Session, ids: Mapping[str, str]) -> None:
    """What is marked on files, and what people wrote of them, stands for their copies too."""
    marks = session.scalars(
        select(Redaction).where(Redaction.file_id.in_(ids), Redaction.removed_on.is_(None))
    )
    for mark in marks.all():
        kept = {one: getattr(mark, one) for one in ("kind", "page", "extent", "reason", "made_on", "agent")}
        session.add(Redaction(file_id=ids[mark.file_id], **kept))
    for text in session.scalars(select(Transcript).where(Transcript.file_id.in_(ids))).all():
        kept = {one: getattr(text, one) for one in ("number", "made_on", "agent", "text")}
        session.add(Transcript(file_id=ids[text.file_id], **kept))


def follow(session: Session, old_ids: Sequence[str], new_id: str) -> None:
    """What people said and asked about the old items stands beside the first of the new ones."""
    for model in (PublicNote, Request):
        session.execute(update(model).where(model.item_id.in_(old_ids)).values(item_id=new_id))
    touch(load_for_change(session, new_id))


def check_marks(session: Session, item: Item, going: Sequence[File]) -> None:
    """What is taken out of several files at once cannot be taken out of two items."""
    parted, every = {one.id for one in going}, {one.id for one in item.files}
    for mark in of_item(session, item.id):
        # Words may be written later of what has none yet.
        touched = every if is_everywhere(mark) else {file.id for file in touched_by(mark, item.files)}
        if touched & parted and touched - parted:
            raise ConflictError(
                "Something is taken out of several of its files at once.",
                code="marked-together",
                remedy="Mark it in each file by itself first.",
            )
