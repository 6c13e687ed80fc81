"""What stands beside files and items goes with them when they are put together in another way: marks, texts, notes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.access import PIPELINE
from archive.models import Event, File, Item, PublicNote, Redaction, Replacement, Request, Transcript
from archive.models.errors import ConflictError
from archive.services import parts, story_changes
from archive.services.lifecycle import load_for_change, touch
from archive.services.standing_marks import is_everywhere, of_item, touched_by

BEING_ARRANGED = "being-arranged"
UNREDACT = "unredact"


def is_under_way(session: Session, item_id: str) -> bool:
    """Whether other items are just being made of this one."""
    return bool(made_of(session, item_id))


def made_of(session: Session, item_id: str) -> Sequence[str]:
    """The items that are just being made of this one, by id."""
    query = select(Replacement.new_id).where(Replacement.old_id == item_id, Replacement.done.is_(False))
    return session.scalars(query.order_by(Replacement.new_id)).all()


def is_being_made(session: Session, item_id: str) -> bool:
    """Whether this item is just being made of others: its bytes may not be there yet."""
    query = select(Replacement.new_id).where(Replacement.new_id == item_id, Replacement.done.is_(False))
    return session.scalar(query.limit(1)) is not None


def check_settled(session: Session, item: Item) -> None:
    """Refuse to change what other items are just being made of: they would not hear of it."""
    if is_under_way(session, item.id):
        raise ConflictError(
            "Its files are being put together in another way just now.",
            code=BEING_ARRANGED,
            remedy="Wait a moment, then change what takes its place.",
        )


def copied(mark: Redaction, file_id: str) -> Redaction:
    """The same mark on another file."""
    names = "kind", "page", "extent", "reason", "made_on", "agent", "removed_on"
    return Redaction(file_id=file_id, **{one: getattr(mark, one) for one in names})


def removed_by(session: Session, item_id: str) -> dict[str, str]:
    """Who removed the marks of an item that do not stand any more, by mark; what came with a file was removed where it was."""
    items = [item_id]
    for one in items:
        olds = session.scalars(select(Replacement.old_id).where(Replacement.new_id == one))
        items += [old for old in olds if old not in items]
    told = session.scalars(select(Event).where(Event.subject_id.in_(items), Event.kind == UNREDACT))
    # A record from elsewhere may say of an act that it was done and not to which mark.
    who = {mark: one.agent for one in told if (mark := one.detail.get("redaction"))}
    query = select(Redaction, File.sha512, File.given_name).join(File, File.id == Redaction.file_id)
    query = query.where(File.item_id.in_(items), Redaction.removed_on.is_not(None))
    # A copy has an id of its own, of which no event tells.
    alike = {
        row.id: (*of, row.kind, row.page, json.dumps(row.extent, sort_keys=True), row.made_on, row.removed_on)
        for row, *of in session.execute(query)
    }
    there = {alike[one]: agent for one, agent in who.items() if one in alike}
    return {one: who.get(one) or there.get(like, "") for one, like in alike.items()}


def marks_for(old: Item, marks: Sequence[Redaction], new: Item) -> list[Redaction]:
    """What marks on files of `old` take out of `new`, which is being made of some of them, as marks on its own files."""
    found: list[Redaction] = []
    for mark in marks:
        touched: Sequence[File] = old.files if is_everywhere(mark) else touched_by(mark, old.files)
        same = [file for file in new.files if _is_of(file, touched)]
        # Where the marked file went another way, every other that loses something is marked by itself.
        own = [file for file in same if _is_of(file, [one for one in touched if one.id == mark.file_id])]
        found += [copied(mark, file.id) for file in own or (same[:1] if is_everywhere(mark) else same)]
    return found


def _is_of(file: File, others: Iterable[File]) -> bool:
    return any((file.sha512, file.given_name) == (one.sha512, one.given_name) for one in others)


def carry_over(session: Session, ids: Mapping[str, str]) -> None:
    """What is marked on files, or was, and what people wrote of them, stands for their copies too."""
    for mark in session.scalars(select(Redaction).where(Redaction.file_id.in_(ids))).all():
        session.add(copied(mark, ids[mark.file_id]))
    for text in session.scalars(select(Transcript).where(Transcript.file_id.in_(ids))).all():
        kept = {one: getattr(text, one) for one in ("number", "made_on", "agent", "text")}
        session.add(Transcript(file_id=ids[text.file_id], **kept))


def follow(session: Session, old_ids: Sequence[str], new_id: str) -> None:
    """What people said and asked about the old items stands beside the first of the new ones, and stories show that one."""
    for model in (PublicNote, Request):
        session.execute(update(model).where(model.item_id.in_(old_ids)).values(item_id=new_id))
    story_changes.follow(session, old_ids, new_id)
    parts.follow(session, PIPELINE.id, old_ids, new_id)
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
