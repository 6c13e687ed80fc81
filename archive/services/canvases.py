"""Which public items have something that other houses' viewers can show, and the files of an item in which it is."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, func, or_, select

from archive.access import PUBLIC, visible
from archive.exchange.tiles import JPEG, TIFF
from archive.models import AccessCopy, Audience, File, Item, ItemState
from archive.models.errors import GoneError, NotFoundError
from archive.services import show
from archive.services.lifecycle import NO_SUCH_ITEM
from archive.services.opening import Archive
from archive.services.views import CopyView, FileView, ItemView
from archive.services.written_in import written_in

# Pictures have pixels and recordings a length; of what has neither no viewer knows what to do.
PICTURES, RECORDINGS = ("web", "page"), ("audio", "video")
CUT = (JPEG, TIFF)


def item(archive: Archive, item_id: str) -> ItemView:
    """An item as everybody sees it, whoever asks; NotFoundError for every other, also for what was taken back."""
    try:
        return show.item(archive, PUBLIC, item_id)
    except GoneError as error:
        raise NotFoundError(NO_SUCH_ITEM) from error


def is_picture(copy: CopyView) -> bool:
    """Whether parts can be cut out of a copy."""
    return copy.media_type in CUT and bool(copy.width and copy.height)


def seconds(file: FileView) -> float:
    """How long a file that was recorded is; 0 where nobody knows, and for every other."""
    copies = [copy for kind in RECORDINGS for copy in file.copies_of(kind)]
    lengths = [copy.duration_ms or file.duration_ms or 0 for copy in copies]
    return max(lengths, default=0) / 1000


def has_any(item: ItemView) -> bool:
    """Whether there is something of an item that everybody can see in a viewer."""
    if item.state != ItemState.PUBLISHED or item.audience != Audience.PUBLIC:
        return False
    pictures = (copy for file in item.files for kind in PICTURES for copy in file.copies_of(kind))
    return any(map(is_picture, pictures)) or any(seconds(file) for file in item.files)


def how_many(archive: Archive, collection: str) -> int:
    """How many items of a collection everybody may see in a viewer."""
    query = select(func.count()).select_from(Item).where(*_shown(collection))
    with archive.db.read() as session:
        return session.scalar(query) or 0


def some(archive: Archive, collection: str, skip: int, most: int) -> Sequence[tuple[str, str, str]]:
    """Their ids, titles and the languages of these, those published first before the others."""
    query = select(Item.id, Item.title, Item.collection, Item.languages, Item.extra).where(
        *_shown(collection)
    )
    query = query.order_by(Item.published_on, Item.id).offset(skip).limit(most)
    with archive.db.read() as session:
        return [(row.id, row.title, written_in(archive.profiles, row)) for row in session.execute(query)]


def _shown(collection: str) -> tuple[ColumnElement[bool], ...]:
    copies = select(AccessCopy.id).join(File, File.id == AccessCopy.file_id).where(File.item_id == Item.id)
    can_be_cut = and_(AccessCopy.media_type.in_(CUT), AccessCopy.width > 0, AccessCopy.height > 0)
    seen = and_(AccessCopy.kind.in_(PICTURES), can_be_cut)
    length = func.coalesce(AccessCopy.duration_ms, File.duration_ms, 0)
    heard = and_(AccessCopy.kind.in_(RECORDINGS), length > 0)
    return (Item.collection == collection, visible(PUBLIC), copies.where(or_(seen, heard)).exists())
