"""Makes views from rows: the same item looks the same in a list, a search and on its page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from archive.access import PUBLIC, Actor, is_sealed_to, visible
from archive.dates import in_words
from archive.models import DESCRIBED, AccessCopy, File, Item, Right
from archive.services.labels import label
from archive.services.opening import Archive
from archive.services.shown import places_of
from archive.services.views import Card, CopyView
from archive.services.written_in import written_in

AnyRow = Row[*tuple[Any, ...]]
# The first of these that an item has stands for it in lists.
FACES = ("thumbnail", "poster", "waveform")
_SEEN_OF_A_COPY = (
    AccessCopy.id,
    AccessCopy.kind,
    AccessCopy.media_type,
    AccessCopy.size,
    AccessCopy.sha512,
    AccessCopy.width,
    AccessCopy.height,
    AccessCopy.page,
    AccessCopy.duration_ms,
)
_FACES = (
    select(File.item_id, *_SEEN_OF_A_COPY)
    .join(AccessCopy.__table__, AccessCopy.file_id == File.id)
    .where(File.item_id.in_(bindparam("item_ids", expanding=True)), AccessCopy.kind.in_(FACES))
    .order_by(File.position, AccessCopy.page)
)


def copy_view(copy: AccessCopy | AnyRow) -> CopyView:
    """An access copy as it is shown."""
    return CopyView(
        id=copy.id,
        kind=copy.kind,
        media_type=copy.media_type,
        size=copy.size,
        sha512=copy.sha512,
        width=copy.width,
        height=copy.height,
        page=copy.page,
        duration_ms=copy.duration_ms,
    )


def faces(session: Session, item_ids: Sequence[str]) -> dict[str, CopyView]:
    """The picture that stands for each item, for those that have one."""
    rows = session.execute(_FACES, {"item_ids": item_ids})
    best: dict[str, AnyRow] = {}
    for copy in rows:
        known = best.get(copy.item_id)
        if known is None or FACES.index(copy.kind) < FACES.index(known.kind):
            best[copy.item_id] = copy
    return {item_id: copy_view(copy) for item_id, copy in best.items()}


def card(archive: Archive, item: Item, face: CopyView | None, language: str, *, exact: bool) -> Card:
    """An item in a list; its places as its consent has them shown, or `exact`, for staff."""
    names = [link.agent.name for link in item.agents]
    places = tuple(place.name for place in places_of(item, exact=exact))
    return card_of(archive, item, names, places, face, language)


def card_of(
    archive: Archive,
    item: Item | AnyRow,
    names: Sequence[str],
    places: Sequence[str],
    face: CopyView | None,
    language: str,
) -> Card:
    """The same of an item, or of its columns, with the names and places that it is shown with."""
    return Card(
        id=item.id,
        collection=item.collection,
        state=item.state,
        title=item.title,
        kind=item.kind,
        # Who did several things is named once.
        names=tuple(dict.fromkeys(names)),
        date_words=in_words(item.date_edtf, language),
        places=tuple(name for name in places if name),
        content_note=item.content_note,
        thumbnail=face,
        kind_label=label(archive, "kind", item.kind, language),
        written_in=written_in(archive.profiles, item),
    )


def sealed_card(item: Item | AnyRow) -> Card:
    """What is sealed, in a list: which it is, its state, its day. Its own page says more, and writes the look down."""
    return Card(
        id=item.id,
        collection=item.collection,
        state=item.state,
        title=item.id,
        kind="",
        names=(),
        date_words="",
        places=(),
        content_note="",
        sealed_since=item.received_on,
    )


def cards(
    archive: Archive, session: Session, items: Iterable[Item], language: str, actor: Actor = PUBLIC
) -> list[Card]:
    """Items in a list, in the order given, as `actor` may see them."""
    known = list(items)
    pictures = faces(session, [item.id for item in known])
    return [
        sealed_card(item)
        if is_sealed_to(actor, item)
        else card(
            archive, item, pictures.get(item.id), language, exact=actor.has(Right.SEE_ALL, item.collection)
        )
        for item in known
    ]


def seen_in_order(session: Session, actor: Actor, ids: Sequence[str]) -> list[Item]:
    """Those of `ids` that `actor` may see at this moment, in that order: an index may be a second behind."""
    query = select(Item).options(*DESCRIBED).where(Item.id.in_(ids), visible(actor))
    found = {item.id: item for item in session.scalars(query)}
    return [found[item_id] for item_id in ids if item_id in found]
