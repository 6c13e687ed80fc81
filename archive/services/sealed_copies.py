"""What is seen of a file with nothing taken out: for those who mark it, on the page where they do, and each look is told."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import select

from archive.access import Actor
from archive.models import File, Item, ItemState, Redaction
from archive.models.errors import NotFoundError
from archive.services.lifecycle import NO_SUCH_FILE
from archive.services.opening import Archive
from archive.services.redacting import check
from archive.services.sealed import note_look
from archive.services.sealed_folders import folder_of, forget, known
from archive.services.views import CopyView, Delivery, PassageView

# In the folder of a file: what was found of it, as the pipeline writes it, beside the copies that it names.
FOUND = "found.json"
# Of that, the `COPIES_VERSION` that found it.
VERSION = "version"


@dataclass(frozen=True)
class Sealed:
    """The copies (their `id` is the name that `copy` takes) and the text of a file with nothing taken out."""

    copies: tuple[CopyView, ...]
    passages: tuple[PassageView, ...]

    def copies_of(self, kind: str) -> tuple[CopyView, ...]:
        """The copies of one kind, in page order."""
        return tuple(one for one in self.copies if one.kind == kind)


def sweep(archive: Archive) -> int:
    """Remove those that nobody needs any more: of files that are gone or taken back, or with no mark; return how many."""
    # Looked at before the rows: what is begun meanwhile has its mark before its folder.
    there = known(archive)
    marked = select(File.item_id).join(Redaction, Redaction.file_id == File.id)
    marked = marked.where(Redaction.removed_on.is_(None))
    needed = select(File.id).join(Item, Item.id == File.item_id)
    needed = needed.where(Item.state != ItemState.WITHDRAWN, Item.id.in_(marked))
    with archive.db.read() as session:
        kept = set(session.scalars(needed))
    strays = there - kept
    forget(archive, strays)
    return len(strays)


def look(archive: Archive, actor: Actor, item_id: str, file_id: str) -> Sealed | None:
    """What there is of a file with nothing taken out; None while it is not made yet. The look is an event of the item."""
    _check_look(archive, actor, item_id, file_id)
    found = read(archive, file_id)
    if found is not None:
        note_look(archive, actor, item_id, file_id)
    return found


def read(archive: Archive, file_id: str) -> Sealed | None:
    """The same for whoever answers for it that the look is written down, and may be had."""
    found = _found(archive, file_id)
    if found is None:
        return None
    fields = ("kind", "media_type", "size", "sha512", "width", "height", "page", "duration_ms")
    copies = (CopyView(id=one["path"], **{name: one[name] for name in fields}) for one in found["copies"])
    passages = (PassageView(**{**one, "speaker": one["speaker"] or ""}) for one in found["passages"])
    return Sealed(tuple(copies), tuple(passages))


def version(archive: Archive, file_id: str) -> int | None:
    """With which `COPIES_VERSION` they were made; None where there are none."""
    found = _found(archive, file_id)
    return None if found is None else int(found.get(VERSION, 0))


def copy(archive: Archive, actor: Actor, item_id: str, file_id: str, name: str) -> Delivery:
    """One of these copies; NotFoundError when there is none of that name. The look is an event of the item."""
    found = look(archive, actor, item_id, file_id)
    wanted = next((one for one in found.copies if one.id == name), None) if found else None
    path = folder_of(archive, file_id) / name
    if wanted is None or not path.is_file():
        raise NotFoundError(NO_SUCH_FILE)
    return Delivery(path, wanted.media_type, wanted.size, wanted.sha512, name)


def _found(archive: Archive, file_id: str) -> dict[str, Any] | None:
    try:
        path = folder_of(archive, file_id) / FOUND
        return cast("dict[str, Any]", json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def _check_look(archive: Archive, actor: Actor, item_id: str, file_id: str) -> None:
    with archive.db.read() as session:
        check(actor, session.get(Item, item_id))
        if session.scalar(select(File.item_id).where(File.id == file_id)) != item_id:
            raise NotFoundError(NO_SUCH_FILE)
