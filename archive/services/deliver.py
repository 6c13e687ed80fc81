"""Hands out access copies, to whoever may see the item they are of."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Load

from archive.access import Actor, is_sealed_to, visible
from archive.exchange import tiles
from archive.exchange.iiif_image import Cut
from archive.exchange.pdf import Document, PageImage
from archive.models import AccessCopy, File, Item
from archive.models.errors import NotFoundError
from archive.services import sealed
from archive.services.lifecycle import NO_SUCH_FILE
from archive.services.opening import Archive
from archive.services.views import Delivery, Stream

ENDINGS = {
    "image/jpeg": "jpg",
    "image/tiff": "tif",
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
    copy, item = _seen(archive, actor, copy_id)
    path = archive.settings.access / copy.path
    if not path.is_file():
        raise NotFoundError(NO_SUCH_FILE)
    if is_sealed_to(actor, item):
        sealed.note_look(archive, actor, item.id)
    ending = ENDINGS.get(copy.media_type.split(";")[0], "bin")
    page = f"-{copy.page}" if copy.page is not None else ""
    name = f"{item.id}-{copy.kind}{page}.{ending}"
    return Delivery(path, copy.media_type, copy.size, copy.sha512, name, copy.width or 0, copy.height or 0)


def picture(archive: Archive, actor: Actor, copy_id: str) -> Delivery:
    """An access copy that parts can be cut out of; NotFoundError when it is none that `actor` may see."""
    delivery = access_copy(archive, actor, copy_id)
    if delivery.media_type not in (tiles.JPEG, tiles.TIFF) or not (delivery.width and delivery.height):
        raise NotFoundError(NO_SUCH_FILE)
    return delivery


def part(picture: Delivery, wanted: Cut) -> bytes:
    """A part of such a picture as a JPEG; NotFoundError where it was taken back this very moment."""
    try:
        return tiles.render(picture.path, picture.media_type, wanted, (picture.width, picture.height))
    except FileNotFoundError as error:
        raise NotFoundError(NO_SUCH_FILE) from error


def document(archive: Archive, actor: Actor, file_id: str) -> tuple[Stream, str]:
    """The page images of a file as one PDF, and a mark of what is in it; NotFoundError where `actor` sees none.

    Made of what is shown, page by page: what was taken out of a page is in no document of it.
    """
    query = (
        select(AccessCopy, Item)
        .join(File, File.id == AccessCopy.file_id)
        .join(Item, Item.id == File.item_id)
        .where(AccessCopy.file_id == file_id, AccessCopy.kind == "page", visible(actor))
        .order_by(AccessCopy.page)
        .options(Load(Item).lazyload("*"))
    )
    with archive.db.read() as session:
        rows = session.execute(query).all()
    pages = [
        PageImage(archive.settings.access / copy.path, copy.size, copy.width, copy.height)
        for copy, _ in rows
        if copy.media_type == tiles.JPEG and copy.width and copy.height
    ]
    try:
        made = Document(pages)
    except FileNotFoundError as error:
        raise NotFoundError(NO_SUCH_FILE) from error
    if not pages:
        raise NotFoundError(NO_SUCH_FILE)
    item = rows[0][1]
    if is_sealed_to(actor, item):
        sealed.note_look(archive, actor, item.id)
    mark = sha256(" ".join(copy.sha512 for copy, _ in rows).encode()).hexdigest()
    return Stream(made.chunks(), made.size, "application/pdf", f"{item.id}-pages.pdf"), mark


def _seen(archive: Archive, actor: Actor, copy_id: str) -> tuple[AccessCopy, Item]:
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
    return row[0], row[1]
