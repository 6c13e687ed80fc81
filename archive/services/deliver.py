"""Hands out access copies, to whoever may see the item they are of."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Load

from archive.access import Actor, is_sealed_to, visible
from archive.models import AccessCopy, File, Item
from archive.models.errors import NotFoundError
from archive.services import sealed
from archive.services.lifecycle import NO_SUCH_FILE
from archive.services.opening import Archive
from archive.services.views import Delivery

ENDINGS = {
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "audio/webm": "webm",
    "audio/ogg": "ogg",
    "audio/mp4": "m4a",
    "video/mp4": "mp4",
    "text/plain": "txt",
    "text/vtt": "vtt",
}


def access_copy(archive: Archive, actor: Actor, copy_id: str) -> Delivery:
    """The file behind an access copy; NotFoundError when there is none that `actor` may see."""
    query = (
        select(AccessCopy, Item)
        .join(File, File.id == AccessCopy.file_id)
        .join(Item, Item.id == File.item_id)
        .where(AccessCopy.id == copy_id, visible(actor))
        # Of the item only its own row is looked at.
        .options(Load(Item).lazyload("*"))
    )
    with archive.db.read() as session:
        row = session.execute(query).first()
    if row is None:
        raise NotFoundError(NO_SUCH_FILE)
    copy, item = row
    path = archive.settings.access / copy.path
    if not path.is_file():
        raise NotFoundError(NO_SUCH_FILE)
    if is_sealed_to(actor, item):
        sealed.note_look(archive, actor, item.id)
    ending = ENDINGS.get(copy.media_type.split(";")[0], "bin")
    page = f"-{copy.page}" if copy.page is not None else ""
    name = f"{item.id}-{copy.kind}{page}.{ending}"
    return Delivery(path, copy.media_type, copy.size, copy.sha512, name)
